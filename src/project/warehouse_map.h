/*
 * All DuckDB files that a project names, and who names them: pond.warehouse.path, loaders (alone and behind each extractor, whose name
 * may be in the path), the dbt target; in the active environment and in every other one. `pond doctor` prints it, `pond backup`
 * saves them.
 */
#pragma once

#include "project/project.h"

typedef struct MappedFile {
    Str path;        /* absolute, NUL-terminated */
    Str who;         /* "pond.warehouse.path", "target-duckdb", "dbt", "nobody names one" */
    Str environment; /* where; empty: none */
    bool warehouse;  /* the project's, in the active environment: stands first */
} MappedFile;

typedef VEC(MappedFile) WarehouseMap;

/* Each pair of file and namer once. options: how p was opened; it is opened again in other environments, and one that cannot be
 * says so in *ret_broken (texts in p's arena). Release with vec_release. */
bool warehouse_map_read(Project *p, const ProjectOptions *options, WarehouseMap *ret, StrVec *ret_broken,
                        Err *err) MUST_USE;
/* Of the active environment alone. */
bool warehouse_map_active(Project *p, WarehouseMap *ret, Err *err) MUST_USE;

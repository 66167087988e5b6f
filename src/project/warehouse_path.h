/* Which DuckDB file is the project's warehouse (DESIGN 2), and which one a loader names. */
#pragma once

#include "base/err.h"
#include "project/plugin.h"

typedef enum WarehouseOrigin {
    WAREHOUSE_FROM_POND,    /* pond.warehouse.path */
    WAREHOUSE_FROM_LOADER,  /* the first DuckDB loader that names one, in the active environment */
    WAREHOUSE_FROM_DBT,     /* the dbt target */
    WAREHOUSE_FROM_DEFAULT, /* warehouse.duckdb */
} WarehouseOrigin;

typedef struct WarehousePath {
    Str path; /* absolute, NUL-terminated, in the project's arena */
    WarehouseOrigin origin;
    const Plugin *loader; /* of WAREHOUSE_FROM_LOADER */
} WarehousePath;

/* False: DuckDB's name of a database that is no file. */
bool warehouse_path_check(Str path, Err *err) MUST_USE;
bool project_warehouse(struct Project *p, WarehousePath *ret, Err *err) MUST_USE;
/* The file that one loader names; when it names none, the project's. chain: of a run (settings_in_chain), or NULL: its `path`
 * may have the extractor's name in it. */
bool project_loader_file(struct Project *p, const Plugin *loader, const Map *chain, WarehousePath *ret,
                         Err *err) MUST_USE;

/*
 * Names of tables that begin with a database: `second.main.t`. What names another file of the server is read through pond_neighbour
 * (warehouse/neighbour.c); what names the session's own by another name gets the one that DuckDB knows.
 *
 * | written | becomes |
 * | FROM second.main.t, JOIN second.public.u AS x | pond_neighbour('second', 'main', 't') AS t, ... AS x |
 * | second.main.t.column | t.column |
 * | warehouse.main.t | flights.main.t, where the warehouse is flights.duckdb |
 *
 * What is written to, or defined by a view or macro, is left to DuckDB, which knows no such database.
 */
#pragma once

#include "base/arena.h"
#include "base/vec.h"

typedef struct SqlDatabases {
    StrVec others;
    StrVec aliases; /* of the session's own */
    Str own;
} SqlDatabases;

/* In the arena, or as it was. */
Str sql_elsewhere(Arena *a, Str sql, const SqlDatabases *databases);
/* Whether a statement has been given another file to read by it. */
bool sql_is_elsewhere(Str sql);

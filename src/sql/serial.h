/*
 * Columns that count: `id serial`, `id int GENERATED ... AS IDENTITY`. DuckDB has sequences and defaults, not these words.
 *
 *     Str sql = sql_serials(arena, "CREATE TABLE t (id serial)", &serials);
 *     before: CREATE OR REPLACE SEQUENCE "t_id_seq"       sql: CREATE TABLE t (id INTEGER DEFAULT nextval('"t_id_seq"'))
 */
#pragma once

#include <stdbool.h>

#include "base/arena.h"

/* The table that is made. */
typedef struct SqlSerials {
    Str before;               /* must run first; empty: nothing counts */
    Str schema, name;         /* schema: empty when it is not named */
    bool temporary, optional; /* optional: IF NOT EXISTS */
} SqlSerials;

/* The same text when there is none. */
Str sql_serials(Arena *a, Str sql, SqlSerials *ret);

/*
 * Columns that count: `id serial`, `id int GENERATED ... AS IDENTITY`. DuckDB has sequences and defaults, not these words.
 *
 *     Str sql = sql_serials(arena, "CREATE TABLE t (id serial)", &before);
 *     before: CREATE OR REPLACE SEQUENCE "t_id_seq"       sql: CREATE TABLE t (id INTEGER DEFAULT nextval('"t_id_seq"'))
 */
#pragma once

#include "base/arena.h"

/* The same text, and an empty *ret_before, when there is none. Else *ret_before must run first. */
Str sql_serials(Arena *a, Str sql, Str *ret_before);

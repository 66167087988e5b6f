/*
 * `x = ANY(c.list)` as list_contains(c.list, x), and `x <> ALL(c.list)`: DuckDB makes a subquery of ANY, which may not stand in the
 * ON of an outer join, as clients ask the catalog.
 *
 * Lists in columns only: of a query or a parameter ANY stays, because DuckDB joins with those.
 */
#pragma once

#include "base/arena.h"

/* The same text when there is none. */
Str sql_any_of_columns(Arena *a, Str sql);

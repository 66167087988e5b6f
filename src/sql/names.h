/*
 * Names of result columns as PostgreSQL gives them to expressions without AS: a function's own name, a cast's type, `case`,
 * `?column?`. DuckDB writes the expression.
 */
#pragma once

#include "base/arena.h"

/* For each of `count` columns of a SELECT the name, or the empty Str where DuckDB's is right (a column, an alias, a part of `*`) or it
 * cannot be told. ret: room for count; names borrow from sql and the arena. */
void sql_column_names(Arena *a, Str sql, size_t count, Str *ret);

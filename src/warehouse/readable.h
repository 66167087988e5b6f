/* Types whose values no text is made of here (BIGNUM, VARIANT, GEOMETRY): DuckDB casts them to VARCHAR before they are given out. */
#pragma once

#include "warehouse/internal.h"
#include "warehouse/vector.h"

/* Neither one of them nor made of one. */
bool data_type_is_readable(const DataType *type);

/* A query as one that casts such columns, in *ret, which stays empty when it has none or is no query. sql: one statement, a
 * semicolon behind it. */
void readable_query(const DuckdbApi *duck, duckdb_prepared_statement prepared, Str sql, Buf *ret);
/* ERR_UNSUPPORTED. Returns false. */
bool readable_fail(Str column, Err *err);

/* A value of a DuckDB vector as the text that DuckDB itself prints (duckdb CLI, CAST ... AS VARCHAR). */
#pragma once

#include "base/buf.h"
#include "warehouse/duckdb_api.h"

/* Appends the value of a row; NULL values append "NULL". type is the vector's. */
void value_text(const DuckdbApi *duck, duckdb_vector vector, duckdb_logical_type type, uint64_t row, Buf *out);
bool value_is_null(const DuckdbApi *duck, duckdb_vector vector, uint64_t row);
/* "DECIMAL(10,2)", "STRUCT(a INTEGER, b VARCHAR)[]" */
void logical_type_sql(const DuckdbApi *duck, duckdb_logical_type type, Buf *out);

/* A value of a vector as the text that DuckDB itself prints (duckdb CLI, CAST ... AS VARCHAR). */
#pragma once

#include "warehouse/vector.h"

/* Appends the value of a row; NULL values append "NULL". */
void value_text(const Vector *v, uint64_t row, Buf *out);

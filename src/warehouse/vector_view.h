/* Views of DuckDB's types and vectors (vector.h). Included in src/warehouse only. */
#pragma once

#include "warehouse/duckdb_api.h"
#include "warehouse/vector.h"

/* Everything about a type, in the arena. */
void data_type_read(const DuckdbApi *duck, duckdb_logical_type type, Arena *a, DataType *ret);
/* A Vector of that type with room for its children, in the arena; vector_view fills it. */
void vector_init(const DataType *type, Arena *a, Vector *ret);
/* Looks at a vector of DuckDB's, which must outlive the view's use. */
void vector_view(const DuckdbApi *duck, duckdb_vector vector, Vector *ret);

/* PostgreSQL's functions that SQL can say with DuckDB's, and DuckDB's whose types or details differ, as macros. */
#pragma once

#include "base/arena.h"
#include "sql/catalog_item.h"

/* Adds what makes them in the catalog's schema. */
void sql_macros_put(Arena *a, CatalogStatements *out);

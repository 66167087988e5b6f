/* PostgreSQL's functions that SQL can say with DuckDB's, and DuckDB's whose types or details differ, as macros. */
#pragma once

#include "warehouse/warehouse.h"

/* Makes them in the catalog's schema, which exists. */
bool sql_macros_make(Session *s, Err *err) MUST_USE;

/* Functions in C of the catalog's macros (catalog.c): names of tables, sequences. */
#pragma once

#include "warehouse/scalar_function.h"

extern const ScalarFunction sql_catalog_functions[];
extern const size_t sql_catalog_function_count;

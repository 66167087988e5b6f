/* When a property's type and the type of the column that is there differ: which type holds both. */
#pragma once

#include "base/chunk.h"

/* Existing values and new ones fit into the result; it is `existing` itself whenever that holds every wanted value
 * (a HUGEINT takes a BIGINT, a VARCHAR everything, a TIMESTAMP stays without zone), so that tables keep their types. */
ColumnType column_type_join(ColumnType existing, ColumnType wanted);
bool column_type_equal(ColumnType a, ColumnType b);

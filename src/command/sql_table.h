/*
 * A query's rows as a table for people. Column widths come from the first rows, so that a result of any size goes through; on
 * a terminal wide columns are cut, and when even that does not fit each row is a block of "column value" lines.
 */
#pragma once

#include "command/out.h"
#include "warehouse/result.h"

/* limit: rows shown, 0 = all. Ends with a line that says how many rows there are. */
void sql_table_print(Out *out, Result *r, uint64_t limit);

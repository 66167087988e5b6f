/*
 * EXPLAIN as PostgreSQL answers it: one column "QUERY PLAN", a row for each line; a plan in JSON is one row. DuckDB gives the names of
 * its plans and, beside each, all lines in one text.
 */
#pragma once

#include "pgwire/row_store.h"
#include "pgwire/wire.h"
#include "warehouse/statement.h"

/* The RowDescription. */
void explain_describe(Wire *w);
/* Reads all that a started EXPLAIN gives, into rows of the protocol. */
bool explain_keep(Statement *st, RowStore *ret, Err *err) MUST_USE;

/*
 * PostgreSQL's catalog over DuckDB's: views and macros in a database of their own, attached when the server starts and found through
 * each session's search path. catalog.c has one row for each.
 */
#pragma once

#include "warehouse/warehouse.h"

/* Attaches the database, from the folder where it was kept; the first time, and when what it is made of has changed, it is made and kept
 * there. The folder is this function's alone. Any session of the warehouse sees it. */
bool sql_catalog_make(Session *s, Str folder, Err *err) MUST_USE;
/* What a session's search path ends with: "pond_catalog.pg". */
extern const char sql_catalog_schema[];

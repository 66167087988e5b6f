/*
 * PostgreSQL's catalog over DuckDB's: views and macros in a database of their own in memory, made once when the server starts and found
 * through each session's search path. catalog.c has one row for each.
 */
#pragma once

#include "warehouse/warehouse.h"

/* Attaches the database and fills it. Any session of the warehouse sees it. */
bool sql_catalog_make(Session *s, Err *err) MUST_USE;
/* What a session's search path ends with: "pond_catalog.pg". */
extern const char sql_catalog_schema[];

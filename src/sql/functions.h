/* Functions of PostgreSQL that DuckDB lacks and SQL cannot say, written in C: functions.c has one row for each. */
#pragma once

#include "warehouse/warehouse.h"

/* Registers them in the session's database. */
bool sql_functions_register(Session *s, Err *err) MUST_USE;

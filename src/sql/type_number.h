/* The number that PostgreSQL's catalog has for a type of DuckDB, by its name there: "DECIMAL(10,2)" is 1700, "INTEGER[]" 1007. */
#pragma once

#include "base/str.h"

/* What has no type in PostgreSQL is text or json. Any thread. */
int64_t sql_type_number(Str type);
/* The number of a function that reads or writes a type: one that stays, made of its name. */
int64_t sql_function_number(Str name);

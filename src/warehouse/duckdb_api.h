/*
 * libduckdb, opened at first use: linking it would cost every start of the program 10-20 ms. duckdb_api_load fills one
 * struct of functions, the same for the whole process (a shared library is the process' by nature).
 */
#pragma once

#include <duckdb.h>

#include "base/err.h"
#include "base/str.h"

typedef struct DuckdbApi {
#define X(name) __typeof__(duckdb_##name) *name;
#include "warehouse/duckdb_api.def"
#undef X
} DuckdbApi;

/* Opens `library` (empty: <exe>/../lib/libduckdb.so, <exe>/libduckdb.so) once per process. NULL: not found, or another
 * version than the one built against; the message says where it looked and names both versions. Any thread. */
const DuckdbApi *duckdb_api_load(Str library, Err *err) MUST_USE;
/* The same, for DuckDB's callbacks: it has been loaded. */
const DuckdbApi *duckdb_api(void);

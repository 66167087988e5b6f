/*
 * INSERT without a list of columns and with fewer values than there are columns: PostgreSQL fills the first ones, DuckDB refuses.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

typedef struct PgSession PgSession;

/* err: why DuckDB did not plan the statement. With the first columns named when that was it and the values are too few; else the
 * same text. In the arena of the message. */
Str pg_insert_columns(PgSession *s, Str sql, const Err *err);

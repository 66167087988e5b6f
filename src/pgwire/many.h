/* DROP and TRUNCATE of several things in one statement, which DuckDB takes one at a time. */
#pragma once

#include "base/err.h"
#include "base/str.h"

typedef struct PgSession PgSession;

/* Whether it is such a statement, or a TRUNCATE with words that DuckDB does not know. */
bool pg_is_many(Str sql);
/* All of them or none. *ret_tag: of the command. */
bool pg_many(PgSession *s, Str sql, const char **ret_tag, Err *err) MUST_USE;

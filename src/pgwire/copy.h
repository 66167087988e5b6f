/* COPY ... FROM STDIN and TO STDOUT over the wire, in PostgreSQL's text, csv and binary formats. */
#pragma once

#include "base/err.h"
#include "base/str.h"

typedef struct PgSession PgSession;

/* Whether the statement is one of these; also when it is wrong in its options. */
bool pg_is_copy(Str sql);
/* Runs it with all its messages but CommandComplete. *ret_rows that were copied. */
bool pg_copy(PgSession *s, Str sql, uint64_t *ret_rows, Err *err) MUST_USE;

/*
 * Planning of a statement with parameters, as far as their types go: what the client declared, what DuckDB tells, what stands beside them
 * (infer.h), else text. Types that DuckDB could not tell are written into the SQL as casts.
 */
#pragma once

#include "pgwire/session.h"

typedef struct TypedSql {
    Arena *arena;   /* of the statement: what is added here lies there */
    Str sql;        /* as the client wrote it; after the first plan with casts */
    uint32_t *oids; /* of the parameters: as declared, 0 = not; all of them after the first plan */
    size_t oid_count;
    bool inferred; /* the casts are written */
} TypedSql;

/* Plans it; each time when it is to run anew. */
Statement *typed_plan(PgSession *s, TypedSql *t, Err *err) MUST_USE;

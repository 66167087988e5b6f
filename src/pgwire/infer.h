/*
 * Types of parameters that DuckDB cannot tell and PostgreSQL can, from what stands beside them in the SQL. Each function returns the same
 * text (same address) when it has nothing to do.
 *
 *     x = ANY($1)         an array of what x is: asked by a plan of its own, infer_probe, then written into the text
 *     x + $1              the same as x
 *     $1::int::text       int: to DuckDB the last cast is the parameter's type
 */
#pragma once

#include "sql/edit.h"
#include "warehouse/statement.h"

/* As the client declared them: oids, 0 = not. */
typedef struct ParameterTypes {
    const uint32_t *oids;
    size_t count;
} ParameterTypes;

/* Casts of casts, and arrays of a declared type. */
Str infer_casts(Arena *a, Str sql, const ParameterTypes *types);
/* Whether the SQL casts the parameter at token i itself: $1::int, CAST($1 AS int). */
bool infer_has_cast(const SqlEdit *e, size_t i);
/* The type that parameter n, from 1, is cast to so: "int", "pg_catalog.int4[]"; empty: it is not. */
Str infer_cast(Arena *a, Str sql, size_t n);
/* A text whose plan tells the types of what is in ANY($1) and ALL($1). */
Str infer_probe(Arena *a, Str sql);
/* With the types of that plan. */
Str infer_arrays(Arena *a, Str sql, const Statement *probe);
/* Parameters that have no type by `st`, the plan of this text, get that of their neighbour. */
Str infer_likes(Arena *a, Str sql, const Statement *st, const ParameterTypes *types);

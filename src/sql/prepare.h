/*
 * PREPARE and EXECUTE, read as PostgreSQL writes them. What stands behind the first word is given; false: it is not written like that.
 * Nothing is copied but names; arrays are in the arena.
 */
#pragma once

#include "base/arena.h"
#include "sql/token.h"

typedef struct PrepareStatement {
    Str name, query;
    const Str *types; /* of $1, $2...: as written */
    size_t type_count;
} PrepareStatement;

bool sql_prepare_parse(Arena *a, Str rest, PrepareStatement *ret) MUST_USE;

typedef struct ExecuteStatement {
    Str name;
    const Str *arguments; /* expressions */
    size_t argument_count;
} ExecuteStatement;

bool sql_execute_parse(Arena *a, Str rest, ExecuteStatement *ret) MUST_USE;
/* The query with each parameter cast to the type that PREPARE gave it. In the arena. */
Str sql_prepare_cast(Arena *a, const PrepareStatement *p);

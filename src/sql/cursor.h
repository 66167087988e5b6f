/*
 * DECLARE, FETCH, MOVE and CLOSE, read as PostgreSQL writes them. What stands behind the first word is given; false: it is not written
 * like that. Nothing is copied but quoted names.
 */
#pragma once

#include "base/arena.h"
#include "sql/token.h"

typedef struct DeclareStatement {
    Str name;
    bool binary, hold, scroll, no_scroll;
    Str query;
} DeclareStatement;

bool sql_declare_parse(Arena *a, Str rest, DeclareStatement *ret) MUST_USE;

typedef enum FetchDirection { FETCH_FORWARD, FETCH_BACKWARD, FETCH_ABSOLUTE, FETCH_RELATIVE } FetchDirection;

typedef struct FetchStatement {
    FetchDirection direction;
    bool all;      /* FORWARD or BACKWARD to the end */
    int64_t count; /* never INT64_MIN */
    Str cursor;
} FetchStatement;

/* Of FETCH and MOVE. */
bool sql_fetch_parse(Arena *a, Str rest, FetchStatement *ret) MUST_USE;
/* *ret_name empty: ALL. */
bool sql_close_parse(Arena *a, Str rest, Str *ret_name) MUST_USE;

/*
 * Live: what C code answers inside SQL, for the session that asks and at the moment when it asks.
 *
 *     pond_call(name, a, b, c)   a text, or NULL: functions that belong to a session
 *     pond_rows(name)            rows of LIVE_COLUMNS texts, c1, c2...: tables that are made when a statement begins
 *
 * Both are there in every warehouse, so that macros and views can be made of them; on a session without answers the one fails and the
 * other is empty.
 */
#pragma once

#include "base/buf.h"
#include "warehouse/warehouse.h"

enum { LIVE_ARGUMENTS = 3, LIVE_COLUMNS = 20 };

/* A text or NULL (at NULL). */
typedef Str LiveText;
#define LIVE_NULL ((LiveText){0})

typedef struct LiveRows LiveRows;
/* The next value of the row; the row ends with live_end, what is missing is NULL. */
void live_put(LiveRows *r, LiveText value);
void live_put_i64(LiveRows *r, int64_t value);
/* As a TIMESTAMPTZ reads it; 0: NULL. */
void live_put_time(LiveRows *r, int64_t us);
void live_put_bool(LiveRows *r, bool value);
void live_end(LiveRows *r);

typedef struct LiveFunction {
    const char *name;
    /* On one of DuckDB's threads or the session's own, for each row that asks. It may block, if it watches what ends the
     * statement. *ret is empty at first; *ret_null true: the answer is NULL. */
    bool (*call)(void *caller, const LiveText arguments[LIVE_ARGUMENTS], Buf *ret, bool *ret_null, Err *err);
} LiveFunction;

typedef struct LiveTable {
    const char *name;
    /* On the thread that runs the statement. */
    void (*fill)(void *caller, LiveRows *rows);
} LiveTable;

typedef struct LiveAnswers {
    const LiveFunction *functions;
    size_t function_count;
    const LiveTable *tables;
    size_t table_count;
} LiveAnswers;

/* From now on this session's questions go there, until it is closed. answers must live as long. */
void session_answer(Session *s, const LiveAnswers *answers, void *caller);

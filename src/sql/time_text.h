/*
 * Dates, times and intervals as PostgreSQL reads them, written as DuckDB does: seconds may be missing, months have names, zones
 * abbreviations, hours AM and PM, years BC, intervals ISO 8601's or SQL's form.
 *
 *     sql_time_text(STR("2020-01-01 10:00+00"), SQL_TIME_TIMESTAMPTZ, &out)        2020-01-01 10:00:00+00:00
 *     sql_time_text(STR("P1Y2M"), SQL_TIME_INTERVAL, &out)                         14 months 0 days 0 microseconds
 */
#pragma once

#include "base/buf.h"

typedef enum SqlTimeKind {
    SQL_TIME_DATE,
    SQL_TIME_TIME,
    SQL_TIME_TIMETZ,
    SQL_TIME_TIMESTAMP,
    SQL_TIME_TIMESTAMPTZ,
    SQL_TIME_INTERVAL,
} SqlTimeKind;

/* False: nothing that is read here, or no such day; DuckDB reads the text itself or says what is wrong with it. */
bool sql_time_text(Str text, SqlTimeKind kind, Buf *out);
/* What `now`, `today`, `tomorrow` and `yesterday` stand for, as an expression; NULL: the text is none of these. */
const char *sql_time_word(Str text, SqlTimeKind kind);

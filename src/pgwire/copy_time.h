/*
 * Dates and times as PostgreSQL's input functions read them from numbers: ISO 8601 in its many forms, month/day/year, BC, AM and PM,
 * infinity and epoch. Names of months and of zones are none of them. Blanks around the text are allowed.
 */
#pragma once

#include "base/str.h"

typedef enum CopyTimeResult {
    COPY_TIME_OK,
    COPY_TIME_INFINITE, /* micros is INT64_MAX or -INT64_MAX */
    COPY_TIME_BAD,      /* no date or time */
    COPY_TIME_FIELD,    /* a month 13, an hour 25 */
} CopyTimeResult;

typedef struct CopyTime {
    bool has_date, has_time, has_zone;
    int64_t days;   /* since 1970-01-01 */
    int64_t micros; /* of the day, 24:00:00 is possible */
    int64_t offset; /* microseconds east of UTC */
} CopyTime;

CopyTimeResult copy_time_read(Str text, CopyTime *ret);

/*
 * PostgreSQL's patterns of dates and times, those of to_char, to_date and to_timestamp: "YYYY-MM-DD HH24:MI:SS", "FMDay, DDth".
 * A pattern is read node by node, nothing is allocated. Any thread.
 *
 *     DateFields f = date_fields_of_timestamp(micros);
 *     if (!date_pattern_format(STR("YYYY-MM-DD"), &f, &out, err)) ...
 *     if (!date_pattern_read(STR("DD Mon YYYY"), STR("05 Dec 2000"), &micros, err)) ...
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"

typedef enum DateKey {
    DATE_AD,
    DATE_AD_DOTS,
    DATE_AM,
    DATE_AM_DOTS,
    DATE_CC,
    DATE_DAY,
    DATE_DAY_OF_YEAR,
    DATE_DD,
    DATE_DY,
    DATE_DOW,
    DATE_FRACTION, /* FF1 to FF6 */
    DATE_FX,
    DATE_HH24,
    DATE_HH12,
    DATE_ISO_DAY_OF_YEAR,
    DATE_ISO_DOW,
    DATE_ISO_WEEK,
    DATE_ISO_YEAR, /* IYYY to I */
    DATE_JULIAN,
    DATE_MI,
    DATE_MM,
    DATE_MONTH,
    DATE_MON,
    DATE_MS,
    DATE_OF,
    DATE_Q,
    DATE_RM,
    DATE_SSSS,
    DATE_SS,
    DATE_TZ,
    DATE_TZH,
    DATE_TZM,
    DATE_US,
    DATE_WW,
    DATE_W,
    DATE_YEAR_COMMA,
    DATE_YEAR, /* YYYY to Y */
} DateKey;

typedef enum DateNodeKind { DATE_NODE_KEY, DATE_NODE_SPACE, DATE_NODE_SEPARATOR, DATE_NODE_TEXT } DateNodeKind;
typedef enum DateCase { DATE_UPPER, DATE_CAPITAL, DATE_LOWER } DateCase;

typedef struct DateNode {
    DateNodeKind kind;
    DateKey key;
    DateCase letters; /* as the key is written */
    bool fill;        /* FM: no blanks and zeros around the value */
    bool localized;   /* TM */
    char ordinal;     /* 't' th, 'T' TH, 0 */
    Str text;         /* the key as it is written; of other kinds the character */
} DateNode;

typedef struct DatePattern {
    Str text;
    size_t at;
    bool quoted;
} DatePattern;

/* False at the end. */
bool date_pattern_next(DatePattern *p, DateNode *ret);
/* The pattern has a number at its end or in front of something that is no digit: the number is as long as it is. */
bool date_node_is_open(const DatePattern *behind, const DateNode *node);

typedef struct DateFields {
    int64_t year; /* 0 = 1 BC */
    int month, day;
    int64_t hour;
    int minute, second, micros;
    int64_t days;  /* since 1970; of an interval: unused */
    bool interval; /* hours, days and years are amounts */
    bool zoned;    /* UTC */
} DateFields;

DateFields date_fields_of_timestamp(int64_t micros);
DateFields date_fields_of_date(int32_t days);
DateFields date_fields_of_interval(int32_t months, int32_t days, int64_t micros);

bool date_pattern_format(Str pattern, const DateFields *f, Buf *out, Err *err) MUST_USE;
/* Microseconds since 1970; what the text leaves out is 0001-01-01 BC 00:00:00. SQLSTATE 22007, 22008: "[22007] ..." */
bool date_pattern_read(Str pattern, Str text, int64_t *ret_micros, Err *err) MUST_USE;
/* Names in PostgreSQL's order, full: "January", "Monday". */
extern const char *const date_months[12];
extern const char *const date_weekdays[7]; /* from Sunday */

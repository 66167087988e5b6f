/*
 * Moments, durations and zones: the values of Python's datetime module. A Moment is a date, a time of day, or both; zones
 * are fixed offsets. There is no local zone: what Python takes from the machine is UTC here.
 */
#pragma once

#include "base/time.h"
#include "jinja/builtins.h"

enum { MAX_YEAR = 9999 };

typedef struct Duration {
    Object head;
    int64_t us; /* up to 292,000 years; Python's go to 2.7 million */
} Duration;

typedef struct Zone {
    Object head;
    int64_t offset; /* from UTC in us, less than a day */
    Str name;       /* empty: from the offset */
} Zone;

typedef struct Moment {
    Object head; /* type says which of the fields count */
    int64_t year, month, day, hour, minute, second, us, fold;
    const Zone *zone; /* NULL: none */
} Moment;

/* moment_types.c */
extern const ObjectType date_type, time_type, datetime_type, duration_type, zone_type;
extern const Zone zone_utc;

static inline const Moment *moment_of(Value v) {
    return (const Moment *)v.object;
}
bool moment_has_date(const Moment *m);
bool moment_has_time(const Moment *m);

/* A copy as a value. False: a field is out of its range; err is set. */
bool moment_value(Eval *ev, const Moment *m, Value *ret) MUST_USE;
bool duration_value(Eval *ev, int64_t us, Value *ret) MUST_USE;
/* The singleton for an offset of 0 without a name. False: a day or more. */
bool zone_value(Eval *ev, int64_t offset, Str name, Value *ret) MUST_USE;

/* ---- calendar: moment_calendar.c ---- */

void moment_set_days(Moment *m, int64_t days); /* the date, from days since 1970 */
int64_t weekday_of(const Moment *m);           /* Monday 0 */
int64_t day_of_year(const Moment *m);          /* from 1 */
/* ISO 8601 week: Monday first, week 1 has the year's first Thursday. */
void iso_week_of(const Moment *m, int64_t *ret_year, int64_t *ret_week);
/* The Monday of week 1 as days since 1970. */
int64_t iso_year_begin(int64_t year);

/* Microseconds since 1970 as the clock of the moment shows them; and in UTC. */
int64_t moment_local_us(const Moment *m);
int64_t moment_utc_us(const Moment *m);
/* Date and time of day of the moment from such a number. */
void moment_set_us(Moment *m, int64_t us);

/* ---- text: moment_text.c ---- */

/* Date and time by ISO 8601; timespec: auto, hours, minutes, seconds, milliseconds, microseconds. False: another one. */
bool moment_write_iso(Buf *out, const Moment *m, char separator, Str timespec);
void offset_write(Buf *out, int64_t offset, bool colon); /* +05:30 */
void zone_write_name(Buf *out, const Zone *z);
/* Whole text, as Python 3.11's fromisoformat; the fields are not checked for their range. */
bool date_parse_iso(Str text, Moment *ret);
bool time_parse_iso(Eval *ev, Str text, Moment *ret);

/* ---- formats: moment_format.c, moment_parse.c ---- */

bool moment_format(Eval *ev, Buf *out, const Moment *m, Str format) MUST_USE;
bool moment_parse(Eval *ev, Str text, Str format, Value *ret) MUST_USE;

extern const char *const month_names[12], *const day_names[7];

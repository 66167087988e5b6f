/*
 * Time: microseconds since 1970-01-01T00:00:00Z as int64_t, days since 1970-01-01 as int32_t (both proleptic Gregorian,
 * as DuckDB), and their texts. No time zones with names, no locale, no state: any thread.
 *
 *     int64_t us;
 *     bool has_zone;
 *     if (!time_parse(STR("2013-01-01T05:00:00+05:30"), &us, &has_zone)) ...
 */
#pragma once

#include "base/str.h"

#define US_PER_MS INT64_C(1000)
#define US_PER_SECOND INT64_C(1000000)
#define US_PER_DAY INT64_C(86400000000)

int64_t time_now_us(void);

/* ---- calendar ---- */

typedef struct Civil {
    int64_t year; /* 0 = 1 BC, as ISO 8601 */
    int month, day;
} Civil;

/* month 1-12, day 1-31; any year that fits. Days of a wrong date (31 February) run on into the next month. */
int64_t days_from_civil(int64_t year, int month, int day);
Civil civil_from_days(int64_t days);
/* 28-31; month 1-12. */
int days_in_month(int64_t year, int month);

/* ---- reading: the whole text or false with *ret untouched; no blanks around it ---- */

/*
 * ISO 8601 / RFC 3339, as taps write it: date, then "T", "t" or one blank, HH:MM[:SS[.fraction]], then an optional zone: Z, z,
 * +HH:MM[:SS], +HHMM, +HH, UTC, GMT (one blank may stand before it). Date alone = midnight. Without a zone = UTC.
 * The fraction (after "." or ",") has any number of digits; those behind the microseconds are cut, not rounded. Second 60 is the
 * first of the next minute; 24:00:00 is the next midnight. Dates: see date_parse. Out of DuckDB's range of TIMESTAMP
 * (290309 BC - 294247): false. About 10 ns.
 */
bool time_parse(Str s, int64_t *ret_us, bool *ret_has_zone);
/* [+-]YYYY-MM-DD: four to seven digits of year; 0000 is 1 BC. The date must exist and be one of DuckDB's
 * (5877642 BC - 5881580). */
bool date_parse(Str s, int32_t *ret_days);
/* HH:MM[:SS[.fraction]], 00:00:00 - 24:00:00, in microseconds. With a zone as in RFC 3339's full-time: the time of day in
 * UTC. */
bool time_of_day_parse(Str s, int64_t *ret_us);
/* "60", "60s", "10min", "1h30m", "250ms", "1.5h", "2 days": a number without a unit is seconds; units us ms s sec m min h d w and
 * their words; the parts add up. Not negative. */
bool duration_parse(Str s, int64_t *ret_us);

/* ---- writing: NUL-terminated into the caller's buffer; return the text ---- */

enum { TIME_TEXT = 40 };
/* "2013-01-01T05:00:00Z", "2013-01-01T05:00:00.123456Z": the fraction only when it is not zero. */
Str time_format(int64_t us, char buffer[TIME_TEXT]);
/* Always with six digits, as Python's isoformat(timespec="microseconds") and "Z". */
Str time_format_us(int64_t us, char buffer[TIME_TEXT]);
/* "2013-01-01", "10000-01-01", "-0044-03-15" */
Str date_format(int64_t days, char buffer[TIME_TEXT]);
/* "05:00:00", "05:00:00.123456" */
Str time_of_day_format(int64_t us, char buffer[TIME_TEXT]);
/* For people: "850 ms", "12.3 s", "1 min 30 s", "2 h 5 min", "3 d 4 h". */
Str duration_format(int64_t us, char buffer[TIME_TEXT]);

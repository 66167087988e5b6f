#include "pgwire/copy_time.h"

#include <math.h>

#include "base/time.h"

typedef struct Cursor {
    const char *at, *end;
} Cursor;

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool take(Cursor *c, char wanted) {
    if (c->at == c->end || *c->at != wanted) return false;
    c->at++;
    return true;
}

static void take_blanks(Cursor *c) {
    while (take(c, ' ')) {}
}

/* Digits, at most `most`; *ret_count how many. */
static bool take_number(Cursor *c, int most, int64_t *ret, int *ret_count) {
    const char *from = c->at;
    *ret = 0;
    for (; c->at < c->end && is_digit(*c->at) && c->at - from < most; c->at++) *ret = *ret * 10 + (*c->at - '0');
    *ret_count = (int)(c->at - from);
    return *ret_count && (c->at == c->end || !is_digit(*c->at));
}

static bool take_word(Cursor *c, const char *word) {
    Str text = {c->at, (size_t)(c->end - c->at)}, wanted = str_of(word);
    if (!str_equal_nocase(str_slice(text, 0, wanted.len), wanted)) return false;
    char behind = text.len > wanted.len ? text.at[wanted.len] : ' ';
    if ((behind >= 'a' && behind <= 'z') || (behind >= 'A' && behind <= 'Z')) return false;
    c->at += wanted.len;
    return true;
}

/* ---- dates ---- */

typedef struct Date {
    int64_t year, month, day;
    bool there;
} Date;

/* Two digits of a year are of this or the last century. */
static int64_t whole_year(int64_t year, int digits) {
    return digits > 2 ? year : year + (year < 70 ? 2000 : 1900);
}

/* 2020-01-31, 2020/1/31, 20200131, 1/31/2020. False: the cursor stays, there is none. */
static bool take_date(Cursor *c, Date *ret) {
    enum { MOST = 7, COMPACT = 8 };
    Cursor look = *c;
    int64_t a, b, d;
    int digits, count;
    (void)take_number(&look, COMPACT, &a, &digits);
    if (digits == COMPACT && (look.at == look.end || !is_digit(*look.at))) {
        *ret = (Date){a / 10000, a / 100 % 100, a % 100, true};
        *c = look;
        return true;
    }
    char separator = look.at < look.end ? *look.at : '\0';
    if (digits > MOST || !separator || !strchr("-/.", separator)) return false;
    look.at++;
    if (!take_number(&look, 2, &b, &count) || !take(&look, separator) || !take_number(&look, MOST, &d, &count))
        return false;
    *ret = digits > 2 ? (Date){a, b, d, true} : (Date){whole_year(d, count), a, b, true};
    *c = look;
    return true;
}

/* ---- times of day ---- */

/* Digits behind the point, rounded to microseconds. */
static bool take_fraction(Cursor *c, int64_t *ret) {
    char text[32] = "0.";
    size_t len = 2;
    *ret = 0;
    if (!take(c, '.')) return true;
    for (; c->at < c->end && is_digit(*c->at); c->at++)
        if (len < sizeof text - 1) text[len++] = *c->at;
    *ret = (int64_t)rint(strtod(text, NULL) * 1e6);
    return true;
}

typedef struct Clock {
    int64_t hour, minute, second, fraction;
    bool half; /* AM or PM */
} Clock;

static bool take_clock(Cursor *c, Clock *t) {
    int count;
    *t = (Clock){0};
    if (!take_number(c, 2, &t->hour, &count) || !take(c, ':') || !take_number(c, 2, &t->minute, &count)) return false;
    if (take(c, ':') && (!take_number(c, 2, &t->second, &count) || !take_fraction(c, &t->fraction))) return false;
    Cursor look = *c;
    take_blanks(&look);
    bool after = take_word(&look, "pm");
    t->half = after || take_word(&look, "am");
    if (!t->half) return true;
    *c = look;
    if (t->hour > 12) t->hour = 99; /* none */
    else t->hour = t->hour % 12 + (after ? 12 : 0);
    return true;
}

/* 040506, behind a date. */
static bool take_compact_clock(Cursor *c, Clock *t) {
    int64_t all;
    int count;
    if (!take_number(c, 6, &all, &count) || (count != 6 && count != 4)) return false;
    if (count == 4) all *= 100;
    *t = (Clock){.hour = all / 10000, .minute = all / 100 % 100, .second = all % 100};
    return take_fraction(c, &t->fraction);
}

/* Z, UTC, +05, -03:30, +0530, +05:30:15. */
static bool take_zone(Cursor *c, CopyTime *ret, bool *ret_fits) {
    static const char *const utc[] = {"z", "utc", "gmt", "zulu"};
    int64_t hours, minutes = 0, seconds = 0;
    int count;
    *ret_fits = true;
    for (size_t i = 0; i < ARRAY_LEN(utc); i++)
        if (take_word(c, utc[i])) return ret->has_zone = true;
    bool west = take(c, '-');
    if (!west && !take(c, '+')) return true;
    if (!take_number(c, 4, &hours, &count)) return false;
    if (count > 2) minutes = hours % 100, hours /= 100;
    else if (take(c, ':') && !take_number(c, 2, &minutes, &count)) return false;
    else if (take(c, ':') && !take_number(c, 2, &seconds, &count)) return false;
    *ret_fits = hours <= 15 && minutes <= 59 && seconds <= 59;
    ret->offset = (hours * 3600 + minutes * 60 + seconds) * US_PER_SECOND * (west ? -1 : 1);
    return ret->has_zone = true;
}

/* ---- all ---- */

static CopyTimeResult set_date(Date d, bool before_christ, CopyTime *ret) {
    if (!d.there) return COPY_TIME_OK;
    if (before_christ && d.year < 1) return COPY_TIME_FIELD;
    if (!before_christ && d.year < 1) return COPY_TIME_FIELD;
    if (before_christ) d.year = 1 - d.year;
    if (d.month < 1 || d.month > 12 || d.day < 1 || d.day > days_in_month(d.year, (int)d.month)) return COPY_TIME_FIELD;
    ret->days = days_from_civil(d.year, (int)d.month, (int)d.day);
    ret->has_date = true;
    return COPY_TIME_OK;
}

static CopyTimeResult set_clock(Clock t, CopyTime *ret) {
    bool midnight = t.hour == 24 && !t.minute && !t.second && !t.fraction;
    if ((t.hour > 23 && !midnight) || t.minute > 59 || t.second > 60) return COPY_TIME_FIELD;
    ret->micros = (t.hour * 3600 + t.minute * 60 + t.second) * US_PER_SECOND + t.fraction;
    ret->has_time = true;
    return COPY_TIME_OK;
}

static bool read_word(Str text, CopyTime *ret, CopyTimeResult *result) {
    static const struct {
        const char *word;
        CopyTimeResult result;
        int64_t micros;
    } words[] = {{"epoch", COPY_TIME_OK, 0},
                 {"infinity", COPY_TIME_INFINITE, INT64_MAX},
                 {"+infinity", COPY_TIME_INFINITE, INT64_MAX},
                 {"-infinity", COPY_TIME_INFINITE, -INT64_MAX}};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (!str_equal_nocase(text, str_of(words[i].word))) continue;
        *result = words[i].result;
        *ret = (CopyTime){.has_date = true, .has_zone = true, .micros = words[i].micros};
        return true;
    }
    return false;
}

/* The time, its zone and the era behind the date, or the time alone. */
static bool read_rest(Cursor *c, bool dated, Clock *t, bool *ret_clock, CopyTime *ret, bool *ret_fits) {
    *ret_fits = true;
    *ret_clock = false;
    if (dated && c->at < c->end && (*c->at == 'T' || *c->at == 't')) c->at++;
    take_blanks(c);
    if (c->at < c->end && is_digit(*c->at)) {
        Cursor look = *c;
        *ret_clock = take_clock(&look, t);
        if (!*ret_clock) look = *c;
        if (!*ret_clock && !(*ret_clock = dated && take_compact_clock(&look, t))) return false;
        *c = look;
    }
    take_blanks(c);
    return !*ret_clock || take_zone(c, ret, ret_fits);
}

CopyTimeResult copy_time_read(Str text, CopyTime *ret) {
    CopyTimeResult result;
    Date date = {0};
    Clock clock;
    bool has_clock, fits;
    text = str_trim(text);
    *ret = (CopyTime){0};
    if (read_word(text, ret, &result)) return result;
    Cursor c = {text.at, text.at + text.len};
    bool dated = take_date(&c, &date);
    if (!read_rest(&c, dated, &clock, &has_clock, ret, &fits)) return COPY_TIME_BAD;
    take_blanks(&c);
    bool before_christ = dated && take_word(&c, "bc");
    if (dated && !before_christ) (void)take_word(&c, "ad");
    if (c.at != c.end || (!dated && !has_clock)) return COPY_TIME_BAD;
    if (!fits) return COPY_TIME_FIELD;
    result = set_date(date, before_christ, ret);
    return result == COPY_TIME_OK && has_clock ? set_clock(clock, ret) : result;
}

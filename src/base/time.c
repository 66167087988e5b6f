/* Time: calendar arithmetic, ISO 8601 in and out, durations. */
#include "base/time.h"

#include <time.h>

#define US_PER_MINUTE (60 * US_PER_SECOND)
#define US_PER_HOUR (60 * US_PER_MINUTE)

/* DuckDB's finite TIMESTAMP and DATE; one beyond them means infinity there. */
#define TIMESTAMP_MIN (-INT64_C(9223372022400000000))
#define TIMESTAMP_MAX (INT64_MAX - 1)
#define DATE_MIN (-INT64_C(2147483646))
#define DATE_MAX INT64_C(2147483646)

int64_t time_now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * US_PER_SECOND + now.tv_nsec / 1000;
}

/* ---- calendar: years begin in March, so that the leap day is a year's last; eras of 400 years ---- */

enum { DAYS_PER_ERA = 146097, EPOCH_IN_ERAS = 719468 /* days from 0000-03-01 to 1970-01-01 */ };

static int64_t floor_div(int64_t a, int64_t b) {
    return a / b - (a % b < 0);
}

int64_t days_from_civil(int64_t year, int month, int day) {
    year -= month <= 2;
    int64_t era = floor_div(year, 400);
    int year_of_era = (int)(year - era * 400);
    int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_PER_ERA + day_of_era - EPOCH_IN_ERAS;
}

Civil civil_from_days(int64_t days) {
    days += EPOCH_IN_ERAS;
    int64_t era = floor_div(days, DAYS_PER_ERA);
    int day_of_era = (int)(days - era * DAYS_PER_ERA);
    int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int month = (5 * day_of_year + 2) / 153;
    Civil c = {.year = era * 400 + year_of_era, .day = day_of_year - (153 * month + 2) / 5 + 1};
    c.month = month < 10 ? month + 3 : month - 9;
    c.year += c.month <= 2;
    return c;
}

static bool is_leap(int64_t year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int days_in_month(int64_t year, int month) {
    static const int8_t days[] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month];
}

/* ---- reading: each part moves the cursor behind itself, or returns false ---- */

typedef struct Cursor {
    const char *at, *end;
} Cursor;

static inline unsigned digit(char c) {
    return (unsigned)(unsigned char)c - '0';
}

static inline bool read_char(Cursor *c, char wanted) {
    if (c->at == c->end || *c->at != wanted) return false;
    c->at++;
    return true;
}

static inline bool read_two(Cursor *c, int *ret) {
    if (c->end - c->at < 2) return false;
    unsigned tens = digit(c->at[0]), ones = digit(c->at[1]);
    if (tens > 9 || ones > 9) return false;
    c->at += 2;
    *ret = (int)(tens * 10 + ones);
    return true;
}

static inline bool read_word(Cursor *c, Str word) {
    if ((size_t)(c->end - c->at) < word.len || memcmp(c->at, word.at, word.len) != 0) return false;
    c->at += word.len;
    return true;
}

static inline bool read_year(Cursor *c, int64_t *ret) {
    bool negative = read_char(c, '-');
    if (!negative) (void)read_char(c, '+');
    const char *from = c->at;
    int64_t year = 0;
    for (; c->at < c->end && digit(*c->at) <= 9 && c->at - from < 8; c->at++) year = year * 10 + digit(*c->at);
    *ret = negative ? -year : year;
    return c->at - from >= 4 && c->at - from <= 7;
}

static inline bool is_date(int64_t year, int month, int day) {
    return month >= 1 && month <= 12 && day >= 1 && (day <= 28 || day <= days_in_month(year, month));
}

static inline bool read_date(Cursor *c, int64_t *ret_days) {
    int64_t year;
    int month, day;
    if (!read_year(c, &year) || !read_char(c, '-') || !read_two(c, &month) || !read_char(c, '-') || !read_two(c, &day))
        return false;
    if (!is_date(year, month, day)) return false;
    *ret_days = days_from_civil(year, month, day);
    return true;
}

/* Microseconds from the digits behind "." or ",". */
static inline bool read_fraction(Cursor *c, int64_t *ret_us) {
    static const int32_t units[] = {0, 100000, 10000, 1000, 100, 10, 1};
    const char *from = c->at;
    int32_t value = 0;
    for (; c->at < c->end && digit(*c->at) <= 9; c->at++)
        if (c->at - from < 6) value = value * 10 + (int32_t)digit(*c->at);
    *ret_us = value * units[MIN(c->at - from, 6)];
    return c->at > from;
}

/* 00:00 to 24:00:00; a leap second may also make it 24:00:00. */
static inline bool make_time(int hour, int minute, int second, int64_t fraction, int64_t *ret_us) {
    if (hour > 24 || minute > 59 || second > 60) return false;
    if (hour == 24 && (minute || second || fraction)) return false;
    *ret_us = (hour * 3600 + minute * 60 + second) * US_PER_SECOND + fraction;
    return true;
}

static inline bool read_optional_fraction(Cursor *c, int64_t *ret_us) {
    *ret_us = 0;
    return !(read_char(c, '.') || read_char(c, ',')) || read_fraction(c, ret_us);
}

static inline bool read_time(Cursor *c, int64_t *ret_us) {
    int hour, minute, second = 0;
    int64_t fraction = 0;
    if (!read_two(c, &hour) || !read_char(c, ':') || !read_two(c, &minute)) return false;
    if (read_char(c, ':') && (!read_two(c, &second) || !read_optional_fraction(c, &fraction))) return false;
    return make_time(hour, minute, second, fraction, ret_us);
}

static inline bool read_offset(Cursor *c, int64_t *ret_us) {
    int hours, minutes = 0, seconds = 0;
    if (!read_two(c, &hours)) return false;
    if (c->at < c->end) {
        bool colon = read_char(c, ':');
        if (!read_two(c, &minutes)) return false;
        if (colon && read_char(c, ':') && !read_two(c, &seconds)) return false;
    }
    *ret_us = hours * US_PER_HOUR + minutes * US_PER_MINUTE + seconds * US_PER_SECOND;
    return hours <= 23 && minutes <= 59 && seconds <= 59;
}

/* What follows the time: nothing, or a zone. *ret_offset is local minus UTC. */
static inline bool read_zone(Cursor *c, int64_t *ret_offset, bool *ret_has) {
    *ret_offset = 0;
    *ret_has = c->at < c->end;
    if (!*ret_has) return true;
    (void)read_char(c, ' ');
    if (read_char(c, '+')) return read_offset(c, ret_offset);
    if (!read_char(c, '-'))
        return read_char(c, 'Z') || read_char(c, 'z') || read_word(c, STR("UTC")) || read_word(c, STR("GMT"));
    if (!read_offset(c, ret_offset)) return false;
    *ret_offset = -*ret_offset;
    return true;
}

/* Eight bytes of a fixed layout: a digit where the pattern has '0', else the pattern's byte. */
typedef struct Layout {
    char pattern[9];
    uint64_t
        carry; /* added to a byte minus the pattern's, sets its high bit unless it fits: 0x76 for digits, else 0x7F */
} Layout;

/* *ret_pairs: byte i is the number written by bytes i and i + 1. */
static inline bool read_layout(const char *at, Layout layout, uint64_t *ret_pairs) {
    _Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "bytes are taken by shifts");
    uint64_t bytes, wanted;
    memcpy(&bytes, at, 8);
    memcpy(&wanted, layout.pattern, 8);
    uint64_t digits = bytes ^ wanted;
    if (((digits + layout.carry) | digits) & 0x8080808080808080u) return false;
    *ret_pairs = digits * 10 + (digits >> 8);
    return true;
}

static inline int pair(uint64_t pairs, int i) {
    return (int)(pairs >> (8 * i) & 0xFF);
}

static inline bool is_separator(char c) {
    return c == 'T' || c == ' ' || c == 't';
}

/* The usual layout, YYYY-MM-DD?HH:MM:SS with or without a fraction; false: try the general way. */
static inline bool read_usual(Cursor *c, int64_t *ret_days, int64_t *ret_time) {
    const Layout year_month = {"0000-00-", 0x7F76767F76767676u}, clock_time = {"00:00:00", 0x76767F76767F7676u};
    uint64_t date, clock;
    if (c->end - c->at < 19 || !is_separator(c->at[10]) || c->at[16] != ':') return false;
    if (!read_layout(c->at, year_month, &date) || !read_layout(c->at + 11, clock_time, &clock)) return false;
    Cursor day_at = {c->at + 8, c->at + 10};
    int year = pair(date, 0) * 100 + pair(date, 2), month = pair(date, 5), day;
    if (!read_two(&day_at, &day) || !is_date(year, month, day)) return false;
    Cursor behind = {c->at + 19, c->end};
    int64_t fraction;
    if (!read_optional_fraction(&behind, &fraction)) return false;
    if (!make_time(pair(clock, 0), pair(clock, 3), pair(clock, 6), fraction, ret_time)) return false;
    *ret_days = days_from_civil(year, month, day);
    *c = behind;
    return true;
}

static bool read_unusual(Cursor *c, int64_t *ret_days, int64_t *ret_time) {
    if (!read_date(c, ret_days)) return false;
    *ret_time = 0;
    if (c->at == c->end) return true;
    if (!is_separator(*c->at)) return false;
    c->at++;
    return read_time(c, ret_time);
}

bool time_parse(Str s, int64_t *ret_us, bool *ret_has_zone) {
    Cursor c = {s.at, s.at + s.len};
    int64_t days, time_of_day, offset, us;
    bool has_zone;
    if (!read_usual(&c, &days, &time_of_day) && !read_unusual(&c, &days, &time_of_day)) return false;
    if (!read_zone(&c, &offset, &has_zone) || c.at != c.end) return false;
    if (__builtin_mul_overflow(days, US_PER_DAY, &us) || __builtin_add_overflow(us, time_of_day - offset, &us))
        return false;
    if (us < TIMESTAMP_MIN || us > TIMESTAMP_MAX) return false;
    *ret_us = us;
    *ret_has_zone = has_zone;
    return true;
}

bool date_parse(Str s, int32_t *ret_days) {
    Cursor c = {s.at, s.at + s.len};
    int64_t days;
    if (!read_date(&c, &days) || c.at != c.end || days < DATE_MIN || days > DATE_MAX) return false;
    *ret_days = (int32_t)days;
    return true;
}

bool time_of_day_parse(Str s, int64_t *ret_us) {
    Cursor c = {s.at, s.at + s.len};
    int64_t us, offset = 0;
    bool has_zone;
    if (!read_time(&c, &us) || us > US_PER_DAY || !read_zone(&c, &offset, &has_zone) || c.at != c.end) return false;
    if (offset) us = (us - offset + US_PER_DAY) % US_PER_DAY;
    *ret_us = us;
    return true;
}

/* ---- durations ---- */

static const struct {
    char name[12];
    int64_t us;
} units[] = {
    {"us", 1},
    {"microsecond", 1},
    {"ms", US_PER_MS},
    {"millisecond", US_PER_MS},
    {"s", US_PER_SECOND},
    {"sec", US_PER_SECOND},
    {"second", US_PER_SECOND},
    {"m", US_PER_MINUTE},
    {"min", US_PER_MINUTE},
    {"minute", US_PER_MINUTE},
    {"h", US_PER_HOUR},
    {"hr", US_PER_HOUR},
    {"hour", US_PER_HOUR},
    {"d", US_PER_DAY},
    {"day", US_PER_DAY},
    {"w", 7 * US_PER_DAY},
    {"week", 7 * US_PER_DAY},
};

static bool find_unit(Str name, int64_t *ret_us) {
    bool plural = name.len > 2 && str_ends(name, STR("s"));
    Str singular = str_slice(name, 0, name.len - plural);
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        if (!str_is(name, units[i].name) && !str_is(singular, units[i].name)) continue;
        *ret_us = units[i].us;
        return true;
    }
    return false;
}

/* "1.5" as millionths, at most six digits behind the point. */
static bool read_number(Cursor *c, int64_t *ret_whole, int64_t *ret_millionths) {
    const char *from = c->at;
    int64_t whole = 0;
    for (; c->at < c->end && digit(*c->at) <= 9; c->at++)
        if (__builtin_mul_overflow(whole, 10, &whole) || __builtin_add_overflow(whole, digit(*c->at), &whole))
            return false;
    if (c->at == from) return false;
    *ret_whole = whole;
    *ret_millionths = 0;
    return !read_char(c, '.') || read_fraction(c, ret_millionths);
}

static Str read_letters(Cursor *c) {
    const char *from = c->at;
    while (c->at < c->end && *c->at >= 'a' && *c->at <= 'z') c->at++;
    return (Str){from, (size_t)(c->at - from)};
}

bool duration_parse(Str s, int64_t *ret_us) {
    Cursor c = {s.at, s.at + s.len};
    int64_t total = 0;
    bool first = true;
    do {
        int64_t whole, millionths, unit = US_PER_SECOND;
        if (!read_number(&c, &whole, &millionths)) return false;
        (void)read_char(&c, ' ');
        Str name = read_letters(&c);
        bool bare = first && !name.len && c.at == c.end && digit(c.end[-1]) <= 9;
        if (!bare && !find_unit(name, &unit)) return false;
        /* a week of millionths fits */
        if (__builtin_mul_overflow(whole, unit, &whole) || __builtin_add_overflow(total, whole, &total) ||
            __builtin_add_overflow(total, millionths * unit / US_PER_SECOND, &total))
            return false;
        if (c.at < c.end) (void)read_char(&c, ' ');
        first = false;
    } while (c.at < c.end);
    if (c.end[-1] == ' ') return false;
    *ret_us = total;
    return true;
}

/* ---- writing ---- */

static Str put(const char *buffer, int len) {
    return (Str){buffer, (size_t)len};
}

Str date_format(int64_t days, char buffer[TIME_TEXT]) {
    Civil c = civil_from_days(days);
    const char *sign = c.year < 0 ? "-" : "";
    return put(buffer,
               snprintf(buffer, TIME_TEXT, "%s%04lld-%02d-%02d", sign, (long long)llabs(c.year), c.month, c.day));
}

static Str format_time_of_day(int64_t us, bool fraction, char buffer[TIME_TEXT]) {
    long long seconds = us / US_PER_SECOND;
    int n = snprintf(buffer, TIME_TEXT, "%02lld:%02lld:%02lld", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if (fraction) n += snprintf(buffer + n, TIME_TEXT - (size_t)n, ".%06lld", (long long)(us % US_PER_SECOND));
    return put(buffer, n);
}

Str time_of_day_format(int64_t us, char buffer[TIME_TEXT]) {
    return format_time_of_day(us, us % US_PER_SECOND != 0, buffer);
}

static Str format_time(int64_t us, bool fraction, char buffer[TIME_TEXT]) {
    char clock[TIME_TEXT];
    int64_t days = floor_div(us, US_PER_DAY), time_of_day = us % US_PER_DAY;
    if (time_of_day < 0) time_of_day += US_PER_DAY;
    Str date = date_format(days, buffer);
    format_time_of_day(time_of_day, fraction, clock);
    int n = snprintf(buffer + date.len, TIME_TEXT - date.len, "T%sZ", clock);
    return put(buffer, (int)date.len + n);
}

Str time_format(int64_t us, char buffer[TIME_TEXT]) {
    return format_time(us, us % US_PER_SECOND != 0, buffer);
}

Str time_format_us(int64_t us, char buffer[TIME_TEXT]) {
    return format_time(us, true, buffer);
}

Str duration_format(int64_t us, char buffer[TIME_TEXT]) {
    static const struct {
        int64_t seconds, part; /* shown as so many of these and so many parts */
        const char *name, *part_name;
    } scales[] = {{86400, 3600, "d", "h"}, {3600, 60, "h", "min"}, {60, 1, "min", "s"}};
    if (us < 0) us = 0;
    if (us < US_PER_MS) return put(buffer, snprintf(buffer, TIME_TEXT, "%d us", (int)us));
    if (us < US_PER_SECOND) return put(buffer, snprintf(buffer, TIME_TEXT, "%d ms", (int)(us / US_PER_MS)));
    if (us < 59950 * US_PER_MS) return put(buffer, snprintf(buffer, TIME_TEXT, "%.1f s", (double)us / 1e6));
    int64_t seconds = us / US_PER_SECOND + (us % US_PER_SECOND >= US_PER_SECOND / 2);
    size_t i = 0;
    while (i + 1 < ARRAY_LEN(scales) && seconds < scales[i].seconds) i++;
    return put(buffer,
               snprintf(buffer, TIME_TEXT, "%lld %s %lld %s", (long long)(seconds / scales[i].seconds), scales[i].name,
                        (long long)(seconds % scales[i].seconds / scales[i].part), scales[i].part_name));
}

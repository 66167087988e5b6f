#include "sql/time_text.h"

#include <ctype.h>

#include "base/macros.h"

typedef struct Fields {
    int64_t year, month, day;
    int64_t hour, minute, second, micros;
    int64_t offset; /* seconds east of UTC */
    Str zone;       /* a zone that is named, for DuckDB to know */
    bool has_month_name, has_date, has_day, has_time, has_offset, bc, am, pm;
} Fields;

typedef struct Reader {
    Str text;
    size_t at;
} Reader;

static char peek(const Reader *r) {
    return r->at < r->text.len ? r->text.at[r->at] : '\0';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Digits at the reader; false: there are none, or too many. */
static bool read_digits(Reader *r, int64_t *ret, size_t *ret_count) {
    size_t begin = r->at;
    while (is_digit(peek(r))) r->at++;
    *ret_count = r->at - begin;
    return *ret_count && *ret_count <= 15 && str_to_i64(str_slice(r->text, begin, r->at), ret);
}

static Str read_word(Reader *r) {
    size_t begin = r->at;
    while (is_letter(peek(r)) || (r->at > begin && (peek(r) == '/' || peek(r) == '_'))) r->at++;
    return str_slice(r->text, begin, r->at);
}

/* .5 as 500000; digits beyond the sixth round. */
static bool read_fraction(Reader *r, int64_t *ret_micros) {
    int64_t value = 0, unit = 100000;
    bool up = false;
    if (peek(r) != '.') return true;
    for (r->at++; is_digit(peek(r)); r->at++, unit /= 10) {
        if (unit) value += (peek(r) - '0') * unit;
        else if (!up) up = peek(r) >= '5', value += up, up = true;
    }
    *ret_micros = value;
    return true;
}

/* ---- days ---- */

static const char *const months[] = {"january", "february", "march",     "april",   "may",      "june",
                                     "july",    "august",   "september", "october", "november", "december"};
static const char *const days[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

/* "jan", "january" and, as PostgreSQL has it, "sept": 1 to count. 0: none. */
static int64_t named(Str word, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++) {
        Str name = str_of(names[i]);
        bool shorter =
            word.len == 3 || (word.len == 4 && (str_starts(name, STR("sept")) || str_starts(name, STR("t"))));
        if (str_equal_nocase(word, name) || (shorter && str_equal_nocase(word, str_slice(name, 0, word.len))))
            return (int64_t)i + 1;
    }
    return 0;
}

static const struct {
    const char *name;
    int64_t hours;
} zones[] = {
    {"z", 0},    {"utc", 0},  {"gmt", 0},   {"zulu", 0},  {"ut", 0},    {"est", -5}, {"edt", -4},
    {"cst", -6}, {"cdt", -5}, {"mst", -7},  {"mdt", -6},  {"pst", -8},  {"pdt", -7}, {"wet", 0},
    {"west", 1}, {"bst", 1},  {"cet", 1},   {"cest", 2},  {"eet", 2},   {"eest", 3}, {"msk", 3},
    {"jst", 9},  {"kst", 9},  {"hst", -10}, {"akst", -9}, {"akdt", -8},
};

static bool is_zone(Str word, Fields *f) {
    for (size_t i = 0; i < ARRAY_LEN(zones); i++) {
        if (!str_equal_nocase(word, str_of(zones[i].name))) continue;
        f->has_offset = true;
        f->offset = zones[i].hours * 3600;
        return true;
    }
    if (str_find(word, '/') == STR_NONE) return false;
    f->zone = word;
    return true;
}

/* A word among the numbers. False: unknown. */
static bool take_word(Reader *r, Fields *f) {
    Str word = read_word(r);
    if (word.len == 1 && (*word.at == 'T' || *word.at == 't') && is_digit(peek(r))) return f->has_date;
    bool month = !f->month && (f->month = named(word, months, ARRAY_LEN(months))) > 0;
    if (month) {
        f->has_month_name = true;
        f->has_date = f->day && f->year;
        return true;
    }
    if (named(word, days, ARRAY_LEN(days))) return true;
    if (str_equal_nocase(word, STR("am"))) return f->am = f->has_time;
    if (str_equal_nocase(word, STR("pm"))) return f->pm = f->has_time;
    if (str_equal_nocase(word, STR("bc"))) return f->bc = true;
    if (str_equal_nocase(word, STR("ad"))) return true;
    return is_zone(word, f);
}

/* Behind `first` and its separator: 2020-01-02, 1/2/2020 (month first), 2-Jan-2020. */
static bool take_date(Reader *r, Fields *f, int64_t first, size_t digits) {
    char separator = peek(r);
    int64_t second = 0, third = 0;
    size_t count;
    r->at++;
    bool name = is_letter(peek(r));
    if (name) second = named(read_word(r), months, ARRAY_LEN(months));
    else if (!read_digits(r, &second, &count)) return false;
    if (!second || peek(r) != separator) return false;
    r->at++;
    if (f->has_date || !read_digits(r, &third, &count)) return false;
    bool year_last = digits <= 2 && count >= 3;
    if (digits < 3 && !year_last) return false; /* which of them is the year? */
    f->year = year_last ? third : first;
    f->month = year_last && !name ? first : second;
    f->day = !year_last ? third : name ? first : second;
    return f->has_date = true;
}

static bool take_time(Reader *r, Fields *f, int64_t hour) {
    size_t count;
    r->at++;
    f->hour = hour;
    if (f->has_time || !read_digits(r, &f->minute, &count) || count > 2) return false;
    if (peek(r) == ':') {
        r->at++;
        if (!read_digits(r, &f->second, &count) || count > 2 || !read_fraction(r, &f->micros)) return false;
    }
    return f->has_time = true;
}

static void split(int64_t value, int64_t by, int64_t *first, int64_t *second, int64_t *third) {
    *third = value % by;
    *second = value / by % by;
    *first = value / by / by;
}

/* A number that stands alone: 20200102, 040506, a day or a year beside the name of a month. */
static bool take_number(Reader *r, Fields *f, int64_t value, size_t digits, SqlTimeKind kind) {
    bool time = f->has_date || kind == SQL_TIME_TIME || kind == SQL_TIME_TIMETZ;
    if (digits == 8 && !f->has_date && !f->has_month_name) {
        split(value, 100, &f->year, &f->month, &f->day);
        return f->has_date = true;
    }
    if (digits == 6 && time && !f->has_time) {
        split(value, 100, &f->hour, &f->minute, &f->second);
        return (f->has_time = true) && read_fraction(r, &f->micros);
    }
    if (digits <= 2 && time && !f->has_time && (peek(r) == ' ' || is_letter(peek(r)))) { /* 10 PM */
        f->hour = value;
        return f->has_time = true;
    }
    if (digits <= 2 && !f->day) f->day = value;
    else if (digits >= 3 && !f->year) f->year = value;
    else return false;
    f->has_date = f->has_month_name && f->day && f->year;
    return true;
}

/* +02, -05:30, +0530, +05:30:15 */
static bool take_offset(Reader *r, Fields *f) {
    int64_t sign = peek(r) == '-' ? -1 : 1, hours, minutes = 0, seconds = 0;
    size_t count;
    r->at++;
    if (f->has_offset || !read_digits(r, &hours, &count) || count > 4) return false;
    if (count > 2) {
        minutes = hours % 100;
        hours /= 100;
    } else if (peek(r) == ':') {
        r->at++;
        if (!read_digits(r, &minutes, &count)) return false;
        if (peek(r) == ':') {
            r->at++;
            if (!read_digits(r, &seconds, &count)) return false;
        }
    }
    f->offset = sign * (hours * 3600 + minutes * 60 + seconds);
    f->has_offset = true;
    return hours < 16 && minutes < 60 && seconds < 60;
}

static bool read_fields(Reader *r, SqlTimeKind kind, Fields *f) {
    bool well = true;
    while (well && r->at < r->text.len) {
        int64_t value;
        size_t digits;
        char c = peek(r);
        if (isspace((unsigned char)c) || c == ',') r->at++;
        else if ((c == '+' || c == '-') && f->has_time) well = take_offset(r, f);
        else if (is_letter(c)) well = take_word(r, f);
        else if (!read_digits(r, &value, &digits)) well = false;
        else if (peek(r) == ':') well = take_time(r, f, value);
        else if (peek(r) == '-' || peek(r) == '/') well = take_date(r, f, value, digits);
        else well = take_number(r, f, value, digits, kind);
    }
    return well;
}

static bool is_day(const Fields *f) {
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t year = f->bc ? 1 - f->year : f->year;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return f->has_date && f->year >= 1 && f->month >= 1 && f->month <= 12 && f->day >= 1 &&
           f->day <= lengths[f->month - 1] + (leap && f->month == 2);
}

/* 12 AM is 0, 12 PM is 12. */
static bool turn_hours(Fields *f) {
    if (!f->am && !f->pm) return f->hour <= 24;
    if (f->hour < 1 || f->hour > 12) return false;
    f->hour = f->hour % 12 + (f->pm ? 12 : 0);
    return true;
}

static void put_offset(const Fields *f, Buf *out) {
    int64_t seconds = f->offset < 0 ? -f->offset : f->offset;
    if (f->zone.len) buf_printf(out, " " STR_FMT, STR_ARG(f->zone));
    if (!f->has_offset) return;
    buf_printf(out, "%c%02d:%02d", f->offset < 0 ? '-' : '+', (int)(seconds / 3600), (int)(seconds / 60 % 60));
    if (seconds % 60) buf_printf(out, ":%02d", (int)(seconds % 60));
}

static void put_fields(const Fields *f, SqlTimeKind kind, Buf *out) {
    bool date = kind != SQL_TIME_TIME && kind != SQL_TIME_TIMETZ;
    if (date)
        buf_printf(out, "%04lld-%02d-%02d%s", (long long)f->year, (int)f->month, (int)f->day, f->bc ? " (BC)" : "");
    if (kind == SQL_TIME_DATE) return;
    if (date) buf_put(out, ' ');
    buf_printf(out, "%02d:%02d:%02d", (int)f->hour, (int)f->minute, (int)f->second);
    if (f->micros) buf_printf(out, ".%06d", (int)f->micros);
    if (kind == SQL_TIME_TIMETZ || kind == SQL_TIME_TIMESTAMPTZ) put_offset(f, out);
}

/* ---- intervals ---- */

typedef struct Span {
    int64_t months, days, micros;
} Span;

enum { OF_MONTH = 1, OF_DAY, OF_MICROS };

/* Names of units and what one is of: by their first letters, as many as `least`, up to the whole name, or one of the others. */
static const struct {
    const char *names; /* with blanks between them */
    int of;
    int64_t factor;
} units[] = {
    {" y yr yrs year years ", OF_MONTH, 12},
    {" mon mons month months ", OF_MONTH, 1},
    {" decade decades ", OF_MONTH, 120},
    {" c century centuries ", OF_MONTH, 1200},
    {" w week weeks ", OF_DAY, 7},
    {" d day days ", OF_DAY, 1},
    {" h hr hrs hour hours ", OF_MICROS, INT64_C(3600000000)},
    {" m min mins minute minutes ", OF_MICROS, INT64_C(60000000)},
    {" s sec secs second seconds ", OF_MICROS, INT64_C(1000000)},
    {" ms msec msecs millisecond milliseconds ", OF_MICROS, 1000},
    {" us usec usecs microsecond microseconds ", OF_MICROS, 1},
};

static bool add(Span *span, int of, int64_t value, int64_t factor) {
    int64_t *field = of == OF_MONTH ? &span->months : of == OF_DAY ? &span->days : &span->micros;
    int64_t product;
    return !__builtin_mul_overflow(value, factor, &product) && !__builtin_add_overflow(*field, product, field);
}

static bool add_unit(Span *span, Str word, int64_t value) {
    char name[16];
    if (!word.len || word.len + 2 >= sizeof name) return false;
    name[0] = ' ';
    for (size_t i = 0; i < word.len; i++) name[i + 1] = (char)tolower((unsigned char)word.at[i]);
    name[word.len + 1] = ' ';
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (str_find_str(str_of(units[i].names), (Str){name, word.len + 2}) != STR_NONE)
            return add(span, units[i].of, value, units[i].factor);
    return false;
}

/* P1Y2M3DT4H5M6S */
static bool read_iso(Reader *r, Span *span) {
    bool time = false, any = false;
    for (r->at = 1; r->at < r->text.len;) {
        int64_t value, micros = 0, sign = peek(r) == '-' ? -1 : 1;
        size_t count;
        if (peek(r) == 'T') {
            time = true;
            r->at++;
            continue;
        }
        r->at += peek(r) == '-' || peek(r) == '+';
        if (!read_digits(r, &value, &count) || !read_fraction(r, &micros)) return false;
        const char *letters = time ? "HMS" : "YMWD", *found = peek(r) ? strchr(letters, peek(r)) : NULL;
        static const char *const words[2][4] = {{"y", "mon", "w", "d"}, {"h", "m", "s", ""}};
        if (!found || (micros && *found != 'S')) return false;
        if (!add_unit(span, str_of(words[time][found - letters]), sign * value)) return false;
        span->micros += sign * micros;
        r->at++;
        any = true;
    }
    return any;
}

/* 04:05[:06[.7]], with a sign of its own */
static bool add_time(Reader *r, Span *span, int64_t sign, int64_t hours) {
    Fields f = {0};
    if (!take_time(r, &f, 0) || f.minute > 59 || f.second > 59) return false;
    return add(span, OF_MICROS, sign * hours, INT64_C(3600000000)) &&
           add(span, OF_MICROS, sign, (f.minute * 60 + f.second) * 1000000 + f.micros);
}

static void skip_blanks(Reader *r) {
    while (isspace((unsigned char)peek(r))) r->at++;
}

/* One part: a number and its unit, a time, or years and months as 1-2. */
static bool read_part(Reader *r, Span *span) {
    int64_t sign = peek(r) == '-' ? -1 : 1, value, more, micros = 0;
    size_t count;
    r->at += peek(r) == '-' || peek(r) == '+';
    if (!read_digits(r, &value, &count)) return false;
    if (peek(r) == ':') return add_time(r, span, sign, value);
    if (peek(r) == '-') {
        r->at++;
        return read_digits(r, &more, &count) && more < 12 && add(span, OF_MONTH, sign, value * 12 + more);
    }
    if (!read_fraction(r, &micros)) return false;
    skip_blanks(r);
    if (is_letter(peek(r))) {
        Str word = read_word(r);
        bool seconds = str_starts(word, STR("s"));
        if (micros && !seconds) return false;
        return add_unit(span, word, sign * value) && add(span, OF_MICROS, sign, micros);
    }
    bool before_time = r->at < r->text.len && !micros;
    return before_time ? add(span, OF_DAY, sign, value) : add(span, OF_MICROS, sign, value * 1000000 + micros);
}

static bool read_span(Reader *r, Span *span) {
    bool any = false;
    if (peek(r) == 'P') return read_iso(r, span);
    for (skip_blanks(r); r->at < r->text.len; skip_blanks(r), any = true) {
        if (peek(r) == '@') r->at++, skip_blanks(r);
        if (any && str_equal_nocase(str_slice(r->text, r->at, STR_NONE), STR("ago"))) {
            *span = (Span){-span->months, -span->days, -span->micros};
            return true;
        }
        if (!read_part(r, span)) return false;
    }
    return any;
}

bool sql_time_text(Str text, SqlTimeKind kind, Buf *out) {
    Reader r = {text, 0};
    Fields f = {0};
    Span span = {0};
    enum { LONGEST = 100 };
    if (text.len > LONGEST) return false;
    if (kind == SQL_TIME_INTERVAL) {
        if (!read_span(&r, &span)) return false;
        buf_printf(out, "%lld months %lld days %lld microseconds", (long long)span.months, (long long)span.days,
                   (long long)span.micros);
        return true;
    }
    bool time = kind == SQL_TIME_TIME || kind == SQL_TIME_TIMETZ;
    if (time && str_equal_nocase(text, STR("allballs"))) {
        buf_append_c(out, kind == SQL_TIME_TIME ? "00:00:00" : "00:00:00+00");
        return true;
    }
    if (!read_fields(&r, kind, &f) || !turn_hours(&f) || f.minute > 59 || f.second > 59) return false;
    if (time ? !f.has_time || f.hour > 23 : !is_day(&f) || f.hour > 23) return false;
    put_fields(&f, kind, out);
    return true;
}

const char *sql_time_word(Str text, SqlTimeKind kind) {
    static const struct {
        const char *word, *instant;
    } words[] = {
        {"now", "now()"},
        {"today", "date_trunc('day', now())"},
        {"tomorrow", "date_trunc('day', now()) + INTERVAL 1 DAY"},
        {"yesterday", "date_trunc('day', now()) - INTERVAL 1 DAY"},
    };
    bool time = kind == SQL_TIME_TIME || kind == SQL_TIME_TIMETZ;
    if (kind == SQL_TIME_INTERVAL) return NULL;
    for (size_t i = 0; i < (time ? 1 : ARRAY_LEN(words)); i++)
        if (str_equal_nocase(text, str_of(words[i].word))) return words[i].instant;
    return NULL;
}

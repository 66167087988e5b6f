/* strptime: as Python's _strptime in the C locale, without weeks (%U %W %G %V). */
#include "jinja/moment.h"
#include "jinja/unicode.h"

enum { EXPANDED_LIMIT = 400 }; /* bytes of a format with %c, %x, %X written out: the match is recursive */

typedef struct Fields {
    int64_t year, month, day, hour, hour_12, minute, second, us, year_day; /* -1: not given */
    int afternoon;                                                         /* -1: not given */
    bool zoned;
    int64_t offset;
} Fields;

/* The conversions that are numbers: the longest text that fits is tried first. */
static const struct {
    char conversion;
    size_t least, most; /* digits */
    int64_t low, high;
    size_t field;
} numbers[] = {
    {'d', 1, 2, 1, 31, offsetof(Fields, day)},
    {'H', 1, 2, 0, 23, offsetof(Fields, hour)},
    {'I', 1, 2, 1, 12, offsetof(Fields, hour_12)},
    {'j', 1, 3, 1, 366, offsetof(Fields, year_day)},
    {'m', 1, 2, 1, 12, offsetof(Fields, month)},
    {'M', 1, 2, 0, 59, offsetof(Fields, minute)},
    {'S', 1, 2, 0, 61, offsetof(Fields, second)},
    {'Y', 4, 4, 0, 9999, offsetof(Fields, year)},
    {'y', 2, 2, 0, 99, offsetof(Fields, year)},
    {'f', 1, 6, 0, 999999, offsetof(Fields, us)},
    {'w', 1, 1, 0, 6, STR_NONE},
    {'u', 1, 1, 1, 7, STR_NONE},
};

static bool match(Str format, Str text, Fields *f);

static bool match_number(size_t row, Str format, Str text, Fields *f) {
    char conversion = numbers[row].conversion;
    if (conversion == 'd' && text.len > 1 && text.at[0] == ' ' && text.at[1] != '0') { /* " 5" */
        f->day = text.at[1] - '0';
        if (ascii_digit(text.at[1]) && match(format, str_slice(text, 2, text.len), f)) return true;
    }
    for (size_t len = MIN(numbers[row].most, text.len); len >= numbers[row].least; len--) {
        int64_t number;
        bool digits = len > 0 && ascii_digit(text.at[0]) && str_to_i64(str_slice(text, 0, len), &number);
        if (!digits || number < numbers[row].low || number > numbers[row].high) continue;
        for (size_t i = len; conversion == 'f' && i < 6; i++) number *= 10;
        if (conversion == 'y') number += number <= 68 ? 2000 : 1900;
        if (numbers[row].field != STR_NONE) memcpy((char *)f + numbers[row].field, &number, sizeof number);
        if (match(format, str_slice(text, len, text.len), f)) return true;
    }
    return false;
}

/* One of the words, whole or its first three letters. */
static bool match_word(const char *const *words, size_t count, bool whole, Str format, Str text, Fields *f,
                       int64_t *field) {
    for (size_t i = 0; i < count; i++) {
        Str word = str_slice(str_of(words[i]), 0, whole ? SIZE_MAX : 3);
        if (!str_equal_nocase(str_slice(text, 0, word.len), word)) continue;
        *field = (int64_t)i;
        if (match(format, str_slice(text, word.len, text.len), f)) return true;
    }
    return false;
}

/* [+-]HH[:]MM[[:]SS[.f]], or Z */
static bool match_offset(Str format, Str text, Fields *f) {
    f->zoned = true;
    f->offset = 0;
    if (str_starts(text, STR("Z"))) return match(format, str_slice(text, 1, text.len), f);
    if (!text.len || (text.at[0] != '+' && text.at[0] != '-')) return false;
    int64_t part[3] = {0, 0, 0}, us = 0, unit = 100000;
    size_t at = 1;
    bool colons = text.len > 3 && text.at[3] == ':';
    for (int i = 0; i < 3; i++) {
        size_t from = at + (colons && i > 0);
        Str two = str_slice(text, from, from + 2);
        bool digits = two.len == 2 && ascii_digit(two.at[0]) && str_to_i64(two, &part[i]) && (!i || part[i] < 60);
        if (colons && i > 0 && (at >= text.len || text.at[at] != ':')) digits = false;
        if (!digits && i < 2) return false;
        if (!digits) part[i] = 0;
        if (!digits) break;
        at = from + 2;
        if (i < 2 || at + 1 >= text.len || text.at[at] != '.' || !ascii_digit(text.at[at + 1])) continue;
        for (at++; at < text.len && ascii_digit(text.at[at]) && unit; at++, unit /= 10)
            us += (text.at[at] - '0') * unit;
    }
    f->offset = ((part[0] * 60 + part[1]) * 60 + part[2]) * US_PER_SECOND + us;
    if (text.at[0] == '-') f->offset = -f->offset;
    return match(format, str_slice(text, at, text.len), f);
}

static bool match_conversion(char conversion, Str format, Str text, Fields *f) {
    static const char *const halves[] = {"AM", "PM"}, *const zones[] = {"UTC", "GMT"};
    int64_t word = 0;
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        if (numbers[i].conversion == conversion) return match_number(i, format, text, f);
    switch (conversion) {
    case 'A': return match_word(day_names, 7, true, format, text, f, &word);
    case 'a': return match_word(day_names, 7, false, format, text, f, &word);
    case 'Z': return match_word(zones, 2, true, format, text, f, &word);
    case 'B':
    case 'b':
        f->month = -1;
        for (int64_t i = 0; i < 12; i++) {
            f->month = i + 1;
            if (match_word(&month_names[i], 1, conversion == 'B', format, text, f, &word)) return true;
        }
        return false;
    case 'p':
        for (int i = 0; i < 2; i++) {
            f->afternoon = i;
            if (match_word(&halves[i], 1, true, format, text, f, &word)) return true;
        }
        return false;
    case 'z': return match_offset(format, text, f);
    default: return conversion == '%' && str_starts(text, STR("%")) && match(format, str_slice(text, 1, text.len), f);
    }
}

/* The rest of the format against the rest of the text: backtracks over shorter numbers. */
static bool match(Str format, Str text, Fields *f) {
    while (format.len) {
        char c = format.at[0];
        if (c == '%' && format.len > 1)
            return match_conversion(format.at[1], str_slice(format, 2, format.len), text, f);
        if (c == ' ' || (c >= '\t' && c <= '\r')) {
            Str trimmed = text;
            while (trimmed.len && (trimmed.at[0] == ' ' || (trimmed.at[0] >= '\t' && trimmed.at[0] <= '\r')))
                trimmed = str_slice(trimmed, 1, trimmed.len);
            if (trimmed.len == text.len) return false;
            text = trimmed;
            while (format.len && (format.at[0] == ' ' || (format.at[0] >= '\t' && format.at[0] <= '\r')))
                format = str_slice(format, 1, format.len);
            continue;
        }
        if (!text.len || !str_equal_nocase(str_slice(format, 0, 1), str_slice(text, 0, 1))) return false;
        format = str_slice(format, 1, format.len);
        text = str_slice(text, 1, text.len);
    }
    return !text.len;
}

/* No conversion twice: Python refuses it too, and so the ways to backtrack stay few. */
static bool repeated(Str format) {
    bool seen[128] = {false};
    for (size_t i = 0; i + 1 < format.len; i++) {
        if (format.at[i] != '%') continue;
        unsigned char c = (unsigned char)format.at[++i];
        if (c != '%' && c < sizeof seen && seen[c]) return true;
        if (c < sizeof seen) seen[c] = true;
    }
    return false;
}

/* Writes out %c, %x and %X; knows every other conversion. */
static bool expand(Eval *ev, Str format, Buf *out) {
    for (size_t i = 0; i < format.len; i++) {
        if (format.at[i] != '%') {
            buf_put(out, format.at[i]);
            continue;
        }
        char c = ++i < format.len ? format.at[i] : '\0';
        if (c == 'c') buf_append_c(out, "%a %b %d %H:%M:%S %Y");
        else if (c == 'x') buf_append_c(out, "%m/%d/%y");
        else if (c == 'X') buf_append_c(out, "%H:%M:%S");
        else if (c && strchr("dHIjmMSYyfwuAaBbpZz%", c)) buf_printf(out, "%%%c", c);
        else if (c && strchr("UWGV", c)) return eval_unsupported(ev, "strptime(): weeks (%%%c) are not built in", c);
        else return eval_fail(ev, "strptime(): wrong conversion in format \"" STR_FMT "\"", STR_ARG(format));
    }
    if (repeated(buf_str(out))) return eval_fail(ev, "strptime(): a conversion stands twice in the format");
    return !out->failed || eval_fail(ev, "strptime(): the format is too long");
}

static int64_t hour_of(const Fields *f) {
    if (f->hour_12 < 0) return MAX(f->hour, (int64_t)0);
    return f->hour_12 % 12 + (f->afternoon == 1 ? 12 : 0);
}

bool moment_parse(Eval *ev, Str text, Str format, Value *ret) {
    Fields f = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, false, 0};
    AUTO(Buf) full = {.limit = EXPANDED_LIMIT};
    if (!expand(ev, format, &full)) return false;
    if (!match(buf_str(&full), text, &f))
        return eval_fail(ev, "strptime(): \"" STR_FMT "\" does not match the format \"" STR_FMT "\"",
                         STR_ARG(str_slice(text, 0, 80)), STR_ARG(format));
    Moment m = {
        .head.type = &datetime_type,
        .year = f.year < 0 ? 1900 : f.year,
        .month = f.month < 0 ? 1 : f.month,
        .day = f.day < 0 ? 1 : f.day,
        .hour = hour_of(&f),
        .minute = MAX(f.minute, (int64_t)0),
        .second = MAX(f.second, (int64_t)0),
        .us = MAX(f.us, (int64_t)0),
    };
    if (f.year_day >= 0) moment_set_days(&m, days_from_civil(m.year, 1, 1) + f.year_day - 1);
    Value zone;
    if (f.zoned && !zone_value(ev, f.offset, STR(""), &zone)) return false;
    if (f.zoned) m.zone = (const Zone *)zone.object;
    return moment_value(ev, &m, ret);
}

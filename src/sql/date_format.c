/* to_char of dates, times and intervals. */
#include <inttypes.h>

#include "base/time.h"
#include "sql/date_pattern.h"
#include "sql/number_pattern.h"

typedef struct Writer {
    const DateFields *f;
    Buf *out;
    const DateNode *node;
} Writer;

DateFields date_fields_of_timestamp(int64_t micros) {
    int64_t days = micros / US_PER_DAY - (micros % US_PER_DAY < 0);
    int64_t rest = micros % US_PER_DAY + (micros % US_PER_DAY < 0 ? US_PER_DAY : 0);
    Civil c = civil_from_days(days);
    return (DateFields){.year = c.year,
                        .month = c.month,
                        .day = c.day,
                        .hour = rest / (3600 * US_PER_SECOND),
                        .minute = (int)(rest / (60 * US_PER_SECOND) % 60),
                        .second = (int)(rest / US_PER_SECOND % 60),
                        .micros = (int)(rest % US_PER_SECOND),
                        .days = days};
}

DateFields date_fields_of_date(int32_t days) {
    Civil c = civil_from_days(days);
    return (DateFields){.year = c.year, .month = c.month, .day = c.day, .days = days};
}

DateFields date_fields_of_interval(int32_t months, int32_t days, int64_t micros) {
    return (DateFields){.year = months / 12,
                        .month = months % 12,
                        .day = days,
                        .hour = micros / (3600 * US_PER_SECOND),
                        .minute = (int)(micros / (60 * US_PER_SECOND) % 60),
                        .second = (int)(micros / US_PER_SECOND % 60),
                        .micros = (int)(micros % US_PER_SECOND),
                        .interval = true};
}

static void put_ordinal(Writer *w, int64_t value) {
    if (w->node->ordinal) number_put_ordinal(value < 0 ? 0 : (unsigned)(value % 100), w->node->ordinal == 'T', w->out);
}

static void put_number(Writer *w, int64_t value, int width) {
    if (w->node->fill) buf_printf(w->out, "%" PRId64, value);
    else buf_printf(w->out, "%0*" PRId64, width + (value < 0), value);
    put_ordinal(w, value);
}

/* `bytes` of the name at most, as the key is written, with blanks to `width`. */
static void put_name(Writer *w, const char *name, size_t bytes, size_t width) {
    size_t len = strlen(name), from = w->out->len;
    for (size_t i = 0; i < MIN(len, bytes); i++) {
        bool upper = w->node->letters == DATE_UPPER || (w->node->letters == DATE_CAPITAL && !i);
        bool letter = name[i] != '.';
        buf_put(w->out, !letter ? '.' : upper ? (char)(name[i] & ~0x20) : (char)(name[i] | 0x20));
    }
    while (!w->node->fill && !w->node->localized && w->out->len - from < width) buf_put(w->out, ' ');
}

static int weekday(const DateFields *f) {
    return (int)(((f->days + 4) % 7 + 7) % 7);
}

static int64_t day_of_year(const DateFields *f) {
    if (f->interval) return (f->year * 12 + f->month) * 30 + f->day;
    return f->days - days_from_civil(f->year, 1, 1) + 1;
}

/* The Monday of week 1 of an ISO year: the week that has 4 January. */
static int64_t iso_year_begin(int64_t year) {
    int64_t fourth = days_from_civil(year, 1, 4);
    return fourth - ((fourth + 3) % 7 + 7) % 7;
}

static int64_t iso_year(const DateFields *f) {
    int64_t year = f->year + 1;
    if (f->interval) return f->year; /* it has no day of the week to go by */
    while (f->days < iso_year_begin(year)) year--;
    return year;
}

static int64_t shown_year(const DateFields *f, int64_t year) {
    return f->interval || year > 0 ? year : 1 - year;
}

static void put_year(Writer *w, int64_t year) {
    static const int64_t powers[] = {1, 10, 100, 1000};
    size_t digits = w->node->text.len;
    year = shown_year(w->f, year);
    put_number(w, digits < 4 ? year % powers[digits] : year, (int)digits);
}

static void put_century(Writer *w) {
    int64_t year = w->f->year;
    int64_t century = w->f->interval ? year / 100 : year > 0 ? (year - 1) / 100 + 1 : -((1 - year - 1) / 100 + 1);
    put_number(w, century, 2);
}

static void put_roman_month(Writer *w) {
    static const char *const roman[] = {"I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"};
    int month = w->f->month;
    if (!month && !w->f->year) return;
    put_name(w, roman[(month + 11) % 12], 4, 4);
}

static void put_fraction(Writer *w, int digits) {
    int value = w->f->micros;
    for (int i = digits; i < 6; i++) value /= 10;
    buf_printf(w->out, "%0*d", digits, value);
    put_ordinal(w, value);
}

static void put_offset(Writer *w) {
    buf_append_c(w->out, w->node->key == DATE_TZM ? "00" : "+00");
}

static bool put_time(Writer *w) {
    const DateFields *f = w->f;
    bool afternoon = f->hour % 24 >= 12;
    switch ((int)w->node->key) {
    case DATE_AM: put_name(w, afternoon ? "pm" : "am", 2, 0); return true;
    case DATE_AM_DOTS: put_name(w, afternoon ? "p.m." : "a.m.", 4, 0); return true;
    case DATE_HH24: put_number(w, f->hour, 2); return true;
    case DATE_HH12: put_number(w, f->hour % 12 == 0 ? 12 : f->hour % 12, 2); return true;
    case DATE_MI: put_number(w, f->minute, 2); return true;
    case DATE_SS: put_number(w, f->second, 2); return true;
    case DATE_SSSS: buf_printf(w->out, "%" PRId64, f->hour * 3600 + f->minute * 60 + f->second); return true;
    case DATE_MS: put_fraction(w, 3); return true;
    case DATE_US: put_fraction(w, 6); return true;
    case DATE_FRACTION: put_fraction(w, w->node->text.at[2] - '0'); return true;
    case DATE_TZ:
        if (f->zoned) buf_append_c(w->out, w->node->letters == DATE_LOWER ? "utc" : "UTC");
        return true;
    case DATE_OF:
    case DATE_TZH:
    case DATE_TZM: put_offset(w); return true;
    default: return false;
    }
}

static bool put_date_number(Writer *w) {
    const DateFields *f = w->f;
    switch ((int)w->node->key) {
    case DATE_MM: put_number(w, f->month, 2); return true;
    case DATE_DD: put_number(w, f->day, 2); return true;
    case DATE_DAY_OF_YEAR: put_number(w, day_of_year(f), 3); return true;
    case DATE_ISO_DAY_OF_YEAR: put_number(w, f->days - iso_year_begin(iso_year(f)) + 1, 3); return true;
    case DATE_DOW: put_number(w, weekday(f) + 1, 1); return true;
    case DATE_ISO_DOW: put_number(w, weekday(f) ? weekday(f) : 7, 1); return true;
    case DATE_ISO_WEEK: put_number(w, (f->days - iso_year_begin(iso_year(f))) / 7 + 1, 2); return true;
    case DATE_WW: put_number(w, (day_of_year(f) - 1) / 7 + 1, 2); return true;
    case DATE_W: put_number(w, (f->day - 1) / 7 + 1, 1); return true;
    case DATE_Q:
        if (f->month) put_number(w, (f->month - 1) / 3 + 1, 1);
        return true;
    case DATE_CC: put_century(w); return true;
    case DATE_YEAR: put_year(w, f->year); return true;
    case DATE_ISO_YEAR: put_year(w, f->interval ? f->year : iso_year(f)); return true;
    case DATE_YEAR_COMMA:
        buf_printf(w->out, "%" PRId64 ",%03d", shown_year(f, f->year) / 1000, (int)(shown_year(f, f->year) % 1000));
        put_ordinal(w, shown_year(f, f->year));
        return true;
    case DATE_JULIAN: put_number(w, f->days + 2440588, 1); return true;
    default: return false;
    }
}

/* Names of months, days and eras: an interval has none. */
static bool put_date_name(Writer *w, Err *err) {
    const DateFields *f = w->f;
    if (f->interval) {
        if (w->node->key == DATE_RM) put_roman_month(w);
        return w->node->key == DATE_RM || err_set(err, ERR_INPUT,
                                                  "[22007] invalid format specification for an interval value: "
                                                  "intervals are not tied to specific calendar dates");
    }
    switch ((int)w->node->key) {
    case DATE_MONTH: put_name(w, date_months[f->month - 1], 9, 9); break;
    case DATE_MON: put_name(w, date_months[f->month - 1], 3, 0); break;
    case DATE_DAY: put_name(w, date_weekdays[weekday(f)], 9, 9); break;
    case DATE_DY: put_name(w, date_weekdays[weekday(f)], 3, 0); break;
    case DATE_AD: put_name(w, f->year <= 0 ? "bc" : "ad", 2, 0); break;
    case DATE_AD_DOTS: put_name(w, f->year <= 0 ? "b.c." : "a.d.", 4, 0); break;
    case DATE_RM: put_roman_month(w); break;
    default: break;
    }
    return true;
}

bool date_pattern_format(Str pattern, const DateFields *f, Buf *out, Err *err) {
    DatePattern p = {.text = pattern};
    DateNode node;
    Writer w = {f, out, &node};
    while (date_pattern_next(&p, &node)) {
        if (node.kind != DATE_NODE_KEY) buf_append(out, node.text);
        else if (node.key != DATE_FX && !put_time(&w) && !put_date_number(&w) && !put_date_name(&w, err)) return false;
    }
    return true;
}

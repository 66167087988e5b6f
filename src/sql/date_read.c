/* to_date and to_timestamp: a text by its pattern. */
#include "base/time.h"
#include "sql/date_pattern.h"

typedef struct Reader {
    Str text;
    size_t at;
    DatePattern pattern; /* behind the node */
    DateNode node;
    int extra;  /* blanks skipped beyond what the pattern has */
    bool exact; /* FX */
    /* What was read; 0 = not there. */
    int64_t year, month, day, day_of_year, iso_week, week, month_week, weekday, iso_weekday, julian, century;
    int64_t hour, minute, second, seconds_of_day, micros, zone_hours, zone_minutes;
    bool has_year, iso, bc, afternoon, half_day, west;
} Reader;

static bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_separator(char c) {
    char small = (char)(c | 0x20);
    return c > ' ' && c < 0x7F && !is_digit(c) && !(small >= 'a' && small <= 'z');
}

static Str rest_of(const Reader *r) {
    return str_slice(r->text, r->at, r->text.len);
}

static void skip_blanks(Reader *r, bool count) {
    for (; r->at < r->text.len && is_blank(r->text.at[r->at]); r->at++) r->extra += count;
}

static bool wrong_value(const Reader *r, const char *why, Err *err) {
    Str shown = str_slice(rest_of(r), 0, 32);
    return err_set(err, ERR_INPUT, "[22007] invalid value \"" STR_FMT "\" for \"" STR_FMT "\": %s", STR_ARG(shown),
                   STR_ARG(r->node.text), why);
}

/* A number: of exactly `width` characters when more digits follow in the pattern. *ret_len: how many it had. */
static bool read_number(Reader *r, size_t width, int64_t *ret, size_t *ret_len, Err *err) {
    bool open = r->node.fill || date_node_is_open(&r->pattern, &r->node);
    skip_blanks(r, false);
    Str rest = rest_of(r);
    size_t most = open ? MIN(rest.len, (size_t)18) : width, len = 0;
    if (!open && rest.len < width)
        return err_set(err, ERR_INPUT, "[22007] source string too short for \"" STR_FMT "\" formatting field",
                       STR_ARG(r->node.text));
    bool sign = rest.len && (rest.at[0] == '-' || rest.at[0] == '+');
    int64_t value = 0;
    for (len = sign; len < most && is_digit(rest.at[len]); len++) value = value * 10 + (rest.at[len] - '0');
    if (len == sign) return wrong_value(r, "it must be an integer", err);
    if (!open && len < width) return wrong_value(r, "the field requires more digits", err);
    if (value > INT32_MAX)
        return err_set(err, ERR_INPUT, "[22008] value for \"" STR_FMT "\" in source string is out of range",
                       STR_ARG(r->node.text));
    *ret = sign && rest.at[0] == '-' ? -value : value;
    if (ret_len) *ret_len = len;
    r->at += len;
    return true;
}

static bool read_into(Reader *r, int64_t *field, size_t width, Err *err) {
    int64_t value;
    if (!read_number(r, width, &value, NULL, err)) return false;
    if (*field && *field != value)
        return err_set(err, ERR_INPUT, "[22007] conflicting values for \"" STR_FMT "\" field in formatting string",
                       STR_ARG(r->node.text));
    *field = value;
    return true;
}

static bool read_fraction(Reader *r, size_t digits, Err *err) {
    int64_t value;
    size_t len;
    if (!read_number(r, digits, &value, &len, err)) return false;
    for (; len < 6; len++) value *= 10;
    for (; len > 6; len--) value /= 10;
    r->micros = value;
    return true;
}

/* Two digits mean 1970 to 2069. */
static int64_t whole_year(int64_t year) {
    return year < 70     ? year + 2000
           : year < 100  ? year + 1900
           : year < 520  ? year + 2000
           : year < 1000 ? year + 1000
                         : year;
}

static bool read_year(Reader *r, Err *err) {
    size_t digits = r->node.text.len, len;
    int64_t year;
    r->iso |= r->node.key == DATE_ISO_YEAR;
    if (!read_number(r, digits, &year, &len, err)) return false;
    if (digits < 4 && len < 4) year = whole_year(year);
    r->year = year;
    r->has_year = true;
    return true;
}

static bool read_comma_year(Reader *r, Err *err) {
    int64_t thousands, rest;
    Str text = rest_of(r), high;
    Str low = text;
    if (!str_cut(&low, ',', &high) || low.len < 3 || !str_to_i64(high, &thousands) ||
        !str_to_i64(str_slice(low, 0, 3), &rest) || thousands > 999999 || thousands < 0)
        return wrong_value(r, "it must be like 2,020", err);
    r->year = thousands * 1000 + rest;
    r->has_year = true;
    r->at += high.len + 4;
    return true;
}

/* One of the words, in any case; short: its first three letters will do. */
static bool read_word(Reader *r, const char *const *words, size_t count, size_t letters, int64_t *ret, Err *err) {
    Str rest = rest_of(r);
    size_t best = 0;
    for (size_t i = 0; i < count; i++) {
        Str word = str_slice(str_of(words[i]), 0, letters ? letters : strlen(words[i]));
        if (word.len <= best || !str_equal_nocase(str_slice(rest, 0, MIN(word.len, rest.len)), word)) continue;
        *ret = (int64_t)i;
        best = word.len;
    }
    r->at += best;
    return best || wrong_value(r, "it is none of the allowed values", err);
}

static bool read_name(Reader *r, Err *err) {
    static const char *const roman[] = {"I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"};
    static const char *const eras[] = {"ad", "bc"}, *const dotted_eras[] = {"a.d.", "b.c."};
    static const char *const halves[] = {"am", "pm"}, *const dotted_halves[] = {"a.m.", "p.m."};
    DateKey key = r->node.key;
    int64_t found = 0;
    bool ok = true;
    if (key == DATE_MONTH || key == DATE_MON) {
        ok = read_word(r, date_months, 12, key == DATE_MON ? 3 : 0, &found, err);
        r->month = found + 1;
    } else if (key == DATE_DAY || key == DATE_DY) {
        ok = read_word(r, date_weekdays, 7, key == DATE_DY ? 3 : 0, &found, err);
        r->weekday = found + 1;
    } else if (key == DATE_RM) {
        ok = read_word(r, roman, 12, 0, &found, err);
        r->month = found + 1;
    } else if (key == DATE_AD || key == DATE_AD_DOTS) {
        ok = read_word(r, key == DATE_AD ? eras : dotted_eras, 2, 0, &found, err);
        r->bc = found;
    } else {
        ok = read_word(r, key == DATE_AM ? halves : dotted_halves, 2, 0, &found, err);
        r->afternoon = found;
        r->half_day = true;
    }
    return ok;
}

static bool read_zone_hours(Reader *r, Err *err) {
    char c = r->at < r->text.len ? r->text.at[r->at] : '\0';
    r->west = c == '-';
    if (c == '-' || c == '+' || c == ' ') r->at++;
    return read_into(r, &r->zone_hours, 2, err);
}

static bool read_time(Reader *r, bool *ret_is, Err *err) {
    *ret_is = true;
    switch ((int)r->node.key) {
    case DATE_HH12: r->half_day = true; return read_into(r, &r->hour, 2, err);
    case DATE_HH24: return read_into(r, &r->hour, 2, err);
    case DATE_MI: return read_into(r, &r->minute, 2, err);
    case DATE_SS: return read_into(r, &r->second, 2, err);
    case DATE_SSSS: return read_into(r, &r->seconds_of_day, 5, err);
    case DATE_MS: return read_fraction(r, 3, err);
    case DATE_US: return read_fraction(r, 6, err);
    case DATE_FRACTION: return read_fraction(r, (size_t)(r->node.text.at[2] - '0'), err);
    case DATE_TZH: return read_zone_hours(r, err);
    case DATE_TZM: return read_into(r, &r->zone_minutes, 2, err);
    case DATE_TZ:
    case DATE_OF:
        return err_set(err, ERR_UNSUPPORTED, "[0A000] formatting field \"" STR_FMT "\" is only supported in to_char",
                       STR_ARG(r->node.text));
    default: *ret_is = false; return true;
    }
}

static bool read_field(Reader *r, Err *err) {
    bool time;
    if (!read_time(r, &time, err)) return false;
    if (time) return true;
    switch ((int)r->node.key) {
    case DATE_FX: r->exact = true; return true;
    case DATE_YEAR:
    case DATE_ISO_YEAR: return read_year(r, err);
    case DATE_YEAR_COMMA: return read_comma_year(r, err);
    case DATE_MM: return read_into(r, &r->month, 2, err);
    case DATE_DD: return read_into(r, &r->day, 2, err);
    case DATE_DAY_OF_YEAR: return read_into(r, &r->day_of_year, 3, err);
    case DATE_ISO_DAY_OF_YEAR: r->iso = true; return read_into(r, &r->day_of_year, 3, err);
    case DATE_ISO_WEEK: r->iso = true; return read_into(r, &r->iso_week, 2, err);
    case DATE_ISO_DOW: r->iso = true; return read_into(r, &r->iso_weekday, 1, err);
    case DATE_DOW: return read_into(r, &r->weekday, 1, err);
    case DATE_WW: return read_into(r, &r->week, 2, err);
    case DATE_W: return read_into(r, &r->month_week, 1, err);
    case DATE_JULIAN: return read_into(r, &r->julian, 7, err);
    case DATE_CC: return read_into(r, &r->century, 2, err);
    case DATE_Q: {
        int64_t ignored = 0;
        return read_into(r, &ignored, 1, err);
    }
    default: return read_name(r, err);
    }
}

/* A blank or a separator of the pattern stands for one in the text, or for nothing. */
static void pass(Reader *r) {
    bool any = r->at < r->text.len;
    if (r->node.kind == DATE_NODE_TEXT) {
        size_t end = r->at + 1;
        while (end < r->text.len && ((unsigned char)r->text.at[end] & 0xC0) == 0x80) end++;
        if (r->exact || r->extra <= 0) r->at = any ? end : r->at;
        else r->extra--;
        return;
    }
    char c = any ? r->text.at[r->at] : '\0';
    if (r->exact) {
        r->at += any;
        return;
    }
    r->extra--;
    if (!any || (!is_blank(c) && !is_separator(c))) return;
    r->at++;
    r->extra++;
}

static bool read_all(Reader *r, Err *err) {
    for (bool first = true; r->at < r->text.len && date_pattern_next(&r->pattern, &r->node); first = false) {
        if (!r->exact && (first || r->node.kind == DATE_NODE_KEY)) skip_blanks(r, true);
        if (r->node.kind != DATE_NODE_KEY) {
            pass(r);
            continue;
        }
        if (!read_field(r, err)) return false;
        if (r->node.ordinal) r->at = MIN(r->at + 2, r->text.len);
        if (r->exact) continue;
        r->extra = 0;
        skip_blanks(r, true);
    }
    return true;
}

static bool out_of_range(const Reader *r, Err *err) {
    return err_set(err, ERR_INPUT, "[22008] date/time field value out of range: \"" STR_FMT "\"", STR_ARG(r->text));
}

static int64_t iso_begin(int64_t year) {
    int64_t fourth = days_from_civil(year, 1, 4);
    return fourth - ((fourth + 3) % 7 + 7) % 7;
}

static bool day_within(const Reader *r, int64_t year, int64_t *ret_days, Err *err) {
    int64_t month = r->month ? r->month : 1, day = r->day ? r->day : 1;
    if (r->month_week) day = (r->month_week - 1) * 7 + 1;
    if (month < 1 || month > 12 || day < 1 || day > days_in_month(year, (int)month)) return out_of_range(r, err);
    *ret_days = days_from_civil(year, (int)month, (int)day);
    int64_t of_year = r->week ? (r->week - 1) * 7 + 1 : r->day_of_year;
    if (!of_year || month > 1 || day > 1) return true;
    if (!r->has_year) return err_set(err, ERR_INPUT, "[22007] cannot calculate day of year without year information");
    int64_t begin = r->iso ? iso_begin(year) : days_from_civil(year, 1, 1);
    int64_t most = days_from_civil(year + 1, 1, 1) - days_from_civil(year, 1, 1);
    if (of_year < 1 || of_year > (r->iso ? 371 : most)) return out_of_range(r, err);
    *ret_days = begin + of_year - 1;
    return true;
}

static bool date_of(const Reader *r, int64_t *ret_days, Err *err) {
    int64_t year = r->year;
    if (r->century && !r->has_year) year = (r->century - 1) * 100 + 1;
    if (r->bc) year = -year;
    if (year < 0) year++;
    if (year < -4712 || year > 294276) return out_of_range(r, err);
    if (r->julian) {
        *ret_days = r->julian - 2440588;
        return (r->julian > 0 && r->julian < 109203529) || out_of_range(r, err);
    }
    if (!r->iso_week) return day_within(r, year, ret_days, err);
    if (r->iso_week < 1 || r->iso_week > 53 || r->iso_weekday < 0 || r->iso_weekday > 7) return out_of_range(r, err);
    *ret_days = iso_begin(year) + (r->iso_week - 1) * 7 + (r->iso_weekday ? r->iso_weekday - 1 : 0);
    return true;
}

static bool time_of(const Reader *r, int64_t *ret_micros, Err *err) {
    int64_t hour = r->hour, minute = r->minute, second = r->second;
    if (r->seconds_of_day) {
        hour = r->seconds_of_day / 3600;
        minute = r->seconds_of_day / 60 % 60;
        second = r->seconds_of_day % 60;
    } else if (r->half_day) {
        if (hour < 1 || hour > 12)
            return err_set(err, ERR_INPUT, "[22007] hour \"%lld\" is invalid for the 12-hour clock", (long long)hour);
        hour = hour % 12 + (r->afternoon ? 12 : 0);
    }
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return out_of_range(r, err);
    if (r->zone_hours < 0 || r->zone_hours > 15 || r->zone_minutes < 0 || r->zone_minutes > 59)
        return out_of_range(r, err);
    int64_t zone = (r->zone_hours * 60 + r->zone_minutes) * 60 * (r->west ? -1 : 1);
    *ret_micros = ((hour * 60 + minute) * 60 + second - zone) * US_PER_SECOND + r->micros;
    return true;
}

bool date_pattern_read(Str pattern, Str text, int64_t *ret_micros, Err *err) {
    Reader r = {.text = text, .pattern = {.text = pattern}};
    int64_t days = 0, micros = 0;
    if (!read_all(&r, err) || !date_of(&r, &days, err) || !time_of(&r, &micros, err)) return false;
    *ret_micros = days * US_PER_DAY + micros;
    return true;
}

/* strftime: the conversions of glibc's in the C locale, and Python's %f, %z and %Z. */
#include "jinja/moment.h"
#include "jinja/unicode.h"

const char *const month_names[12] = {"January", "February", "March",     "April",   "May",      "June",
                                     "July",    "August",   "September", "October", "November", "December"};
const char *const day_names[7] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

/* Behind the %: `-` no padding, `_` blanks, `0` zeros, `^` capitals. */
typedef struct Flags {
    char padding; /* '\0': as the conversion has it */
    bool capitals;
} Flags;

static void put_padded(Buf *out, Flags flags, int64_t number, int width, char padding) {
    if (flags.padding) padding = flags.padding;
    if (padding == '-') buf_printf(out, "%lld", (long long)number);
    else if (padding == '_') buf_printf(out, "%*lld", width, (long long)number);
    else buf_printf(out, "%0*lld", width, (long long)number);
}

static int64_t week_from(const Moment *m, int64_t first_day) {
    int64_t since = (weekday_of(m) - first_day + 7) % 7;
    return (day_of_year(m) - 1 + 7 - since) / 7;
}

static int64_t hour_12(const Moment *m) {
    return (m->hour + 11) % 12 + 1;
}

static bool put_number(Buf *out, const Moment *m, char conversion, Flags flags) {
    int64_t year, week;
    iso_week_of(m, &year, &week);
    switch (conversion) {
    case 'C': put_padded(out, flags, m->year / 100, 2, '0'); return true;
    case 'd': put_padded(out, flags, m->day, 2, '0'); return true;
    case 'e': put_padded(out, flags, m->day, 2, '_'); return true;
    case 'f': buf_printf(out, "%06d", (int)m->us); return true;
    case 'G': put_padded(out, flags, year, 1, '0'); return true;
    case 'g': put_padded(out, flags, year % 100, 2, '0'); return true;
    case 'H': put_padded(out, flags, m->hour, 2, '0'); return true;
    case 'I': put_padded(out, flags, hour_12(m), 2, '0'); return true;
    case 'j': put_padded(out, flags, day_of_year(m), 3, '0'); return true;
    case 'k': put_padded(out, flags, m->hour, 2, '_'); return true;
    case 'l': put_padded(out, flags, hour_12(m), 2, '_'); return true;
    case 'M': put_padded(out, flags, m->minute, 2, '0'); return true;
    case 'm': put_padded(out, flags, m->month, 2, '0'); return true;
    case 'S': put_padded(out, flags, m->second, 2, '0'); return true;
    case 's': buf_printf(out, "%lld", (long long)(moment_local_us(m) / US_PER_SECOND)); return true;
    case 'U': put_padded(out, flags, week_from(m, 6), 2, '0'); return true;
    case 'u': put_padded(out, flags, weekday_of(m) + 1, 1, '0'); return true;
    case 'V': put_padded(out, flags, week, 2, '0'); return true;
    case 'W': put_padded(out, flags, week_from(m, 0), 2, '0'); return true;
    case 'w': put_padded(out, flags, (weekday_of(m) + 1) % 7, 1, '0'); return true;
    case 'Y': put_padded(out, flags, m->year, 1, '0'); return true;
    case 'y': put_padded(out, flags, m->year % 100, 2, '0'); return true;
    default: return false;
    }
}

static void put_word(Buf *out, Flags flags, const char *word, size_t len) {
    for (size_t i = 0; i < len && word[i]; i++)
        buf_put(out, (char)(flags.capitals && word[i] >= 'a' && word[i] <= 'z' ? word[i] - 0x20 : word[i]));
}

static bool put_name(Buf *out, const Moment *m, char conversion, Flags flags) {
    const char *month = month_names[m->month - 1], *day = day_names[weekday_of(m)];
    switch (conversion) {
    case 'A': put_word(out, flags, day, SIZE_MAX); return true;
    case 'a': put_word(out, flags, day, 3); return true;
    case 'B': put_word(out, flags, month, SIZE_MAX); return true;
    case 'b':
    case 'h': put_word(out, flags, month, 3); return true;
    case 'p': buf_append_c(out, m->hour < 12 ? "AM" : "PM"); return true;
    case 'P': buf_append_c(out, m->hour < 12 ? "am" : "pm"); return true;
    case 'n': buf_put(out, '\n'); return true;
    case 't': buf_put(out, '\t'); return true;
    case '%': buf_put(out, '%'); return true;
    case 'z':
        if (m->zone) offset_write(out, m->zone->offset, false);
        return true;
    case 'Z':
        if (m->zone) zone_write_name(out, m->zone);
        return true;
    default: return false;
    }
}

/* What stands for several conversions. */
static const char *composed(char conversion) {
    switch (conversion) {
    case 'c': return "%a %b %e %H:%M:%S %Y";
    case 'D':
    case 'x': return "%m/%d/%y";
    case 'F': return "%Y-%m-%d";
    case 'R': return "%H:%M";
    case 'r': return "%I:%M:%S %p";
    case 'T':
    case 'X': return "%H:%M:%S";
    default: return NULL;
    }
}

bool moment_format(Eval *ev, Buf *out, const Moment *m, Str format) {
    Moment full = *m;
    if (!moment_has_date(m)) { /* as Python: a time alone is of this day */
        full.year = 1900;
        full.month = full.day = 1;
    }
    full.head.type = &datetime_type;
    for (size_t i = 0; i < format.len; i++) {
        size_t begin = i;
        Flags flags = {0};
        if (format.at[i] != '%' || i + 1 == format.len) {
            buf_put(out, format.at[i]);
            continue;
        }
        for (i++; i + 1 < format.len && strchr("-_0^", format.at[i]); i++) {
            if (format.at[i] == '^') flags.capitals = true;
            else flags.padding = format.at[i];
        }
        const char *parts = composed(format.at[i]);
        if (parts && !moment_format(ev, out, &full, str_of(parts))) return false;
        if (parts || put_number(out, &full, format.at[i], flags) || put_name(out, &full, format.at[i], flags)) continue;
        buf_append(out, str_slice(format, begin, i + 1)); /* as glibc: what it does not know stays */
    }
    return true;
}

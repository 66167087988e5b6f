/* Dates and times by ISO 8601, both ways. */
#include "jinja/moment.h"
#include "jinja/unicode.h"

/* ---- writing ---- */

void offset_write(Buf *out, int64_t offset, bool colon) {
    int64_t us = offset < 0 ? -offset : offset, seconds = us / US_PER_SECOND;
    const char *between = colon ? ":" : "";
    buf_printf(out, "%c%02d%s%02d", offset < 0 ? '-' : '+', (int)(seconds / 3600), between, (int)(seconds / 60 % 60));
    if (us % (60 * US_PER_SECOND)) buf_printf(out, "%s%02d", between, (int)(seconds % 60));
    if (us % US_PER_SECOND) buf_printf(out, ".%06d", (int)(us % US_PER_SECOND));
}

void zone_write_name(Buf *out, const Zone *z) {
    if (z->name.len) {
        buf_append(out, z->name);
        return;
    }
    buf_append_c(out, "UTC");
    if (z->offset) offset_write(out, z->offset, true);
}

static bool write_clock(Buf *out, const Moment *m, Str timespec) {
    if (str_is(timespec, "auto")) timespec = m->us ? STR("microseconds") : STR("seconds");
    int hour = (int)m->hour, minute = (int)m->minute, second = (int)m->second;
    if (str_is(timespec, "hours")) buf_printf(out, "%02d", hour);
    else if (str_is(timespec, "minutes")) buf_printf(out, "%02d:%02d", hour, minute);
    else if (str_is(timespec, "seconds")) buf_printf(out, "%02d:%02d:%02d", hour, minute, second);
    else if (str_is(timespec, "milliseconds"))
        buf_printf(out, "%02d:%02d:%02d.%03d", hour, minute, second, (int)m->us / 1000);
    else if (str_is(timespec, "microseconds")) buf_printf(out, "%02d:%02d:%02d.%06d", hour, minute, second, (int)m->us);
    else return false;
    if (m->zone) offset_write(out, m->zone->offset, true);
    return true;
}

bool moment_write_iso(Buf *out, const Moment *m, char separator, Str timespec) {
    if (moment_has_date(m)) buf_printf(out, "%04d-%02d-%02d", (int)m->year, (int)m->month, (int)m->day);
    if (!moment_has_time(m)) return true;
    if (moment_has_date(m)) buf_put(out, separator);
    return write_clock(out, m, timespec);
}

/* ---- reading ---- */

typedef struct IsoReader {
    Str text;
    size_t at;
} IsoReader;

/* Exactly so many digits. */
static bool digits(IsoReader *r, size_t count, int64_t *ret) {
    Str part = str_slice(r->text, r->at, r->at + count);
    if (part.len != count) return false;
    *ret = 0;
    for (size_t i = 0; i < count; i++) {
        if (!ascii_digit(part.at[i])) return false;
        *ret = *ret * 10 + (part.at[i] - '0');
    }
    r->at += count;
    return true;
}

static bool sign(IsoReader *r, char c) {
    if (r->at >= r->text.len || r->text.at[r->at] != c) return false;
    r->at++;
    return true;
}

/* YYYY-Www-D, behind the W. */
static bool read_week(IsoReader *r, bool dashes, Moment *m) {
    int64_t week, day = 1, year = m->year;
    if (!digits(r, 2, &week)) return false;
    bool more = r->at < r->text.len;
    if (more && (dashes != sign(r, '-') || !digits(r, 1, &day))) return false;
    int64_t weeks = (iso_year_begin(year + 1) - iso_year_begin(year)) / 7;
    if (week < 1 || week > weeks || day < 1 || day > 7) return false;
    moment_set_days(m, iso_year_begin(year) + (week - 1) * 7 + day - 1);
    return true;
}

bool date_parse_iso(Str text, Moment *ret) {
    IsoReader r = {.text = text};
    if (!digits(&r, 4, &ret->year) || ret->year < 1) return false;
    bool dashes = sign(&r, '-');
    if (sign(&r, 'W')) return read_week(&r, dashes, ret) && r.at == text.len;
    if (!digits(&r, 2, &ret->month) || dashes != sign(&r, '-') || !digits(&r, 2, &ret->day)) return false;
    return r.at == text.len;
}

/* Digits behind the point: the first six count. */
static bool read_fraction(IsoReader *r, int64_t *ret_us) {
    int64_t unit = 100000;
    size_t from = r->at;
    *ret_us = 0;
    for (; r->at < r->text.len && ascii_digit(r->text.at[r->at]); r->at++, unit /= 10)
        *ret_us += (r->text.at[r->at] - '0') * unit;
    return r->at > from;
}

/* HH[[:]MM[[:]SS[.f]]] */
static bool read_clock(Str text, int64_t part[3], int64_t *ret_us) {
    IsoReader r = {.text = text};
    if (!digits(&r, 2, &part[0])) return false;
    bool colons = r.at < text.len && text.at[r.at] == ':';
    for (int i = 1; i < 3 && r.at < text.len; i++) {
        if (text.at[r.at] == '.' || text.at[r.at] == ',') return false;
        if (colons != sign(&r, ':') || !digits(&r, 2, &part[i])) return false;
        if (i == 2 && (sign(&r, '.') || sign(&r, ',')) && !read_fraction(&r, ret_us)) return false;
    }
    return r.at == text.len;
}

static bool read_offset(Eval *ev, Str text, bool negative, Moment *ret) {
    int64_t part[3] = {0, 0, 0}, us = 0;
    Value zone;
    if (!read_clock(text, part, &us) || part[1] > 59 || part[2] > 59) return false;
    int64_t offset = ((part[0] * 60 + part[1]) * 60 + part[2]) * US_PER_SECOND + us;
    if (offset >= US_PER_DAY || !zone_value(ev, negative ? -offset : offset, STR(""), &zone)) return false;
    ret->zone = (const Zone *)zone.object;
    return true;
}

bool time_parse_iso(Eval *ev, Str text, Moment *ret) {
    size_t end = 0;
    while (end < text.len && !strchr("+-Z", text.at[end])) end++;
    int64_t part[3] = {0, 0, 0};
    if (!read_clock(str_slice(text, 0, end), part, &ret->us)) return false;
    ret->hour = part[0];
    ret->minute = part[1];
    ret->second = part[2];
    if (end == text.len) return true;
    if (text.at[end] != 'Z') return read_offset(ev, str_slice(text, end + 1, text.len), text.at[end] == '-', ret);
    ret->zone = &zone_utc;
    return end + 1 == text.len;
}

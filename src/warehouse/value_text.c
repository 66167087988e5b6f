/* DuckDB values as text: one function per family of types, found through a table. */
#include "warehouse/value_text.h"

#include <inttypes.h>
#include <math.h>

enum { US_PER_SECOND = 1000000 };

typedef struct Cell {
    const Vector *vector;
    uint64_t row;
} Cell;

#define CELL(c, Type) (((const Type *)(c)->vector->data)[(c)->row])

/* ---- numbers ---- */

static void put_unsigned128(Buf *out, UInt128 v) {
    char digits[40];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + (int)(v % 10));
        v /= 10;
    } while (v);
    buf_append(out, (Str){digits + at, sizeof digits - at});
}

static void put_int128(Buf *out, Int128 v) {
    if (v < 0) buf_put(out, '-');
    put_unsigned128(out, v < 0 ? 0 - (UInt128)v : (UInt128)v);
}

static void text_tinyint(const Cell *c, Buf *out) {
    buf_printf(out, "%d", CELL(c, int8_t));
}
static void text_smallint(const Cell *c, Buf *out) {
    buf_printf(out, "%d", CELL(c, int16_t));
}
static void text_integer(const Cell *c, Buf *out) {
    buf_printf(out, "%d", CELL(c, int32_t));
}
static void text_bigint(const Cell *c, Buf *out) {
    buf_printf(out, "%" PRId64, CELL(c, int64_t));
}
static void text_utinyint(const Cell *c, Buf *out) {
    buf_printf(out, "%u", CELL(c, uint8_t));
}
static void text_usmallint(const Cell *c, Buf *out) {
    buf_printf(out, "%u", CELL(c, uint16_t));
}
static void text_uinteger(const Cell *c, Buf *out) {
    buf_printf(out, "%u", CELL(c, uint32_t));
}
static void text_ubigint(const Cell *c, Buf *out) {
    buf_printf(out, "%" PRIu64, CELL(c, uint64_t));
}
static void text_hugeint(const Cell *c, Buf *out) {
    put_int128(out, CELL(c, Int128));
}
static void text_uhugeint(const Cell *c, Buf *out) {
    put_unsigned128(out, CELL(c, UInt128));
}
static void text_boolean(const Cell *c, Buf *out) {
    buf_append_c(out, CELL(c, uint8_t) ? "true" : "false");
}

/* The shortest digits that read back as v, written as DuckDB (fmt) does: an exponent below 1e-4 and from 1e16 on. */
static void put_double(Buf *out, double v, int first_digits, int last_digits, bool single) {
    char text[40] = "";
    if (isnan(v) || isinf(v)) {
        buf_append_c(out, isnan(v) ? "nan" : v < 0 ? "-inf" : "inf");
        return;
    }
    for (int digits = first_digits; digits <= last_digits; digits++) {
        snprintf(text, sizeof text, "%.*e", digits - 1, v);
        if (single ? strtof(text, NULL) == (float)v : strtod(text, NULL) == v) break;
    }
    char *mark = strchr(text, 'e');
    long exponent = strtol(mark + 1, NULL, 10);
    *mark = '\0';
    if (exponent < -4 || exponent >= 16) {
        buf_printf(out, "%se%c%02ld", text, exponent < 0 ? '-' : '+', labs(exponent));
        return;
    }
    size_t fraction = strchr(text, '.') ? strlen(strchr(text, '.') + 1) : 0;
    long decimals = (long)fraction - exponent;
    buf_printf(out, "%.*f", (int)MAX(decimals, 1L), v);
}

static void text_float(const Cell *c, Buf *out) {
    put_double(out, (double)CELL(c, float), 1, 9, true);
}
static void text_double(const Cell *c, Buf *out) {
    put_double(out, CELL(c, double), 1, 17, false);
}

static void text_decimal(const Cell *c, Buf *out) {
    Int128 v = vector_decimal(c->vector, c->row);
    UInt128 magnitude = v < 0 ? 0 - (UInt128)v : (UInt128)v, unit = 1;
    uint8_t scale = c->vector->type->scale;
    for (uint8_t i = 0; i < scale; i++) unit *= 10;
    if (v < 0) buf_put(out, '-');
    put_unsigned128(out, magnitude / unit);
    if (!scale) return;
    AUTO(Buf) fraction = {0};
    put_unsigned128(&fraction, magnitude % unit);
    buf_put(out, '.');
    for (size_t i = fraction.len; i < scale; i++) buf_put(out, '0');
    buf_append(out, buf_str(&fraction));
}

/* ---- dates and times ---- */

/* Proleptic Gregorian date of days since 1970 (Hinnant's civil_from_days). */
static void put_date(Buf *out, int64_t days) {
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097, day_of_era = days - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_index = (5 * day_of_year + 2) / 153, month = month_index < 10 ? month_index + 3 : month_index - 9;
    int64_t year = year_of_era + era * 400 + (month <= 2), day = day_of_year - (153 * month_index + 2) / 5 + 1;
    buf_printf(out, "%04" PRId64 "-%02" PRId64 "-%02" PRId64, year > 0 ? year : 1 - year, month, day);
    if (year <= 0) buf_append_c(out, " (BC)");
}

/* units: of a second, 6 or 9 digits of fraction, shown without zeros at the end. */
static void put_time(Buf *out, int64_t t, int64_t units, int digits) {
    int64_t seconds = t / units, fraction = t % units;
    buf_printf(out, "%02" PRId64 ":%02" PRId64 ":%02" PRId64, seconds / 3600, seconds / 60 % 60, seconds % 60);
    if (!fraction) return;
    for (; fraction % 10 == 0; fraction /= 10) digits--;
    buf_printf(out, ".%0*" PRId64, digits, fraction);
}

static void put_timestamp(Buf *out, int64_t t, int64_t units, int digits) {
    if (t == INT64_MAX || t == -INT64_MAX) {
        buf_append_c(out, t > 0 ? "infinity" : "-infinity");
        return;
    }
    int64_t day = units * 86400, days = t / day - (t % day < 0), rest = t - days * day;
    put_date(out, days);
    buf_put(out, ' ');
    put_time(out, rest, units, digits);
}

static void text_date(const Cell *c, Buf *out) {
    int32_t days = CELL(c, int32_t);
    if (days == INT32_MAX || days == -INT32_MAX) buf_append_c(out, days > 0 ? "infinity" : "-infinity");
    else put_date(out, days);
}

static void text_time(const Cell *c, Buf *out) {
    put_time(out, CELL(c, int64_t), US_PER_SECOND, 6);
}
static void text_time_ns(const Cell *c, Buf *out) {
    put_time(out, CELL(c, int64_t), 1000000000, 9);
}
static void text_timestamp(const Cell *c, Buf *out) {
    put_timestamp(out, CELL(c, int64_t), US_PER_SECOND, 6);
}
static void text_timestamp_s(const Cell *c, Buf *out) {
    put_timestamp(out, CELL(c, int64_t), 1, 0);
}
static void text_timestamp_ms(const Cell *c, Buf *out) {
    put_timestamp(out, CELL(c, int64_t), 1000, 3);
}
static void text_timestamp_ns(const Cell *c, Buf *out) {
    put_timestamp(out, CELL(c, int64_t), 1000000000, 9);
}

static void text_timestamptz(const Cell *c, Buf *out) {
    int64_t t = CELL(c, int64_t);
    text_timestamp(c, out);
    if (t != INT64_MAX && t != -INT64_MAX) buf_append_c(out, "+00");
}

static void text_timetz(const Cell *c, Buf *out) {
    TimeTz t = vector_timetz(c->vector, c->row);
    int size = abs(t.seconds);
    put_time(out, t.micros, US_PER_SECOND, 6);
    buf_printf(out, "%c%02d", t.seconds < 0 ? '-' : '+', size / 3600);
    if (size % 3600) buf_printf(out, ":%02d", size / 60 % 60);
    if (size % 60) buf_printf(out, ":%02d", size % 60);
}

static void text_interval(const Cell *c, Buf *out) {
    Interval i = CELL(c, Interval);
    size_t from = out->len;
    const struct {
        int32_t n;
        const char *unit;
    } parts[] = {{i.months / 12, "year"}, {i.months % 12, "month"}, {i.days, "day"}};
    for (size_t k = 0; k < ARRAY_LEN(parts); k++) {
        if (!parts[k].n) continue;
        bool one = parts[k].n == 1 || parts[k].n == -1;
        buf_printf(out, "%s%d %s%s", out->len > from ? " " : "", parts[k].n, parts[k].unit, one ? "" : "s");
    }
    if (!i.micros && out->len > from) return;
    buf_printf(out, "%s%s", out->len > from ? " " : "", i.micros < 0 ? "-" : "");
    put_time(out, i.micros < 0 ? -i.micros : i.micros, US_PER_SECOND, 6);
}

/* ---- texts and bits ---- */

static Str cell_bytes(const Cell *c) {
    return vector_bytes(c->vector, c->row);
}

static void text_varchar(const Cell *c, Buf *out) {
    buf_append(out, cell_bytes(c));
}

static void text_blob(const Cell *c, Buf *out) {
    Str bytes = cell_bytes(c);
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char b = (unsigned char)bytes.at[i];
        bool plain = b >= 32 && b < 127 && b != '\\' && b != '\'' && b != '"';
        if (plain) buf_put(out, (char)b);
        else buf_printf(out, "\\x%02X", b);
    }
}

/* First byte: how many padding bits the second has. */
static void text_bit(const Cell *c, Buf *out) {
    Str bytes = cell_bytes(c);
    for (size_t i = 8 + (size_t)(bytes.len ? bytes.at[0] : 0); i < bytes.len * 8; i++)
        buf_put(out, bytes.at[i / 8] & (0x80 >> i % 8) ? '1' : '0');
}

static void text_uuid(const Cell *c, Buf *out) {
    UInt128 v = (UInt128)CELL(c, Int128) ^ ((UInt128)1 << 127);
    uint64_t high = (uint64_t)(v >> 64), low = (uint64_t)v;
    buf_printf(out, "%08" PRIx64 "-%04" PRIx64 "-%04" PRIx64 "-%04" PRIx64 "-%012" PRIx64, high >> 32,
               high >> 16 & 0xFFFF, high & 0xFFFF, low >> 48, low & 0xFFFFFFFFFFFFu);
}

static void text_enum(const Cell *c, Buf *out) {
    buf_append(out, vector_enum(c->vector, c->row));
}

/* ---- nested ---- */

/* Texts inside nested values are quoted when they could be misread, as DuckDB does. */
static void put_nested(const Vector *v, uint64_t row, Buf *out) {
    AUTO(Buf) text = {0};
    value_text(v, row, &text);
    bool quoted = v->type->id == DATA_VARCHAR && !vector_is_null(v, row);
    Str s = buf_str(&text);
    if (quoted) {
        bool special = s.len == 0 || s.at[0] == ' ' || s.at[s.len - 1] == ' ' || str_equal_nocase(s, STR("null"));
        for (size_t i = 0; i < s.len && !special; i++) special = strchr("()[]{},:='\"\\", s.at[i]) != NULL;
        quoted = special;
    }
    if (!quoted) {
        buf_append(out, s);
        return;
    }
    buf_put(out, '\'');
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] == '\'' || s.at[i] == '\\') buf_put(out, '\\');
        buf_put(out, s.at[i]);
    }
    buf_put(out, '\'');
}

static void put_items(const Vector *items, uint64_t from, uint64_t count, Buf *out) {
    buf_put(out, '[');
    for (uint64_t i = 0; i < count; i++) {
        if (i) buf_append_c(out, ", ");
        put_nested(items, from + i, out);
    }
    buf_put(out, ']');
}

static void text_list(const Cell *c, Buf *out) {
    ListEntry entry = CELL(c, ListEntry);
    put_items(&c->vector->children[0], entry.offset, entry.length, out);
}

static void text_array(const Cell *c, Buf *out) {
    uint64_t size = c->vector->type->array_size;
    put_items(&c->vector->children[0], c->row * size, size, out);
}

static void text_map(const Cell *c, Buf *out) {
    ListEntry entry = CELL(c, ListEntry);
    buf_put(out, '{');
    for (uint64_t i = 0; i < entry.length; i++) {
        if (i) buf_append_c(out, ", ");
        put_nested(&c->vector->children[0], entry.offset + i, out);
        buf_put(out, '=');
        put_nested(&c->vector->children[1], entry.offset + i, out);
    }
    buf_put(out, '}');
}

static void text_struct(const Cell *c, Buf *out) {
    const DataType *type = c->vector->type;
    buf_put(out, '{');
    for (size_t i = 0; i < type->child_count; i++) {
        buf_printf(out, "%s'" STR_FMT "': ", i ? ", " : "", STR_ARG(type->names[i]));
        put_nested(&c->vector->children[i], c->row, out);
    }
    buf_put(out, '}');
}

static void text_union(const Cell *c, Buf *out) {
    value_text(&c->vector->children[vector_union_tag(c->vector, c->row)], c->row, out);
}

static void (*const texts[DATA_TYPES])(const Cell *c, Buf *out) = {
    [DATA_BOOLEAN] = text_boolean,
    [DATA_TINYINT] = text_tinyint,
    [DATA_SMALLINT] = text_smallint,
    [DATA_INTEGER] = text_integer,
    [DATA_BIGINT] = text_bigint,
    [DATA_UTINYINT] = text_utinyint,
    [DATA_USMALLINT] = text_usmallint,
    [DATA_UINTEGER] = text_uinteger,
    [DATA_UBIGINT] = text_ubigint,
    [DATA_FLOAT] = text_float,
    [DATA_DOUBLE] = text_double,
    [DATA_TIMESTAMP] = text_timestamp,
    [DATA_DATE] = text_date,
    [DATA_TIME] = text_time,
    [DATA_INTERVAL] = text_interval,
    [DATA_HUGEINT] = text_hugeint,
    [DATA_UHUGEINT] = text_uhugeint,
    [DATA_VARCHAR] = text_varchar,
    [DATA_BLOB] = text_blob,
    [DATA_DECIMAL] = text_decimal,
    [DATA_TIMESTAMP_S] = text_timestamp_s,
    [DATA_TIMESTAMP_MS] = text_timestamp_ms,
    [DATA_TIMESTAMP_NS] = text_timestamp_ns,
    [DATA_ENUM] = text_enum,
    [DATA_LIST] = text_list,
    [DATA_STRUCT] = text_struct,
    [DATA_MAP] = text_map,
    [DATA_ARRAY] = text_array,
    [DATA_UUID] = text_uuid,
    [DATA_UNION] = text_union,
    [DATA_BIT] = text_bit,
    [DATA_TIMETZ] = text_timetz,
    [DATA_TIMESTAMPTZ] = text_timestamptz,
    [DATA_TIME_NS] = text_time_ns,
};

void value_text(const Vector *v, uint64_t row, Buf *out) {
    if (vector_is_null(v, row) || v->type->id == DATA_NULL) {
        buf_append_c(out, "NULL");
    } else if (!texts[v->type->id]) {
        buf_append_c(out, "?");
    } else {
        texts[v->type->id](&(Cell){v, row}, out);
    }
}

#include "pgwire/text.h"

#include <inttypes.h>
#include <math.h>

#include "base/json.h"
#include "base/real.h"
#include "base/time.h"
#include "pgwire/pg_type.h"
#include "warehouse/value_text.h"

#define CELL(Type) (((const Type *)v->data)[row])

/* ---- numbers ---- */

static void put_u64(uint64_t value, bool negative, Buf *out) {
    enum { MOST = 21 };
    if (!buf_reserve(out, MOST)) return;
    if (negative) out->at[out->len++] = '-';
    out->len += digits_text(value, out->at + out->len);
    out->at[out->len] = '\0';
}

static void put_unsigned(UInt128 value, bool negative, Buf *out) {
    static const uint64_t part = 10000000000000000000ULL; /* 19 digits each */
    if (value <= UINT64_MAX) {
        put_u64((uint64_t)value, negative, out);
        return;
    }
    char digits[20];
    size_t len = digits_text((uint64_t)(value % part), digits);
    put_unsigned(value / part, negative, out);
    for (size_t i = len; i < 19; i++) buf_put(out, '0');
    buf_append(out, (Str){digits, len});
}

static void put_integer(int64_t value, Buf *out) {
    put_u64(value < 0 ? 0 - (uint64_t)value : (uint64_t)value, value < 0, out);
}

void pg_text_bool(const Vector *v, uint64_t row, Buf *out) {
    buf_put(out, CELL(uint8_t) ? 't' : 'f');
}
void pg_text_i8(const Vector *v, uint64_t row, Buf *out) {
    put_integer(CELL(int8_t), out);
}
void pg_text_i16(const Vector *v, uint64_t row, Buf *out) {
    put_integer(CELL(int16_t), out);
}
void pg_text_i32(const Vector *v, uint64_t row, Buf *out) {
    put_integer(CELL(int32_t), out);
}
void pg_text_i64(const Vector *v, uint64_t row, Buf *out) {
    put_integer(CELL(int64_t), out);
}
void pg_text_u8(const Vector *v, uint64_t row, Buf *out) {
    put_u64(CELL(uint8_t), false, out);
}
void pg_text_u16(const Vector *v, uint64_t row, Buf *out) {
    put_u64(CELL(uint16_t), false, out);
}
void pg_text_u32(const Vector *v, uint64_t row, Buf *out) {
    put_u64(CELL(uint32_t), false, out);
}
void pg_text_u64(const Vector *v, uint64_t row, Buf *out) {
    put_u64(CELL(uint64_t), false, out);
}
void pg_text_i128(const Vector *v, uint64_t row, Buf *out) {
    Int128 value = CELL(Int128);
    put_unsigned(value < 0 ? 0 - (UInt128)value : (UInt128)value, value < 0, out);
}
void pg_text_u128(const Vector *v, uint64_t row, Buf *out) {
    put_unsigned(CELL(UInt128), false, out);
}

/* unscaled / 10^scale, of up to 19 digits. */
static void put_small_decimal(uint64_t unscaled, size_t scale, bool negative, Buf *out) {
    char digits[20], text[24];
    size_t len = digits_text(unscaled, digits), zeros = len > scale ? 0 : scale + 1 - len;
    memset(text, '0', zeros);
    memcpy(text + zeros, digits, len);
    if (negative) buf_put(out, '-');
    buf_append(out, (Str){text, zeros + len - scale});
    if (!scale) return;
    buf_put(out, '.');
    buf_append(out, (Str){text + zeros + len - scale, scale});
}

void pg_text_decimal(const Vector *v, uint64_t row, Buf *out) {
    Int128 value = vector_decimal(v, row);
    UInt128 rest = value < 0 ? 0 - (UInt128)value : (UInt128)value;
    char text[48];
    size_t at = sizeof text, scale = v->type->scale;
    for (; scale && pg_is_plain_numeric(v->type) && rest % 10 == 0; scale--) rest /= 10;
    if (rest <= UINT64_MAX && scale < 19) {
        put_small_decimal((uint64_t)rest, scale, value < 0, out);
        return;
    }
    for (size_t i = 0; i < scale; i++, rest /= 10) text[--at] = (char)('0' + (int)(rest % 10));
    if (scale) text[--at] = '.';
    put_unsigned(rest, value < 0, out);
    buf_append(out, (Str){text + at, sizeof text - at});
}

/* The shortest digits that read back as the value; an exponent below 1e-4 and from 10^`most` on (float8out: 15, float4out: 6). */
static void put_real(double value, int most, bool single, Buf *out) {
    char text[40] = "";
    if (isnan(value) || isinf(value)) {
        buf_append_c(out, isnan(value) ? "NaN" : value < 0 ? "-Infinity" : "Infinity");
        return;
    }
    for (int digits = most; digits <= most + 3; digits++) {
        snprintf(text, sizeof text, "%.*e", digits - 1, value);
        if (single ? strtof(text, NULL) == (float)value : strtod(text, NULL) == value) break;
    }
    char *mark = strchr(text, 'e');
    int exponent = (int)strtol(mark + 1, NULL, 10);
    while (mark[-1] == '0') mark--; /* "1.500": the point stops it, "1.0" leaves "1." */
    if (mark[-1] == '.') mark--;
    *mark = '\0';
    if (exponent < -4 || exponent >= most) {
        buf_printf(out, "%se%c%02d", text, exponent < 0 ? '-' : '+', abs(exponent));
        return;
    }
    const char *point = strchr(text, '.');
    int fraction = point ? (int)strlen(point + 1) : 0;
    buf_printf(out, "%.*f", MAX(fraction - exponent, 0), value);
}

void pg_text_float(const Vector *v, uint64_t row, Buf *out) {
    char text[REAL_TEXT];
    size_t len = real_text_single(CELL(float), text);
    if (len) buf_append(out, (Str){text, len});
    else put_real((double)CELL(float), 6, true, out);
}
void pg_text_double(const Vector *v, uint64_t row, Buf *out) {
    char text[REAL_TEXT];
    size_t len = real_text(CELL(double), text);
    if (len) buf_append(out, (Str){text, len});
    else put_real(CELL(double), 15, false, out);
}

/* ---- dates and times ---- */

static char *put_digits(char *at, uint64_t value, int width) {
    for (int i = width - 1; i >= 0; i--, value /= 10) at[i] = (char)('0' + value % 10);
    return at + width;
}

/* Proleptic Gregorian date of days since 1970 (Hinnant's civil_from_days). *ret_bc: the year is before Christ. */
static char *put_date(char *at, int64_t days, bool *ret_bc) {
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097, day_of_era = days - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_index = (5 * day_of_year + 2) / 153, month = month_index < 10 ? month_index + 3 : month_index - 9;
    int64_t year = year_of_era + era * 400 + (month <= 2), day = day_of_year - (153 * month_index + 2) / 5 + 1;
    *ret_bc = year <= 0;
    uint64_t shown = (uint64_t)(year > 0 ? year : 1 - year);
    at = put_digits(at, shown, shown > 99999 ? 6 : shown > 9999 ? 5 : 4);
    *at++ = '-';
    at = put_digits(at, (uint64_t)month, 2);
    *at++ = '-';
    return put_digits(at, (uint64_t)day, 2);
}

static char *put_time(char *at, int64_t micros) {
    uint64_t seconds = (uint64_t)micros / US_PER_SECOND, fraction = (uint64_t)micros % US_PER_SECOND;
    at = put_digits(at, seconds / 3600, 2);
    *at++ = ':';
    at = put_digits(at, seconds / 60 % 60, 2);
    *at++ = ':';
    at = put_digits(at, seconds % 60, 2);
    if (!fraction) return at;
    *at++ = '.';
    at = put_digits(at, fraction, 6);
    while (at[-1] == '0') at--;
    return at;
}

void pg_text_date(const Vector *v, uint64_t row, Buf *out) {
    char text[32];
    bool bc;
    int32_t days = CELL(int32_t);
    if (days == INT32_MAX || days == -INT32_MAX) {
        buf_append_c(out, days > 0 ? "infinity" : "-infinity");
        return;
    }
    buf_append(out, (Str){text, (size_t)(put_date(text, days, &bc) - text)});
    if (bc) buf_append_c(out, " BC");
}

void pg_text_time(const Vector *v, uint64_t row, Buf *out) {
    char text[32];
    int64_t micros = v->type->id == DATA_TIME_NS ? CELL(int64_t) / 1000 : CELL(int64_t);
    buf_append(out, (Str){text, (size_t)(put_time(text, micros) - text)});
}

/* Writers know nothing but their value, so that arrays and JSON can call any of them. */
static _Thread_local const Zone *zone_of_thread;

void pg_text_zone(const Zone *zone) {
    zone_of_thread = zone;
}

const Zone *pg_text_zone_now(void) {
    return zone_of_thread;
}

/* "+05:30": minutes and seconds only where there are some. */
static void put_offset(int32_t offset, Buf *out) {
    int size = abs(offset), minutes = size / 60 % 60, seconds = size % 60;
    buf_printf(out, "%c%02d", offset < 0 ? '-' : '+', size / 3600);
    if (minutes || seconds) buf_printf(out, ":%02d", minutes);
    if (seconds) buf_printf(out, ":%02d", seconds);
}

void pg_text_timestamp(const Vector *v, uint64_t row, Buf *out) {
    char text[64], *at = text;
    bool bc;
    int64_t micros = pg_timestamp_micros(v, row), day = 86400 * (int64_t)US_PER_SECOND;
    if (micros == INT64_MAX || micros == -INT64_MAX) {
        buf_append_c(out, micros > 0 ? "infinity" : "-infinity");
        return;
    }
    int32_t offset = v->type->id == DATA_TIMESTAMPTZ ? zone_offset(zone_of_thread, micros) : 0;
    micros += offset * (int64_t)US_PER_SECOND;
    int64_t days = micros / day - (micros % day < 0);
    at = put_date(at, days, &bc);
    *at++ = ' ';
    at = put_time(at, micros - days * day);
    buf_append(out, (Str){text, (size_t)(at - text)});
    if (v->type->id == DATA_TIMESTAMPTZ) put_offset(offset, out);
    if (bc) buf_append_c(out, " BC");
}

/* "1 year 2 mons -3 days +04:05:06": a sign is written where it changes to plus. */
void pg_text_interval(const Vector *v, uint64_t row, Buf *out) {
    Interval i = CELL(Interval);
    const struct {
        int32_t n;
        const char *unit;
    } parts[] = {{i.months / 12, "year"}, {i.months % 12, "mon"}, {i.days, "day"}};
    size_t from = out->len;
    bool negative = false;
    for (size_t k = 0; k < ARRAY_LEN(parts); k++) {
        int32_t n = parts[k].n;
        if (!n) continue;
        buf_printf(out, "%s%s%d %s%s", out->len > from ? " " : "", negative && n > 0 ? "+" : "", n, parts[k].unit,
                   n == 1 ? "" : "s");
        negative = n < 0;
    }
    if (!i.micros && out->len > from) return;
    char text[64], *at;
    uint64_t size = i.micros < 0 ? 0 - (uint64_t)i.micros : (uint64_t)i.micros, hour = 3600 * (uint64_t)US_PER_SECOND;
    buf_printf(out, "%s%s", out->len > from ? " " : "", i.micros < 0 ? "-" : negative ? "+" : "");
    if (size / hour > 99) {
        buf_printf(out, "%" PRIu64, size / hour);
        at = put_time(text, (int64_t)(size % hour));
        buf_append(out, (Str){text + 2, (size_t)(at - text) - 2});
        return;
    }
    at = put_time(text, (int64_t)size);
    buf_append(out, (Str){text, (size_t)(at - text)});
}

/* ---- texts ---- */

void pg_text_bytes(const Vector *v, uint64_t row, Buf *out) {
    buf_append(out, vector_bytes(v, row));
}

void pg_text_bytea(const Vector *v, uint64_t row, Buf *out) {
    static const char digits[] = "0123456789abcdef";
    Str bytes = vector_bytes(v, row);
    if (!buf_reserve(out, 2 + 2 * bytes.len)) return;
    buf_append_c(out, "\\x");
    char *at = out->at + out->len;
    for (size_t i = 0; i < bytes.len; i++) {
        *at++ = digits[(unsigned char)bytes.at[i] >> 4];
        *at++ = digits[bytes.at[i] & 15];
    }
    out->len += 2 * bytes.len;
    out->at[out->len] = '\0';
}

void pg_text_other(const Vector *v, uint64_t row, Buf *out) {
    value_text(v, row, out);
}

/* ---- nested ---- */

static void rows_of_list(const Vector *v, uint64_t row, uint64_t *ret_from, uint64_t *ret_count) {
    ListEntry entry =
        v->type->id == DATA_ARRAY ? (ListEntry){row * v->type->array_size, v->type->array_size} : CELL(ListEntry);
    *ret_from = entry.offset;
    *ret_count = entry.length;
}

/* array_out: what could be misread stands in quotes. */
static void put_item(Str item, Buf *out) {
    bool quoted = !item.len || str_equal_nocase(item, STR("NULL"));
    for (size_t i = 0; i < item.len && !quoted; i++) quoted = strchr("{},\"\\ \t\n\r\v\f", item.at[i]) != NULL;
    if (!quoted) {
        buf_append(out, item);
        return;
    }
    buf_put(out, '"');
    for (size_t i = 0; i < item.len; i++) {
        if (item.at[i] == '"' || item.at[i] == '\\') buf_put(out, '\\');
        buf_put(out, item.at[i]);
    }
    buf_put(out, '"');
}

void pg_text_array(const Vector *v, uint64_t row, Buf *out) {
    const Vector *items = &v->children[0];
    PgWrite put = pg_text_writer(items->type);
    uint64_t from, count;
    AUTO(Buf) item = {0};
    rows_of_list(v, row, &from, &count);
    buf_put(out, '{');
    for (uint64_t i = 0; i < count; i++) {
        if (i) buf_put(out, ',');
        if (vector_is_null(items, from + i) || items->type->id == DATA_NULL) {
            buf_append_c(out, "NULL");
            continue;
        }
        buf_clear(&item);
        put(items, from + i, &item);
        put_item(buf_str(&item), out);
    }
    buf_put(out, '}');
}

void pg_text_vector(const Vector *v, uint64_t row, Buf *out) {
    const Vector *items = &v->children[0];
    PgWrite put = pg_text_writer(items->type);
    uint64_t from, count;
    rows_of_list(v, row, &from, &count);
    for (uint64_t i = 0; i < count; i++) {
        if (i) buf_put(out, ' ');
        put(items, from + i, out);
    }
}

static void put_json(const Vector *v, uint64_t row, Buf *out);

static void put_json_list(const Vector *v, uint64_t row, Buf *out) {
    uint64_t from, count;
    rows_of_list(v, row, &from, &count);
    buf_put(out, '[');
    for (uint64_t i = 0; i < count; i++) {
        if (i) buf_put(out, ',');
        put_json(&v->children[0], from + i, out);
    }
    buf_put(out, ']');
}

static void put_json_struct(const Vector *v, uint64_t row, Buf *out) {
    buf_put(out, '{');
    for (size_t i = 0; i < v->type->child_count; i++) {
        if (i) buf_put(out, ',');
        json_write_string(out, v->type->names[i]);
        buf_put(out, ':');
        put_json(&v->children[i], row, out);
    }
    buf_put(out, '}');
}

static void put_json_map(const Vector *v, uint64_t row, Buf *out) {
    ListEntry entry = CELL(ListEntry);
    buf_put(out, '{');
    for (uint64_t i = 0; i < entry.length; i++) {
        AUTO(Buf) key = {0};
        if (i) buf_put(out, ',');
        pg_text_writer(v->children[0].type)(&v->children[0], entry.offset + i, &key);
        json_write_string(out, buf_str(&key));
        buf_put(out, ':');
        put_json(&v->children[1], entry.offset + i, out);
    }
    buf_put(out, '}');
}

/* Numbers and truth as they are, everything else as the text that PostgreSQL prints. */
static void put_json(const Vector *v, uint64_t row, Buf *out) {
    DataTypeId id = v->type->id;
    if (vector_is_null(v, row) || id == DATA_NULL) {
        buf_append_c(out, "null");
    } else if (id == DATA_UNION) {
        put_json(&v->children[vector_union_tag(v, row)], row, out);
    } else if (id == DATA_STRUCT) {
        put_json_struct(v, row, out);
    } else if (id == DATA_MAP) {
        put_json_map(v, row, out);
    } else if (id == DATA_LIST || id == DATA_ARRAY) {
        put_json_list(v, row, out);
    } else if (id == DATA_BOOLEAN) {
        buf_append_c(out, CELL(uint8_t) ? "true" : "false");
    } else if (str_is(v->type->alias, "JSON")) {
        buf_append(out, vector_bytes(v, row));
    } else {
        AUTO(Buf) text = {0};
        pg_text_writer(v->type)(v, row, &text);
        bool number = id >= DATA_TINYINT && id <= DATA_DECIMAL && !strchr("NI", text.at[0]) && text.at[1] != 'I';
        if (number) buf_append(out, buf_str(&text));
        else json_write_string(out, buf_str(&text));
    }
}

void pg_text_json(const Vector *v, uint64_t row, Buf *out) {
    put_json(v, row, out);
}

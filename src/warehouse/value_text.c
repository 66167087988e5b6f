/* DuckDB values as text: one function per family of types, found through a table. */
#include "warehouse/value_text.h"

#include <inttypes.h>
#include <math.h>

#include "base/chunk.h"

enum { US_PER_SECOND = 1000000 };

typedef struct Cell {
    const DuckdbApi *duck;
    duckdb_vector vector;
    duckdb_logical_type type;
    const void *data;
    uint64_t row;
} Cell;

#define CELL(c, Type) (((const Type *)(c)->data)[(c)->row])

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
    Int128 v;
    switch ((int)c->duck->decimal_internal_type(c->type)) {
    case DUCKDB_TYPE_SMALLINT: v = CELL(c, int16_t); break;
    case DUCKDB_TYPE_INTEGER: v = CELL(c, int32_t); break;
    case DUCKDB_TYPE_BIGINT: v = CELL(c, int64_t); break;
    default: v = CELL(c, Int128); break;
    }
    UInt128 magnitude = v < 0 ? 0 - (UInt128)v : (UInt128)v, unit = 1;
    uint8_t scale = c->duck->decimal_scale(c->type);
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

/* 40 bits of microseconds, 24 bits of offset stored as 57599 - offset. */
static void text_timetz(const Cell *c, Buf *out) {
    uint64_t bits = CELL(c, uint64_t);
    int64_t offset = 57599 - (int64_t)(bits & 0xFFFFFF), size = offset < 0 ? -offset : offset;
    put_time(out, (int64_t)(bits >> 24), US_PER_SECOND, 6);
    buf_printf(out, "%c%02" PRId64, offset < 0 ? '-' : '+', size / 3600);
    if (size % 3600) buf_printf(out, ":%02" PRId64, size / 60 % 60);
    if (size % 60) buf_printf(out, ":%02" PRId64, size % 60);
}

static void text_interval(const Cell *c, Buf *out) {
    duckdb_interval i = CELL(c, duckdb_interval);
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
    const ChunkText *t = &CELL(c, ChunkText);
    return (Str){t->len <= sizeof t->inlined ? t->inlined : t->pointer.at, t->len};
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
    duckdb_type internal = c->duck->enum_internal_type(c->type);
    uint64_t code = internal == DUCKDB_TYPE_UTINYINT    ? CELL(c, uint8_t)
                    : internal == DUCKDB_TYPE_USMALLINT ? CELL(c, uint16_t)
                                                        : CELL(c, uint32_t);
    char *word = c->duck->enum_dictionary_value(c->type, code);
    buf_append_c(out, word);
    c->duck->free(word);
}

/* ---- nested ---- */

/* Texts inside nested values are quoted when they could be misread, as DuckDB does. */
static void put_nested(const Cell *c, duckdb_vector child, duckdb_logical_type type, uint64_t row, Buf *out) {
    AUTO(Buf) text = {0};
    value_text(c->duck, child, type, row, &text);
    bool quoted = c->duck->get_type_id(type) == DUCKDB_TYPE_VARCHAR && !value_is_null(c->duck, child, row);
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

static void put_items(const Cell *c, duckdb_vector child, duckdb_logical_type type, uint64_t from, uint64_t count,
                      Buf *out) {
    buf_put(out, '[');
    for (uint64_t i = 0; i < count; i++) {
        if (i) buf_append_c(out, ", ");
        put_nested(c, child, type, from + i, out);
    }
    buf_put(out, ']');
}

static void text_list(const Cell *c, Buf *out) {
    duckdb_list_entry entry = CELL(c, duckdb_list_entry);
    duckdb_logical_type type = c->duck->list_type_child_type(c->type);
    put_items(c, c->duck->list_vector_get_child(c->vector), type, entry.offset, entry.length, out);
    c->duck->destroy_logical_type(&type);
}

static void text_array(const Cell *c, Buf *out) {
    uint64_t size = c->duck->array_type_array_size(c->type);
    duckdb_logical_type type = c->duck->array_type_child_type(c->type);
    put_items(c, c->duck->array_vector_get_child(c->vector), type, c->row * size, size, out);
    c->duck->destroy_logical_type(&type);
}

static void text_map(const Cell *c, Buf *out) {
    duckdb_list_entry entry = CELL(c, duckdb_list_entry);
    duckdb_vector pairs = c->duck->list_vector_get_child(c->vector);
    duckdb_vector keys = c->duck->struct_vector_get_child(pairs, 0),
                  values = c->duck->struct_vector_get_child(pairs, 1);
    duckdb_logical_type key = c->duck->map_type_key_type(c->type), value = c->duck->map_type_value_type(c->type);
    buf_put(out, '{');
    for (uint64_t i = 0; i < entry.length; i++) {
        if (i) buf_append_c(out, ", ");
        put_nested(c, keys, key, entry.offset + i, out);
        buf_put(out, '=');
        put_nested(c, values, value, entry.offset + i, out);
    }
    buf_put(out, '}');
    c->duck->destroy_logical_type(&key);
    c->duck->destroy_logical_type(&value);
}

static void text_struct(const Cell *c, Buf *out) {
    uint64_t count = c->duck->struct_type_child_count(c->type);
    buf_put(out, '{');
    for (uint64_t i = 0; i < count; i++) {
        char *name = c->duck->struct_type_child_name(c->type, i);
        duckdb_logical_type type = c->duck->struct_type_child_type(c->type, i);
        buf_printf(out, "%s'%s': ", i ? ", " : "", name);
        put_nested(c, c->duck->struct_vector_get_child(c->vector, i), type, c->row, out);
        c->duck->destroy_logical_type(&type);
        c->duck->free(name);
    }
    buf_put(out, '}');
}

/* A struct whose first child is the tag. */
static void text_union(const Cell *c, Buf *out) {
    duckdb_vector tags = c->duck->struct_vector_get_child(c->vector, 0);
    uint64_t tag = ((const uint8_t *)c->duck->vector_get_data(tags))[c->row];
    duckdb_logical_type type = c->duck->union_type_member_type(c->type, tag);
    value_text(c->duck, c->duck->struct_vector_get_child(c->vector, tag + 1), type, c->row, out);
    c->duck->destroy_logical_type(&type);
}

static const struct {
    const char *sql;
    void (*text)(const Cell *c, Buf *out);
} types[] = {
    [DUCKDB_TYPE_BOOLEAN] = {"BOOLEAN", text_boolean},
    [DUCKDB_TYPE_TINYINT] = {"TINYINT", text_tinyint},
    [DUCKDB_TYPE_SMALLINT] = {"SMALLINT", text_smallint},
    [DUCKDB_TYPE_INTEGER] = {"INTEGER", text_integer},
    [DUCKDB_TYPE_BIGINT] = {"BIGINT", text_bigint},
    [DUCKDB_TYPE_UTINYINT] = {"UTINYINT", text_utinyint},
    [DUCKDB_TYPE_USMALLINT] = {"USMALLINT", text_usmallint},
    [DUCKDB_TYPE_UINTEGER] = {"UINTEGER", text_uinteger},
    [DUCKDB_TYPE_UBIGINT] = {"UBIGINT", text_ubigint},
    [DUCKDB_TYPE_FLOAT] = {"FLOAT", text_float},
    [DUCKDB_TYPE_DOUBLE] = {"DOUBLE", text_double},
    [DUCKDB_TYPE_TIMESTAMP] = {"TIMESTAMP", text_timestamp},
    [DUCKDB_TYPE_DATE] = {"DATE", text_date},
    [DUCKDB_TYPE_TIME] = {"TIME", text_time},
    [DUCKDB_TYPE_INTERVAL] = {"INTERVAL", text_interval},
    [DUCKDB_TYPE_HUGEINT] = {"HUGEINT", text_hugeint},
    [DUCKDB_TYPE_UHUGEINT] = {"UHUGEINT", text_uhugeint},
    [DUCKDB_TYPE_VARCHAR] = {"VARCHAR", text_varchar},
    [DUCKDB_TYPE_BLOB] = {"BLOB", text_blob},
    [DUCKDB_TYPE_DECIMAL] = {"DECIMAL", text_decimal},
    [DUCKDB_TYPE_TIMESTAMP_S] = {"TIMESTAMP_S", text_timestamp_s},
    [DUCKDB_TYPE_TIMESTAMP_MS] = {"TIMESTAMP_MS", text_timestamp_ms},
    [DUCKDB_TYPE_TIMESTAMP_NS] = {"TIMESTAMP_NS", text_timestamp_ns},
    [DUCKDB_TYPE_ENUM] = {"ENUM", text_enum},
    [DUCKDB_TYPE_LIST] = {"LIST", text_list},
    [DUCKDB_TYPE_STRUCT] = {"STRUCT", text_struct},
    [DUCKDB_TYPE_MAP] = {"MAP", text_map},
    [DUCKDB_TYPE_ARRAY] = {"ARRAY", text_array},
    [DUCKDB_TYPE_UUID] = {"UUID", text_uuid},
    [DUCKDB_TYPE_UNION] = {"UNION", text_union},
    [DUCKDB_TYPE_BIT] = {"BIT", text_bit},
    [DUCKDB_TYPE_TIME_TZ] = {"TIME WITH TIME ZONE", text_timetz},
    [DUCKDB_TYPE_TIMESTAMP_TZ] = {"TIMESTAMP WITH TIME ZONE", text_timestamptz},
    [DUCKDB_TYPE_TIME_NS] = {"TIME_NS", text_time_ns},
};

bool value_is_null(const DuckdbApi *duck, duckdb_vector vector, uint64_t row) {
    const uint64_t *validity = duck->vector_get_validity(vector);
    return validity && !(validity[row / 64] >> (row % 64) & 1);
}

void value_text(const DuckdbApi *duck, duckdb_vector vector, duckdb_logical_type type, uint64_t row, Buf *out) {
    size_t id = (size_t)duck->get_type_id(type);
    if (value_is_null(duck, vector, row) || id == DUCKDB_TYPE_SQLNULL) {
        buf_append_c(out, "NULL");
    } else if (id >= ARRAY_LEN(types) || !types[id].text) {
        buf_append_c(out, "?");
    } else {
        Cell cell = {duck, vector, type, duck->vector_get_data(vector), row};
        types[id].text(&cell, out);
    }
}

/* ---- type names ---- */

static void put_child_type(const DuckdbApi *duck, duckdb_logical_type child, Buf *out) {
    logical_type_sql(duck, child, out);
    duck->destroy_logical_type(&child);
}

static void put_members(const DuckdbApi *duck, duckdb_logical_type type, bool is_union, Buf *out) {
    uint64_t count = is_union ? duck->union_type_member_count(type) : duck->struct_type_child_count(type);
    for (uint64_t i = 0; i < count; i++) {
        char *name = is_union ? duck->union_type_member_name(type, i) : duck->struct_type_child_name(type, i);
        buf_printf(out, "%s\"%s\" ", i ? ", " : "(", name);
        duck->free(name);
        put_child_type(duck, is_union ? duck->union_type_member_type(type, i) : duck->struct_type_child_type(type, i),
                       out);
    }
    buf_put(out, ')');
}

void logical_type_sql(const DuckdbApi *duck, duckdb_logical_type type, Buf *out) {
    duckdb_type id = duck->get_type_id(type);
    char *alias = duck->logical_type_get_alias(type);
    if (alias) {
        buf_append_c(out, alias);
        duck->free(alias);
        return;
    }
    if (id == DUCKDB_TYPE_LIST) {
        put_child_type(duck, duck->list_type_child_type(type), out);
        buf_append_c(out, "[]");
        return;
    }
    if (id == DUCKDB_TYPE_ARRAY) {
        put_child_type(duck, duck->array_type_child_type(type), out);
        buf_printf(out, "[%" PRIu64 "]", (uint64_t)duck->array_type_array_size(type));
        return;
    }
    bool named = (size_t)id < ARRAY_LEN(types) && types[id].sql;
    buf_append_c(out, named ? types[id].sql : "NULL");
    if (id == DUCKDB_TYPE_DECIMAL) buf_printf(out, "(%u,%u)", duck->decimal_width(type), duck->decimal_scale(type));
    if (id == DUCKDB_TYPE_STRUCT || id == DUCKDB_TYPE_UNION) put_members(duck, type, id == DUCKDB_TYPE_UNION, out);
    if (id == DUCKDB_TYPE_MAP) {
        buf_put(out, '(');
        put_child_type(duck, duck->map_type_key_type(type), out);
        buf_append_c(out, ", ");
        put_child_type(duck, duck->map_type_value_type(type), out);
        buf_put(out, ')');
    }
}

#include "pgwire/copy_field.h"

#include <errno.h>
#include <math.h>

#include "base/decimal.h"
#include "base/json.h"
#include "base/real.h"
#include "base/time.h"
#include "pgwire/copy_binary.h"
#include "pgwire/copy_time.h"
#include "pgwire/parameter.h"
#include "pgwire/pg_type.h"
#include "pgwire/session.h"
#include "sql/bytea.h"

/* DuckDB's finite ones; beyond them are the infinite. */
enum { DATE_MOST = 2147483646 };
#define TIMESTAMP_LEAST (-INT64_C(9223372022400000000))

#define CELL(cell, Type) (((Type *)(cell)->column->data)[(cell)->row])

static bool wrong(const CopyField *f, const char *sqlstate, Str field, Err *err) {
    return pg_error(err, sqlstate, "invalid input syntax for type %s: \"" STR_FMT "\"", f->type_name, STR_ARG(field));
}

/* ---- integers ---- */

static bool set_integer(const CopyField *f, int64_t value, Str field, CopyCell *cell, Err *err) {
    if (value < f->least || value > f->most)
        return pg_error(err, "22003", "value \"" STR_FMT "\" is out of range for type %s", STR_ARG(field),
                        f->type_name);
    CELL(cell, int64_t) = value;
    return true;
}

/* Blanks around it, a plus, more digits than fit. */
static bool unusual_integer(const CopyField *f, Str field, CopyCell *cell, Err *err) {
    Str s = str_trim(field), digits = s;
    int64_t value;
    if (digits.len && (digits.at[0] == '-' || digits.at[0] == '+')) digits = str_slice(digits, 1, digits.len);
    for (size_t i = 0; i < digits.len; i++)
        if (digits.at[i] < '0' || digits.at[i] > '9') return wrong(f, "22P02", field, err);
    if (!digits.len) return wrong(f, "22P02", field, err);
    if (str_to_i64(s, &value)) return set_integer(f, value, field, cell, err);
    return pg_error(err, "22003", "value \"" STR_FMT "\" is out of range for type %s", STR_ARG(field), f->type_name);
}

static bool text_integer(const CopyField *f, Str field, CopyCell *cell, Err *err) {
    enum { SAFE = 18 };
    bool negative = field.len && field.at[0] == '-';
    uint64_t value = 0;
    unsigned bad = 0;
    if (field.len - negative - 1 >= SAFE) return unusual_integer(f, field, cell, err);
    for (size_t i = negative; i < field.len; i++) {
        unsigned digit = (unsigned)(unsigned char)field.at[i] - '0';
        bad |= digit > 9;
        value = value * 10 + digit;
    }
    if (bad) return unusual_integer(f, field, cell, err);
    int64_t signed_value = negative ? -(int64_t)value : (int64_t)value;
    if (signed_value < f->least || signed_value > f->most) return unusual_integer(f, field, cell, err);
    CELL(cell, int64_t) = signed_value;
    return true;
}

/* ---- reals ---- */

/* As strtod sees it, with PostgreSQL's words and range. */
static bool unusual_real(const CopyField *f, Str field, CopyCell *cell, Err *err) {
    char small[64], *end;
    AUTO(Arena) a = {0};
    Str s = str_trim(field);
    bool single = f->type->id == DATA_FLOAT;
    if (!s.len || memchr(s.at, '\0', s.len)) return wrong(f, "22P02", field, err);
    char *text = s.len < sizeof small ? small : arena_alloc(&a, s.len + 1);
    memcpy(text, s.at, s.len);
    text[s.len] = '\0';
    errno = 0;
    double value = single ? (double)strtof(text, &end) : strtod(text, &end);
    if (end != text + s.len || strchr(text, '(')) return wrong(f, "22P02", field, err);
    if (errno == ERANGE && (value == 0 || isinf(value)))
        return pg_error(err, "22003", "\"%s\" is out of range for type %s", text, f->type_name);
    CELL(cell, double) = value;
    return true;
}

static bool text_real(const CopyField *f, Str field, CopyCell *cell, Err *err) {
    double value;
    if (f->type->id == DATA_FLOAT || !real_read(field, &value)) return unusual_real(f, field, cell, err);
    CELL(cell, double) = value;
    return true;
}

/* ---- numeric ---- */

static bool numeric_overflow(Err *err) {
    return pg_error(err, "22003", "numeric field overflow");
}

static const int64_t tens[] = {1,
                               10,
                               100,
                               1000,
                               10000,
                               100000,
                               1000000,
                               10000000,
                               100000000,
                               1000000000,
                               10000000000,
                               100000000000,
                               1000000000000,
                               10000000000000,
                               100000000000000,
                               1000000000000000,
                               10000000000000000,
                               100000000000000000,
                               1000000000000000000};

/* value: unscaled. */
static bool set_numeric(const CopyField *f, Int128 value, CopyCell *cell, Err *err) {
    uint8_t precision = f->as.precision;
    Int128 limit = tens[MIN(precision, 18)];
    if (precision > 18) limit *= tens[MIN(precision - 18, 18)];
    if (precision > 36) limit *= tens[precision - 36];
    if (value >= limit || value <= -limit) return numeric_overflow(err);
    if (precision <= 4) CELL(cell, int16_t) = (int16_t)value;
    else if (precision <= 9) CELL(cell, int32_t) = (int32_t)value;
    else if (precision <= 18) CELL(cell, int64_t) = (int64_t)value;
    else CELL(cell, Int128) = value;
    return true;
}

static bool unusual_numeric(const CopyField *f, Str field, CopyCell *cell, Err *err) {
    static const char *const words[] = {"nan", "inf", "infinity", "+inf", "+infinity", "-inf", "-infinity"};
    Decimal d;
    Int128 value;
    bool exact;
    Str s = str_trim(field);
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_equal_nocase(s, str_of(words[i]))) return numeric_overflow(err);
    if (!decimal_read(s, &d)) return wrong(f, "22P02", field, err);
    return decimal_scaled(&d, f->as.scale, &value, &exact) ? set_numeric(f, value, cell, err) : numeric_overflow(err);
}

/* [-]digits[.digits], up to 18 of them with those that the scale adds. */
static bool text_numeric(const CopyField *f, Str field, CopyCell *cell, Err *err) {
    enum { SAFE = 18 };
    const char *p = field.at, *end = p + field.len;
    bool negative = p < end && *p == '-';
    int64_t value = 0;
    int digits = 0, decimals = 0;
    p += negative;
    for (; p < end && (unsigned)(unsigned char)*p - '0' <= 9 && digits < SAFE; p++, digits++)
        value = value * 10 + (*p - '0');
    if (p < end && *p == '.')
        for (p++; p < end && (unsigned)(unsigned char)*p - '0' <= 9 && digits < SAFE; p++, digits++, decimals++)
            value = value * 10 + (*p - '0');
    int missing = f->as.scale - decimals;
    if (p != end || !digits || missing < 0 || digits + missing > SAFE) return unusual_numeric(f, field, cell, err);
    value *= tens[missing];
    return set_numeric(f, negative ? -value : value, cell, err);
}

/* ---- boolean ---- */

/* t, tr, tru, true and so on; o alone is neither on nor off. */
static bool text_boolean(const CopyField *f, Str field, CopyCell *cell, Err *err) {
    static const struct {
        Str word;
        size_t least;
        uint8_t truth;
    } words[] = {{STR_INIT("true"), 1, 1}, {STR_INIT("false"), 1, 0}, {STR_INIT("yes"), 1, 1}, {STR_INIT("no"), 1, 0},
                 {STR_INIT("on"), 2, 1},   {STR_INIT("off"), 2, 0},   {STR_INIT("1"), 1, 1},   {STR_INIT("0"), 1, 0}};
    Str s = str_trim(field);
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (s.len < words[i].least || !str_equal_nocase(s, str_slice(words[i].word, 0, s.len))) continue;
        CELL(cell, uint8_t) = words[i].truth;
        return true;
    }
    return wrong(f, "22P02", field, err);
}

/* ---- dates and times ---- */

static bool wrong_time(const CopyField *f, CopyTimeResult result, Str field, Err *err) {
    if (result != COPY_TIME_FIELD) return wrong(f, "22007", field, err);
    return pg_error(err, "22008", "date/time field value out of range: \"" STR_FMT "\"", STR_ARG(field));
}

static bool text_date(const CopyField *f, Str field, CopyCell *cell, Err *err) {
    CopyTime t;
    if (date_parse(field, &CELL(cell, int32_t)) && field.at[0] != '-' && field.at[0] != '+' && field.at[0] != '0')
        return true;
    CopyTimeResult result = copy_time_read(field, &t);
    if (result == COPY_TIME_INFINITE) {
        CELL(cell, int32_t) = t.micros > 0 ? INT32_MAX : -INT32_MAX;
        return true;
    }
    if (result != COPY_TIME_OK || !t.has_date) return wrong_time(f, result, field, err);
    if (t.days > DATE_MOST || t.days < -(int64_t)DATE_MOST)
        return pg_error(err, "22008", "date out of range: \"" STR_FMT "\"", STR_ARG(field));
    CELL(cell, int32_t) = (int32_t)t.days;
    return true;
}

/* Seconds east of UTC of a local time, as PostgreSQL chooses: in a gap the offset before it, of two the later one. */
static int64_t local_offset(const Zone *zone, int64_t local) {
    if (!zone) return 0;
    int64_t before = zone_offset(zone, local - US_PER_DAY), after = zone_offset(zone, local + US_PER_DAY);
    if (before == after) return before;
    bool fits_before = zone_offset(zone, local - before * US_PER_SECOND) == before;
    bool fits_after = zone_offset(zone, local - after * US_PER_SECOND) == after;
    if (fits_before != fits_after) return fits_before ? before : after;
    return after > before ? before : after;
}

/* The usual layout with at most six digits behind the point and, for an instant, a zone or none that has to be known. */
static bool usual_timestamp(const CopyField *f, Str field, CopyCell *cell) {
    enum { USUAL = 19, MOST = 32 };
    bool zone;
    int64_t us;
    if (field.len < USUAL || field.len > MOST || field.at[0] == '0' || field.at[4] != '-') return false;
    size_t fraction = 0;
    if (field.len > USUAL && field.at[USUAL] == '.')
        while (USUAL + 1 + fraction < field.len && (unsigned)(unsigned char)field.at[USUAL + 1 + fraction] - '0' <= 9)
            fraction++;
    if (fraction > 6 || (field.len > USUAL && field.at[USUAL] == ',')) return false;
    if (!time_parse(field, &us, &zone)) return false;
    bool instant = f->as.kind == COLUMN_TIMESTAMPTZ;
    if (zone != instant && (zone || cell->zone)) return false;
    CELL(cell, int64_t) = us;
    return true;
}

static bool text_timestamp(const CopyField *f, Str field, CopyCell *cell, Err *err) {
    CopyTime t;
    int64_t us;
    if (usual_timestamp(f, field, cell)) return true;
    CopyTimeResult result = copy_time_read(field, &t);
    if (result == COPY_TIME_INFINITE) {
        CELL(cell, int64_t) = t.micros;
        return true;
    }
    if (result != COPY_TIME_OK || !t.has_date) return wrong_time(f, result, field, err);
    bool fits = !__builtin_mul_overflow(t.days, US_PER_DAY, &us) && !__builtin_add_overflow(us, t.micros, &us) &&
                us >= TIMESTAMP_LEAST + 2 * US_PER_DAY && us < INT64_MAX - 2 * US_PER_DAY;
    if (!fits) return pg_error(err, "22008", "timestamp out of range: \"" STR_FMT "\"", STR_ARG(field));
    if (f->as.kind == COLUMN_TIMESTAMPTZ) us -= t.has_zone ? t.offset : local_offset(cell->zone, us) * US_PER_SECOND;
    CELL(cell, int64_t) = us;
    return true;
}

static bool text_time(const CopyField *f, Str field, CopyCell *cell, Err *err) {
    CopyTime t;
    CopyTimeResult result = copy_time_read(field, &t);
    if (result == COPY_TIME_INFINITE || (result == COPY_TIME_OK && !t.has_time)) result = COPY_TIME_BAD;
    if (result != COPY_TIME_OK) return wrong_time(f, result, field, err);
    CELL(cell, int64_t) = t.micros;
    return true;
}

/* ---- texts ---- */

bool copy_check_text(Str bytes, const char *rest, Err *err) {
    const char *nul = bytes.len ? memchr(bytes.at, '\0', bytes.len) : NULL;
    if (!nul && str_is_utf8(bytes)) return true;
    size_t at = 0, step;
    while (at < bytes.len && bytes.at[at] && (step = str_utf8_length(str_slice(bytes, at, bytes.len)))) at += step;
    unsigned char first = (unsigned char)bytes.at[at];
    size_t wanted = (first & 0xE0) == 0xC0 ? 2 : (first & 0xF0) == 0xE0 ? 3 : (first & 0xF8) == 0xF0 ? 4 : 1;
    char shown[4 * 5 + 1] = "";
    for (size_t i = 0; i < wanted && bytes.at + at + i < rest; i++)
        snprintf(shown + strlen(shown), sizeof shown - strlen(shown), "%s0x%02x", i ? " " : "",
                 (unsigned)(unsigned char)bytes.at[at + i]);
    return pg_error(err, "22021", "invalid byte sequence for encoding \"UTF8\": %s", shown);
}

/* The caller has checked the line. */
static bool text_text(const CopyField *f, Str field, CopyCell *cell, Err *err) {
    (void)f;
    (void)err;
    chunk_set_text(cell->column, cell->row, field);
    return true;
}

static bool text_json(const CopyField *f, Str field, CopyCell *cell, Err *err) {
    const char *end = field.at + field.len, *p = json_skip(json_space(field.at, end), end);
    if (!p || json_space(p, end) != end)
        return pg_error(err, "22P02", "invalid input syntax for type %s", f->type_name);
    return text_text(f, field, cell, err);
}

static bool text_bytea(const CopyField *f, Str field, CopyCell *cell, Err *err) {
    Str bytes;
    if (sql_bytea(cell->texts, field, &bytes)) return text_text(f, bytes, cell, err);
    if (!str_starts(field, STR("\\x"))) return pg_error(err, "22P02", "invalid input syntax for type bytea");
    size_t at = 2;
    while (at < field.len && str_hex_digit(field.at[at]) >= 0) at++;
    if (at == field.len) return pg_error(err, "22023", "invalid hexadecimal data: odd number of digits");
    size_t shown = MAX(str_utf8_length(str_slice(field, at, field.len)), (size_t)1);
    return pg_error(err, "22023", "invalid hexadecimal digit: \"" STR_FMT "\"",
                    STR_ARG(str_slice(field, at, at + shown)));
}

/* 32 digits, a hyphen behind any four of them, perhaps in braces. */
static bool text_uuid(const CopyField *f, Str field, CopyCell *cell, Err *err) {
    enum { DIGITS = 32 };
    UInt128 bits = 0;
    size_t digits = 0, i = 0;
    bool braces = field.len && field.at[0] == '{';
    for (i = braces; i < field.len && digits < DIGITS; i++) {
        int digit = str_hex_digit(field.at[i]);
        bool hyphen = digit < 0 && field.at[i] == '-' && digits && digits % 4 == 0 && field.at[i - 1] != '-';
        if (hyphen) continue;
        if (digit < 0) return wrong(f, "22P02", field, err);
        bits = bits << 4 | (unsigned)digit;
        digits++;
    }
    bool closed = !braces || (i < field.len && field.at[i] == '}');
    if (digits != DIGITS || !closed || i + braces != field.len) return wrong(f, "22P02", field, err);
    CELL(cell, UInt128) = bits ^ (UInt128)1 << 127;
    return true;
}

/* ---- types that DuckDB casts from a text ---- */

static bool other(const CopyField *f, int16_t format, Str field, CopyCell *cell, Err *err) {
    ParameterValue value;
    if (!parameter_value(cell->texts, 1, f->oid, f->type, format, field, &value, err))
        return format ? copy_wrong_binary(err) : false;
    AUTO(Buf) text = {0};
    parameter_put_text(&value, &text);
    return text_text(f, arena_str(cell->texts, buf_str(&text)), cell, err);
}

static bool text_other(const CopyField *f, Str field, CopyCell *cell, Err *err) {
    return other(f, 0, field, cell, err);
}

static bool binary_other(const CopyField *f, Str field, CopyCell *cell, Err *err) {
    return other(f, 1, field, cell, err);
}

/* ---- all ---- */

/* Of types that are not here a text is made. bytes: of the type that stands for it on the wire. */
static const struct {
    DataTypeId id;
    ColumnKind as;
    CopyRead text, binary;
    const char *name;
    size_t bytes;
    int64_t least, most;
} kinds[] = {
    {DATA_BOOLEAN, COLUMN_BOOLEAN, text_boolean, copy_binary_boolean, "boolean", 1, 0, 0},
    {DATA_TINYINT, COLUMN_BIGINT, text_integer, copy_binary_integer, "smallint", 2, INT8_MIN, INT8_MAX},
    {DATA_SMALLINT, COLUMN_BIGINT, text_integer, copy_binary_integer, "smallint", 2, INT16_MIN, INT16_MAX},
    {DATA_INTEGER, COLUMN_BIGINT, text_integer, copy_binary_integer, "integer", 4, INT32_MIN, INT32_MAX},
    {DATA_BIGINT, COLUMN_BIGINT, text_integer, copy_binary_integer, "bigint", 8, INT64_MIN, INT64_MAX},
    {DATA_UTINYINT, COLUMN_BIGINT, text_integer, copy_binary_integer, "smallint", 2, 0, UINT8_MAX},
    {DATA_USMALLINT, COLUMN_BIGINT, text_integer, copy_binary_integer, "integer", 4, 0, UINT16_MAX},
    {DATA_UINTEGER, COLUMN_BIGINT, text_integer, copy_binary_integer, "bigint", 8, 0, UINT32_MAX},
    {DATA_FLOAT, COLUMN_DOUBLE, text_real, copy_binary_real, "real", 4, 0, 0},
    {DATA_DOUBLE, COLUMN_DOUBLE, text_real, copy_binary_real, "double precision", 8, 0, 0},
    {DATA_DECIMAL, COLUMN_DECIMAL, text_numeric, copy_binary_numeric, "numeric", 0, 0, 0},
    {DATA_VARCHAR, COLUMN_VARCHAR, text_text, copy_binary_text, "text", 0, 0, 0},
    {DATA_BLOB, COLUMN_BLOB, text_bytea, copy_binary_bytea, "bytea", 0, 0, 0},
    {DATA_UUID, COLUMN_UUID, text_uuid, copy_binary_uuid, "uuid", 16, 0, 0},
    {DATA_DATE, COLUMN_DATE, text_date, copy_binary_date, "date", 4, 0, 0},
    {DATA_TIME, COLUMN_TIME, text_time, copy_binary_time, "time", 8, 0, 0},
    {DATA_TIMESTAMP, COLUMN_TIMESTAMP, text_timestamp, copy_binary_timestamp, "timestamp", 8, 0, 0},
    {DATA_TIMESTAMP_S, COLUMN_TIMESTAMP, text_timestamp, copy_binary_timestamp, "timestamp", 8, 0, 0},
    {DATA_TIMESTAMP_MS, COLUMN_TIMESTAMP, text_timestamp, copy_binary_timestamp, "timestamp", 8, 0, 0},
    {DATA_TIMESTAMP_NS, COLUMN_TIMESTAMP, text_timestamp, copy_binary_timestamp, "timestamp", 8, 0, 0},
    {DATA_TIMESTAMPTZ, COLUMN_TIMESTAMPTZ, text_timestamp, copy_binary_timestamp, "timestamp with time zone", 8, 0, 0},
};

CopyField copy_field(Str name, const DataType *type) {
    CopyField f = {.name = name,
                   .type = type,
                   .as = {COLUMN_VARCHAR, 0, 0},
                   .text = text_other,
                   .binary = binary_other,
                   .type_name = "text",
                   .oid = pg_type_of(type).oid};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (kinds[i].id != type->id) continue;
        f.as.kind = kinds[i].as;
        f.text = kinds[i].text;
        f.binary = kinds[i].binary;
        f.type_name = kinds[i].name;
        f.bytes = kinds[i].bytes;
        f.least = kinds[i].least;
        f.most = kinds[i].most;
    }
    if (type->id == DATA_DECIMAL) f.as = (ColumnType){COLUMN_DECIMAL, type->width, type->scale};
    if (f.oid == OID_OID) f.bytes = 4, f.least = 0, f.most = UINT32_MAX, f.type_name = "oid";
    if (f.oid == OID_JSON && type->id == DATA_VARCHAR) {
        f.as.kind = COLUMN_JSON;
        f.text = text_json;
        f.type_name = "json";
    }
    return f;
}

/* One function per column kind; found through a table. */
#include "singer/convert.h"

#include "base/decimal.h"
#include "base/json.h"
#include "base/real.h"
#include "base/time.h"

#define CELL(column, Type, row) (((Type *)(column)->data)[row])

typedef ConvertResult (*Converter)(JsonValue value, ChunkColumn *column, size_t row, const char **problem);

static ConvertResult bad(const char **problem, const char *words) {
    *problem = words;
    return CONVERT_BAD;
}

/* ---- numbers ---- */

/* The number in a JSON number, a text or a boolean; CONVERT_NULL for an empty text. */
static ConvertResult number_text(JsonValue value, Str *ret) {
    switch (value.kind) {
    case JSON_TRUE: *ret = STR("1"); return CONVERT_OK;
    case JSON_FALSE: *ret = STR("0"); return CONVERT_OK;
    case JSON_NUMBER: *ret = value.raw; return CONVERT_OK;
    case JSON_TEXT: *ret = str_trim(value.text); return ret->len ? CONVERT_OK : CONVERT_NULL;
    case JSON_NULL:
    case JSON_CONTAINER: break;
    }
    return CONVERT_BAD;
}

static ConvertResult to_integer(JsonValue value, Int128 *ret, const char **problem) {
    Str text;
    Decimal d;
    bool exact;
    ConvertResult found = number_text(value, &text);
    if (found == CONVERT_NULL) return CONVERT_NULL;
    if (found == CONVERT_BAD || !decimal_read(text, &d)) return bad(problem, "is not an integer");
    if (!decimal_scaled(&d, 0, ret, &exact)) return bad(problem, "does not fit into 128 bits");
    return exact ? CONVERT_OK : bad(problem, "is not an integer");
}

static ConvertResult to_hugeint(JsonValue value, ChunkColumn *column, size_t row, const char **problem) {
    return to_integer(value, &CELL(column, Int128, row), problem);
}

static ConvertResult to_bigint(JsonValue value, ChunkColumn *column, size_t row, const char **problem) {
    Int128 wide;
    ConvertResult found = to_integer(value, &wide, problem);
    if (found != CONVERT_OK) return found;
    if (wide > INT64_MAX || wide < INT64_MIN)
        return bad(problem,
                   "does not fit into BIGINT: give the property a \"maximum\" above 9223372036854775807 in the "
                   "schema, and the column becomes HUGEINT");
    CELL(column, int64_t, row) = (int64_t)wide;
    return CONVERT_OK;
}

static ConvertResult to_decimal(JsonValue value, ChunkColumn *column, size_t row, const char **problem) {
    Str text;
    Decimal d;
    Int128 unscaled, limit = 1;
    bool exact;
    ConvertResult found = number_text(value, &text);
    if (found == CONVERT_NULL) return CONVERT_NULL;
    if (found == CONVERT_BAD || !decimal_read(text, &d)) return bad(problem, "is not a number");
    for (uint8_t i = 0; i < column->type.precision; i++) limit *= 10;
    if (!decimal_scaled(&d, column->type.scale, &unscaled, &exact) || unscaled >= limit || unscaled <= -limit)
        return bad(problem, "has too many digits for the column");
    if (column->type.precision <= 4) CELL(column, int16_t, row) = (int16_t)unscaled;
    else if (column->type.precision <= 9) CELL(column, int32_t, row) = (int32_t)unscaled;
    else if (column->type.precision <= 18) CELL(column, int64_t, row) = (int64_t)unscaled;
    else CELL(column, Int128, row) = unscaled;
    return CONVERT_OK;
}

/* A number's text to a double, correctly rounded. False: no number. */
static bool convert_double(Str text, double *ret) {
    static const struct {
        Str word;
        double value;
    } words[] = {{STR_INIT("nan"), __builtin_nan("")},
                 {STR_INIT("infinity"), __builtin_inf()},
                 {STR_INIT("-infinity"), -__builtin_inf()},
                 {STR_INIT("inf"), __builtin_inf()},
                 {STR_INIT("-inf"), -__builtin_inf()}};
    if (real_read(text, ret)) return true;
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (!str_equal_nocase(text, words[i].word)) continue;
        *ret = words[i].value;
        return true;
    }
    Decimal d;
    if (!decimal_read(text, &d)) return false;
    if (str_to_double(text, ret)) return true;
    char rebuilt[sizeof d.digits + 32];
    int n = snprintf(rebuilt, sizeof rebuilt, "%s%.*s%se%lld", d.negative ? "-" : "", (int)d.count, d.digits,
                     d.count ? "" : "0", (long long)d.exponent);
    return str_to_double((Str){rebuilt, (size_t)n}, ret);
}

static ConvertResult to_double(JsonValue value, ChunkColumn *column, size_t row, const char **problem) {
    Str text;
    ConvertResult found = number_text(value, &text);
    if (found == CONVERT_NULL) return CONVERT_NULL;
    bool ok = found == CONVERT_OK && convert_double(text, &CELL(column, double, row));
    return ok ? CONVERT_OK : bad(problem, "is not a number");
}

static ConvertResult to_boolean(JsonValue value, ChunkColumn *column, size_t row, const char **problem) {
    static const struct {
        Str word;
        uint8_t truth;
    } words[] = {{STR_INIT("true"), 1}, {STR_INIT("false"), 0}, {STR_INIT("t"), 1},   {STR_INIT("f"), 0},
                 {STR_INIT("1"), 1},    {STR_INIT("0"), 0},     {STR_INIT("yes"), 1}, {STR_INIT("no"), 0},
                 {STR_INIT("y"), 1},    {STR_INIT("n"), 0}};
    Str text = str_trim(value.text);
    if (!text.len) return CONVERT_NULL;
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (!str_equal_nocase(text, words[i].word)) continue;
        CELL(column, uint8_t, row) = words[i].truth;
        return CONVERT_OK;
    }
    return bad(problem, "is not a boolean");
}

/* ---- times ---- */

static ConvertResult to_timestamp(JsonValue value, ChunkColumn *column, size_t row, const char **problem) {
    bool zone;
    Str text = str_trim(value.text);
    if (!text.len) return CONVERT_NULL;
    bool ok = value.kind == JSON_TEXT && time_parse(text, &CELL(column, int64_t, row), &zone);
    return ok ? CONVERT_OK : bad(problem, "is not a date-time (ISO 8601)");
}

static ConvertResult to_date(JsonValue value, ChunkColumn *column, size_t row, const char **problem) {
    bool zone;
    int64_t us;
    Str text = str_trim(value.text);
    if (!text.len) return CONVERT_NULL;
    if (value.kind == JSON_TEXT && date_parse(text, &CELL(column, int32_t, row))) return CONVERT_OK;
    if (value.kind != JSON_TEXT || !time_parse(text, &us, &zone)) return bad(problem, "is not a date (YYYY-MM-DD)");
    CELL(column, int32_t, row) = (int32_t)(us / US_PER_DAY - (us % US_PER_DAY < 0));
    return CONVERT_OK;
}

static ConvertResult to_time(JsonValue value, ChunkColumn *column, size_t row, const char **problem) {
    Str text = str_trim(value.text);
    if (!text.len) return CONVERT_NULL;
    bool ok = value.kind == JSON_TEXT && time_of_day_parse(text, &CELL(column, int64_t, row));
    return ok ? CONVERT_OK : bad(problem, "is not a time (HH:MM:SS)");
}

static ConvertResult to_uuid(JsonValue value, ChunkColumn *column, size_t row, const char **problem) {
    UInt128 bits = 0;
    size_t digits = 0;
    Str text = str_trim(value.text);
    if (!text.len) return CONVERT_NULL;
    for (size_t i = 0; i < text.len && value.kind == JSON_TEXT; i++) {
        int digit = str_hex_digit(text.at[i]);
        if (digit < 0 && text.at[i] != '-' && text.at[i] != '{' && text.at[i] != '}')
            return bad(problem, "is not a UUID");
        if (digit < 0) continue;
        bits = bits << 4 | (unsigned)digit;
        digits++;
    }
    if (digits != 32) return bad(problem, "is not a UUID");
    CELL(column, UInt128, row) = bits ^ (UInt128)1 << 127;
    return CONVERT_OK;
}

/* ---- texts ---- */

static ConvertResult to_text(JsonValue value, ChunkColumn *column, size_t row, const char **problem) {
    if (!str_is_utf8(value.text)) return bad(problem, "is not UTF-8");
    chunk_set_text(column, row, value.text);
    return CONVERT_OK;
}

/* A text that holds an object or array is that (target-duckdb); every other value stays as written. */
static ConvertResult to_json(JsonValue value, ChunkColumn *column, size_t row, const char **problem) {
    Str json = value.raw;
    if (value.kind == JSON_TEXT) {
        Str inner = str_trim(value.text);
        const char *end = inner.at + inner.len;
        bool nested = inner.len && (inner.at[0] == '{' || inner.at[0] == '[') && json_skip(inner.at, end) == end;
        if (nested) json = inner;
    }
    if (!str_is_utf8(json)) return bad(problem, "is not UTF-8");
    chunk_set_text(column, row, json);
    return CONVERT_OK;
}

static ConvertResult to_blob(JsonValue value, ChunkColumn *column, size_t row, const char **problem) {
    (void)problem;
    chunk_set_text(column, row, value.text);
    return CONVERT_OK;
}

static const Converter converters[] = {
    [COLUMN_BOOLEAN] = to_boolean, [COLUMN_BIGINT] = to_bigint,       [COLUMN_HUGEINT] = to_hugeint,
    [COLUMN_DOUBLE] = to_double,   [COLUMN_DECIMAL] = to_decimal,     [COLUMN_VARCHAR] = to_text,
    [COLUMN_JSON] = to_json,       [COLUMN_BLOB] = to_blob,           [COLUMN_DATE] = to_date,
    [COLUMN_TIME] = to_time,       [COLUMN_TIMESTAMP] = to_timestamp, [COLUMN_TIMESTAMPTZ] = to_timestamp,
    [COLUMN_UUID] = to_uuid,
};

ConvertResult convert_value(JsonValue value, ChunkColumn *column, size_t row, const char **ret_problem) {
    if (value.kind == JSON_NULL) return CONVERT_NULL;
    return converters[column->type.kind](value, column, row, ret_problem);
}

#include "sql/functions.h"

#include "base/time.h"
#include "sql/catalog_functions.h"
#include "sql/class_name.h"
#include "sql/date_pattern.h"
#include "sql/number_pattern.h"
#include "sql/type_number.h"
#include "warehouse/scalar_function.h"
#include "warehouse/value_text.h"

#define CELL(Type) (((const Type *)v->data)[row])

/* The scale of what to_number gives: numeric without digits, as sql/rewrite.c has it. */
enum { NUMERIC_SCALE = 10, NUMERIC_WIDTH = 38 };

/* ---- to_char ---- */

/* False: it is no number. */
static bool number_of(const Vector *v, uint64_t row, NumberValue *ret) {
    *ret = (NumberValue){0};
    switch ((int)v->type->id) {
    case DATA_TINYINT: ret->unscaled = (int)CELL(int8_t); return true;
    case DATA_SMALLINT: ret->unscaled = CELL(int16_t); return true;
    case DATA_INTEGER: ret->unscaled = CELL(int32_t); return true;
    case DATA_BIGINT: ret->unscaled = CELL(int64_t); return true;
    case DATA_HUGEINT: ret->unscaled = CELL(Int128); return true;
    case DATA_UTINYINT: ret->unscaled = CELL(uint8_t); return true;
    case DATA_USMALLINT: ret->unscaled = CELL(uint16_t); return true;
    case DATA_UINTEGER: ret->unscaled = CELL(uint32_t); return true;
    case DATA_UBIGINT: ret->unscaled = CELL(uint64_t); return true;
    case DATA_DECIMAL:
        ret->unscaled = vector_decimal(v, row);
        ret->scale = v->type->scale;
        return true;
    case DATA_FLOAT: *ret = (NumberValue){.is_real = true, .real = (double)CELL(float)}; return true;
    case DATA_DOUBLE: *ret = (NumberValue){.is_real = true, .real = CELL(double)}; return true;
    default: return false;
    }
}

static bool is_infinite(int64_t micros) {
    return micros == INT64_MAX || micros == -INT64_MAX;
}

/* False: it is none of a date or time. */
static bool fields_of(const Vector *v, uint64_t row, DateFields *ret, bool *ret_infinite) {
    static const int64_t units[DATA_TYPES] = {
        [DATA_TIMESTAMP] = 1, [DATA_TIMESTAMPTZ] = 1, [DATA_TIMESTAMP_MS] = 1000, [DATA_TIMESTAMP_S] = US_PER_SECOND};
    int64_t micros = 0;
    switch ((int)v->type->id) {
    case DATA_DATE: {
        int32_t days = CELL(int32_t);
        *ret_infinite = days == INT32_MAX || days == -INT32_MAX;
        *ret = date_fields_of_date(days);
        ret->zoned = true;
        return true;
    }
    case DATA_TIMESTAMP:
    case DATA_TIMESTAMPTZ:
    case DATA_TIMESTAMP_MS:
    case DATA_TIMESTAMP_S:
        *ret_infinite =
            is_infinite(CELL(int64_t)) || __builtin_mul_overflow(CELL(int64_t), units[v->type->id], &micros);
        break;
    case DATA_TIMESTAMP_NS:
        *ret_infinite = is_infinite(CELL(int64_t));
        micros = CELL(int64_t) / 1000 - (CELL(int64_t) % 1000 < 0);
        break;
    case DATA_INTERVAL:
        *ret = date_fields_of_interval(CELL(Interval).months, CELL(Interval).days, CELL(Interval).micros);
        return true;
    case DATA_TIME: *ret = date_fields_of_interval(0, 0, CELL(int64_t)); return true;
    default: return false;
    }
    if (!*ret_infinite) *ret = date_fields_of_timestamp(micros);
    ret->zoned = v->type->id == DATA_TIMESTAMPTZ;
    return true;
}

static bool to_char(const Vector *arguments, uint64_t row, ScalarValue *ret, Err *err) {
    const Vector *v = &arguments[0];
    Str pattern = vector_bytes(&arguments[1], row);
    NumberValue number;
    DateFields fields = {0};
    bool infinite = false;
    if (number_of(v, row, &number)) return number_pattern_format(pattern, &number, &ret->text, err);
    if (fields_of(v, row, &fields, &infinite)) {
        ret->is_null = infinite || !pattern.len;
        return ret->is_null || date_pattern_format(pattern, &fields, &ret->text, err);
    }
    AUTO(Buf) type = {0};
    data_type_sql(v->type, &type);
    return err_set(err, ERR_INPUT, "[42883] function to_char(%s, text) does not exist", buf_c(&type));
}

/* ---- and back ---- */

static bool to_timestamp(const Vector *arguments, uint64_t row, ScalarValue *ret, Err *err) {
    int64_t micros = 0;
    Str pattern = vector_bytes(&arguments[1], row);
    if (!date_pattern_read(pattern, vector_bytes(&arguments[0], row), &micros, err)) return false;
    ret->integer = micros;
    return true;
}

static bool to_date(const Vector *arguments, uint64_t row, ScalarValue *ret, Err *err) {
    if (!to_timestamp(arguments, row, ret, err)) return false;
    ret->integer = ret->integer / US_PER_DAY - (ret->integer % US_PER_DAY < 0);
    return true;
}

static bool to_number(const Vector *arguments, uint64_t row, ScalarValue *ret, Err *err) {
    Str pattern = vector_bytes(&arguments[1], row);
    ret->is_null = !pattern.len;
    return ret->is_null ||
           number_pattern_read(pattern, vector_bytes(&arguments[0], row), NUMERIC_SCALE, &ret->integer, err);
}

/* ---- format ---- */

/* %[position$][-][width]type; *at behind the %. False: it is none. */
typedef struct FormatSpec {
    uint64_t position; /* 0: the next argument */
    uint64_t width;
    bool left;
    char type;
} FormatSpec;

static uint64_t read_digits(Str text, size_t *at) {
    uint64_t value = 0;
    for (; *at < text.len && text.at[*at] >= '0' && text.at[*at] <= '9' && value < 100000; ++*at)
        value = value * 10 + (uint64_t)(text.at[*at] - '0');
    return value;
}

static bool read_spec(Str text, size_t *at, FormatSpec *ret, Err *err) {
    *ret = (FormatSpec){0};
    size_t begin = *at;
    uint64_t number = read_digits(text, at);
    if (*at > begin && *at < text.len && text.at[*at] == '$') {
        ret->position = number;
        if (!number)
            return err_set(err, ERR_INPUT, "[22023] format specifies argument 0, but arguments are numbered from 1");
        ++*at;
    } else {
        *at = begin;
    }
    while (*at < text.len && text.at[*at] == '-') ret->left = true, ++*at;
    ret->width = read_digits(text, at);
    if (*at >= text.len) return err_set(err, ERR_INPUT, "[22023] unterminated format() type specifier");
    ret->type = text.at[(*at)++];
    if (strchr("sIL", ret->type)) return true;
    return err_set(err, ERR_INPUT, "[22023] unrecognized format() type specifier \"%c\"", ret->type);
}

static void put_literal(Str text, Buf *out) {
    buf_put(out, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '\'') buf_put(out, '\'');
        buf_put(out, text.at[i]);
    }
    buf_put(out, '\'');
}

static bool put_argument(const Vector *v, uint64_t row, char type, Buf *out, Err *err) {
    AUTO(Buf) text = {0};
    bool null = v->type->id == DATA_NULL || vector_is_null(v, row);
    if (null && type == 'I')
        return err_set(err, ERR_INPUT, "[22004] null values cannot be formatted as an SQL identifier");
    if (null) {
        if (type == 'L') buf_append_c(out, "NULL");
        return true;
    }
    if (v->type->id == DATA_BOOLEAN) buf_put(&text, CELL(uint8_t) ? 't' : 'f');
    else value_text(v, row, &text);
    if (type == 'L') put_literal(buf_str(&text), out);
    else if (type == 'I') sql_put_name(buf_str(&text), out);
    else buf_append(out, buf_str(&text));
    return true;
}

static void put_padded(Str text, const FormatSpec *spec, Buf *out) {
    size_t letters = str_utf8_length(text);
    if (spec->left) buf_append(out, text);
    for (; letters < spec->width; letters++) buf_put(out, ' ');
    if (!spec->left) buf_append(out, text);
}

static bool format(const Vector *arguments, uint64_t row, ScalarValue *ret, Err *err) {
    uint64_t next = 1;
    ret->is_null = vector_is_null(&arguments[0], row);
    if (ret->is_null) return true;
    Str text = vector_bytes(&arguments[0], row);
    for (size_t i = 0; i < text.len;) {
        char c = text.at[i++];
        FormatSpec spec;
        AUTO(Buf) shown = {0};
        if (c != '%' || (i < text.len && text.at[i] == '%')) {
            buf_put(&ret->text, c);
            i += c == '%';
            continue;
        }
        if (!read_spec(text, &i, &spec, err)) return false;
        uint64_t argument = spec.position ? spec.position : next;
        next = argument + 1;
        if (argument >= ret->arguments) return err_set(err, ERR_INPUT, "[22023] too few arguments for format()");
        if (!put_argument(&arguments[argument], row, spec.type, &shown, err)) return false;
        put_padded(buf_str(&shown), &spec, &ret->text);
    }
    return true;
}

/* ---- bytes: beside DuckDB's functions of the same names ---- */

static bool bytes(const Vector *arguments, uint64_t row, ScalarValue *ret, Err *err) {
    (void)err;
    ret->integer = (Int128)vector_bytes(&arguments[0], row).len;
    return true;
}

/* ---- pg_size_pretty ---- */

enum { MOST_BYTES = 10 * 1024 }; /* so many are told as bytes */

/* PostgreSQL's: up to 10240 of a unit, each next one halved once more than what is shown, which is rounded from it. */
static void put_size(Int128 size, Buf *out) {
    static const char *const units[] = {"kB", "MB", "GB", "TB", "PB"};
    enum { LIMIT = 20 * 1024 - 1, HALF = 1 << 9, STEP = 1 << 10 };
    size_t unit = 0;
    if (size < MOST_BYTES && size > -MOST_BYTES) {
        buf_printf(out, "%d bytes", (int)size);
        return;
    }
    for (size /= HALF; unit + 1 < ARRAY_LEN(units) && (size >= LIMIT || size <= -LIMIT); unit++) size /= STEP;
    size = (size + (size < 0 ? -1 : 1)) / 2;
    char digits[48], *at = digits + sizeof digits;
    UInt128 rest = size < 0 ? -(UInt128)size : (UInt128)size;
    *--at = '\0';
    do *--at = (char)('0' + (int)(rest % 10));
    while (rest /= 10);
    buf_printf(out, "%s%s %s", size < 0 ? "-" : "", at, units[unit]);
}

static bool size_pretty(const Vector *arguments, uint64_t row, ScalarValue *ret, Err *err) {
    const Vector *v = &arguments[0];
    NumberValue number;
    bool known = number_of(v, row, &number) && (!number.is_real || (number.real < 1e37 && number.real > -1e37));
    if (!known) return err_set(err, ERR_INPUT, "[42883] pg_size_pretty takes a number");
    Int128 whole = number.is_real ? (Int128)number.real : number.unscaled;
    for (int i = 0; !number.is_real && i < number.scale; i++) whole /= 10;
    if (number.scale && whole < MOST_BYTES && whole > -MOST_BYTES) {
        value_text(v, row, &ret->text);
        buf_append_c(&ret->text, " bytes");
    } else {
        put_size(whole, &ret->text);
    }
    return true;
}

/* ---- numbers of the catalog ---- */

static bool type_number(const Vector *arguments, uint64_t row, ScalarValue *ret, Err *err) {
    (void)err;
    ret->integer = sql_type_number(vector_bytes(&arguments[0], row));
    return true;
}

static bool function_number(const Vector *arguments, uint64_t row, ScalarValue *ret, Err *err) {
    (void)err;
    ret->integer = sql_function_number(vector_bytes(&arguments[0], row));
    return true;
}

static const ScalarFunction functions[] = {
    {"pond_type_oid", {.kind = COLUMN_BIGINT}, {DATA_VARCHAR}, 1, false, type_number},
    {"pond_function_number", {.kind = COLUMN_BIGINT}, {DATA_VARCHAR}, 1, false, function_number},
    {"octet_length", {.kind = COLUMN_BIGINT}, {DATA_VARCHAR}, 1, false, bytes},
    {"length", {.kind = COLUMN_BIGINT}, {DATA_BLOB}, 1, false, bytes},
    {"pond_size_pretty", {.kind = COLUMN_VARCHAR}, {DATA_ANY}, 1, false, size_pretty},
    {"pond_format", {.kind = COLUMN_VARCHAR}, {DATA_VARCHAR}, 1, true, format},
    {"to_char", {.kind = COLUMN_VARCHAR}, {DATA_ANY, DATA_VARCHAR}, 2, false, to_char},
    {"to_date", {.kind = COLUMN_DATE}, {DATA_VARCHAR, DATA_VARCHAR}, 2, false, to_date},
    {"to_timestamp", {.kind = COLUMN_TIMESTAMPTZ}, {DATA_VARCHAR, DATA_VARCHAR}, 2, false, to_timestamp},
    {"to_number", {COLUMN_DECIMAL, NUMERIC_WIDTH, NUMERIC_SCALE}, {DATA_VARCHAR, DATA_VARCHAR}, 2, false, to_number},
};

bool sql_functions_register(Session *s, Err *err) {
    for (size_t i = 0; i < ARRAY_LEN(functions); i++)
        if (!scalar_function_register(s, &functions[i], err)) return false;
    for (size_t i = 0; i < sql_catalog_function_count; i++)
        if (!scalar_function_register(s, &sql_catalog_functions[i], err)) return false;
    return true;
}

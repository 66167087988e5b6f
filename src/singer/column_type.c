/* JSON schema -> column type. */
#include "singer/column_type.h"

#include "singer/exact.h"
#include "singer/json_type.h"
#include "singer/schema.h"

enum {
    DECIMAL_DIGITS = 38,
    NUMERIC_TYPES = JSON_TYPE_INTEGER | JSON_TYPE_NUMBER,
    NESTED_TYPES = JSON_TYPE_OBJECT | JSON_TYPE_ARRAY,
    ANY_TYPE = 0xFF,
};

static ColumnType plain(ColumnKind kind) {
    return (ColumnType){.kind = kind};
}

static bool make_decimal(int64_t precision, int64_t scale, ColumnType *ret) {
    if (precision < 1 || precision > DECIMAL_DIGITS || scale < 0 || scale > precision) return false;
    *ret = (ColumnType){.kind = COLUMN_DECIMAL, .precision = (uint8_t)precision, .scale = (uint8_t)scale};
    return true;
}

/* "(10,2)", "( 10 )" */
static bool decimal_of_text(Str text, ColumnType *ret) {
    text = str_trim(text);
    if (text.len < 2 || text.at[0] != '(' || text.at[text.len - 1] != ')') return false;
    Str rest = str_slice(text, 1, text.len - 1), part;
    int64_t precision, scale = 0;
    if (!str_cut(&rest, ',', &part) || !str_to_i64(str_trim(part), &precision)) return false;
    if (rest.at && !str_to_i64(str_trim(rest), &scale)) return false;
    return make_decimal(precision, scale, ret);
}

/* ---- x-sql-datatype ---- */

static const struct {
    const char *name;
    ColumnKind kind;
    unsigned types; /* the property may have these and no others */
} hints[] = {
    {"tinyint", COLUMN_BIGINT, JSON_TYPE_INTEGER},
    {"smallint", COLUMN_BIGINT, JSON_TYPE_INTEGER},
    {"int2", COLUMN_BIGINT, JSON_TYPE_INTEGER},
    {"int", COLUMN_BIGINT, JSON_TYPE_INTEGER},
    {"int4", COLUMN_BIGINT, JSON_TYPE_INTEGER},
    {"integer", COLUMN_BIGINT, JSON_TYPE_INTEGER},
    {"bigint", COLUMN_BIGINT, JSON_TYPE_INTEGER},
    {"int8", COLUMN_BIGINT, JSON_TYPE_INTEGER},
    {"hugeint", COLUMN_HUGEINT, JSON_TYPE_INTEGER},
    {"numeric", COLUMN_DECIMAL, NUMERIC_TYPES | JSON_TYPE_STRING},
    {"decimal", COLUMN_DECIMAL, NUMERIC_TYPES | JSON_TYPE_STRING},
    {"real", COLUMN_DOUBLE, NUMERIC_TYPES},
    {"float", COLUMN_DOUBLE, NUMERIC_TYPES},
    {"float4", COLUMN_DOUBLE, NUMERIC_TYPES},
    {"float8", COLUMN_DOUBLE, NUMERIC_TYPES},
    {"double", COLUMN_DOUBLE, NUMERIC_TYPES},
    {"double precision", COLUMN_DOUBLE, NUMERIC_TYPES},
    {"boolean", COLUMN_BOOLEAN, JSON_TYPE_BOOLEAN},
    {"bool", COLUMN_BOOLEAN, JSON_TYPE_BOOLEAN},
    {"char", COLUMN_VARCHAR, ANY_TYPE},
    {"character", COLUMN_VARCHAR, ANY_TYPE},
    {"varchar", COLUMN_VARCHAR, ANY_TYPE},
    {"character varying", COLUMN_VARCHAR, ANY_TYPE},
    {"nvarchar", COLUMN_VARCHAR, ANY_TYPE},
    {"text", COLUMN_VARCHAR, ANY_TYPE},
    {"string", COLUMN_VARCHAR, ANY_TYPE},
    {"json", COLUMN_JSON, NESTED_TYPES},
    {"jsonb", COLUMN_JSON, NESTED_TYPES},
    {"date", COLUMN_DATE, JSON_TYPE_STRING},
    {"time", COLUMN_TIME, JSON_TYPE_STRING},
    {"time without time zone", COLUMN_TIME, JSON_TYPE_STRING},
    {"timestamp", COLUMN_TIMESTAMP, JSON_TYPE_STRING},
    {"timestamp without time zone", COLUMN_TIMESTAMP, JSON_TYPE_STRING},
    {"datetime", COLUMN_TIMESTAMP, JSON_TYPE_STRING},
    {"timestamptz", COLUMN_TIMESTAMPTZ, JSON_TYPE_STRING},
    {"timestamp with time zone", COLUMN_TIMESTAMPTZ, JSON_TYPE_STRING},
};

/* "timestamp(6) with time zone": the words into `name`, "(6)" into *ret_arguments. False when too long to be a type. */
static bool split_hint(Str text, char *name, size_t size, Str *ret_arguments) {
    size_t open = str_find(text, '('), close = str_find(text, ')');
    bool arguments = open != STR_NONE && close != STR_NONE && close > open;
    *ret_arguments = arguments ? str_slice(text, open, close + 1) : (Str){0};
    Str before = str_trim(arguments ? str_slice(text, 0, open) : text);
    Str behind = str_trim(arguments ? str_slice(text, close + 1, text.len) : (Str){0});
    if (before.len + behind.len + 2 > size) return false;
    snprintf(name, size, STR_FMT "%s" STR_FMT, STR_ARG(before), behind.len ? " " : "", STR_ARG(behind));
    return true;
}

static bool type_of_hint(const Node *property, unsigned types, const SchemaOptions *options, ColumnType *ret) {
    const Node *hint = node_get_c(property, "x-sql-datatype");
    char name[64];
    Str arguments;
    if (!node_is(hint, NODE_STRING) || !split_hint(hint->text, name, sizeof name, &arguments)) return false;
    for (size_t i = 0; i < ARRAY_LEN(hints); i++) {
        if (!str_equal_nocase(str_of(name), str_of(hints[i].name))) continue;
        if (types & ~hints[i].types & ~(unsigned)JSON_TYPE_NULL) return false;
        if (hints[i].kind == COLUMN_DECIMAL) return decimal_of_text(arguments, ret);
        bool without_zone = hints[i].kind == COLUMN_TIMESTAMPTZ && options->timestamps_without_zone;
        *ret = plain(without_zone ? COLUMN_TIMESTAMP : hints[i].kind);
        return true;
    }
    return false;
}

/* ---- numbers ---- */

static bool read_bound(const Node *property, const char *key, Exact *ret) {
    const Node *bound = node_get(property, str_of(key));
    return node_is(bound, NODE_NUMBER) && exact_read(bound->text, ret);
}

/* The smallest of BIGINT, HUGEINT and VARCHAR that holds what the schema's bounds allow. */
static ColumnType integer_type(const Node *property) {
    static const char *const upper_keys[] = {"maximum", "exclusiveMaximum"};
    static const char *const lower_keys[] = {"minimum", "exclusiveMinimum"};
    static const struct {
        const char *lowest, *highest;
        ColumnKind beyond;
    } steps[] = {
        {"-9223372036854775808", "9223372036854775807", COLUMN_HUGEINT},
        {"-170141183460469231731687303715884105728", "170141183460469231731687303715884105727", COLUMN_VARCHAR},
    };
    ColumnKind kind =
        str_is(node_text(node_get_c(property, "airbyte_type")), "big_integer") ? COLUMN_HUGEINT : COLUMN_BIGINT;
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        Exact lowest, highest, bound;
        BUG_ON(!exact_read(str_of(steps[i].lowest), &lowest) || !exact_read(str_of(steps[i].highest), &highest));
        for (size_t k = 0; k < 2; k++) {
            if (read_bound(property, upper_keys[k], &bound) && exact_compare(bound, highest) > 0)
                kind = steps[i].beyond;
            if (read_bound(property, lower_keys[k], &bound) && exact_compare(bound, lowest) < 0) kind = steps[i].beyond;
        }
    }
    return plain(kind);
}

static bool is_power_of_ten(Exact n) {
    return n.head.len + n.tail.len == 1 && (n.head.len ? n.head : n.tail).at[0] == '1';
}

/* Digits before the decimal point that values up to a bound can have. Draft 4 has a number and `exclusiveMaximum: true`,
 * later drafts a number under the exclusive key. */
static bool bound_digits(const Node *property, const char *key, const char *exclusive_key, int64_t *ret) {
    Exact bound;
    bool exclusive = read_bound(property, exclusive_key, &bound);
    if (!exclusive) {
        if (!read_bound(property, key, &bound)) return false;
        const Node *flag = node_get(property, str_of(exclusive_key));
        exclusive = node_is(flag, NODE_BOOL) && flag->truth;
    }
    *ret = exact_integer_digits(bound);
    if (exclusive && is_power_of_ten(bound) && *ret > 0) --*ret;
    return true;
}

static ColumnType number_type(const Node *property) {
    Exact step;
    int64_t above, below;
    ColumnType decimal;
    if (str_is(node_text(node_get_c(property, "airbyte_type")), "integer")) return integer_type(property);
    if (read_bound(property, "multipleOf", &step) && !exact_is_zero(step) &&
        bound_digits(property, "maximum", "exclusiveMaximum", &above) &&
        bound_digits(property, "minimum", "exclusiveMinimum", &below)) {
        int64_t scale = exact_scale(step), digits = MAX(above, below);
        bool fits = scale <= DECIMAL_DIGITS && digits <= DECIMAL_DIGITS;
        if (fits && make_decimal(MAX(scale + digits, (int64_t)1), scale, &decimal)) return decimal;
    }
    return plain(COLUMN_DOUBLE);
}

static bool read_digits(const Node *n, int64_t *ret) {
    return str_to_i64(node_text(n), ret);
}

/* SDK's x-singer.decimal with precision and scale beside it; singer.decimal with additionalProperties.scale_precision
 * "(p,s)" (tap-mssql) or decimal {precision, scale} (pipelinewise). */
static bool type_of_singer_decimal(const Node *property, ColumnType *ret) {
    Str format = node_text(node_get_c(property, "format"));
    if (!str_is(format, "x-singer.decimal") && !str_is(format, "singer.decimal")) return false;
    const Node *text = node_get_c(node_get_c(property, "additionalProperties"), "scale_precision");
    if (node_is(text, NODE_STRING)) return decimal_of_text(text->text, ret);
    const Node *nested = node_get_c(property, "decimal");
    const Node *holder = node_is(nested, NODE_MAP) ? nested : property;
    int64_t precision, scale = 0;
    if (!read_digits(node_get_c(holder, "precision"), &precision)) return false;
    const Node *scale_node = node_get_c(holder, "scale");
    if (!node_is_null(scale_node) && !read_digits(scale_node, &scale)) return false;
    return make_decimal(precision, scale, ret);
}

/* ---- everything ---- */

static ColumnType string_type(const Node *property, const SchemaOptions *options) {
    Str format = node_text(node_get_c(property, "format"));
    if (str_is(format, "date-time")) {
        bool local = str_is(node_text(node_get_c(property, "airbyte_type")), "timestamp_without_timezone");
        return plain(local || options->timestamps_without_zone ? COLUMN_TIMESTAMP : COLUMN_TIMESTAMPTZ);
    }
    if (str_is(format, "date")) return plain(COLUMN_DATE);
    if (str_is(format, "time")) return plain(COLUMN_TIME);
    return plain(COLUMN_VARCHAR);
}

/* False when the schema says nothing about its type. */
static bool read_type(const Node *property, const SchemaOptions *options, ColumnType *ret) {
    static const char *const unions[] = {"anyOf", "oneOf", "allOf"};
    unsigned types = json_types(property) & ~(unsigned)JSON_TYPE_NULL;
    if (type_of_hint(property, types, options, ret)) return true;
    bool numeric = types && !(types & ~(unsigned)(NUMERIC_TYPES | JSON_TYPE_STRING));
    if (numeric && type_of_singer_decimal(property, ret)) return true;
    if (types & NESTED_TYPES) *ret = plain(COLUMN_JSON);
    else if (types == JSON_TYPE_STRING) *ret = string_type(property, options);
    else if (types == JSON_TYPE_INTEGER) *ret = integer_type(property);
    else if (types & JSON_TYPE_NUMBER && !(types & ~(unsigned)NUMERIC_TYPES)) *ret = number_type(property);
    else if (types == JSON_TYPE_BOOLEAN) *ret = plain(COLUMN_BOOLEAN);
    else if (types & ~(unsigned)JSON_TYPE_OTHER) *ret = plain(COLUMN_VARCHAR);
    if (types & ~(unsigned)JSON_TYPE_OTHER) return true;
    for (size_t i = 0; i < ARRAY_LEN(unions); i++) {
        const Node *branches = node_get(property, str_of(unions[i]));
        for (size_t k = 0; node_is(branches, NODE_LIST) && k < branches->len; k++)
            if (read_type(branches->items[k], options, ret)) return true;
    }
    return false;
}

ColumnType schema_column_type(const Node *property, const SchemaOptions *options) {
    ColumnType type;
    return read_type(property, options, &type) ? type : plain(COLUMN_VARCHAR);
}

Str column_type_sql(Arena *a, ColumnType type) {
    static const char *const texts[] = {
#define X(name, sql) [COLUMN_##name] = sql,
        COLUMN_KINDS(X)
#undef X
    };
    if (type.kind != COLUMN_DECIMAL) return str_of(texts[type.kind]);
    return arena_printf(a, "DECIMAL(%d,%d)", type.precision, type.scale);
}

#include "pgwire/parameter.h"

#include "base/time.h"
#include "pgwire/infer.h"
#include "pgwire/pg_type.h"
#include "pgwire/session.h"
#include "sql/bytea.h"
#include "sql/time_text.h"
#include "warehouse/table.h"

/* PostgreSQL counts from 2000-01-01. */
enum { EPOCH_DAYS = 10957 };
#define EPOCH_US (EPOCH_DAYS * INT64_C(86400) * US_PER_SECOND)

/* ---- types ---- */

typedef bool (*ReadBinary)(Arena *a, Str bytes, ParameterValue *ret);

static bool binary_integer(Arena *a, Str bytes, ParameterValue *ret);
static bool binary_oid(Arena *a, Str bytes, ParameterValue *ret);
static bool binary_bool(Arena *a, Str bytes, ParameterValue *ret);
static bool binary_real(Arena *a, Str bytes, ParameterValue *ret);
static bool binary_bytes(Arena *a, Str bytes, ParameterValue *ret);
static bool binary_uuid(Arena *a, Str bytes, ParameterValue *ret);
static bool binary_date(Arena *a, Str bytes, ParameterValue *ret);
static bool binary_timestamp(Arena *a, Str bytes, ParameterValue *ret);
static bool binary_interval(Arena *a, Str bytes, ParameterValue *ret);
static bool binary_numeric(Arena *a, Str bytes, ParameterValue *ret);

/* id: what a value is bound as; VARCHAR is cast by DuckDB. read NULL: no binary format. */
static const struct {
    uint32_t oid;
    const char *sql; /* in DuckDB */
    DataTypeId id;
    ReadBinary read;
} types[] = {
    {OID_BOOL, "BOOLEAN", DATA_BOOLEAN, binary_bool},
    {OID_INT2, "SMALLINT", DATA_SMALLINT, binary_integer},
    {OID_INT4, "INTEGER", DATA_INTEGER, binary_integer},
    {OID_INT8, "BIGINT", DATA_BIGINT, binary_integer},
    {OID_OID, "pg_oid", DATA_BIGINT, binary_oid},
    {OID_FLOAT4, "FLOAT", DATA_FLOAT, binary_real},
    {OID_FLOAT8, "DOUBLE", DATA_DOUBLE, binary_real},
    {OID_NUMERIC, "DECIMAL(38,12)", DATA_VARCHAR, binary_numeric},
    {OID_TEXT, "VARCHAR", DATA_VARCHAR, binary_bytes},
    {OID_VARCHAR, "VARCHAR", DATA_VARCHAR, binary_bytes},
    {OID_BPCHAR, "VARCHAR", DATA_VARCHAR, binary_bytes},
    {OID_NAME, "pg_name", DATA_VARCHAR, binary_bytes},
    {OID_CHAR, "pg_char", DATA_VARCHAR, binary_bytes},
    {OID_UNKNOWN, "VARCHAR", DATA_VARCHAR, binary_bytes},
    {OID_JSON, "JSON", DATA_VARCHAR, binary_bytes},
    {OID_BYTEA, "BLOB", DATA_BLOB, binary_bytes},
    {OID_UUID, "UUID", DATA_UUID, binary_uuid},
    {OID_DATE, "DATE", DATA_DATE, binary_date},
    {OID_TIME, "TIME", DATA_TIME, binary_integer},
    {OID_TIMETZ, "TIMETZ", DATA_VARCHAR, NULL},
    {OID_TIMESTAMP, "TIMESTAMP", DATA_TIMESTAMP, binary_timestamp},
    {OID_TIMESTAMPTZ, "TIMESTAMPTZ", DATA_TIMESTAMPTZ, binary_timestamp},
    {OID_INTERVAL, "INTERVAL", DATA_INTERVAL, binary_interval},
};

static size_t find_type(uint32_t oid) {
    size_t i = 0;
    while (i < ARRAY_LEN(types) && types[i].oid != oid) i++;
    return i;
}

/* Of a value. What users make are enums: their values are texts in both formats. */
static size_t find_value(uint32_t oid) {
    enum { FIRST_OF_USERS = 16384 };
    return find_type(oid < FIRST_OF_USERS ? oid : OID_TEXT);
}

/* The element's type when the oid is an array's. */
static size_t find_element(uint32_t oid) {
    size_t i = 0;
    while (i < ARRAY_LEN(types) && (!oid || pg_array_of(types[i].oid) != oid)) i++;
    return i;
}

void parameter_put_type(uint32_t oid, const DataType *guess, Buf *out) {
    size_t i = find_type(oid), element = find_element(oid);
    if (i < ARRAY_LEN(types)) buf_append_c(out, types[i].sql);
    else if (element < ARRAY_LEN(types)) buf_printf(out, "%s[]", types[element].sql);
    else if (guess && guess->id != DATA_NULL) data_type_sql(guess, out);
    else buf_append_c(out, "VARCHAR");
}

/* Every parameter that `chosen` picks, with a cast: of itself, or of NULL. */
static Str with_casts(Arena *a, Str sql, const Statement *st, const uint32_t *oids, size_t oid_count, bool null,
                      bool (*chosen)(const Statement *st, size_t parameter)) {
    SqlEdit e = sql_edit(a, sql);
    for (size_t i = 0; i < e.tokens.len; i++) {
        size_t n = sql_parameter_number(&e.tokens.at[i]);
        if (!n || n > statement_parameters(st) || !chosen(st, n - 1) || (!null && infer_has_cast(&e, i))) continue;
        Buf *out = sql_edit_open(&e, i, i + 1);
        buf_printf(out, "CAST(" STR_FMT " AS ", STR_ARG(null ? STR("NULL") : e.tokens.at[i].text));
        parameter_put_type(n <= oid_count ? oids[n - 1] : 0, statement_parameter_type(st, n - 1), out);
        buf_put(out, ')');
    }
    return sql_edit_finish(&e);
}

static bool is_untyped(const Statement *st, size_t parameter) {
    return statement_parameter_type(st, parameter)->id == DATA_NULL;
}

static bool is_any(const Statement *st, size_t parameter) {
    (void)st;
    (void)parameter;
    return true;
}

Str parameter_casts(Arena *a, Str sql, const Statement *st, const uint32_t *oids, size_t oid_count) {
    bool untyped = false;
    for (size_t i = 0; i < statement_parameters(st); i++) untyped |= is_untyped(st, i);
    return untyped ? with_casts(a, sql, st, oids, oid_count, false, is_untyped) : sql;
}

Str parameter_shape(Arena *a, Str sql, const Statement *st, const uint32_t *oids, size_t oid_count) {
    return with_casts(a, sql, st, oids, oid_count, true, is_any);
}

/* ---- binary values ---- */

static uint64_t big_endian(Str bytes) {
    uint64_t v = 0;
    for (size_t i = 0; i < bytes.len; i++) v = v << 8 | (unsigned char)bytes.at[i];
    return v;
}

static bool binary_integer(Arena *a, Str bytes, ParameterValue *ret) {
    (void)a;
    uint64_t v = big_endian(bytes);
    switch (bytes.len) {
    case 2: ret->integer = (int16_t)v; return true;
    case 4: ret->integer = (int32_t)v; return true;
    case 8: ret->integer = (int64_t)v; return true;
    default: return false;
    }
}

static bool binary_oid(Arena *a, Str bytes, ParameterValue *ret) {
    (void)a;
    ret->integer = (int64_t)big_endian(bytes);
    return bytes.len == 4;
}

static bool binary_bool(Arena *a, Str bytes, ParameterValue *ret) {
    (void)a;
    if (bytes.len != 1) return false;
    ret->integer = bytes.at[0] != 0;
    return true;
}

static bool binary_real(Arena *a, Str bytes, ParameterValue *ret) {
    (void)a;
    uint64_t v = big_endian(bytes);
    uint32_t low = (uint32_t)v;
    float single;
    if (bytes.len == 8) {
        memcpy(&ret->real, &v, sizeof v);
        return true;
    }
    memcpy(&single, &low, sizeof single);
    ret->real = (double)single;
    return bytes.len == 4;
}

static bool binary_bytes(Arena *a, Str bytes, ParameterValue *ret) {
    (void)a;
    ret->text = bytes;
    return true;
}

static bool binary_uuid(Arena *a, Str bytes, ParameterValue *ret) {
    (void)a;
    if (bytes.len != 16) return false;
    ret->uuid = (UInt128)big_endian(str_slice(bytes, 0, 8)) << 64 | big_endian(str_slice(bytes, 8, 16));
    return true;
}

static bool binary_date(Arena *a, Str bytes, ParameterValue *ret) {
    if (bytes.len != 4 || !binary_integer(a, bytes, ret)) return false;
    if (ret->integer == INT32_MIN) ret->integer = -INT32_MAX;
    else if (ret->integer != INT32_MAX) ret->integer += EPOCH_DAYS;
    return ret->integer <= INT32_MAX;
}

static bool binary_timestamp(Arena *a, Str bytes, ParameterValue *ret) {
    if (bytes.len != 8 || !binary_integer(a, bytes, ret)) return false;
    if (ret->integer == INT64_MIN) ret->integer = -INT64_MAX;
    else if (ret->integer != INT64_MAX && __builtin_add_overflow(ret->integer, EPOCH_US, &ret->integer)) return false;
    return true;
}

static bool binary_interval(Arena *a, Str bytes, ParameterValue *ret) {
    (void)a;
    if (bytes.len != 16) return false;
    ret->interval = (Interval){
        .micros = (int64_t)big_endian(str_slice(bytes, 0, 8)),
        .days = (int32_t)big_endian(str_slice(bytes, 8, 12)),
        .months = (int32_t)big_endian(str_slice(bytes, 12, 16)),
    };
    return true;
}

/* numeric_recv, as text: digits of base 10,000, the first of them worth BASE^weight. */
static bool binary_numeric(Arena *a, Str bytes, ParameterValue *ret) {
    enum { BASE = 10000, SIGN_MINUS = 0x4000, SIGN_NAN = 0xC000, SIGN_INFINITY = 0xD000, LONGEST = 1000 };
    Fields f = fields_of(bytes);
    int count = field_i16(&f), weight = field_i16(&f), sign = (uint16_t)field_i16(&f), scale = field_i16(&f);
    AUTO(Buf) text = {0};
    if (f.bad || count < 0 || scale < 0 || abs(weight) > LONGEST || bytes.len != 8 + 2 * (size_t)count) return false;
    if (sign >= SIGN_NAN) {
        ret->text = sign == SIGN_NAN ? STR("NaN") : sign == SIGN_INFINITY ? STR("Infinity") : STR("-Infinity");
        return true;
    }
    if (sign == SIGN_MINUS) buf_put(&text, '-');
    for (int power = MAX(weight, 0); power >= -(scale + 3) / 4; power--) {
        int i = weight - power, digit = 0;
        if (i >= 0 && i < count) digit = (int)big_endian(str_slice(bytes, 8 + 2 * (size_t)i, 10 + 2 * (size_t)i));
        if (digit >= BASE) return false;
        buf_printf(&text, power == MAX(weight, 0) ? "%d" : "%04d", digit);
        if (power == 0) buf_put(&text, '.');
    }
    Str whole = buf_str(&text);
    size_t point = str_find(whole, '.');
    ret->text = arena_str(a, str_slice(whole, 0, scale ? point + 1 + (size_t)scale : point));
    return true;
}

/* ---- text values ---- */

static bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static void put_quoted(Str text, Buf *out) {
    buf_put(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '"' || text.at[i] == '\\') buf_put(out, '\\');
        buf_put(out, text.at[i]);
    }
    buf_put(out, '"');
}

/* An item of array_in at text[i], in quotes as DuckDB reads it; NULL stays. Returns what is behind it. */
static size_t put_array_item(Str text, size_t i, Buf *out) {
    AUTO(Buf) item = {0};
    size_t kept = 0; /* without the blanks behind it */
    bool quoted = false, bare = true;
    for (; i < text.len && (quoted || !strchr(",{}", text.at[i])); i++) {
        bool escaped = text.at[i] == '\\' && i + 1 < text.len;
        i += escaped;
        if (text.at[i] == '"' && !escaped) {
            quoted = !quoted;
            bare = false;
            kept = item.len;
            continue;
        }
        bare &= !escaped;
        buf_put(&item, text.at[i]);
        if (quoted || escaped || !is_blank(text.at[i])) kept = item.len;
    }
    Str value = str_slice(buf_str(&item), 0, kept);
    if (bare && str_equal_nocase(value, STR("NULL"))) buf_append_c(out, "NULL");
    else put_quoted(value, out);
    return i;
}

/* '{1,"a b",NULL}' of PostgreSQL as '["1","a b",NULL]' of DuckDB; nested ones too. */
static Str list_text(Arena *a, Str text) {
    AUTO(Buf) out = {0};
    for (size_t i = 0; i < text.len;) {
        char c = text.at[i];
        if (is_blank(c)) i++;
        else if (c == '{' || c == '}' || c == ',') buf_put(&out, c == '{' ? '[' : c == '}' ? ']' : ','), i++;
        else i = put_array_item(text, i, &out);
    }
    return arena_str(a, buf_str(&out));
}

/* The same of json[]: DuckDB reads the whole as one document, so that items lose their quotes and escapes, and NULL is null. */
static Str json_list_text(Arena *a, Str text) {
    AUTO(Buf) out = {0};
    bool quoted = false, bare = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == '\\' && i + 1 < text.len) {
            buf_put(&out, text.at[++i]);
        } else if (c == '"') {
            quoted = !quoted;
        } else if (quoted || (c != '{' && c != '}')) {
            bool null = !quoted && !bare && str_starts(str_slice(text, i, STR_NONE), STR("NULL"));
            if (null) buf_append_c(&out, "null");
            else buf_put(&out, c);
            i += null ? 3 : 0;
        } else {
            buf_put(&out, c == '{' ? '[' : ']');
        }
        bare = !quoted && c != ',' && c != '{' && c != '"' && c != ' ';
    }
    return arena_str(a, buf_str(&out));
}

static bool text_bool(Str text, int64_t *ret) {
    static const char *const words[] = {"t", "true", "y", "yes", "on", "1", "f", "false", "n", "no", "off", "0"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (!str_equal_nocase(str_trim(text), str_of(words[i]))) continue;
        *ret = i < ARRAY_LEN(words) / 2;
        return true;
    }
    return false;
}

bool parameter_literal(Arena *a, const DataType *type, Str text, Str *ret) {
    AUTO(Buf) out = {0};
    bool list = (type->id == DATA_LIST || type->id == DATA_ARRAY) && str_starts(str_trim(text), STR("{"));
    Str bytes;
    if (!list && (type->id != DATA_BLOB || !sql_bytea(a, text, &bytes))) return false;
    AUTO(Buf) blob = {0};
    for (size_t i = 0; !list && i < bytes.len; i++) buf_printf(&blob, "\\x%02x", (unsigned char)bytes.at[i]);
    if (list) text = str_is(type->children[0].alias, "JSON") ? json_list_text(a, text) : list_text(a, text);
    buf_printf(&out, "CAST(%s AS ", sql_literal(a, list ? text : buf_str(&blob)));
    data_type_sql(type, &out);
    buf_put(&out, ')');
    *ret = arena_str(a, buf_str(&out));
    return true;
}

/* A date, time or interval as DuckDB reads it; any other text stays. */
static Str time_text(Arena *a, DataTypeId id, Str text) {
    static const SqlTimeKind kinds[DATA_TYPES] = {
        [DATA_DATE] = SQL_TIME_DATE + 1,         [DATA_TIME] = SQL_TIME_TIME + 1,
        [DATA_TIMETZ] = SQL_TIME_TIMETZ + 1,     [DATA_TIMESTAMP] = SQL_TIME_TIMESTAMP + 1,
        [DATA_INTERVAL] = SQL_TIME_INTERVAL + 1, [DATA_TIMESTAMPTZ] = SQL_TIME_TIMESTAMPTZ + 1,
    };
    AUTO(Buf) out = {0};
    bool read = kinds[id] && sql_time_text(str_trim(text), kinds[id] - 1, &out);
    return read ? arena_str(a, buf_str(&out)) : text;
}

/* What reads as its type is bound as that; everything else as VARCHAR, which DuckDB casts or refuses with its own words. */
static void read_text(Arena *a, DataTypeId id, Str (*list)(Arena *, Str), Str bytes, ParameterValue *ret) {
    bool typed = false;
    *ret = (ParameterValue){.type = id};
    if (id == DATA_BOOLEAN) typed = text_bool(bytes, &ret->integer);
    else if (id == DATA_SMALLINT || id == DATA_INTEGER || id == DATA_BIGINT)
        typed = str_to_i64(str_trim(bytes), &ret->integer);
    else if (id == DATA_FLOAT || id == DATA_DOUBLE) typed = str_to_double(str_trim(bytes), &ret->real);
    else if (id == DATA_BLOB) typed = sql_bytea(a, bytes, &ret->text);
    if (id == DATA_SMALLINT) typed = typed && ret->integer >= INT16_MIN && ret->integer <= INT16_MAX;
    if (id == DATA_INTEGER) typed = typed && ret->integer >= INT32_MIN && ret->integer <= INT32_MAX;
    if (typed) return;
    *ret = (ParameterValue){.type = DATA_VARCHAR,
                            .text = list && str_starts(bytes, STR("{")) ? list(a, bytes) : time_text(a, id, bytes)};
}

void parameter_put_text(const ParameterValue *value, Buf *out) {
    const DataType type = {.id = value->type};
    const Int128 uuid = (Int128)(value->uuid ^ (UInt128)1 << 127);
    const int16_t small = (int16_t)value->integer;
    const int32_t medium = (int32_t)value->integer;
    const uint8_t truth = value->integer != 0;
    const float single = (float)value->real;
    const void *data = &value->integer;
    switch ((int)value->type) {
    case DATA_NULL: return;
    case DATA_VARCHAR: buf_append(out, value->text); return;
    case DATA_BLOB: {
        ChunkText slot;
        chunk_set_text(&(ChunkColumn){.data = &slot}, 0, value->text);
        pg_text_writer (&type)(&(Vector){.type = &type, .data = &slot}, 0, out);
        return;
    }
    case DATA_BOOLEAN: data = &truth; break;
    case DATA_SMALLINT: data = &small; break;
    case DATA_INTEGER:
    case DATA_DATE: data = &medium; break;
    case DATA_FLOAT: data = &single; break;
    case DATA_DOUBLE: data = &value->real; break;
    case DATA_UUID: data = &uuid; break;
    case DATA_INTERVAL: data = &value->interval; break;
    default: break;
    }
    pg_text_writer (&type)(&(Vector){.type = &type, .data = data}, 0, out);
}

/* An item of a list's text: in quotes. */
static void put_item(const ParameterValue *item, Buf *out) {
    AUTO(Buf) text = {0};
    if (item->type == DATA_BLOB) buf_append(&text, item->text);
    else parameter_put_text(item, &text);
    put_quoted(buf_str(&text), out);
}

/* array_recv: one dimension, as the text of a list. */
static bool binary_array(Arena *a, Str bytes, ParameterValue *ret) {
    Fields f = fields_of(bytes);
    int32_t dimensions = field_i32(&f);
    (void)field_i32(&f); /* whether there are NULLs */
    size_t type = find_value((uint32_t)field_i32(&f));
    int32_t count = dimensions ? field_i32(&f) : 0;
    if (dimensions) (void)field_i32(&f); /* the first index */
    AUTO(Buf) out = {0};
    if (f.bad || dimensions > 1 || dimensions < 0 || type == ARRAY_LEN(types) || !types[type].read) return false;
    buf_put(&out, '[');
    for (int32_t i = 0; i < count && !f.bad; i++) {
        int32_t len = field_i32(&f);
        ParameterValue item = {.type = types[type].id};
        bool json = types[type].oid == OID_JSON; /* DuckDB reads the whole as one document */
        if (i) buf_append_c(&out, ", ");
        if (len < 0) buf_append_c(&out, json ? "null" : "NULL");
        else if (json) buf_append(&out, field_bytes(&f, len));
        else if (types[type].read(a, field_bytes(&f, len), &item) && !f.bad) put_item(&item, &out);
        else return false;
    }
    buf_put(&out, ']');
    *ret = (ParameterValue){.type = DATA_VARCHAR, .text = arena_str(a, buf_str(&out))};
    return !f.bad;
}

bool parameter_value(Arena *a, size_t number, uint32_t oid, const DataType *wanted, int16_t format, Str bytes,
                     ParameterValue *ret, Err *err) {
    size_t i = find_value(oid);
    bool list = wanted->id == DATA_LIST || wanted->id == DATA_ARRAY, known = i < ARRAY_LEN(types);
    bool array = find_element(oid) < ARRAY_LEN(types) || (list && find_type(oid) == ARRAY_LEN(types));
    if (format == 0) {
        if (!str_is_utf8(bytes)) return pg_error(err, "22021", "parameter $%zu is not valid UTF-8", number);
        bool json = list && str_is(wanted->children[0].alias, "JSON");
        read_text(a, known ? types[i].id : DATA_VARCHAR, json ? json_list_text : list ? list_text : NULL, bytes, ret);
        return true;
    }
    bool ok = false;
    if (array) {
        ok = binary_array(a, bytes, ret);
    } else if (known && types[i].read) {
        *ret = (ParameterValue){.type = types[i].id};
        ok = types[i].read(a, bytes, ret);
        if (ret->type == DATA_VARCHAR && !str_is_utf8(bytes) && types[i].read == binary_bytes) ok = false;
    }
    if (ok) return true;
    return pg_error(err, known ? "22P03" : "0A000", "parameter $%zu: %zu bytes are no binary value of type %u", number,
                    bytes.len, oid);
}

#include "pgwire/pg_type.h"

#include "pgwire/binary.h"
#include "pgwire/text.h"

enum { VARIES = -1 };

typedef struct WireType {
    uint32_t oid;
    int16_t size;
    PgWrite text, binary;
} WireType;

static const WireType types[DATA_TYPES] = {
    [DATA_NULL] = {OID_TEXT, VARIES, pg_text_bytes, pg_binary_bytes},
    [DATA_BOOLEAN] = {OID_BOOL, 1, pg_text_bool, pg_binary_bool},
    [DATA_TINYINT] = {OID_INT2, 2, pg_text_i8, pg_binary_i8},
    [DATA_SMALLINT] = {OID_INT2, 2, pg_text_i16, pg_binary_i16},
    [DATA_INTEGER] = {OID_INT4, 4, pg_text_i32, pg_binary_i32},
    [DATA_BIGINT] = {OID_INT8, 8, pg_text_i64, pg_binary_i64},
    [DATA_UTINYINT] = {OID_INT2, 2, pg_text_u8, pg_binary_u8},
    [DATA_USMALLINT] = {OID_INT4, 4, pg_text_u16, pg_binary_u16},
    [DATA_UINTEGER] = {OID_INT8, 8, pg_text_u32, pg_binary_u32},
    [DATA_UBIGINT] = {OID_NUMERIC, VARIES, pg_text_u64, pg_binary_numeric},
    [DATA_HUGEINT] = {OID_NUMERIC, VARIES, pg_text_i128, pg_binary_numeric},
    [DATA_UHUGEINT] = {OID_NUMERIC, VARIES, pg_text_u128, pg_binary_numeric},
    [DATA_FLOAT] = {OID_FLOAT4, 4, pg_text_float, pg_binary_float},
    [DATA_DOUBLE] = {OID_FLOAT8, 8, pg_text_double, pg_binary_double},
    [DATA_DECIMAL] = {OID_NUMERIC, VARIES, pg_text_decimal, pg_binary_numeric},
    [DATA_VARCHAR] = {OID_TEXT, VARIES, pg_text_bytes, pg_binary_bytes},
    [DATA_BLOB] = {OID_BYTEA, VARIES, pg_text_bytea, pg_binary_bytes},
    [DATA_BIT] = {OID_VARBIT, VARIES, pg_text_other, pg_binary_bit},
    [DATA_UUID] = {OID_UUID, 16, pg_text_other, pg_binary_uuid},
    [DATA_ENUM] = {OID_TEXT, VARIES, pg_text_other, pg_text_other},
    [DATA_DATE] = {OID_DATE, 4, pg_text_date, pg_binary_date},
    [DATA_TIME] = {OID_TIME, 8, pg_text_time, pg_binary_time},
    [DATA_TIME_NS] = {OID_TIME, 8, pg_text_time, pg_binary_time},
    [DATA_TIMETZ] = {OID_TIMETZ, 12, pg_text_other, pg_binary_timetz},
    [DATA_TIMESTAMP] = {OID_TIMESTAMP, 8, pg_text_timestamp, pg_binary_timestamp},
    [DATA_TIMESTAMP_S] = {OID_TIMESTAMP, 8, pg_text_timestamp, pg_binary_timestamp},
    [DATA_TIMESTAMP_MS] = {OID_TIMESTAMP, 8, pg_text_timestamp, pg_binary_timestamp},
    [DATA_TIMESTAMP_NS] = {OID_TIMESTAMP, 8, pg_text_timestamp, pg_binary_timestamp},
    [DATA_TIMESTAMPTZ] = {OID_TIMESTAMPTZ, 8, pg_text_timestamp, pg_binary_timestamp},
    [DATA_INTERVAL] = {OID_INTERVAL, 16, pg_text_interval, pg_binary_interval},
    [DATA_LIST] = {0, VARIES, pg_text_array, pg_binary_array},
    [DATA_ARRAY] = {0, VARIES, pg_text_array, pg_binary_array},
    [DATA_MAP] = {OID_JSON, VARIES, pg_text_json, pg_text_json},
    [DATA_STRUCT] = {OID_JSON, VARIES, pg_text_json, pg_text_json},
    [DATA_UNION] = {OID_JSON, VARIES, pg_text_json, pg_text_json},
    [DATA_OTHER] = {OID_TEXT, VARIES, pg_text_other, pg_text_other},
};

/* Types with a name of their own: JSON, and those of the catalog (sql/catalog.c). */
static const struct {
    const char *alias;
    WireType type;
} aliases[] = {
    {"JSON", {OID_JSON, VARIES, pg_text_bytes, pg_binary_bytes}},
    {"pg_oid", {OID_OID, 4, pg_text_i64, pg_binary_oid}},
    {"pg_name", {OID_NAME, 64, pg_text_bytes, pg_binary_bytes}},
    {"pg_char", {OID_CHAR, 1, pg_text_bytes, pg_binary_char}},
    {"pg_void", {OID_VOID, 4, pg_text_bytes, pg_binary_bytes}},
    {"pg_regproc", {OID_REGPROC, 4, pg_text_bytes, pg_binary_regproc}},
    {"pg_int2vector_item", {OID_INT2, 2, pg_text_i16, pg_binary_i16}},
    {"pg_oidvector_item", {OID_OID, 4, pg_text_i64, pg_binary_oid}},
};

/* Lists that are no arrays to PostgreSQL, by the name of their items. */
static const struct {
    const char *item;
    WireType type;
} vectors[] = {
    {"pg_int2vector_item", {OID_INT2VECTOR, VARIES, pg_text_vector, pg_binary_int2vector}},
    {"pg_oidvector_item", {OID_OIDVECTOR, VARIES, pg_text_vector, pg_binary_oidvector}},
};

/* element, array: of PostgreSQL's pg_type.dat */
static const uint32_t arrays[][2] = {
    {OID_BOOL, 1000},   {OID_BYTEA, 1001},     {OID_CHAR, 1002},        {OID_NAME, 1003},     {OID_INT8, 1016},
    {OID_INT2, 1005},   {OID_INT4, 1007},      {OID_TEXT, 1009},        {OID_OID, 1028},      {OID_JSON, 199},
    {OID_FLOAT4, 1021}, {OID_FLOAT8, 1022},    {OID_BPCHAR, 1014},      {OID_VARCHAR, 1015},  {OID_DATE, 1182},
    {OID_TIME, 1183},   {OID_TIMESTAMP, 1115}, {OID_TIMESTAMPTZ, 1185}, {OID_INTERVAL, 1187}, {OID_TIMETZ, 1270},
    {OID_VARBIT, 1563}, {OID_NUMERIC, 1231},   {OID_UUID, 2951},
};

uint32_t pg_array_of(uint32_t element) {
    for (size_t i = 0; i < ARRAY_LEN(arrays); i++)
        if (arrays[i][0] == element) return arrays[i][1];
    return 0;
}

static bool is_list(const DataType *type) {
    return type->id == DATA_LIST || type->id == DATA_ARRAY;
}

/* Lists of lists may be ragged, which arrays of PostgreSQL cannot be. */
static bool as_json(const DataType *type) {
    return is_list(type) && is_list(&type->children[0]);
}

static const WireType *wire_type(const DataType *type) {
    for (size_t i = 0; type->alias.len && i < ARRAY_LEN(aliases); i++)
        if (str_is(type->alias, aliases[i].alias)) return &aliases[i].type;
    for (size_t i = 0; is_list(type) && type->children[0].alias.len && i < ARRAY_LEN(vectors); i++)
        if (str_is(type->children[0].alias, vectors[i].item)) return &vectors[i].type;
    return &types[as_json(type) ? DATA_STRUCT : type->id];
}

PgType pg_type_of(const DataType *type) {
    const WireType *wire = wire_type(type);
    PgType pg = {wire->oid, wire->size, -1};
    if (!pg.oid) pg.oid = pg_array_of(pg_type_of(&type->children[0]).oid);
    if (type->id == DATA_DECIMAL && !pg_is_plain_numeric(type)) pg.modifier = (type->width << 16 | type->scale) + 4;
    return pg;
}

PgWrite pg_text_writer(const DataType *type) {
    return wire_type(type)->text;
}

PgWrite pg_binary_writer(const DataType *type) {
    return wire_type(type)->binary;
}

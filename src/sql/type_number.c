#include "sql/type_number.h"

#include <ctype.h>

#include "base/macros.h"

enum { NUMBER_TEXT = 25, NUMBER_TEXT_ARRAY = 1009, NUMBER_JSON = 114, NUMBER_NUMERIC = 1700 };

static const struct {
    const char *name;
    int64_t number, array; /* array 0: of text */
} types[] = {
    {"BOOLEAN", 16, 1000},
    {"TINYINT", 21, 1005},
    {"SMALLINT", 21, 1005},
    {"INTEGER", 23, 1007},
    {"BIGINT", 20, 1016},
    {"HUGEINT", 1700, 1231},
    {"UTINYINT", 21, 1005},
    {"USMALLINT", 23, 1007},
    {"UINTEGER", 20, 1016},
    {"UBIGINT", 1700, 1231},
    {"UHUGEINT", 1700, 1231},
    {"FLOAT", 700, 1021},
    {"DOUBLE", 701, 1022},
    {"VARCHAR", 25, 1009},
    {"BLOB", 17, 1001},
    {"BIT", 1562, 1563},
    {"UUID", 2950, 2951},
    {"DATE", 1082, 1182},
    {"TIME", 1083, 1183},
    {"TIME_NS", 1083, 1183},
    {"TIME WITH TIME ZONE", 1266, 1270},
    {"TIMESTAMP", 1114, 1115},
    {"TIMESTAMP_S", 1114, 1115},
    {"TIMESTAMP_MS", 1114, 1115},
    {"TIMESTAMP_NS", 1114, 1115},
    {"TIMESTAMP WITH TIME ZONE", 1184, 1185},
    {"INTERVAL", 1186, 1187},
    {"JSON", 114, 199},
    {"pg_oid", 26, 1028},
    {"pg_name", 19, 1003},
    {"pg_char", 18, 1002},
    {"pg_void", 2278, 0},
    {"pg_regproc", 24, 1008},
    {"pg_int2vector_item", 21, 1005},
    {"pg_oidvector_item", 26, 1028},
};

/* Types with more behind their name: numbers, labels, fields. */
static const struct {
    const char *begin;
    int64_t number, array;
} families[] = {
    {"DECIMAL", NUMBER_NUMERIC, 1231}, {"ENUM", NUMBER_TEXT, NUMBER_TEXT_ARRAY},
    {"STRUCT", NUMBER_JSON, 199},      {"MAP", NUMBER_JSON, 199},
    {"UNION", NUMBER_JSON, 199},
};

/* Without "[]" or "[3]" at the end; the same when there is none. */
static Str item_of(Str type) {
    if (!str_ends(type, STR("]"))) return type;
    size_t i = type.len - 1;
    while (i && isdigit((unsigned char)type.at[i - 1])) i--;
    return i && type.at[i - 1] == '[' ? str_slice(type, 0, i - 1) : type;
}

int64_t sql_type_number(Str type) {
    Str item = item_of(type);
    bool array = item.len < type.len;
    if (array && item_of(item).len < item.len) return NUMBER_JSON;
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (str_is(item, types[i].name))
            return !array ? types[i].number : types[i].array ? types[i].array : NUMBER_TEXT_ARRAY;
    for (size_t i = 0; i < ARRAY_LEN(families); i++)
        if (str_starts(item, str_of(families[i].begin))) return array ? families[i].array : families[i].number;
    return array ? NUMBER_TEXT_ARRAY : NUMBER_TEXT;
}

int64_t sql_function_number(Str name) {
    enum { FIRST = 30000000, COUNT = 100000000 }; /* above those of tables and constraints */
    uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
    for (size_t i = 0; i < name.len; i++) hash = (hash ^ (unsigned char)name.at[i]) * UINT64_C(0x100000001b3);
    return FIRST + (int64_t)(hash % COUNT);
}

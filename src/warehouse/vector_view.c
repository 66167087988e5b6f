#include "warehouse/vector_view.h"

_Static_assert(sizeof(Interval) == sizeof(duckdb_interval), "an INTERVAL is read as it lies");
_Static_assert(sizeof(ListEntry) == sizeof(duckdb_list_entry), "a LIST's entry is read as it lies");

static const DataTypeId ids[] = {
    [DUCKDB_TYPE_BOOLEAN] = DATA_BOOLEAN,
    [DUCKDB_TYPE_TINYINT] = DATA_TINYINT,
    [DUCKDB_TYPE_SMALLINT] = DATA_SMALLINT,
    [DUCKDB_TYPE_INTEGER] = DATA_INTEGER,
    [DUCKDB_TYPE_BIGINT] = DATA_BIGINT,
    [DUCKDB_TYPE_HUGEINT] = DATA_HUGEINT,
    [DUCKDB_TYPE_UTINYINT] = DATA_UTINYINT,
    [DUCKDB_TYPE_USMALLINT] = DATA_USMALLINT,
    [DUCKDB_TYPE_UINTEGER] = DATA_UINTEGER,
    [DUCKDB_TYPE_UBIGINT] = DATA_UBIGINT,
    [DUCKDB_TYPE_UHUGEINT] = DATA_UHUGEINT,
    [DUCKDB_TYPE_FLOAT] = DATA_FLOAT,
    [DUCKDB_TYPE_DOUBLE] = DATA_DOUBLE,
    [DUCKDB_TYPE_DECIMAL] = DATA_DECIMAL,
    [DUCKDB_TYPE_VARCHAR] = DATA_VARCHAR,
    [DUCKDB_TYPE_BLOB] = DATA_BLOB,
    [DUCKDB_TYPE_BIT] = DATA_BIT,
    [DUCKDB_TYPE_UUID] = DATA_UUID,
    [DUCKDB_TYPE_ENUM] = DATA_ENUM,
    [DUCKDB_TYPE_DATE] = DATA_DATE,
    [DUCKDB_TYPE_TIME] = DATA_TIME,
    [DUCKDB_TYPE_TIME_NS] = DATA_TIME_NS,
    [DUCKDB_TYPE_TIME_TZ] = DATA_TIMETZ,
    [DUCKDB_TYPE_TIMESTAMP] = DATA_TIMESTAMP,
    [DUCKDB_TYPE_TIMESTAMP_S] = DATA_TIMESTAMP_S,
    [DUCKDB_TYPE_TIMESTAMP_MS] = DATA_TIMESTAMP_MS,
    [DUCKDB_TYPE_TIMESTAMP_NS] = DATA_TIMESTAMP_NS,
    [DUCKDB_TYPE_TIMESTAMP_TZ] = DATA_TIMESTAMPTZ,
    [DUCKDB_TYPE_INTERVAL] = DATA_INTERVAL,
    [DUCKDB_TYPE_LIST] = DATA_LIST,
    [DUCKDB_TYPE_ARRAY] = DATA_ARRAY,
    [DUCKDB_TYPE_MAP] = DATA_MAP,
    [DUCKDB_TYPE_STRUCT] = DATA_STRUCT,
    [DUCKDB_TYPE_UNION] = DATA_UNION,
};

static DataTypeId id_of(duckdb_type id) {
    if ((size_t)id < ARRAY_LEN(ids) && ids[id]) return ids[id];
    return id == DUCKDB_TYPE_SQLNULL || id == DUCKDB_TYPE_INVALID ? DATA_NULL : DATA_OTHER;
}

static uint8_t integer_bytes(duckdb_type id) {
    switch ((int)id) {
    case DUCKDB_TYPE_UTINYINT: return 1;
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_USMALLINT: return 2;
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_UINTEGER: return 4;
    case DUCKDB_TYPE_BIGINT: return 8;
    default: return 16;
    }
}

/* The duckdb_free'd text, copied. */
static Str copied(const DuckdbApi *duck, char *text, Arena *a) {
    Str copy = arena_str(a, str_of(text ? text : ""));
    duck->free(text);
    return copy;
}

static void read_child(const DuckdbApi *duck, duckdb_logical_type child, Arena *a, DataType *ret) {
    data_type_read(duck, child, a, ret);
    duck->destroy_logical_type(&child);
}

static void read_members(const DuckdbApi *duck, duckdb_logical_type type, Arena *a, DataType *ret) {
    bool is_union = ret->id == DATA_UNION;
    ret->child_count = ret->name_count =
        is_union ? duck->union_type_member_count(type) : duck->struct_type_child_count(type);
    DataType *children = arena_array(a, DataType, ret->child_count);
    Str *names = arena_array(a, Str, ret->child_count);
    for (size_t i = 0; i < ret->child_count; i++) {
        names[i] =
            copied(duck, is_union ? duck->union_type_member_name(type, i) : duck->struct_type_child_name(type, i), a);
        read_child(duck, is_union ? duck->union_type_member_type(type, i) : duck->struct_type_child_type(type, i), a,
                   &children[i]);
    }
    ret->children = children;
    ret->names = names;
}

static void read_words(const DuckdbApi *duck, duckdb_logical_type type, Arena *a, DataType *ret) {
    ret->bytes = integer_bytes(duck->enum_internal_type(type));
    ret->name_count = duck->enum_dictionary_size(type);
    Str *names = arena_array(a, Str, ret->name_count);
    for (size_t i = 0; i < ret->name_count; i++) names[i] = copied(duck, duck->enum_dictionary_value(type, i), a);
    ret->names = names;
}

static void read_children(const DuckdbApi *duck, duckdb_logical_type type, Arena *a, DataType *ret) {
    ret->child_count = ret->id == DATA_MAP ? 2 : 1;
    DataType *children = arena_array(a, DataType, ret->child_count);
    ret->children = children;
    if (ret->id == DATA_MAP) {
        read_child(duck, duck->map_type_key_type(type), a, &children[0]);
        read_child(duck, duck->map_type_value_type(type), a, &children[1]);
    } else if (ret->id == DATA_LIST) {
        read_child(duck, duck->list_type_child_type(type), a, &children[0]);
    } else {
        ret->array_size = duck->array_type_array_size(type);
        read_child(duck, duck->array_type_child_type(type), a, &children[0]);
    }
}

void data_type_read(const DuckdbApi *duck, duckdb_logical_type type, Arena *a, DataType *ret) {
    *ret = (DataType){.id = id_of(duck->get_type_id(type))};
    char *alias = duck->logical_type_get_alias(type);
    if (alias) ret->alias = copied(duck, alias, a);
    switch ((int)ret->id) {
    case DATA_DECIMAL:
        ret->width = duck->decimal_width(type);
        ret->scale = duck->decimal_scale(type);
        ret->bytes = integer_bytes(duck->decimal_internal_type(type));
        break;
    case DATA_ENUM: read_words(duck, type, a, ret); break;
    case DATA_LIST:
    case DATA_ARRAY:
    case DATA_MAP: read_children(duck, type, a, ret); break;
    case DATA_STRUCT:
    case DATA_UNION: read_members(duck, type, a, ret); break;
    default: break;
    }
}

void vector_init(const DataType *type, Arena *a, Vector *ret) {
    *ret = (Vector){.type = type};
    if (!type->child_count) return;
    ret->children = arena_array(a, Vector, type->child_count);
    for (size_t i = 0; i < type->child_count; i++) vector_init(&type->children[i], a, &ret->children[i]);
}

static void view_members(const DuckdbApi *duck, duckdb_vector vector, size_t first, Vector *ret) {
    for (size_t i = 0; i < ret->type->child_count; i++)
        vector_view(duck, duck->struct_vector_get_child(vector, first + i), &ret->children[i]);
}

void vector_view(const DuckdbApi *duck, duckdb_vector vector, Vector *ret) {
    ret->data = duck->vector_get_data(vector);
    ret->validity = duck->vector_get_validity(vector);
    switch ((int)ret->type->id) {
    case DATA_LIST: vector_view(duck, duck->list_vector_get_child(vector), &ret->children[0]); break;
    case DATA_ARRAY: vector_view(duck, duck->array_vector_get_child(vector), &ret->children[0]); break;
    case DATA_MAP: view_members(duck, duck->list_vector_get_child(vector), 0, ret); break;
    case DATA_STRUCT: view_members(duck, vector, 0, ret); break;
    case DATA_UNION: /* a struct whose first child is the tag */
        ret->data = duck->vector_get_data(duck->struct_vector_get_child(vector, 0));
        view_members(duck, vector, 1, ret);
        break;
    default: break;
    }
}

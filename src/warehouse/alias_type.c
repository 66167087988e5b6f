/* Types with names of their own: registered with a cast to the type below that DuckDB may put in by itself. */
#include "warehouse/alias_type.h"

#include "warehouse/internal.h"

static duckdb_logical_type base_type(const DuckdbApi *duck, const AliasType *type) {
    duckdb_type id = type->base == DATA_BIGINT     ? DUCKDB_TYPE_BIGINT
                     : type->base == DATA_SMALLINT ? DUCKDB_TYPE_SMALLINT
                                                   : DUCKDB_TYPE_VARCHAR;
    return duck->create_logical_type(id);
}

static bool same_values(duckdb_function_info info, idx_t count, duckdb_vector from, duckdb_vector to) {
    (void)info;
    (void)count;
    duckdb_api()->vector_reference_vector(to, from);
    return true;
}

/* An implicit one is needed for functions to take a value of the type: "lower(name)". Cost -1: it must be written. */
static bool register_cast_of(Session *s, duckdb_logical_type from, duckdb_logical_type to, int64_t implicit_cost,
                             duckdb_cast_function_t function, AliasType *about) {
    const DuckdbApi *duck = s->warehouse->duck;
    duckdb_cast_function cast = duck->create_cast_function();
    duck->cast_function_set_source_type(cast, from);
    duck->cast_function_set_target_type(cast, to);
    duck->cast_function_set_implicit_cast_cost(cast, implicit_cost);
    duck->cast_function_set_function(cast, function);
    if (about) duck->cast_function_set_extra_info(cast, about, free);
    bool ok = duck->register_cast_function(s->connection, cast) == DuckDBSuccess;
    duck->destroy_cast_function(&cast);
    return ok;
}

static bool register_cast(Session *s, duckdb_logical_type from, duckdb_logical_type to, int64_t implicit_cost,
                          duckdb_cast_function_t function) {
    return register_cast_of(s, from, to, implicit_cost, function, NULL);
}

static bool text_to_number(duckdb_function_info info, idx_t count, duckdb_vector from, duckdb_vector to) {
    const DuckdbApi *duck = duckdb_api();
    const AliasType *about = duck->cast_function_get_extra_info(info);
    const DataType text = {.id = DATA_VARCHAR};
    const Vector v = {.type = &text, .data = duck->vector_get_data(from)};
    const uint64_t *valid = duck->vector_get_validity(from);
    duckdb_logical_type type = duck->vector_get_column_type(to);
    bool small = duck->get_type_id(type) == DUCKDB_TYPE_INTEGER;
    void *numbers = duck->vector_get_data(to);
    duck->destroy_logical_type(&type);
    duck->vector_ensure_validity_writable(to);
    uint64_t *wanted = duck->vector_get_validity(to);
    for (idx_t row = 0; row < count; row++) {
        if (valid && !(valid[row / 64] >> (row % 64) & 1)) {
            wanted[row / 64] &= ~(UINT64_C(1) << (row % 64));
            continue;
        }
        int64_t number = about->number(vector_bytes(&v, row));
        if (small) ((int32_t *)numbers)[row] = (int32_t)number;
        else ((int64_t *)numbers)[row] = number;
    }
    return true;
}

static bool register_numbers(Session *s, const AliasType *type, duckdb_logical_type alias) {
    enum { COST = 10 }; /* more than to the text */
    const DuckdbApi *duck = s->warehouse->duck;
    duckdb_logical_type to[] = {duck->create_logical_type(DUCKDB_TYPE_INTEGER),
                                duck->create_logical_type(DUCKDB_TYPE_BIGINT),
                                duck->create_logical_type(DUCKDB_TYPE_BIGINT)};
    bool ok = true;
    duck->logical_type_set_alias(to[2], type->number_type);
    for (size_t i = 0; i < ARRAY_LEN(to); i++) {
        AliasType *about = malloc(sizeof *about); /* DuckDB frees it */
        BUG_ON(!about);
        *about = *type;
        ok = ok && register_cast_of(s, alias, to[i], COST, text_to_number, about);
        duck->destroy_logical_type(&to[i]);
    }
    return ok;
}

static void put_number(duckdb_type type, const void *data, uint64_t at, Buf *out) {
    long long value = type == DUCKDB_TYPE_SMALLINT ? ((const int16_t *)data)[at] : ((const int64_t *)data)[at];
    buf_printf(out, "%s%lld", out->len ? " " : "", value);
}

static bool vector_to_text(duckdb_function_info info, idx_t count, duckdb_vector from, duckdb_vector to) {
    const DuckdbApi *duck = duckdb_api();
    AUTO(Buf) text = {0};
    (void)info;
    duckdb_vector items = duck->list_vector_get_child(from);
    duckdb_logical_type item = duck->vector_get_column_type(items);
    duckdb_type type = duck->get_type_id(item);
    const ListEntry *lists = duck->vector_get_data(from);
    const void *numbers = duck->vector_get_data(items);
    const uint64_t *valid = duck->vector_get_validity(from);
    duck->destroy_logical_type(&item);
    duck->vector_ensure_validity_writable(to);
    uint64_t *wanted = duck->vector_get_validity(to);
    for (idx_t row = 0; row < count; row++) {
        bool null = valid && !(valid[row / 64] >> (row % 64) & 1);
        if (null) {
            wanted[row / 64] &= ~(UINT64_C(1) << (row % 64));
            continue;
        }
        buf_clear(&text);
        for (uint64_t i = 0; i < lists[row].length; i++) put_number(type, numbers, lists[row].offset + i, &text);
        duck->unsafe_vector_assign_string_element_len(to, row, text.len ? text.at : "", text.len);
    }
    return true;
}

static bool register_vector_text(Session *s, duckdb_logical_type item) {
    const DuckdbApi *duck = s->warehouse->duck;
    duckdb_logical_type list = duck->create_list_type(item), text = duck->create_logical_type(DUCKDB_TYPE_VARCHAR);
    bool ok = register_cast(s, list, text, -1, vector_to_text);
    duck->destroy_logical_type(&list);
    duck->destroy_logical_type(&text);
    return ok;
}

bool alias_type_register(Session *s, const AliasType *type, Err *err) {
    const DuckdbApi *duck = s->warehouse->duck;
    if (!gate_enter(s, false, err)) return false;
    duckdb_logical_type base = base_type(duck, type), alias = base_type(duck, type);
    duck->logical_type_set_alias(alias, type->name);
    bool ok = duck->register_logical_type(s->connection, alias, NULL) == DuckDBSuccess &&
              register_cast(s, alias, base, 1, same_values) && (!type->vector || register_vector_text(s, alias)) &&
              (!type->number || register_numbers(s, type, alias));
    gate_leave(s);
    duck->destroy_logical_type(&base);
    duck->destroy_logical_type(&alias);
    return ok || err_set(err, ERR_INTERNAL, "DuckDB refuses the type \"%s\"", type->name);
}

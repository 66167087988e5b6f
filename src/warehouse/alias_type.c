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

/* Without it no function would take a value of the type: "lower(name)". */
static bool register_cast(Session *s, duckdb_logical_type from, duckdb_logical_type to) {
    const DuckdbApi *duck = s->warehouse->duck;
    duckdb_cast_function cast = duck->create_cast_function();
    duck->cast_function_set_source_type(cast, from);
    duck->cast_function_set_target_type(cast, to);
    duck->cast_function_set_implicit_cast_cost(cast, 1);
    duck->cast_function_set_function(cast, same_values);
    bool ok = duck->register_cast_function(s->connection, cast) == DuckDBSuccess;
    duck->destroy_cast_function(&cast);
    return ok;
}

bool alias_type_register(Session *s, const AliasType *type, Err *err) {
    const DuckdbApi *duck = s->warehouse->duck;
    duckdb_logical_type base = base_type(duck, type), alias = base_type(duck, type);
    duck->logical_type_set_alias(alias, type->name);
    bool ok = duck->register_logical_type(s->connection, alias, NULL) == DuckDBSuccess && register_cast(s, alias, base);
    duck->destroy_logical_type(&base);
    duck->destroy_logical_type(&alias);
    return ok || err_set(err, ERR_INTERNAL, "DuckDB refuses the type \"%s\"", type->name);
}

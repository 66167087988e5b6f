#include "warehouse/readable.h"

#include "warehouse/table.h"
#include "warehouse/vector_view.h"

bool data_type_is_readable(const DataType *type) {
    bool is = type->id != DATA_OTHER;
    for (size_t i = 0; is && i < type->child_count; i++) is = data_type_is_readable(&type->children[i]);
    return is;
}

/* The type with VARCHAR in their place. Words of an enum are not part of its type's text. */
static DataType readable(Arena *a, const DataType *type) {
    if (type->id == DATA_OTHER || type->id == DATA_ENUM) return (DataType){.id = DATA_VARCHAR};
    DataType copy = *type, *children = arena_array(a, DataType, type->child_count);
    for (size_t i = 0; i < type->child_count; i++) children[i] = readable(a, &type->children[i]);
    copy.children = children;
    return copy;
}

/* " CAST(c0 AS VARCHAR) AS name"; whether it had to. */
static bool put_column(const DuckdbApi *duck, duckdb_prepared_statement prepared, idx_t i, Buf *out) {
    AUTO(Arena) a = {0};
    DataType type;
    duckdb_logical_type logical = duck->prepared_statement_column_logical_type(prepared, i);
    if (!logical) return false;
    data_type_read(duck, logical, &a, &type);
    duck->destroy_logical_type(&logical);
    const char *name = duck->prepared_statement_column_name(prepared, i);
    bool casts = !data_type_is_readable(&type);
    buf_printf(out, "%s%sc%llu", i ? ", " : "", casts ? "CAST(" : "", (unsigned long long)i);
    if (casts) {
        type = readable(&a, &type);
        buf_append_c(out, " AS ");
        data_type_sql(&type, out);
        buf_put(out, ')');
    }
    buf_printf(out, " AS %s", sql_ident(&a, str_of(name ? name : "")));
    duck->free((void *)(uintptr_t)name);
    return casts;
}

void readable_query(const DuckdbApi *duck, duckdb_prepared_statement prepared, Str sql, Buf *ret) {
    idx_t count = duck->prepared_statement_column_count(prepared);
    bool casts = false;
    if (duck->prepared_statement_type(prepared) != DUCKDB_STATEMENT_TYPE_SELECT) return;
    buf_append_c(ret, "SELECT ");
    for (idx_t i = 0; i < count; i++) casts |= put_column(duck, prepared, i, ret);
    sql = str_trim(sql);
    if (str_ends(sql, STR(";"))) sql.len--;
    buf_printf(ret, " FROM (\n" STR_FMT "\n) AS t(", STR_ARG(sql));
    for (idx_t i = 0; i < count; i++) buf_printf(ret, "%sc%llu", i ? ", " : "", (unsigned long long)i);
    buf_put(ret, ')');
    if (!casts) buf_clear(ret);
}

bool readable_fail(Str column, Err *err) {
    err_set(err, ERR_UNSUPPORTED, "column \"" STR_FMT "\" is a BIGNUM, VARIANT or GEOMETRY, or holds one",
            STR_ARG(column));
    return err_hint(err, "cast it to VARCHAR");
}

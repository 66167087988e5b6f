/* Reading a table's shape from DuckDB's catalog, and quoting for SQL. */
#include "warehouse/table.h"

#include "base/buf.h"
#include "warehouse/internal.h"

static const char *quoted(Arena *a, Str text, char quote) {
    AUTO(Buf) out = {0};
    buf_put(&out, quote);
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == quote) buf_put(&out, quote);
        buf_put(&out, text.at[i]);
    }
    buf_put(&out, quote);
    return arena_c(a, buf_str(&out));
}

const char *sql_ident(Arena *a, Str name) {
    return quoted(a, name, '"');
}

const char *sql_literal(Arena *a, Str text) {
    return quoted(a, text, '\'');
}

const char *sql_table(Arena *a, Str schema, Str table) {
    return arena_printf(a, "%s.%s", sql_ident(a, schema), sql_ident(a, table)).at;
}

bool column_type_parse(Str sql, ColumnType *ret) {
    static const struct {
        const char *sql;
        ColumnKind kind;
    } names[] = {
#define X(name, sql) {sql, COLUMN_##name},
        COLUMN_KINDS(X)
#undef X
            {"TIMESTAMP WITH TIME ZONE", COLUMN_TIMESTAMPTZ},
    };
    if (str_starts(sql, STR("DECIMAL("))) {
        Str rest = str_slice(sql, 8, sql.len - 1), precision, scale;
        uint64_t p, s;
        if (!str_cut(&rest, ',', &precision) || !str_cut(&rest, ',', &scale)) return false;
        if (!str_to_u64(str_trim(precision), &p) || !str_to_u64(str_trim(scale), &s)) return false;
        *ret = (ColumnType){COLUMN_DECIMAL, (uint8_t)p, (uint8_t)s};
        return true;
    }
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (!str_is(sql, names[i].sql) || names[i].kind == COLUMN_DECIMAL) continue;
        *ret = (ColumnType){.kind = names[i].kind};
        return true;
    }
    return false;
}

const TableColumn *table_column(const TableInfo *t, Str name) {
    for (size_t i = 0; i < t->column_count; i++)
        if (str_equal_nocase(t->columns[i].name, name)) return &t->columns[i];
    return NULL;
}

/* DESCRIBE looks at this one table; duckdb_columns() would make a row of every column of the file. */
static bool read_columns(Session *s, Arena *a, const char *table, TableInfo *t, Err *err) {
    AUTO_PTR(Result)
    r = session_queryf(s, err, "DESCRIBE %s", table);
    if (!r) return false;
    t->columns = arena_array(a, TableColumn, result_rows(r));
    while (result_next(r)) {
        TableColumn *c = &t->columns[t->column_count++];
        if (!result_text(r, 0, a, &c->name) || !result_text(r, 1, a, &c->sql_type)) continue;
        c->known = column_type_parse(c->sql_type, &c->type);
        Str nullable;
        c->not_null = result_text(r, 2, a, &nullable) && str_is(nullable, "NO");
    }
    return true;
}

typedef enum NamedKind { NAMED_TABLE, NAMED_NOTHING, NAMED_OTHER } NamedKind;

/* duckdb_tables() would write the SQL of every table of the file. */
static NamedKind look_up(Session *s, Str schema, Str table) {
    static const char nothing[] = "No table with that schema+name"; /* in other words it is asked for as a view */
    AUTO(Arena) a = {0};
    const DuckdbApi *duck = s->warehouse->duck;
    duckdb_table_description description = NULL;
    const char *in = arena_c(&a, schema), *name = arena_c(&a, table), *database = arena_c(&a, s->warehouse->name);
    NamedKind kind = NAMED_TABLE;
    Err ignored = {0};
    if (!gate_enter(s, false, &ignored)) return NAMED_OTHER; /* the next statement says why */
    if (duck->table_description_create_ext(s->connection, database, in, name, &description) != DuckDBSuccess) {
        const char *error = description ? duck->table_description_error(description) : NULL;
        kind = error && str_starts(str_of(error), str_of(nothing)) ? NAMED_NOTHING : NAMED_OTHER;
    }
    duck->table_description_destroy(&description);
    gate_leave(s);
    return kind;
}

bool table_exists(Session *s, Str schema, Str table) {
    return look_up(s, schema, table) == NAMED_TABLE;
}

static bool expression_names(Str expressions, Str column) {
    return str_find_str(expressions, column) != STR_NONE;
}

static bool is_column(Str name, Str column) {
    return str_equal_nocase(name, column);
}

static void mark_indexed(TableInfo *t, Str text, bool (*names)(Str text, Str column)) {
    t->has_index = true;
    for (size_t i = 0; i < t->column_count; i++) t->columns[i].in_index |= names(text, t->columns[i].name);
}

static const char *where_named(Arena *a, const char *column, Str schema, Str table) {
    const char *in = sql_literal(a, schema), *name = sql_literal(a, table);
    return arena_printf(a,
                        "database_name = current_database() AND lower(schema_name) = lower(%s) AND "
                        "lower(%s) = lower(%s)",
                        in, column, name)
        .at;
}

/* Primary key, unique constraints and indexes, with one question. */
static bool read_indexes(Session *s, Arena *a, Str schema, Str table, TableInfo *t, Err *err) {
    enum { PRIMARY_KEY, UNIQUE, INDEX };
    const char *where = where_named(a, "table_name", schema, table);
    AUTO_PTR(Result)
    r = session_queryf(s, err,
                       "SELECT if(constraint_type = 'PRIMARY KEY', %d, %d), unnest(constraint_column_names) "
                       "FROM duckdb_constraints() WHERE %s AND constraint_type IN ('PRIMARY KEY', 'UNIQUE') "
                       "UNION ALL SELECT %d, expressions FROM duckdb_indexes() WHERE %s",
                       PRIMARY_KEY, UNIQUE, where, INDEX, where);
    if (!r) return false;
    t->primary_key = arena_array(a, Str, result_rows(r));
    while (result_next(r)) {
        Str text;
        int64_t kind = result_i64(r, 0);
        if (!result_text(r, 1, a, &text)) continue;
        mark_indexed(t, text, kind == INDEX ? expression_names : is_column);
        if (kind == PRIMARY_KEY) t->primary_key[t->primary_key_count++] = text;
    }
    return true;
}

/* There is no table of this name. */
static bool read_view(Session *s, Arena *a, Str schema, Str view, TableInfo *t, Err *err) {
    AUTO_PTR(Result)
    r = session_queryf(s, err, "SELECT true FROM duckdb_views() WHERE %s", where_named(a, "view_name", schema, view));
    if (r) t->exists = t->is_view = result_next(r);
    return r != NULL;
}

static bool describe(Session *s, Arena *a, Str schema, Str table, TableInfo *t, Err *err) {
    Str name = arena_printf(a, "%s.%s", sql_ident(a, s->warehouse->name), sql_table(a, schema, table));
    return read_columns(s, a, name.at, t, err);
}

bool table_info(Session *s, Arena *a, Str schema, Str table, TableInfo *ret, Err *err) {
    NamedKind kind = look_up(s, schema, table);
    *ret = (TableInfo){.exists = kind == NAMED_TABLE};
    if (kind == NAMED_OTHER && !read_view(s, a, schema, table, ret, err)) return false;
    if (!ret->exists) return true;
    return describe(s, a, schema, table, ret, err) && (ret->is_view || read_indexes(s, a, schema, table, ret, err));
}

bool table_info_created(Session *s, Arena *a, Str schema, Str table, TableInfo *ret, Err *err) {
    *ret = (TableInfo){.exists = true};
    return describe(s, a, schema, table, ret, err);
}

/* Creating and widening tables. */
#include "load/table_sync.h"

#include "base/buf.h"
#include "base/crash.h"
#include "load/column_change.h"

/* A table of the transaction on its way to fit. */
typedef struct Sync {
    Session *session;
    Arena *arena;
    const StreamSchema *schema;
    TableName name;
    const char *table; /* quoted */
    const char *label; /* literal 'schema.table' */
    unsigned flags;
    SyncedTable *to;
    Err *err;
} Sync;

static bool log_change(Sync *y, const char *kind, Str column, Str before, Str after) {
    y->to->changed = true;
    if (!(y->flags & SYNC_LOG)) return true;
    return session_exec(y->session, y->err, "INSERT INTO _pond.schema_changes VALUES (now(), %s, %s, %s, %s, %s)",
                        y->label, kind, sql_literal(y->arena, column),
                        before.len ? sql_literal(y->arena, before) : "NULL", sql_literal(y->arena, after));
}

/* A copy of the table takes its place, once. DuckDB renames no table with an index: there ALTER has to do. */
static bool before_alter(Sync *y) {
    if (!(y->flags & SYNC_REBUILD) || y->to->info.has_index) return true;
    y->flags &= ~(unsigned)SYNC_REBUILD;
    TableName copy = {y->name.schema, arena_printf(y->arena, STR_FMT "__pond_copy", STR_ARG(y->name.table))};
    const char *quoted = sql_table(y->arena, copy.schema, copy.table);
    return session_exec(y->session, y->err, "CREATE TABLE %s AS SELECT * FROM %s", quoted, y->table) &&
           session_exec(y->session, y->err, "DROP TABLE %s", y->table) &&
           session_exec(y->session, y->err, "ALTER TABLE %s RENAME TO %s", quoted, sql_ident(y->arena, y->name.table));
}

static bool create_table(Sync *y, Str schema) {
    AUTO(Buf) columns = {0};
    const StreamSchema *s = y->schema;
    for (size_t i = 0; i < s->column_count; i++)
        buf_printf(&columns, "%s%s %s", i ? ", " : "", sql_ident(y->arena, s->columns[i].name),
                   column_type_sql(y->arena, s->columns[i].type).at);
    y->to->created = y->to->changed = true;
    return session_exec(y->session, y->err, "CREATE SCHEMA IF NOT EXISTS %s", sql_ident(y->arena, schema)) &&
           session_exec(y->session, y->err, "CREATE TABLE %s (%s)", y->table, buf_c(&columns)) &&
           (!(y->flags & SYNC_LOG) || log_change(y, "'create'", (Str){0}, (Str){0}, buf_str(&columns)));
}

static bool add_column(Sync *y, const SchemaColumn *column) {
    Str type = column_type_sql(y->arena, column->type);
    return before_alter(y) &&
           session_exec(y->session, y->err, "ALTER TABLE %s ADD COLUMN %s %s", y->table,
                        sql_ident(y->arena, column->name), type.at) &&
           log_change(y, "'add'", column->name, (Str){0}, type);
}

static bool widen_column(Sync *y, const TableColumn *there, ColumnType type) {
    Str sql = column_type_sql(y->arena, type);
    const char *name = sql_ident(y->arena, there->name);
    const char *as = type.kind == COLUMN_JSON ? arena_printf(y->arena, " USING to_json(%s)", name).at : "";
    return before_alter(y) &&
           session_exec(y->session, y->err, "ALTER TABLE %s ALTER COLUMN %s TYPE %s%s", y->table, name, sql.at, as) &&
           log_change(y, "'widen'", there->name, there->sql_type, sql);
}

/* Types of DuckDB that no Chunk holds but that take these kinds by an assignment cast: the column stays as it is. */
static bool takes_by_cast(const TableColumn *there, ColumnType wanted) {
    static const char *const integers[] = {"TINYINT",   "SMALLINT", "INTEGER", "UTINYINT",
                                           "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"};
    bool integer = wanted.kind == COLUMN_BIGINT || wanted.kind == COLUMN_HUGEINT || wanted.kind == COLUMN_BOOLEAN;
    for (size_t i = 0; i < ARRAY_LEN(integers); i++)
        if (str_is(there->sql_type, integers[i])) return integer;
    if (str_is(there->sql_type, "FLOAT")) return integer || wanted.kind == COLUMN_DOUBLE;
    if (str_starts(there->sql_type, STR("TIMESTAMP_")))
        return wanted.kind == COLUMN_TIMESTAMP || wanted.kind == COLUMN_TIMESTAMPTZ || wanted.kind == COLUMN_DATE;
    return str_starts(there->sql_type, STR("ENUM")) && wanted.kind == COLUMN_VARCHAR;
}

/* The least type of a Chunk that holds a column of DuckDB's other number types; VARCHAR for all that are none. */
static ColumnType least_type(const TableColumn *there) {
    static const struct {
        const char *sql;
        ColumnKind kind;
    } numbers[] = {{"TINYINT", COLUMN_BIGINT},  {"SMALLINT", COLUMN_BIGINT},  {"INTEGER", COLUMN_BIGINT},
                   {"UTINYINT", COLUMN_BIGINT}, {"USMALLINT", COLUMN_BIGINT}, {"UINTEGER", COLUMN_BIGINT},
                   {"UBIGINT", COLUMN_HUGEINT}, {"UHUGEINT", COLUMN_DOUBLE},  {"FLOAT", COLUMN_DOUBLE}};
    if (there->known) return there->type;
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        if (str_is(there->sql_type, numbers[i].sql)) return (ColumnType){.kind = numbers[i].kind};
    return (ColumnType){.kind = COLUMN_VARCHAR};
}

/* The type to decode to, after the column was widened if it had to be. */
static bool fit_column(Sync *y, const SchemaColumn *column, const TableColumn *there, ColumnType *ret) {
    *ret = column->type;
    if (!there) return add_column(y, column);
    if (!there->known && takes_by_cast(there, column->type)) return true;
    ColumnType type = column_type_join(least_type(there), column->type);
    if (there->in_index && !(there->known && column_type_equal(type, there->type))) {
        /* DuckDB changes no type under an index: values that fit by a cast still come in. */
        return true;
    }
    *ret = type;
    return (there->known && column_type_equal(type, there->type)) || widen_column(y, there, type);
}

bool table_sync(Session *s, Arena *a, const StreamSchema *schema, TableName table, unsigned flags, SyncedTable *ret,
                Err *err) {
    *ret = (SyncedTable){.column_count = schema->column_count};
    Sync y = {s, a, schema, table, sql_table(a, table.schema, table.table), NULL, flags, ret, err};
    y.label = sql_literal(a, arena_printf(a, STR_FMT "." STR_FMT, STR_ARG(table.schema), STR_ARG(table.table)));
    if (!table_info(s, a, table.schema, table.table, &ret->info, err)) return false;
    if (ret->info.is_view)
        return err_set(err, ERR_INPUT, "stream \"" STR_FMT "\": %s is a view, not a table", STR_ARG(schema->stream),
                       y.table);
    if (!ret->info.exists && !create_table(&y, table.schema)) return false;
    ret->columns = arena_array(a, DecoderColumn, schema->column_count);
    for (size_t i = 0; i < schema->column_count; i++) {
        const SchemaColumn *column = &schema->columns[i];
        ret->columns[i] = (DecoderColumn){column, column->type};
        if (ret->created) continue;
        if (!fit_column(&y, column, table_column(&ret->info, column->name), &ret->columns[i].type))
            return err_context(err, "stream \"" STR_FMT "\", column \"" STR_FMT "\"", STR_ARG(schema->stream),
                               STR_ARG(column->name));
    }
    if (ret->changed) crash_point("schema_change");
    if (!ret->changed) return true;
    return ret->created ? table_info_created(s, a, table.schema, table.table, &ret->info, err)
                        : table_info(s, a, table.schema, table.table, &ret->info, err);
}

/* The conversation of a COPY, and the statement that DuckDB runs for it. */
#include "pgwire/copy.h"

#include "pgwire/copy_in.h"
#include "pgwire/copy_out.h"
#include "pgwire/session.h"
#include "pgwire/text.h"
#include "sql/operand.h"
#include "warehouse/disk.h"
#include "warehouse/table.h"

bool pg_is_copy(Str sql) {
    AUTO(Arena) a = {0};
    AUTO(CopyStatement) c = {0};
    Err wrong = {0};
    bool is;
    return !copy_statement_parse(&a, sql, &is, &c, &wrong) || is;
}

/* CopyInResponse, CopyOutResponse. */
static void announce(Wire *w, char type, const CopyStatement *c, size_t columns) {
    bool binary = c->format == COPY_BINARY;
    wire_begin(w, type);
    wire_put_byte(w, binary);
    wire_put_i16(w, (int16_t)columns);
    for (size_t i = 0; i < columns; i++) wire_put_i16(w, binary);
    wire_end(w);
}

static bool is_named(const StrVec *names, Str name) {
    for (size_t i = 0; i < names->len; i++)
        if (str_equal_nocase(names->at[i], name)) return true;
    return false;
}

/* ---- out ---- */

static bool send_all(PgSession *s, Statement *st, const CopyStatement *c, uint64_t *ret_rows, Err *err) {
    Wire *w = &s->wire;
    AUTO(CopyOut) out = {0};
    size_t count = statement_columns(st), rows;
    const Vector *values;
    CopyColumn *columns = arena_array(&s->arena, CopyColumn, count);
    if (!statement_start(st, err)) return false;
    for (size_t i = 0; i < count; i++) {
        const DataType *type = statement_column_type(st, i);
        columns[i] = (CopyColumn){
            .name = statement_column_name(st, i),
            .write = c->format == COPY_BINARY ? pg_binary_writer(type) : pg_text_writer(type),
            .force_quote = c->force_quote_all || is_named(&c->force_quote, statement_column_name(st, i)),
        };
    }
    announce(w, 'H', c, count);
    copy_out_init(&out, c, columns, count);
    copy_out_begin(w, &out);
    for (;;) {
        if (!statement_fetch(st, &values, &rows, err)) return false;
        if (!rows) break;
        for (size_t row = 0; row < rows; row++) {
            copy_out_row(w, &out, values, row);
            if (wire_flush_some(w)) continue;
            *err = w->failure;
            return false;
        }
        *ret_rows += rows;
    }
    copy_out_end(w, &out);
    return true;
}

static bool copy_to(PgSession *s, const CopyStatement *c, Str sql, uint64_t *ret_rows, Err *err) {
    Str query = c->query;
    if (!query.len)
        query = arena_printf(&s->arena, "SELECT " STR_FMT " FROM " STR_FMT,
                             STR_ARG(c->columns.len ? c->columns : STR("*")), STR_ARG(c->table));
    AUTO_PTR(Statement) st = pg_plan(s, query, err);
    if (!st) return false;
    if (!statement_columns(st)) return pg_error(err, "0A000", "COPY needs a query that gives rows");
    pg_statement_begin(s, sql);
    return pg_statement_end(s, send_all(s, st, c, ret_rows, err), err);
}

/* ---- in ---- */

/* The last part of a name as written, without quotes. */
static Str last_name(Arena *a, Str table) {
    SqlTokens t = sql_tokens(table);
    SqlToken token;
    Str name = table;
    while (sql_token_next(&t, &token))
        if (!sql_token_is_symbol(&token, ".")) name = sql_token_value(a, &token);
    return name;
}

static CopyRowSpec row_spec(PgSession *s, const CopyStatement *c, const Statement *table) {
    Arena *a = &s->arena;
    size_t count = statement_columns(table);
    CopyField *columns = arena_array(a, CopyField, count);
    bool *not_null = arena_array(a, bool, count), *null = arena_array(a, bool, count);
    for (size_t i = 0; i < count; i++) {
        Str name = arena_str(a, statement_column_name(table, i));
        columns[i] = copy_field(name, statement_column_type(table, i));
        not_null[i] = is_named(&c->force_not_null, name);
        null[i] = is_named(&c->force_null, name);
    }
    return (CopyRowSpec){c, columns, count, not_null, null, pg_text_zone_now()};
}

/* What stands behind the WHERE of the outermost level. */
static Str condition_of(Arena *a, Str sql) {
    SqlTokenList t = sql_token_list(a, sql);
    size_t depth = 0, i = 0;
    for (; i < t.len && (depth || !sql_list_is(&t, i, "where")); i++) {
        depth += sql_list_is_symbol(&t, i, "(");
        depth -= sql_list_is_symbol(&t, i, ")");
    }
    return sql_list_text(&t, sql, i + 1, t.len);
}

/* *ret: the condition in DuckDB's words. It is planned as one of the table, then as one of the columns that are copied: what the others
 * will be, no row knows before it is there. */
static bool read_where(PgSession *s, const CopyStatement *c, Str *ret, Err *err) {
    Arena *a = &s->arena;
    *ret = (Str){0};
    if (!c->where.len) return true;
    const char *name = sql_ident(a, last_name(a, c->table));
    Str copied = c->columns.len ? c->columns : STR("*"), ours;
    Str of_table = arena_printf(a, "SELECT 1 FROM " STR_FMT " AS %s WHERE (" STR_FMT "\n)", STR_ARG(c->table), name,
                                STR_ARG(c->where));
    Str of_rows = arena_printf(a, "SELECT 1 FROM (SELECT " STR_FMT " FROM " STR_FMT ") AS %s WHERE (" STR_FMT "\n)",
                               STR_ARG(copied), STR_ARG(c->table), name, STR_ARG(c->where));
    AUTO_PTR(Statement) whole = pg_plan(s, of_table, err);
    if (!whole) return false;
    AUTO_PTR(Statement) rows = pg_plan(s, of_rows, err);
    if (!rows) {
        pg_error(err, "0A000", "the condition of COPY FROM names a column that is not copied");
        return err_hint(err, "copy all rows into a temporary table, and INSERT ... SELECT from there");
    }
    if (!pg_translate(s, of_rows, &ours, err)) return false;
    *ret = condition_of(a, ours);
    return true;
}

static bool receive(PgSession *s, const CopyStatement *c, const Statement *table, Str where, uint64_t *ret_rows,
                    Err *err) {
    Arena *a = &s->arena;
    Str into = pg_rewrite(s, c->table);
    if (c->columns.len) into = arena_printf(a, STR_FMT " (" STR_FMT ")", STR_ARG(into), STR_ARG(c->columns));
    CopyInSpec spec = {&s->wire, s->connection->me, row_spec(s, c, table), last_name(a, c->table), where};
    AUTO_PTR(CopyIn) in = copy_in_new(&spec);
    announce(&s->wire, 'G', c, spec.rows.column_count);
    if (!wire_flush(&s->wire)) {
        *err = s->wire.failure;
        return false;
    }
    wire_keep(&s->wire, a); /* the statement, and those behind it */
    bool ok = copy_in_start(in, err) && copy_in_insert(in, s->db, into, ret_rows, err);
    s->serial++;
    s->planned = copy_in_has_written(in);
    s->writes += s->planned;
    return ok;
}

static bool copy_from(PgSession *s, const CopyStatement *c, Str sql, uint64_t *ret_rows, Err *err) {
    Arena *a = &s->arena;
    if (pg_setting_is_on(s, "transaction_read_only"))
        return pg_error(err, "25006", "cannot execute COPY FROM in a read-only transaction");
    Str look = arena_printf(a, "SELECT " STR_FMT " FROM " STR_FMT " LIMIT 0",
                            STR_ARG(c->columns.len ? c->columns : STR("*")), STR_ARG(c->table));
    AUTO_PTR(Statement) table = pg_plan(s, look, err);
    Str where;
    if (!table || !read_where(s, c, &where, err)) return false;
    if (!warehouse_check_disk(s->database_file, "COPY FROM does not begin", err)) return false;
    pg_statement_begin(s, sql);
    return pg_statement_end(s, receive(s, c, table, where, ret_rows, err), err);
}

bool pg_copy(PgSession *s, Str sql, uint64_t *ret_rows, Err *err) {
    AUTO(CopyStatement) c = {0};
    bool is;
    *ret_rows = 0;
    if (!copy_statement_parse(&s->arena, sql, &is, &c, err)) return false;
    BUG_ON(!is);
    return c.from ? copy_from(s, &c, sql, ret_rows, err) : copy_to(s, &c, sql, ret_rows, err);
}

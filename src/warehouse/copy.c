#include "warehouse/copy.h"

#include <stdatomic.h>

#include "base/buf.h"
#include "base/crash.h"
#include "warehouse/result.h"
#include "warehouse/table.h"

void warehouse_sums_release(WarehouseSums *sums) {
    vec_release(&sums->tables);
    arena_release(&sums->arena);
}

/* The copy while it is made. */
typedef struct Copy {
    Session *session;
    Arena *arena;
    const char *from, *to; /* databases, quoted */
    Str to_name;
    WarehouseSums *sums;
    Cancel *cancel;
    Err *err;
} Copy;

/* An interrupt between two statements ends none. */
static bool may_go_on(Cancel *cancel, Err *err) {
    return !cancel || cancel_level(cancel) == CANCEL_NONE || err_set(err, ERR_CANCELED, "stopped");
}

/* Two copies of one database may be made at once. */
static Str alias_new(Arena *a) {
    static atomic_uint last;
    return arena_printf(a, "pond copy %u", atomic_fetch_add(&last, 1u) + 1);
}

/* "v1.0.0 - v1.1.3", "v1.5.0+": the oldest DuckDB that can read the file. */
static Str oldest_of(Str tag) {
    size_t n = 0;
    while (n < tag.len && tag.at[n] != ' ' && tag.at[n] != '+') n++;
    return str_slice(tag, 0, n);
}

/* With the storage version and block size that the file has. */
static bool attach(Copy *c, Str path) {
    Str version = {0};
    AUTO_PTR(Result)
    r = session_queryf(c->session, c->err,
                       "SELECT d.tags['storage_version'], s.block_size FROM duckdb_databases() d JOIN "
                       "pragma_database_size() s USING (database_name) WHERE database_name = %s",
                       sql_literal(c->arena, warehouse_name(session_warehouse(c->session))));
    if (!r) return false;
    BUG_ON(!result_next(r));
    (void)result_text(r, 0, c->arena, &version);
    version = oldest_of(version);
    AUTO(Buf) options = {0};
    int64_t block = result_i64(r, 1);
    if (block) buf_printf(&options, "BLOCK_SIZE %lld", (long long)block);
    if (version.len)
        buf_printf(&options, "%sSTORAGE_VERSION %s", options.len ? ", " : "", sql_literal(c->arena, version));
    return session_exec(c->session, c->err, "ATTACH %s AS %s (" STR_FMT ")", sql_literal(c->arena, path), c->to,
                        STR_ARG(options.len ? buf_str(&options) : STR("READ_WRITE")));
}

/* The columns to fill, "*" when none is generated: DuckDB's catalog says that of a column only by a default that DESCRIBE does not
 * show. */
static bool columns_of(Copy *c, const TableSum *t, bool generated, Str *ret) {
    *ret = STR("*");
    if (!generated) return true;
    AUTO_PTR(Result)
    r = session_queryf(
        c->session, c->err,
        "SELECT string_agg('\"' || replace(c.column_name, '\"', '\"\"') || '\"', ', ' ORDER BY c.column_index) "
        "FROM duckdb_columns() c JOIN (DESCRIBE %s.%s) d ON c.column_name = d.column_name "
        "WHERE c.database_name = %s AND c.schema_name = %s AND c.table_name = %s "
        "AND NOT (c.column_default IS NOT NULL AND d.\"default\" IS NULL)",
        c->to, sql_table(c->arena, t->schema, t->name), sql_literal(c->arena, c->to_name),
        sql_literal(c->arena, t->schema), sql_literal(c->arena, t->name));
    if (!r) return false;
    BUG_ON(!result_next(r) || !result_text(r, 0, c->arena, ret));
    return true;
}

/* One table may lie in any database. */
static bool sum_table(Session *s, Arena *a, const char *database, TableSum *t, Err *err) {
    AUTO_PTR(Result)
    r = session_queryf(s, err, "SELECT count(*), sum(hash(\"pond row\"))::VARCHAR FROM %s.%s AS \"pond row\"", database,
                       sql_table(a, t->schema, t->name));
    if (!r) return err_context(err, "table " STR_FMT "." STR_FMT, STR_ARG(t->schema), STR_ARG(t->name));
    BUG_ON(!result_next(r));
    t->rows = (uint64_t)result_i64(r, 0);
    if (!result_text(r, 1, a, &t->hash)) t->hash = (Str){0};
    return true;
}

static bool copy_table(Copy *c, TableSum *t, bool generated) {
    Str columns;
    const char *name = sql_table(c->arena, t->schema, t->name);
    if (!columns_of(c, t, generated, &columns)) return false;
    Str list = str_is(columns, "*") ? (Str){0} : arena_printf(c->arena, "(" STR_FMT ")", STR_ARG(columns));
    bool ok = session_exec(c->session, c->err, "INSERT INTO %s.%s " STR_FMT " SELECT " STR_FMT " FROM %s.%s", c->to,
                           name, STR_ARG(list), STR_ARG(columns), c->from, name);
    if (!ok) return err_context(c->err, "table " STR_FMT "." STR_FMT, STR_ARG(t->schema), STR_ARG(t->name));
    crash_point("copy_table");
    return sum_table(c->session, c->arena, c->from, t, c->err);
}

typedef VEC(bool) BoolVec;

/* Behind those that its foreign keys name: the schema was copied in that order. */
static bool read_tables(Copy *c, BoolVec *ret_generated) {
    AUTO_PTR(Result)
    r = session_queryf(c->session, c->err,
                       "SELECT schema_name, table_name, sql LIKE '%%GENERATED ALWAYS AS%%' FROM duckdb_tables() "
                       "WHERE database_name = %s AND NOT internal ORDER BY table_oid",
                       sql_literal(c->arena, c->to_name));
    if (!r) return false;
    while (result_next(r)) {
        TableSum t = {0};
        (void)result_text(r, 0, c->arena, &t.schema);
        (void)result_text(r, 1, c->arena, &t.name);
        vec_push(&c->sums->tables, t);
        vec_push(ret_generated, result_i64(r, 2) != 0);
    }
    return true;
}

static bool fill(Copy *c) {
    BoolVec generated = {0};
    bool ok = session_exec(c->session, c->err, "COPY FROM DATABASE %s TO %s (SCHEMA)", c->from, c->to) &&
              read_tables(c, &generated);
    for (size_t i = 0; ok && i < c->sums->tables.len; i++) {
        ok = may_go_on(c->cancel, c->err) && copy_table(c, &c->sums->tables.at[i], generated.at[i]);
        c->sums->rows += c->sums->tables.at[i].rows;
    }
    vec_release(&generated);
    return ok;
}

/* Whatever happened, it is not attached afterwards. */
static bool detach(Copy *c, bool ok) {
    Err late = {0};
    if (ok) ok = session_exec(c->session, c->err, "CHECKPOINT %s", c->to);
    bool gone = session_exec(c->session, &late, "DETACH %s", c->to);
    if (ok && !gone) *c->err = late;
    return ok && gone;
}

bool warehouse_copy(Session *s, Str path, WarehouseSums *ret, Cancel *cancel, Err *err) {
    AUTO(Arena) scratch = {0};
    Str name = alias_new(&scratch);
    Copy c = {
        .session = s,
        .arena = &ret->arena,
        .from = sql_ident(&scratch, warehouse_name(session_warehouse(s))),
        .to = sql_ident(&scratch, name),
        .to_name = name,
        .sums = ret,
        .cancel = cancel,
        .err = err,
    };
    if (!attach(&c, path)) return false;
    bool ok = session_begin(s, err);
    if (ok) {
        ok = fill(&c) && session_commit(s, err);
        session_rollback(s);
    }
    crash_point("copy_committed");
    return detach(&c, ok);
}

/* ---- comparing ---- */

static bool count_tables(Session *s, size_t *ret, Err *err) {
    AUTO_PTR(Result)
    r = session_query(
        s, STR("SELECT count(*) FROM duckdb_tables() WHERE database_name = current_database() AND NOT internal"), err);
    if (!r) return false;
    BUG_ON(!result_next(r));
    *ret = (size_t)result_i64(r, 0);
    return true;
}

static bool differs(const Warehouse *w, Err *err) {
    return err_context(err, "the copy \"" STR_FMT "\" is not what was copied", STR_ARG(warehouse_path(w)));
}

static bool compare_table(Session *s, const char *database, const TableSum *t, Err *err) {
    AUTO(Arena) a = {0};
    TableSum there = {.schema = t->schema, .name = t->name};
    if (!sum_table(s, &a, database, &there, err)) return false;
    if (there.rows == t->rows && str_equal(there.hash, t->hash)) return true;
    return err_set(err, ERR_INTERNAL, "table " STR_FMT "." STR_FMT " has %llu rows, copied were %llu%s",
                   STR_ARG(t->schema), STR_ARG(t->name), (unsigned long long)there.rows, (unsigned long long)t->rows,
                   there.rows == t->rows ? " others" : "");
}

bool warehouse_copy_verify(Session *s, const WarehouseSums *sums, Cancel *cancel, Err *err) {
    AUTO(Arena) a = {0};
    size_t tables;
    const Warehouse *w = session_warehouse(s);
    const char *database = sql_ident(&a, warehouse_name(w));
    if (!count_tables(s, &tables, err)) return false;
    if (tables != sums->tables.len) {
        err_set(err, ERR_INTERNAL, "%zu tables, not %zu", tables, sums->tables.len);
        return differs(w, err);
    }
    for (size_t i = 0; i < sums->tables.len; i++) {
        if (!may_go_on(cancel, err)) return false;
        if (compare_table(s, database, &sums->tables.at[i], err)) continue;
        return err->code == ERR_CANCELED ? false : differs(w, err);
    }
    return true;
}

bool warehouse_count(Session *s, uint64_t *ret, Err *err) {
    AUTO(Arena) a = {0};
    Str schema, name;
    *ret = 0;
    AUTO_PTR(Result)
    r = session_query(s,
                      STR("SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = "
                          "current_database() AND NOT internal"),
                      err);
    if (!r) return false;
    while (result_next(r)) {
        if (!result_text(r, 0, &a, &schema) || !result_text(r, 1, &a, &name)) continue;
        AUTO_PTR(Result) count = session_queryf(s, err, "SELECT count(*) FROM %s", sql_table(&a, schema, name));
        if (!count) return err_context(err, "table " STR_FMT "." STR_FMT, STR_ARG(schema), STR_ARG(name));
        if (result_next(count)) *ret += (uint64_t)result_i64(count, 0);
    }
    return true;
}

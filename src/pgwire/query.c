/* The simple protocol: one message with any number of statements, which are one transaction unless they say otherwise. */
#include "pgwire/insert.h"
#include "pgwire/named.h"
#include "sql/elsewhere.h"
#include "sql/guard.h"
#include "sql/rewrite.h"
#include "sql/serial.h"
#include "sql/token.h"
#include "warehouse/result.h"
#include "warehouse/table.h"

/* Why an interrupted statement ended, in PostgreSQL's words. */
static void explain_interrupt(InterruptReason reason, Err *err) {
    switch (reason) {
    case INTERRUPT_NONE: return;
    case INTERRUPT_CANCEL: pg_error(err, "57014", "canceling statement due to user request"); break;
    case INTERRUPT_TIMEOUT: pg_error(err, "57014", "canceling statement due to statement timeout"); break;
    case INTERRUPT_END: pg_error(err, "57P01", "terminating connection due to administrator command"); break;
    }
}

void pg_statement_begin_on(PgSession *s, Str sql, Session *db) {
    int64_t deadline = s->statement_timeout_us ? deadline_in(s->statement_timeout_us) : NO_DEADLINE;
    registry_begin(s->connection->me, sql, db, deadline);
}

void pg_statement_begin(PgSession *s, Str sql) {
    pg_statement_begin_on(s, sql, s->db);
}

/* What DuckDB does not know is another file of the server, perhaps. */
static void explain_database(PgSession *s, Err *err) {
    static const Str marks[] = {STR_INIT("Binder Error: Catalog \""), STR_INIT("Catalog Error: Catalog with name "),
                                STR_INIT("No catalog + schema named \"")};
    Str message = str_of(err->msg);
    AUTO(StrVec) names = {0};
    size_t at = STR_NONE;
    for (size_t i = 0; i < ARRAY_LEN(marks) && at == STR_NONE; i++)
        if ((at = str_find_str(message, marks[i])) != STR_NONE) at += marks[i].len;
    if (at == STR_NONE) return;
    Str rest = str_slice(message, at, message.len);
    warehouse_pool_names(engine_pool(s->connection->engine), &s->arena, &names);
    for (size_t i = 0; i < names.len; i++) {
        Str name = names.at[i];
        bool whole = rest.len > name.len && (rest.at[name.len] == '"' || rest.at[name.len] == ' ');
        if (!whole || !str_equal_nocase(str_slice(rest, 0, name.len), name)) continue;
        pg_error(err, "0A000", "cross-database references are not implemented but for reading: \"" STR_FMT "\"",
                 STR_ARG(name));
        err_hint(err,
                 "what writes there connects to it (dbname, \\c), and a view or macro names its own file's tables");
        return;
    }
}

/* DuckDB's own hint is a setting of the whole server. */
static void explain_depth(Err *err) {
    if (str_find_str(str_of(err->msg), STR("Max expression depth limit of ")) == STR_NONE) return;
    err_set(err, ERR_SQL, "stack depth limit exceeded");
    err_hint(
        err,
        "an expression nests up to 1000 levels: write a long chain as a list (IN, VALUES), or in parts in brackets");
}

/* DuckDB's keys keep what a transaction has deleted, up to its end. */
static void explain_foreign_key(const PgSession *s, Err *err) {
    bool referred = str_find_str(str_of(err->msg), STR("is still referenced by a foreign key")) != STR_NONE;
    if (referred && s->transaction == TRANSACTION_OPEN && s->writes > 1)
        err_hint(err, "DuckDB checks also against rows that this transaction has deleted or changed in the table that "
                      "refers: COMMIT between that and this statement");
}

bool pg_statement_end(PgSession *s, bool ok, Err *err) {
    InterruptReason reason = registry_end(s->connection->me, pg_session_state(s));
    /* By who wants the file (warehouse/gate.h). */
    bool ended = cancel_level(registered_cancel(s->connection->me)) == CANCEL_ABORT;
    if (!ok && !reason && ended && err->code == ERR_CANCELED) reason = INTERRUPT_END;
    if (!ok) explain_interrupt(reason, err);
    if (!ok) explain_database(s, err);
    if (!ok) explain_foreign_key(s, err);
    if (!ok) explain_depth(err);
    if (!ok && err->code == ERR_INTERNAL) engine_broken(s->connection->engine, err);
    return ok;
}

void pg_run_begin(PgSession *s, Str sql) {
    pg_statement_begin(s, sql);
    s->serial++;
    s->planned = true;
}

bool pg_run_end(PgSession *s, const Portal *p, bool ok, Err *err) {
    ok = pg_statement_end(s, ok, err);
    s->planned = ok || !portal_is_outdated(p);
    return ok;
}

Str pg_rewrite(PgSession *s, Str sql) {
    const RewriteContext context = {.user = s->user, .public_is_main = true};
    return sql_rewrite(&s->arena, sql, &context);
}

/* What the names of databases mean in this session. */
static Str name_databases(PgSession *s, Str sql) {
    SqlDatabases d = {.own = warehouse_name(s->database_file)};
    AUTO(StrVec) names = {0};
    Str first = STR("warehouse");
    bool taken = false, main = s->database_file == engine_warehouse(s->connection->engine);
    warehouse_pool_names(engine_pool(s->connection->engine), &s->arena, &names);
    for (size_t i = 0; i < names.len; i++) {
        taken |= str_equal_nocase(names.at[i], first);
        if (!str_equal_nocase(names.at[i], s->database)) vec_push(&d.others, names.at[i]);
    }
    if (!taken && main) vec_push(&d.aliases, first);
    if (!taken && !main) vec_push(&d.others, first);
    if (!str_equal(s->database, d.own)) vec_push(&d.aliases, s->database);
    sql = sql_elsewhere(&s->arena, sql, &d);
    vec_release(&d.others);
    vec_release(&d.aliases);
    return sql;
}

bool pg_translate(PgSession *s, Str sql, Str *ret, Err *err) {
    const SqlGuard guard = engine_guard(s->connection->engine);
    if (!sql_guard(&s->arena, pg_show(s, sql), &guard, ret, err)) return false;
    *ret = pg_literals(s, pg_rewrite(s, name_databases(s, *ret)));
    return true;
}

/* PostgreSQL's ALTER TABLE takes views too, DuckDB's does not: the statement, of a view with ALTER VIEW. */
static Str alter_view(PgSession *s, Str sql) {
    Err unknown = {0};
    SqlTokens t = sql_tokens(sql);
    SqlToken alter, table, name;
    Arena *a = &s->arena;
    if (!sql_token_next(&t, &alter) || !sql_token_is(&alter, "alter")) return sql;
    if (!sql_token_next(&t, &table) || !sql_token_is(&table, "table")) return sql;
    Str rest = str_slice(sql, t.at, sql.len), schema = {0}, view;
    do {
        if (!sql_token_next(&t, &name)) return sql;
    } while (sql_token_is(&name, "if") || sql_token_is(&name, "exists") || sql_token_is(&name, "only"));
    view = sql_token_value(a, &name);
    while (sql_token_next(&t, &name) && sql_token_is_symbol(&name, ".") && sql_token_next(&t, &name))
        schema = view, view = sql_token_value(a, &name);
    AUTO_PTR(Result)
    found = session_queryf(s->db, &unknown,
                           "SELECT 1 FROM duckdb_views() WHERE NOT internal AND database_name = current_database() AND "
                           "view_name = %s AND %s IN ('', schema_name)",
                           sql_literal(a, view), sql_literal(a, schema));
    return found && result_next(found) ? arena_printf(a, "ALTER VIEW" STR_FMT, STR_ARG(rest)) : sql;
}

/* The sequences of a table that is about to be made, in its transaction; not for a table that is there. */
static bool make_sequences(PgSession *s, const SqlSerials *made, Err *err) {
    Arena *a = &s->arena;
    SqlToken schema = {.kind = SQL_WORD};
    SqlTokens t = sql_tokens(made->schema);
    if (!made->before.len) return true;
    const char *in =
        sql_token_next(&t, &schema) ? sql_literal(a, sql_token_value(a, &schema)) : "system.main.current_schema()";
    AUTO_PTR(Result)
    there = session_queryf(s->db, err,
                           "SELECT 1 FROM duckdb_tables() WHERE lower(table_name) = lower(%s) AND temporary = %s AND "
                           "(temporary OR database_name = current_database() AND lower(schema_name) = lower(%s))",
                           sql_literal(a, made->name), made->temporary ? "true" : "false", in);
    if (!there) return false;
    if (!result_next(there)) return pg_begin_implicit(s, err) && session_exec_str(s->db, made->before, err);
    return made->optional || pg_error(err, "42P07", "relation \"" STR_FMT "\" already exists", STR_ARG(made->name));
}

/* SHOW of what is neither a setting of ours nor a table of DuckDB's. */
static void explain_show(Str sql, Err *err) {
    SqlTokens t = sql_tokens(sql);
    SqlToken show, name, more;
    if (!sql_token_next(&t, &show) || !sql_token_is(&show, "show") || !sql_token_next(&t, &name)) return;
    if (sql_token_next(&t, &more) || !str_starts(str_of(err->msg), STR("Catalog Error: Table with name"))) return;
    pg_error(err, "42704", "unrecognized configuration parameter \"" STR_FMT "\"", STR_ARG(name.text));
}

static Statement *prepare(PgSession *s, Str sql, Err *err) {
    Statement *st = statement_prepare(s->db, sql, err);
    if (!st) explain_show(sql, err);
    Str whole = st ? sql : pg_insert_columns(s, sql, err);
    if (whole.at == sql.at) return st;
    *err = (Err){0};
    return statement_prepare(s->db, whole, err);
}

Statement *pg_plan(PgSession *s, Str sql, Err *err) {
    s->planned = false;
    pg_statement_begin(s, sql);
    Str ours;
    SqlSerials serials = {0};
    bool may = pg_translate(s, sql, &ours, err) && pg_portals_keep(s, NULL, err);
    s->elsewhere = may && sql_is_elsewhere(ours);
    if (may) ours = sql_serials(&s->arena, alter_view(s, ours), &serials);
    may = may && make_sequences(s, &serials, err);
    Statement *st = may ? prepare(s, ours, err) : NULL;
    return pg_statement_end(s, st, err) ? st : NULL;
}

bool pg_execute(PgSession *s, Portal *p, Str sql, uint64_t most, Err *err) {
    if (!portal_started(p) && !pg_may_write(s, portal_only_reads(p), portal_sql(p), err)) return false;
    pg_run_begin(s, sql);
    s->queries++;
    s->writes += !portal_only_reads(p);
    s->world += portal_defines(p);
    Portal *source = portal_source(p);
    bool ready = portal_started(source) || pg_portals_keep(s, source, err);
    bool ok = pg_run_end(s, source, ready && portal_execute(p, most, &s->wire, err), err);
    s->path_stale |= s->path_missing && !portal_only_reads(p); /* CREATE SCHEMA? */
    return ok;
}

/* FETCH or EXECUTE: a portal; else NULL. */
static Portal *open_rows(PgSession *s, Str sql, bool alone, Err *err) {
    StatementClass class = pg_class_of(sql);
    if (class == CLASS_FETCH || class == CLASS_EXECUTE) return pg_rows_open(s, sql, NULL, 0, err);
    if (!alone && !pg_begin_implicit(s, err)) return NULL;
    Statement *st = pg_plan(s, sql, err);
    return st ? portal_new(&(PortalPlan){.st = st, .sql = sql, .kept = s->kept}) : NULL;
}

static bool statement(PgSession *s, Str sql, bool alone, Err *err) {
    bool is;
    const char *tag;
    if (!pg_usable(s, sql, err) || !pg_verb(s, sql, &is, &tag, err)) return false;
    if (is) {
        pg_complete_tag(&s->wire, str_of(tag));
        return true;
    }
    AUTO_PTR(Portal) p = open_rows(s, sql, alone, err);
    if (!p) return false;
    if (portal_gives_rows(p)) portal_describe(p, &s->wire);
    return pg_execute(s, p, sql, 0, err);
}

void pg_simple_query(PgSession *s, Str text) {
    Err err = {0};
    Str rest = text, sql = {0}, next;
    bool ok = true, any = sql_cut(&rest, &sql);
    if (!any) {
        wire_begin(&s->wire, 'I');
        wire_end(&s->wire);
    }
    for (bool first = true; ok && any; first = false) {
        any = sql_cut(&rest, &next);
        s->many |= any;
        ok = statement(s, sql, first && !any, &err);
        pg_send_warnings(s);
        if (ok) pg_statement_over(s);
        if (ok && any) sql = next;
    }
    s->many = false;
    if (ok && pg_end_implicit(s, &err)) return;
    pg_transaction_fail(s);
    pg_send_error_of(&s->wire, SEVERITY_ERROR, &err, sql, text);
}

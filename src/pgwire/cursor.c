/* DECLARE, FETCH, MOVE, CLOSE; FETCH and EXECUTE as statements that give rows. */
#include "base/time.h"
#include "pgwire/named.h"
#include "sql/token.h"

/* ---- DECLARE ---- */

/* Whether a transaction is open that lasts: of BEGIN, or of one message with several statements. */
static bool in_block(const PgSession *s) {
    return s->transaction != TRANSACTION_NONE && !s->implicit;
}

bool pg_needs_block(const PgSession *s, const char *what, Err *err) {
    if (in_block(s) || s->many) return true;
    return pg_error(err, "25P01", "%s can only be used in transaction blocks", what);
}

/* Runs the statement up to its first rows, as it is now. */
static bool start(PgSession *s, Portal *portal, Str sql, Err *err) {
    pg_run_begin(s, sql);
    return pg_run_end(s, portal, pg_portals_keep(s, portal, err) && portal_start(portal, err), err);
}

bool pg_declare_portal(PgSession *s, const DeclareStatement *d, Portal *portal, Str sql, Err *err) {
    bool ok = (d->hold || pg_needs_block(s, "DECLARE CURSOR", err)) && start(s, portal, sql, err);
    OpenPortal *p = ok ? open_portal_add(s, d->name, sql, err) : NULL;
    if (!p) {
        portal_free(portal);
        return false;
    }
    p->portal = portal;
    p->class = CLASS_SQL;
    p->cursor = true;
    p->binary = d->binary;
    p->hold = d->hold;
    return true;
}

static const char *const queries[] = {"select", "values", "with", "table", "from"};

bool pg_declare_parse(Arena *a, Str rest, DeclareStatement *ret, Err *err) {
    if (!sql_declare_parse(a, rest, ret)) return pg_error(err, "42601", "syntax error in DECLARE CURSOR");
    SqlTokens t = sql_tokens(ret->query);
    SqlToken first;
    bool query = sql_token_next(&t, &first) && sql_token_is_symbol(&first, "(");
    for (size_t i = 0; i < ARRAY_LEN(queries); i++) query |= sql_token_is(&first, queries[i]);
    if (!query) return pg_error(err, "42601", "DECLARE CURSOR must specify a SELECT or VALUES");
    if (ret->scroll && ret->no_scroll) return pg_error(err, "42P11", "cannot specify both SCROLL and NO SCROLL");
    return true;
}

PortalPlan pg_cursor_plan(PgSession *s, const DeclareStatement *d, Statement *st) {
    static const int16_t binary = 1;
    return (PortalPlan){
        .st = st,
        .sql = d->query,
        .formats = d->binary ? &binary : NULL,
        .format_count = d->binary,
        .cursor = true,
        .scroll = d->scroll      ? SCROLL_YES
                  : d->no_scroll ? SCROLL_NO
                                 : SCROLL_CHEAP,
        .kept = s->kept,
    };
}

bool pg_declare(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    DeclareStatement d;
    *ret_tag = "DECLARE CURSOR";
    if (!pg_declare_parse(&s->arena, rest, &d, err)) return false;
    if (!d.hold && !pg_needs_block(s, "DECLARE CURSOR", err)) return false;
    if (!pg_begin_implicit(s, err)) return false;
    Statement *st = pg_plan(s, d.query, err);
    if (!st) return false;
    PortalPlan plan = pg_cursor_plan(s, &d, st);
    Portal *portal = portal_new(&plan);
    if (portal_is_query(portal)) return pg_declare_portal(s, &d, portal, s->verb, err);
    portal_free(portal);
    return pg_error(err, "42601", "DECLARE CURSOR must specify a SELECT");
}

/* ---- FETCH ---- */

static OpenPortal *find_cursor(PgSession *s, Str name, Err *err) {
    OpenPortal *p = open_portal_find(s, name);
    if (p && p->portal) return p;
    portal_missing("cursor", name, err);
    return NULL;
}

static bool parse_fetch(PgSession *s, Str rest, const char *word, FetchStatement *ret, Err *err) {
    return sql_fetch_parse(&s->arena, rest, ret) || pg_error(err, "42601", "syntax error in %s", word);
}

/* Behind the first word. */
static Str behind_word(Str sql) {
    SqlTokens t = sql_tokens(sql);
    SqlToken word;
    (void)!sql_token_next(&t, &word);
    return str_slice(sql, t.at, sql.len);
}

static Portal *open_fetch(PgSession *s, Str sql, const PortalPlan *plan, Err *err) {
    FetchStatement f;
    if (!parse_fetch(s, behind_word(sql), "FETCH", &f, err)) return NULL;
    const OpenPortal *cursor = find_cursor(s, f.cursor, err);
    return cursor ? portal_new_fetch(cursor->portal, &f, plan) : NULL;
}

bool pg_move(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    FetchStatement f;
    uint64_t rows;
    if (!parse_fetch(s, rest, "MOVE", &f, err)) return false;
    OpenPortal *p = find_cursor(s, f.cursor, err);
    if (!p || (!portal_started(p->portal) && !start(s, p->portal, p->sql, err))) return false;
    pg_statement_begin(s, p->sql);
    if (!pg_statement_end(s, portal_fetch(p->portal, &f, &(RowFormat){0}, NULL, &rows, err), err)) return false;
    *ret_tag = arena_printf(&s->arena, "MOVE %llu", (unsigned long long)rows).at;
    return true;
}

bool pg_close_cursor(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    Str name;
    *ret_tag = "CLOSE CURSOR";
    if (!sql_close_parse(&s->arena, rest, &name)) return pg_error(err, "42601", "syntax error in CLOSE");
    if (!name.len) {
        *ret_tag = "CLOSE CURSOR ALL";
        pg_portals_close(s);
        return true;
    }
    OpenPortal *p = find_cursor(s, name, err);
    if (p) open_portal_drop(s, p);
    return p;
}

/* ---- both ---- */

Portal *pg_rows_open(PgSession *s, Str sql, const int16_t *formats, size_t format_count, Err *err) {
    PortalPlan plan = {.sql = sql, .formats = formats, .format_count = format_count, .kept = s->kept};
    if (pg_class_of(sql) == CLASS_FETCH) return open_fetch(s, sql, &plan, err);
    return pg_execute_open(s, behind_word(sql), &plan, err);
}

bool pg_rows_describe(PgSession *s, Str sql, const RowFormat *format, Err *err) {
    FetchStatement f;
    if (pg_class_of(sql) == CLASS_EXECUTE) return pg_execute_describe(s, behind_word(sql), format, err);
    const OpenPortal *p = sql_fetch_parse(&s->arena, behind_word(sql), &f) ? open_portal_find(s, f.cursor) : NULL;
    if (p && p->portal) return portal_describe_as(p->portal, format, &s->wire, err);
    wire_begin(&s->wire, 'n');
    wire_end(&s->wire);
    return true;
}

/* The simple protocol: one message with any number of statements, which are one transaction unless they say otherwise. */
#include "pgwire/rows.h"
#include "pgwire/session.h"
#include "sql/rewrite.h"
#include "sql/serial.h"
#include "sql/token.h"

/* Why an interrupted statement ended, in PostgreSQL's words. */
static void explain_interrupt(InterruptReason reason, Err *err) {
    switch (reason) {
    case INTERRUPT_NONE: return;
    case INTERRUPT_CANCEL: pg_error(err, "57014", "canceling statement due to user request"); break;
    case INTERRUPT_TIMEOUT: pg_error(err, "57014", "canceling statement due to statement timeout"); break;
    case INTERRUPT_END: pg_error(err, "57P01", "terminating connection due to administrator command"); break;
    }
}

void pg_statement_begin(PgSession *s, Str sql) {
    int64_t deadline = s->statement_timeout_us ? deadline_in(s->statement_timeout_us) : NO_DEADLINE;
    registry_begin(s->connection->me, sql, s->db, deadline);
}

bool pg_statement_end(PgSession *s, bool ok, Err *err) {
    InterruptReason reason = registry_end(s->connection->me, pg_session_state(s));
    if (!ok) explain_interrupt(reason, err);
    if (!ok && err->code == ERR_INTERNAL) engine_broken(s->connection->engine, err);
    return ok;
}

/* In DuckDB's words. */
static Str translate(PgSession *s, Str sql) {
    const RewriteContext context = {.user = s->user, .public_is_main = true};
    return sql_rewrite(&s->arena, pg_show(s, sql), &context);
}

Statement *pg_plan(PgSession *s, Str sql, Err *err) {
    s->planned = false;
    pg_statement_begin(s, sql);
    Str sequences, ours = sql_serials(&s->arena, translate(s, sql), &sequences);
    bool ok = pg_portals_keep(s, NULL, err) && (!sequences.len || session_exec_str(s->db, sequences, err));
    Statement *st = ok ? statement_prepare(s->db, ours, err) : NULL;
    return pg_statement_end(s, st, err) ? st : NULL;
}

bool pg_execute(PgSession *s, Portal *p, Str sql, uint64_t most, Err *err) {
    pg_statement_begin(s, sql);
    s->serial++;
    s->planned = true;
    s->writes += !portal_only_reads(p);
    return pg_statement_end(s, pg_portals_keep(s, p, err) && portal_execute(p, most, &s->wire, err), err);
}

static bool statement(PgSession *s, Str sql, bool alone, Err *err) {
    bool is;
    const char *tag;
    if (!pg_verb(s, sql, &is, &tag, err)) return false;
    if (is) {
        pg_complete_tag(&s->wire, str_of(tag));
        return true;
    }
    if (!alone && !pg_begin_implicit(s, err)) return false;
    Statement *st = pg_plan(s, sql, err);
    if (!st) return false;
    AUTO_PTR(Portal) p = portal_new(st, sql, NULL, 0);
    if (statement_columns(st)) portal_describe(p, &s->wire);
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
        ok = statement(s, sql, first && !any, &err);
        if (ok && any) sql = next;
    }
    if (ok && pg_end_implicit(s, &err)) return;
    pg_transaction_fail(s);
    pg_send_error(&s->wire, SEVERITY_ERROR, &err, sql);
}

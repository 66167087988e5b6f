/* The simple protocol: one message with any number of statements, which are one transaction unless they say otherwise. */
#include "pgwire/session.h"
#include "sql/token.h"

static void complete(PgSession *s, const char *tag) {
    wire_begin(&s->wire, 'C');
    wire_put_text(&s->wire, str_of(tag));
    wire_end(&s->wire);
}

/* Why an interrupted statement ended, in PostgreSQL's words. */
static void explain_interrupt(InterruptReason reason, Err *err) {
    switch (reason) {
    case INTERRUPT_NONE: return;
    case INTERRUPT_CANCEL: pg_error(err, "57014", "canceling statement due to user request"); break;
    case INTERRUPT_TIMEOUT: pg_error(err, "57014", "canceling statement due to statement timeout"); break;
    case INTERRUPT_END: pg_error(err, "57P01", "terminating connection due to administrator command"); break;
    }
}

static bool run_rows(PgSession *s, Statement *st, Str sql, Err *err) {
    uint64_t rows = 0;
    if (!statement_start(st, err)) return false;
    if (statement_columns(st)) {
        pg_send_row_description(s, st, NULL, 0);
        if (!pg_send_rows(s, st, NULL, 0, &rows, err)) return false;
    }
    pg_send_complete(s, st, sql, rows);
    return true;
}

static bool run(PgSession *s, Str sql, Err *err) {
    int64_t deadline = s->statement_timeout_us ? deadline_in(s->statement_timeout_us) : NO_DEADLINE;
    registry_begin(s->connection->me, sql, s->db, deadline);
    AUTO_PTR(Statement) st = statement_prepare(s->db, sql, err);
    bool ok = st && run_rows(s, st, sql, err);
    InterruptReason reason = registry_end(s->connection->me, pg_session_state(s));
    if (!ok) explain_interrupt(reason, err);
    return ok;
}

static bool statement(PgSession *s, Str sql, bool alone, Err *err) {
    bool is;
    const char *tag;
    if (!pg_transaction_statement(s, sql, &is, &tag, err)) return false;
    if (is) {
        complete(s, tag);
        return true;
    }
    if (!alone && s->transaction == TRANSACTION_NONE) {
        if (!session_begin(s->db, err)) return false;
        s->transaction = TRANSACTION_OPEN;
        s->implicit = true;
    }
    return run(s, sql, err);
}

/* The end of a message ends the transaction that it began by being several statements. */
static bool end_implicit(PgSession *s, Err *err) {
    if (!s->implicit) return true;
    s->implicit = false;
    s->transaction = TRANSACTION_NONE;
    return session_commit(s->db, err);
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
        if (any) sql = next;
    }
    ok = ok && end_implicit(s, &err);
    if (ok) return;
    pg_transaction_fail(s);
    pg_send_error(&s->wire, SEVERITY_ERROR, &err, sql);
}

/* A connection's life: start-up, then message by message until the client says goodbye or the server stops. */
#include "pgwire/pgwire.h"

#include "os/path.h"
#include "pgwire/session.h"

/* DuckDB parses and plans on this thread: deep expressions need room. Addresses, not memory. */
enum { STACK = 16 * 1024 * 1024, STUCK_US = 60 * 1000 * 1000 };

static void ready(PgSession *s) {
    (void)registry_end(s->connection->me, pg_session_state(s));
    pg_settings_report(s, false);
    wire_begin(&s->wire, 'Z');
    wire_put_byte(&s->wire, (char)s->transaction);
    wire_end(&s->wire);
}

static void fatal(PgSession *s, const char *sqlstate, const char *text) {
    Err err = {0};
    pg_error(&err, sqlstate, "%s", text);
    pg_send_error(&s->wire, SEVERITY_FATAL, &err, (Str){0});
    (void)wire_flush(&s->wire);
}

static void on_query(PgSession *s, Str body) {
    Fields f = fields_of(body);
    Str text = field_text(&f);
    Err err = {0};
    if (!f.bad && f.at == f.end) {
        pg_simple_query(s, text);
    } else {
        pg_error(&err, "08P01", "invalid message format");
        pg_send_error(&s->wire, SEVERITY_ERROR, &err, (Str){0});
    }
    ready(s);
}

static void on_sync(PgSession *s, Str body) {
    (void)body;
    pg_sync(s);
    ready(s);
}

static void on_flush(PgSession *s, Str body) {
    (void)body;
    (void)wire_flush(&s->wire);
}

static void on_nothing(PgSession *s, Str body) {
    (void)s;
    (void)body;
}

static const struct {
    char type;
    void (*handle)(PgSession *s, Str body);
    bool skipped; /* after an error, up to the next Sync */
} messages[] = {
    {'Q', on_query, false},
    {'P', pg_parse, true},
    {'B', pg_bind, true},
    {'D', pg_describe, true},
    {'E', pg_execute_message, true},
    {'C', pg_close, true},
    {'H', on_flush, true},
    {'S', on_sync, false},
    /* Of a COPY that has failed: the client did not know yet. */
    {'d', on_nothing, false},
    {'c', on_nothing, false},
    {'f', on_nothing, false},
};

/* What the client may send; false: the connection ends. */
static bool handle(PgSession *s, char type, Str body) {
    for (size_t i = 0; i < ARRAY_LEN(messages); i++) {
        if (messages[i].type != type) continue;
        if (!s->skipping || !messages[i].skipped) messages[i].handle(s, body);
        return true;
    }
    if (type != 'X') fatal(s, "08P01", "invalid frontend message type");
    return false;
}

/* The next message; false: none comes any more, and the client was told why. */
static bool next(PgSession *s, char *ret_type, Str *ret_body) {
    Err err = {0};
    int64_t most = engine_limits(s->connection->engine).idle_in_transaction_us, own = s->idle_in_transaction_us;
    int64_t patience = own && most ? MIN(own, most) : MAX(own, most);
    bool open = s->transaction == TRANSACTION_OPEN;
    /* A server that stops leaves transactions their time. */
    Until until = {open && patience ? deadline_in(patience) : NO_DEADLINE, s->wire.cancel,
                   open ? CANCEL_ABORT : CANCEL_STOP};
    if (wire_read(&s->wire, until, ret_type, ret_body, &err)) return true;
    if (err.code == ERR_CANCELED) fatal(s, "57P01", "terminating connection due to administrator command");
    if (err.code == ERR_TIMEOUT) fatal(s, "25P03", "terminating connection due to idle-in-transaction timeout");
    if (err.code == ERR_INPUT) fatal(s, "08P01", err.msg);
    return false;
}

static void converse(PgSession *s) {
    char type;
    Str body;
    ready(s);
    for (;;) {
        /* The answers to a batch go together, when the client has nothing more to say. */
        if (!wire_has_input(&s->wire) && !wire_flush(&s->wire)) return;
        if (!next(s, &type, &body) || !handle(s, type, body)) return;
        arena_reset(&s->arena);
    }
}

static void serve(Connection *c) {
    PgSession s = {
        .connection = c,
        .wire = {.fd = c->fd, .cancel = registered_cancel(c->me), .stuck_us = STUCK_US},
        .transaction = TRANSACTION_NONE,
        .statement_timeout_us = engine_limits(c->engine).statement_timeout_us,
    };
    mutex_init(&s.live);
    if (pg_startup(&s)) converse(&s);
    pg_portals_close(&s);
    pg_statements_drop(&s);
    pg_savepoints_drop(&s);
    if (s.db) session_close(s.db);
    if (s.database_file) warehouse_close(s.database_file);
    advisory_release(engine_advisory(c->engine), registered_id(c->me), false);
    advisory_release(engine_advisory(c->engine), registered_id(c->me), true);
    mutex_release(&s.live);
    pg_warnings_release(&s);
    arena_release(&s.saved_arena);
    wire_release(&s.wire);
    arena_release(&s.settings_arena);
    arena_release(&s.arena);
}

/* After the client has spoken, as PostgreSQL does: before, libpq takes it for an answer to its wish for TLS. */
static void refuse(Connection *c, const Err *why) {
    enum { PATIENCE_US = 2 * 1000 * 1000 };
    Err err = {0};
    Fields f;
    int32_t code;
    AUTO(Wire) w = {.fd = c->fd, .stuck_us = PATIENCE_US};
    Until until = {.deadline_us = deadline_in(PATIENCE_US)};
    if (!pg_read_hello(&w, c, until, &f, &code, &err)) return;
    pg_error(&err, why->code == ERR_LOCKED ? "57P03" : "53300", "%s", why->msg);
    pg_send_error(&w, SEVERITY_FATAL, &err, (Str){0});
    (void)wire_flush(&w);
}

const Service pgwire_service = {.name = "postgres", .stack = STACK, .serve = serve, .refuse = refuse};

/* A client's session on the PostgreSQL wire: what the files of src/pgwire share. Included nowhere else. One thread. */
#pragma once

#include "pgwire/portal.h"
#include "pgwire/settings.h"
#include "pgwire/wire.h"
#include "server/service.h"
#include "warehouse/statement.h"

/* As ReadyForQuery says it. */
typedef enum TransactionState {
    TRANSACTION_NONE = 'I',
    TRANSACTION_OPEN = 'T',
    TRANSACTION_FAILED = 'E', /* rolled back already; the client must say ROLLBACK */
} TransactionState;

typedef struct PreparedStatement PreparedStatement;
typedef struct OpenPortal OpenPortal;
typedef struct Savepoint Savepoint;

struct PgSession {
    Connection *connection;
    Wire wire;
    Session *db;
    TransactionState transaction;
    bool implicit; /* the transaction is that of one message with several statements, or of the messages up to a Sync */
    bool skipping; /* after an error of the extended protocol, up to the next Sync */
    Str user, database;
    Arena arena;                  /* of the message that is handled */
    int64_t statement_timeout_us; /* 0 = none */
    Savepoint *savepoints;        /* newest first */
    uint64_t writes;              /* statements that were no SELECT, in this transaction */
    bool planned;                 /* the newest statement had begun to run */
    bool alive;                   /* of a FAILED transaction: DuckDB's is still there, for ROLLBACK TO */
    uint64_t serial; /* of the newest statement that has run: a plan made before it may be wrong (DESIGN 5.9) */
    PreparedStatement *statements; /* newest first */
    OpenPortal *portals;
    Arena settings_arena;
    Map settings; /* those that were set: name -> value */
};

/* ---- startup.c ---- */
/* Negotiates and logs in. False: the connection is to be closed, and the client was told why; also after a cancel request. */
bool pg_startup(PgSession *s) MUST_USE;

/* ---- encrypt.c ---- */
/* The first packet that is no wish for encryption; those are answered, w->tls is set when it came to that. *ret stands behind the
 * packet's code. ERR_SQL: the client is to be told; ERR_INPUT: no packet of the protocol; anything else: nobody is there to hear it. */
bool pg_read_hello(Wire *w, const Connection *c, Until until, Fields *ret, int32_t *ret_code, Err *err) MUST_USE;

/* ---- auth.c ---- */
/* Up to AuthenticationOk. */
bool pg_authenticate(PgSession *s, Str user, Until until, Err *err) MUST_USE;

/* ---- error.c ---- */
/* The SQLSTATE, for what DuckDB says also the exact one. */
const char *pg_sqlstate(const Err *err);
typedef enum Severity { SEVERITY_ERROR, SEVERITY_FATAL, SEVERITY_WARNING, SEVERITY_NOTICE } Severity;
/* An ErrorResponse or NoticeResponse. statement: where positions count from; empty = none. */
void pg_send_error(Wire *w, Severity severity, const Err *err, Str statement);
/* An error with an SQLSTATE of its own, which the text carries to pg_send_error. Returns false. */
bool pg_error(Err *err, const char *sqlstate, const char *format, ...) PRINTF_LIKE(3, 4);

/* ---- query.c: the simple protocol, and what both have in common ---- */
void pg_simple_query(PgSession *s, Str text);
/* A statement works from here on: it has a time limit and may be interrupted; to pg_statement_end, which returns `ok` and gives
 * err the reason of an interrupt. */
void pg_statement_begin(PgSession *s, Str sql);
bool pg_statement_end(PgSession *s, bool ok, Err *err);
/* Plans a statement, with the time limit and interrupts of one that runs. */
Statement *pg_plan(PgSession *s, Str sql, Err *err) MUST_USE;
/* Runs a portal, with the rows of others kept beside before. */
bool pg_execute(PgSession *s, Portal *p, Str sql, uint64_t most, Err *err) MUST_USE;

/* ---- extended.c: the extended protocol ---- */
void pg_parse(PgSession *s, Str body);
void pg_bind(PgSession *s, Str body);
void pg_describe(PgSession *s, Str body);
void pg_execute_message(PgSession *s, Str body);
void pg_close(PgSession *s, Str body);
void pg_sync(PgSession *s);
/* Rows of streams that are open are kept beside, because another statement is about to run. */
bool pg_portals_keep(PgSession *s, const Portal *but, Err *err) MUST_USE;
/* Portals live as long as their transaction. */
void pg_portals_drop(PgSession *s);
void pg_statements_drop(PgSession *s);
bool pg_statement_drop(PgSession *s, Str name, Err *err) MUST_USE;

/* ---- transaction.c ---- */
/* Whether the statement is one that pond runs itself: BEGIN, COMMIT... */
bool pg_is_verb(Str sql);
/* Runs it. In a failed transaction everything but its end is an error, also for what is no verb (*ret_is false). */
bool pg_verb(PgSession *s, Str sql, bool *ret_is, const char **ret_tag, Err *err) MUST_USE;
/* Begins the transaction of a message or batch, when none is open. */
bool pg_begin_implicit(PgSession *s, Err *err) MUST_USE;
/* Commits it. */
bool pg_end_implicit(PgSession *s, Err *err) MUST_USE;
/* Rolls back at once and remembers it, when a transaction is open. Behind a savepoint with nothing written since, a statement that
 * could not be planned leaves DuckDB's transaction alive for ROLLBACK TO. */
void pg_transaction_fail(PgSession *s);
void pg_savepoints_drop(PgSession *s);
SessionState pg_session_state(const PgSession *s);

/* A client's session on the PostgreSQL wire: what the files of src/pgwire share. Included nowhere else. One thread. */
#pragma once

#include "base/vec.h"
#include "pgwire/portal.h"
#include "pgwire/settings.h"
#include "pgwire/wire.h"
#include "server/service.h"
#include "warehouse/live.h"
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

typedef struct Warning {
    char sqlstate[6];
    char text[120];
} Warning;

struct PgSession {
    Connection *connection;
    Wire wire;
    Warehouse *database_file; /* of the database it asked for; given back at its end */
    Session *db;
    TransactionState transaction;
    bool implicit; /* the transaction is that of one message with several statements, or of the messages up to a Sync */
    Str verb;      /* the statement that pond runs itself now, whole */
    bool many;     /* the message has several statements */
    bool batch;    /* a Parse or Bind has come since the last Sync */
    bool
        single; /* and up to the next one, which is here already, one Execute follows: a transaction of its own, which DuckDB begins */
    bool skipping; /* after an error of the extended protocol, up to the next Sync */
    Str user, database;
    int64_t database_oid;
    Arena arena;                  /* of the message that is handled */
    int64_t statement_timeout_us; /* 0 = none */
    Savepoint *savepoints;        /* newest first */
    uint64_t writes;              /* statements that were no SELECT, in this transaction */
    uint64_t queries;             /* statements of this transaction */
    bool planned;                 /* the newest statement had begun to run */
    bool alive;                   /* of a FAILED transaction: DuckDB's is still there, for ROLLBACK TO */
    uint64_t serial; /* of the newest statement that has run: a plan made before it may be wrong (DESIGN 5.9) */
    uint64_t world;  /* of the newest change that makes every plan another: search path, time zone, what is defined */
    bool elsewhere;  /* the newest plan reads another file, whose changes DuckDB does not see */
    PreparedStatement *statements; /* newest first */
    OpenPortal *portals;
    RowStorePlan kept; /* of rows kept beside */
    /* Asked and changed also by functions of SQL, on DuckDB's threads while a statement runs (functions.c). */
    Mutex live; /* guards what follows; a leaf, but for Registry.lock */
    Arena settings_arena;
    Map settings;          /* those that were set: name -> value */
    Map given;             /* what the server's configuration makes of some of them, in the connection's arena */
    unsigned settings_put; /* since the arena was new */
    SavedSetting *saved;   /* changes of the open transaction, newest first */
    Arena saved_arena;
    uint64_t reports;        /* rows of the settings' table that clients must be told of */
    bool path_stale;         /* DuckDB has not been told the search_path yet */
    bool zone_stale;         /* the same of TimeZone */
    bool path_missing;       /* it names a schema that does not exist */
    int64_t lock_timeout_us; /* 0 = none */
    int64_t idle_in_transaction_us;
    int64_t transaction_id; /* as txid_current() says; 0: not asked yet */
    VEC(Warning) warnings;  /* of functions, to be sent at the statement's end */
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
/* The same of a statement that is a part of a text: positions count from the text's beginning. */
void pg_send_error_of(Wire *w, Severity severity, const Err *err, Str statement, Str text);
/* An error with an SQLSTATE of its own, which the text carries to pg_send_error. Returns false. */
/* A warning, now. */
void pg_warn(PgSession *s, const char *sqlstate, const char *text);
bool pg_error(Err *err, const char *sqlstate, const char *format, ...) PRINTF_LIKE(3, 4);
/* Where it happened: "COPY t, line 3", told beside the message. Returns false. */
bool pg_error_context(Err *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* ---- query.c: the simple protocol, and what both have in common ---- */
void pg_simple_query(PgSession *s, Str text);
/* A statement works from here on: it has a time limit and may be interrupted; to pg_statement_end, which returns `ok` and gives
 * err the reason of an interrupt. */
void pg_statement_begin(PgSession *s, Str sql);
void pg_statement_begin_on(PgSession *s, Str sql, Session *db); /* on another connection than the session's */
bool pg_statement_end(PgSession *s, bool ok, Err *err);
/* The same of one that is planned and now runs, perhaps for a portal; not `planned` after all when its plan was outdated. */
void pg_run_begin(PgSession *s, Str sql);
bool pg_run_end(PgSession *s, const Portal *p, bool ok, Err *err);
/* In DuckDB's words; in the arena of the message. */
Str pg_rewrite(PgSession *s, Str sql);
/* The same of a client's statement, if it is allowed; in the arena of the message. */
bool pg_translate(PgSession *s, Str sql, Str *ret, Err *err) MUST_USE;
/* Plans a statement, with the time limit and interrupts of one that runs. */
Statement *pg_plan(PgSession *s, Str sql, Err *err) MUST_USE;
/* Runs a portal, with the rows of others kept beside before. */
bool pg_execute(PgSession *s, Portal *p, Str sql, uint64_t most, Err *err) MUST_USE;

/* ---- literal.c ---- */
/* '\x00ff' for a bytea and '{1,2}' for an array, without a type beside them, as DuckDB reads them: a plan with parameters in their
 * place tells what each is for. Other texts stay. In the arena of the message; the same text when there is nothing to do. */
Str pg_literals(PgSession *s, Str sql);

/* ---- extended.c: the extended protocol ---- */
void pg_parse(PgSession *s, Str body);
void pg_bind(PgSession *s, Str body);
void pg_describe(PgSession *s, Str body);
void pg_execute_message(PgSession *s, Str body);
void pg_close(PgSession *s, Str body);
void pg_sync(PgSession *s);

/* ---- named.c ---- */
/* Rows of streams that are open are kept beside, because another statement is about to run. */
bool pg_portals_keep(PgSession *s, const Portal *but, Err *err) MUST_USE;
/* Portals live as long as their transaction; cursors WITH HOLD longer, once it has committed. */
void pg_portals_drop(PgSession *s);
/* All rows of cursors WITH HOLD are kept beside: the transaction is about to commit. */
bool pg_portals_hold(PgSession *s, Err *err) MUST_USE;
/* Also those that are held. */
void pg_portals_close(PgSession *s);
void pg_statements_drop(PgSession *s);

/* ---- cursor.c, prepare.c: verbs (see verb.c) ---- */
bool pg_declare(PgSession *s, Str rest, const char **ret_tag, Err *err) MUST_USE;
bool pg_move(PgSession *s, Str rest, const char **ret_tag, Err *err) MUST_USE;
bool pg_close_cursor(PgSession *s, Str rest, const char **ret_tag, Err *err) MUST_USE;
bool pg_prepare(PgSession *s, Str rest, const char **ret_tag, Err *err) MUST_USE;
bool pg_deallocate(PgSession *s, Str rest, const char **ret_tag, Err *err) MUST_USE;
bool pg_declare_parse(Arena *a, Str rest, DeclareStatement *ret, Err *err) MUST_USE;
/* Of a cursor's portal; the statement is taken over with it. */
PortalPlan pg_cursor_plan(PgSession *s, const DeclareStatement *d, Statement *st);
/* EXECUTE; rest: without this word. */
Portal *pg_execute_open(PgSession *s, Str rest, const PortalPlan *rows, Err *err) MUST_USE;
bool pg_execute_describe(PgSession *s, Str rest, const RowFormat *format, Err *err) MUST_USE;
/* 25P01 when no transaction is open that lasts longer than the statement. */
bool pg_needs_block(const PgSession *s, const char *what, Err *err) MUST_USE;

/* ---- functions.c, views.c ---- */
/* A database's number: the project's has the one that tables of the catalog know, the others' come from their names. */
int64_t pg_database_oid(Str name, bool project);
extern const LiveAnswers pg_answers;
enum { PG_LIVE_TABLES = 8 };
extern const LiveTable pg_live_tables[PG_LIVE_TABLES];
/* Sends the warnings of functions. */
void pg_send_warnings(PgSession *s);
void pg_warnings_release(PgSession *s);

/* ---- lock.c ---- */
bool pg_lock_table(PgSession *s, Str rest, const char **ret_tag, Err *err) MUST_USE;
bool pg_checkpoint(PgSession *s, Str rest, const char **ret_tag, Err *err) MUST_USE;

/* ---- verb.c ---- */
/* Whether the statement may run now: in a failed transaction only its end; and it is none of those that are refused. */
bool pg_usable(const PgSession *s, Str sql, Err *err) MUST_USE;
/* Runs it when it is one that pond runs itself: BEGIN, COMMIT... */
bool pg_verb(PgSession *s, Str sql, bool *ret_is, const char **ret_tag, Err *err) MUST_USE;

/* ---- transaction.c ---- */
bool pg_start(PgSession *s, Str rest, const char **ret_tag, Err *err) MUST_USE;
/* A statement has ended; without an open transaction that is the end of its own. */
void pg_statement_over(PgSession *s);
/* 25006 when the transaction may only read and the statement writes. */
bool pg_may_write(PgSession *s, bool reads, Str sql, Err *err) MUST_USE;
/* PREPARE TRANSACTION: ends it, as PostgreSQL does when it may not keep it. */
bool pg_prepare_transaction(PgSession *s, const char **ret_tag, Err *err) MUST_USE;
bool pg_begin(PgSession *s, Str rest, const char **ret_tag, Err *err) MUST_USE;
bool pg_commit(PgSession *s, Str rest, const char **ret_tag, Err *err) MUST_USE;
bool pg_rollback(PgSession *s, Str rest, const char **ret_tag, Err *err) MUST_USE;
bool pg_savepoint(PgSession *s, Str rest, const char **ret_tag, Err *err) MUST_USE;
bool pg_release(PgSession *s, Str rest, const char **ret_tag, Err *err) MUST_USE;
/* Begins the transaction of a message or batch, when none is open; of a batch only when it needs one (`single`). */
bool pg_begin_implicit(PgSession *s, Err *err) MUST_USE;
bool pg_begin_batch(PgSession *s, Err *err) MUST_USE;
/* Commits it. */
bool pg_end_implicit(PgSession *s, Err *err) MUST_USE;
/* Rolls back at once and remembers it, when a transaction is open. Behind a savepoint with nothing written since, a statement that
 * could not be planned leaves DuckDB's transaction alive for ROLLBACK TO. */
void pg_transaction_fail(PgSession *s);
void pg_savepoints_drop(PgSession *s);
SessionState pg_session_state(const PgSession *s);

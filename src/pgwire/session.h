/* A client's session on the PostgreSQL wire: what the files of src/pgwire share. Included nowhere else. One thread. */
#pragma once

#include "pgwire/wire.h"
#include "server/service.h"
#include "warehouse/statement.h"

/* As ReadyForQuery says it. */
typedef enum TransactionState {
    TRANSACTION_NONE = 'I',
    TRANSACTION_OPEN = 'T',
    TRANSACTION_FAILED = 'E', /* rolled back already; the client must say ROLLBACK */
} TransactionState;

typedef struct PgSession {
    Connection *connection;
    Wire wire;
    Session *db;
    TransactionState transaction;
    bool implicit; /* the transaction is that of one message with several statements */
    Str user, database;
    Arena arena;                  /* of the message that is handled */
    int64_t statement_timeout_us; /* 0 = none */
} PgSession;

/* ---- startup.c ---- */
/* Negotiates and logs in. False: the connection is to be closed, and the client was told why; also after a cancel request. */
bool pg_startup(PgSession *s) MUST_USE;

/* ---- error.c ---- */
/* The SQLSTATE, for what DuckDB says also the exact one. */
const char *pg_sqlstate(const Err *err);
typedef enum Severity { SEVERITY_ERROR, SEVERITY_FATAL, SEVERITY_WARNING, SEVERITY_NOTICE } Severity;
/* An ErrorResponse or NoticeResponse. statement: where positions count from; empty = none. */
void pg_send_error(Wire *w, Severity severity, const Err *err, Str statement);
/* An error with an SQLSTATE of its own, which the text carries to pg_send_error. Returns false. */
bool pg_error(Err *err, const char *sqlstate, const char *format, ...) PRINTF_LIKE(3, 4);

/* ---- query.c: the simple protocol ---- */
void pg_simple_query(PgSession *s, Str text);

/* ---- transaction.c ---- */
/* The first words of a statement decide whether it is one of these; *ret_tag: its CommandComplete. False with err: it failed. */
bool pg_transaction_statement(PgSession *s, Str sql, bool *ret_is, const char **ret_tag, Err *err) MUST_USE;
/* Rolls back at once and remembers it, when a transaction is open. */
void pg_transaction_fail(PgSession *s);
SessionState pg_session_state(const PgSession *s);

/* ---- rows.c ---- */
void pg_send_row_description(PgSession *s, const Statement *st, const int16_t *formats, size_t format_count);
/* Sends the rows of a started statement, at most `most` (0 = all). *ret_rows of them; *ret_end: there is no more. False: the
 * statement failed. */
bool pg_send_rows(PgSession *s, Statement *st, const int16_t *formats, size_t format_count, uint64_t *ret_rows,
                  Err *err) MUST_USE;
/* "SELECT 5", "INSERT 0 1", "CREATE TABLE". */
void pg_send_complete(PgSession *s, const Statement *st, Str sql, uint64_t rows);

/* Transactions: Pond keeps their state itself, because DuckDB goes on after some errors and says OK to a COMMIT that stores
 * nothing after others (DESIGN 5.8). */
#include "pgwire/session.h"
#include "sql/token.h"

void pg_transaction_fail(PgSession *s) {
    if (s->transaction != TRANSACTION_OPEN) return;
    session_rollback(s->db);
    s->transaction = s->implicit ? TRANSACTION_NONE : TRANSACTION_FAILED;
    s->implicit = false;
}

SessionState pg_session_state(const PgSession *s) {
    switch (s->transaction) {
    case TRANSACTION_OPEN: return SESSION_IDLE_IN_TRANSACTION;
    case TRANSACTION_FAILED: return SESSION_FAILED_TRANSACTION;
    case TRANSACTION_NONE: break;
    }
    return SESSION_IDLE;
}

static void warn(PgSession *s, const char *sqlstate, const char *text) {
    Err err = {0};
    pg_error(&err, sqlstate, "%s", text);
    pg_send_error(&s->wire, SEVERITY_WARNING, &err, (Str){0});
}

static bool begin(PgSession *s, const char **ret_tag, Err *err) {
    *ret_tag = "BEGIN";
    if (s->transaction == TRANSACTION_OPEN && !s->implicit) {
        warn(s, "25001", "there is already a transaction in progress");
        return true;
    }
    if (s->transaction == TRANSACTION_NONE && !session_begin(s->db, err)) return false;
    s->transaction = TRANSACTION_OPEN;
    s->implicit = false;
    return true;
}

static bool commit(PgSession *s, const char **ret_tag, Err *err) {
    TransactionState was = s->transaction;
    *ret_tag = was == TRANSACTION_FAILED ? "ROLLBACK" : "COMMIT";
    s->transaction = TRANSACTION_NONE;
    if (was == TRANSACTION_NONE || s->implicit) warn(s, "25P01", "there is no transaction in progress");
    s->implicit = false;
    return was != TRANSACTION_OPEN || session_commit(s->db, err);
}

static bool rollback(PgSession *s, const char **ret_tag, Err *err) {
    (void)err;
    *ret_tag = "ROLLBACK";
    if (s->transaction == TRANSACTION_NONE || s->implicit) warn(s, "25P01", "there is no transaction in progress");
    if (s->transaction == TRANSACTION_OPEN) session_rollback(s->db);
    s->transaction = TRANSACTION_NONE;
    s->implicit = false;
    return true;
}

static const struct {
    const char *word;
    bool (*run)(PgSession *s, const char **ret_tag, Err *err);
    bool ends; /* allowed in a failed transaction */
} verbs[] = {
    {"begin", begin, false}, {"start", begin, false},      {"commit", commit, true},
    {"end", commit, true},   {"rollback", rollback, true}, {"abort", rollback, true},
};

bool pg_transaction_statement(PgSession *s, Str sql, bool *ret_is, const char **ret_tag, Err *err) {
    SqlTokens t = sql_tokens(sql);
    SqlToken first;
    *ret_is = false;
    if (!sql_token_next(&t, &first)) return true;
    for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
        if (!sql_token_is(&first, verbs[i].word)) continue;
        if (s->transaction == TRANSACTION_FAILED && !verbs[i].ends) break;
        *ret_is = true;
        return verbs[i].run(s, ret_tag, err);
    }
    if (s->transaction != TRANSACTION_FAILED) return true;
    return pg_error(err, "25P02", "current transaction is aborted, commands ignored until end of transaction block");
}

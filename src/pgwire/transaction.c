/* Transactions: Pond keeps their state itself, because DuckDB goes on after some errors and says OK to a COMMIT that stores
 * nothing after others (DESIGN 5.8). */
#include "pgwire/session.h"
#include "sql/token.h"

void pg_transaction_fail(PgSession *s) {
    if (s->transaction != TRANSACTION_OPEN) return;
    pg_portals_drop(s);
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
    pg_portals_drop(s);
    return was != TRANSACTION_OPEN || session_commit(s->db, err);
}

static bool rollback(PgSession *s, const char **ret_tag, Err *err) {
    (void)err;
    *ret_tag = "ROLLBACK";
    if (s->transaction == TRANSACTION_NONE || s->implicit) warn(s, "25P01", "there is no transaction in progress");
    pg_portals_drop(s);
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

/* The row of `verbs`; ARRAY_LEN when it is none. */
static size_t find_verb(Str sql) {
    SqlTokens t = sql_tokens(sql);
    SqlToken first;
    size_t i = 0;
    if (!sql_token_next(&t, &first)) return ARRAY_LEN(verbs);
    while (i < ARRAY_LEN(verbs) && !sql_token_is(&first, verbs[i].word)) i++;
    return i;
}

bool pg_is_verb(Str sql) {
    return find_verb(sql) < ARRAY_LEN(verbs);
}

bool pg_verb(PgSession *s, Str sql, bool *ret_is, const char **ret_tag, Err *err) {
    size_t i = find_verb(sql);
    *ret_is = i < ARRAY_LEN(verbs);
    if (s->transaction == TRANSACTION_FAILED && (!*ret_is || !verbs[i].ends))
        return pg_error(err, "25P02",
                        "current transaction is aborted, commands ignored until end of transaction block");
    return !*ret_is || verbs[i].run(s, ret_tag, err);
}

bool pg_begin_implicit(PgSession *s, Err *err) {
    if (s->transaction != TRANSACTION_NONE) return true;
    if (!session_begin(s->db, err)) return false;
    s->transaction = TRANSACTION_OPEN;
    s->implicit = true;
    return true;
}

bool pg_end_implicit(PgSession *s, Err *err) {
    if (!s->implicit) return true;
    pg_portals_drop(s);
    s->implicit = false;
    s->transaction = TRANSACTION_NONE;
    return session_commit(s->db, err);
}

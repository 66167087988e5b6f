/* Transactions: Pond keeps their state itself, because DuckDB goes on after some errors and says OK to a COMMIT that stores
 * nothing after others (DESIGN 5.8). */
#include "pgwire/copy.h"
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

static bool begin(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    (void)rest; /* READ ONLY, ISOLATION LEVEL...: there is one kind */
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

static bool commit(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    (void)rest;
    TransactionState was = s->transaction;
    *ret_tag = was == TRANSACTION_FAILED ? "ROLLBACK" : "COMMIT";
    s->transaction = TRANSACTION_NONE;
    if (was == TRANSACTION_NONE || s->implicit) warn(s, "25P01", "there is no transaction in progress");
    s->implicit = false;
    pg_portals_drop(s);
    return was != TRANSACTION_OPEN || session_commit(s->db, err);
}

static bool rollback(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    (void)rest;
    (void)err;
    *ret_tag = "ROLLBACK";
    if (s->transaction == TRANSACTION_NONE || s->implicit) warn(s, "25P01", "there is no transaction in progress");
    pg_portals_drop(s);
    if (s->transaction == TRANSACTION_OPEN) session_rollback(s->db);
    s->transaction = TRANSACTION_NONE;
    s->implicit = false;
    return true;
}

/* ---- what belongs to the session, not to DuckDB ---- */

static bool set(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    *ret_tag = "SET";
    return pg_set(s, rest, err);
}

static bool reset(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    *ret_tag = "RESET";
    return pg_reset(s, rest, err);
}

static bool deallocate(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    SqlTokens t = sql_tokens(rest);
    SqlToken name;
    bool any = sql_token_next(&t, &name);
    if (any && sql_token_is(&name, "prepare")) any = sql_token_next(&t, &name);
    *ret_tag = "DEALLOCATE";
    if (any && sql_token_is(&name, "all")) {
        *ret_tag = "DEALLOCATE ALL";
        pg_statements_drop(s);
        return true;
    }
    if (!any) return pg_error(err, "42601", "DEALLOCATE needs a name");
    bool quoted = name.kind == SQL_NAME;
    return pg_statement_drop(s, quoted ? str_slice(name.text, 1, name.text.len - 1) : name.text, err);
}

/* As if the client had just connected: temporary tables belong to DuckDB's connection. */
static bool discard(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    *ret_tag = "DISCARD";
    if (!str_equal_nocase(str_trim(rest), STR("all"))) return true;
    *ret_tag = "DISCARD ALL";
    if (s->transaction != TRANSACTION_NONE && !s->implicit)
        return pg_error(err, "25001", "DISCARD ALL cannot run inside a transaction block");
    if (!pg_end_implicit(s, err)) return false;
    pg_portals_drop(s);
    pg_statements_drop(s);
    pg_settings_reset(s);
    Session *fresh = pg_session_open(s, err);
    if (!fresh) return false;
    session_close(s->db);
    s->db = fresh;
    return true;
}

static bool copy(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    uint64_t rows;
    Str sql = arena_printf(&s->arena, "COPY " STR_FMT, STR_ARG(rest));
    if (!pg_begin_implicit(s, err) || !pg_copy(s, sql, &rows, err)) return false;
    *ret_tag = arena_printf(&s->arena, "COPY %llu", (unsigned long long)rows).at;
    return true;
}

static const struct {
    const char *word;
    bool (*run)(PgSession *s, Str rest, const char **ret_tag, Err *err);
    bool ends; /* allowed in a failed transaction */
} verbs[] = {
    {"begin", begin, false},      {"start", begin, false},           {"commit", commit, true}, {"end", commit, true},
    {"rollback", rollback, true}, {"abort", rollback, true},         {"set", set, false},      {"reset", reset, false},
    {"discard", discard, false},  {"deallocate", deallocate, false}, {"copy", copy, false},
};

/* The row of `verbs`; ARRAY_LEN when it is none. */
static size_t find_verb(Str sql, Str *ret_rest) {
    SqlTokens t = sql_tokens(sql);
    SqlToken first;
    size_t i = 0;
    if (!sql_token_next(&t, &first)) return ARRAY_LEN(verbs);
    while (i < ARRAY_LEN(verbs) && !sql_token_is(&first, verbs[i].word)) i++;
    *ret_rest = str_slice(sql, t.at, sql.len);
    bool others = i < ARRAY_LEN(verbs) && verbs[i].run == copy && !pg_is_copy(sql); /* from or to a file */
    return others ? ARRAY_LEN(verbs) : i;
}

bool pg_is_verb(Str sql) {
    Str rest;
    return find_verb(sql, &rest) < ARRAY_LEN(verbs);
}

bool pg_verb(PgSession *s, Str sql, bool *ret_is, const char **ret_tag, Err *err) {
    Str rest = {0};
    size_t i = find_verb(sql, &rest);
    *ret_is = i < ARRAY_LEN(verbs);
    if (s->transaction == TRANSACTION_FAILED && (!*ret_is || !verbs[i].ends))
        return pg_error(err, "25P02",
                        "current transaction is aborted, commands ignored until end of transaction block");
    return !*ret_is || verbs[i].run(s, rest, ret_tag, err);
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

/* Transactions: Pond keeps their state itself, because DuckDB goes on after some errors and says OK to a COMMIT that stores
 * nothing after others (DESIGN 5.8). */
#include "pgwire/session.h"
#include "sql/token.h"

struct Savepoint {
    Savepoint *next;
    Str name; /* on the heap */
    uint64_t writes;
};

static void drop_newest(PgSession *s) {
    Savepoint *p = s->savepoints;
    s->savepoints = p->next;
    free((void *)(uintptr_t)p->name.at);
    free(p);
}

void pg_savepoints_drop(PgSession *s) {
    while (s->savepoints) drop_newest(s);
    s->writes = 0;
    s->alive = false;
}

void pg_transaction_fail(PgSession *s) {
    if (s->transaction != TRANSACTION_OPEN) return;
    pg_portals_drop(s);
    bool nothing = s->savepoints && s->savepoints->writes == s->writes;
    s->alive = !s->planned && nothing && !s->implicit;
    if (s->alive) {
        session_recover(s->db);
    } else {
        session_rollback(s->db);
    }
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

bool pg_begin(PgSession *s, Str rest, const char **ret_tag, Err *err) {
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

/* The one end of every transaction; commit: if it can be. */
static bool end_transaction(PgSession *s, bool commit, Err *err) {
    bool was = s->transaction != TRANSACTION_NONE, ok = !commit || pg_portals_hold(s, err);
    s->transaction = TRANSACTION_NONE;
    s->implicit = false;
    pg_portals_drop(s);
    pg_savepoints_drop(s);
    if (was && commit && ok) return session_commit(s->db, err);
    if (was) session_rollback(s->db);
    return ok;
}

bool pg_commit(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    (void)rest;
    TransactionState was = s->transaction;
    *ret_tag = was == TRANSACTION_FAILED ? "ROLLBACK" : "COMMIT";
    if (was == TRANSACTION_NONE || s->implicit) warn(s, "25P01", "there is no transaction in progress");
    return end_transaction(s, was == TRANSACTION_OPEN, err);
}

/* ---- savepoints: DuckDB has none ---- */

static Savepoint *find_savepoint(const PgSession *s, Str name) {
    Savepoint *p = s->savepoints;
    while (p && !str_equal_nocase(p->name, name)) p = p->next;
    return p;
}

/* The name behind some words that may be left out. */
static Str savepoint_name(PgSession *s, Str rest, const char *const *optional) {
    SqlTokens t = sql_tokens(rest);
    SqlToken token;
    while (sql_token_next(&t, &token)) {
        if (*optional && sql_token_is(&token, *optional)) optional++;
        else return sql_token_value(&s->arena, &token);
    }
    return (Str){0};
}

static bool no_transaction(const PgSession *s, const char *what, Err *err) {
    if (s->transaction != TRANSACTION_NONE && !s->implicit) return false;
    pg_error(err, "25P01", "%s can only be used in transaction blocks", what);
    return true;
}

bool pg_savepoint(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    static const char *const optional[] = {NULL};
    Str name = savepoint_name(s, rest, optional);
    *ret_tag = "SAVEPOINT";
    if (no_transaction(s, "SAVEPOINT", err)) return false;
    if (!name.len) return pg_error(err, "42601", "SAVEPOINT needs a name");
    Savepoint *p = calloc(1, sizeof *p);
    char *copy = strndup(name.at, name.len);
    BUG_ON(!p || !copy);
    *p = (Savepoint){.next = s->savepoints, .name = {copy, name.len}, .writes = s->writes};
    s->savepoints = p;
    return true;
}

static bool no_savepoint(Str name, Err *err) {
    return pg_error(err, "3B001", "savepoint \"" STR_FMT "\" does not exist", STR_ARG(name));
}

bool pg_release(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    static const char *const optional[] = {"savepoint", NULL};
    Str name = savepoint_name(s, rest, optional);
    *ret_tag = "RELEASE";
    if (no_transaction(s, "RELEASE SAVEPOINT", err)) return false;
    const Savepoint *p = find_savepoint(s, name);
    if (!p) return no_savepoint(name, err);
    while (s->savepoints != p) drop_newest(s);
    drop_newest(s);
    return true;
}

/* Only when nothing has to be taken back. */
static bool rollback_to(PgSession *s, Str name, Err *err) {
    const Savepoint *p = find_savepoint(s, name);
    if (!p) return no_savepoint(name, err);
    bool alive = s->transaction == TRANSACTION_OPEN || s->alive;
    if (!alive || p->writes != s->writes)
        return pg_error(err, "0A000",
                        "DuckDB has no savepoints: ROLLBACK TO \"" STR_FMT "\" cannot take back what was written since",
                        STR_ARG(name));
    pg_portals_drop(s);
    while (s->savepoints != p) drop_newest(s);
    s->transaction = TRANSACTION_OPEN;
    s->alive = false;
    return true;
}

bool pg_rollback(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    static const char *const optional[] = {"to", "savepoint", NULL};
    SqlTokens t = sql_tokens(rest);
    SqlToken token;
    *ret_tag = "ROLLBACK";
    bool any = sql_token_next(&t, &token);
    if (any && (sql_token_is(&token, "work") || sql_token_is(&token, "transaction"))) any = sql_token_next(&t, &token);
    if (any && sql_token_is(&token, "to"))
        return !no_transaction(s, "ROLLBACK TO SAVEPOINT", err) &&
               rollback_to(s, savepoint_name(s, str_slice(rest, token.at, rest.len), optional), err);
    if (s->transaction == TRANSACTION_NONE || s->implicit) warn(s, "25P01", "there is no transaction in progress");
    return end_transaction(s, false, err);
}

bool pg_begin_implicit(PgSession *s, Err *err) {
    if (s->transaction != TRANSACTION_NONE) return true;
    if (!session_begin(s->db, err)) return false;
    s->transaction = TRANSACTION_OPEN;
    s->implicit = true;
    return true;
}

bool pg_end_implicit(PgSession *s, Err *err) {
    return !s->implicit || end_transaction(s, true, err);
}

/* Transactions: Pond keeps their state itself, because DuckDB goes on after some errors and says OK to a COMMIT that stores
 * nothing after others (DESIGN 5.8). */
#include "pgwire/copy.h"
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

static bool start(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    if (!begin(s, rest, ret_tag, err)) return false;
    *ret_tag = "START TRANSACTION";
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
    pg_savepoints_drop(s);
    if (was == TRANSACTION_FAILED) session_rollback(s->db);
    return was != TRANSACTION_OPEN || session_commit(s->db, err);
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

static bool savepoint(PgSession *s, Str rest, const char **ret_tag, Err *err) {
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

static bool release(PgSession *s, Str rest, const char **ret_tag, Err *err) {
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

static bool rollback(PgSession *s, Str rest, const char **ret_tag, Err *err) {
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
    pg_portals_drop(s);
    pg_savepoints_drop(s);
    if (s->transaction != TRANSACTION_NONE) session_rollback(s->db);
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
    Str what = str_trim(rest);
    *ret_tag = str_equal_nocase(what, STR("plans"))       ? "DISCARD PLANS"
               : str_equal_nocase(what, STR("sequences")) ? "DISCARD SEQUENCES"
                                                          : "DISCARD TEMP";
    if (!str_equal_nocase(what, STR("all"))) return true;
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
    {"begin", begin, false},      {"start", start, false},
    {"commit", commit, true},     {"end", commit, true},
    {"rollback", rollback, true}, {"abort", rollback, true},
    {"set", set, false},          {"reset", reset, false},
    {"discard", discard, false},  {"deallocate", deallocate, false},
    {"copy", copy, false},        {"savepoint", savepoint, false},
    {"release", release, false},
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
    pg_savepoints_drop(s);
    s->implicit = false;
    s->transaction = TRANSACTION_NONE;
    return session_commit(s->db, err);
}

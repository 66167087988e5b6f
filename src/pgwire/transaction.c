/* Transactions: Pond keeps their state itself, because DuckDB goes on after some errors and says OK to a COMMIT that stores
 * nothing after others (DESIGN 5.8). */
#include "pgwire/session.h"
#include "sql/token.h"
#include "warehouse/result.h"
#include "warehouse/table.h"

struct Savepoint {
    Savepoint *next;
    Str name; /* on the heap */
    uint64_t writes;
    const SavedSetting *settings; /* changed before */
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

static void leave(PgSession *s, bool committed);

void pg_transaction_fail(PgSession *s) {
    if (s->transaction == TRANSACTION_NONE) leave(s, false);
    if (s->transaction != TRANSACTION_OPEN) return;
    pg_portals_drop(s);
    bool nothing = s->savepoints && s->savepoints->writes == s->writes;
    s->alive = !s->planned && nothing && !s->implicit;
    if (s->alive) {
        session_recover(s->db);
    } else {
        session_rollback(s->db);
        leave(s, false);
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

/* ---- BEGIN ---- */

/* Takes the word, if it comes next. */
static bool take(SqlTokens *t, const char *word) {
    SqlTokens look = *t;
    SqlToken token;
    if (!sql_token_next(&look, &token) || !sql_token_is(&token, word)) return false;
    *t = look;
    return true;
}

static Str rest_of(const SqlTokens *t) {
    return str_trim(str_slice(t->sql, t->at, t->sql.len));
}

static bool syntax(const char *what, Err *err) {
    return pg_error(err, "42601", "syntax error in %s", what);
}

static bool open_transaction(PgSession *s, Str modes, Err *err) {
    if (!pg_set_modes(s, modes, NULL, err)) return false;
    if (s->transaction == TRANSACTION_OPEN && !s->implicit) {
        pg_warn(s, "25001", "there is already a transaction in progress");
        return pg_set_modes(s, modes, "transaction_", err);
    }
    if (s->transaction == TRANSACTION_NONE && !session_begin_read(s->db, err)) return false;
    if (s->transaction == TRANSACTION_NONE) s->writes = 0;
    s->transaction = TRANSACTION_OPEN;
    s->implicit = false;
    return pg_set_modes(s, modes, "transaction_", err);
}

bool pg_begin(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    SqlTokens t = sql_tokens(rest);
    *ret_tag = "BEGIN";
    if (!take(&t, "work")) (void)take(&t, "transaction");
    return open_transaction(s, rest_of(&t), err);
}

bool pg_start(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    SqlTokens t = sql_tokens(rest);
    *ret_tag = "START TRANSACTION";
    return take(&t, "transaction") ? open_transaction(s, rest_of(&t), err) : syntax("START TRANSACTION", err);
}

/* ---- the end ---- */

/* What a transaction leaves behind. */
static void leave(PgSession *s, bool committed) {
    pg_settings_end(s, committed);
    advisory_release(engine_advisory(s->connection->engine), registered_id(s->connection->me), false);
    s->transaction_id = 0;
    s->queries = 0;
    s->serial++; /* others may change data from here on: no plan without parameters outlives this */
}

void pg_statement_over(PgSession *s) {
    Err ignored = {0};
    if (s->transaction == TRANSACTION_NONE) leave(s, true);
    (void)!pg_settings_apply(s, &ignored);
}

/* The one end of every transaction; commit: if it can be. */
static bool end_transaction(PgSession *s, bool commit, Err *err) {
    bool was = s->transaction != TRANSACTION_NONE, ok = !commit || pg_portals_hold(s, err);
    s->transaction = TRANSACTION_NONE;
    s->implicit = false;
    pg_portals_drop(s);
    pg_savepoints_drop(s);
    if (was && commit && ok) ok = session_commit(s->db, err);
    else if (was) session_rollback(s->db);
    leave(s, commit && ok);
    return ok;
}

/* How a transaction of AND CHAIN begins: as the one before. */
typedef struct Modes {
    Str isolation, read_only, deferrable;
} Modes;

static void read_modes(PgSession *s, Modes *ret) {
    (void)!pg_setting_get(s, &s->arena, STR("transaction_isolation"), &ret->isolation);
    (void)!pg_setting_get(s, &s->arena, STR("transaction_read_only"), &ret->read_only);
    (void)!pg_setting_get(s, &s->arena, STR("transaction_deferrable"), &ret->deferrable);
}

static bool begin_again(PgSession *s, const Modes *modes, Err *err) {
    return open_transaction(s, (Str){0}, err) &&
           pg_setting_set(s, STR("transaction_isolation"), modes->isolation, SETTING_LOCAL, err) &&
           pg_setting_set(s, STR("transaction_read_only"), modes->read_only, SETTING_LOCAL, err) &&
           pg_setting_set(s, STR("transaction_deferrable"), modes->deferrable, SETTING_LOCAL, err);
}

/* [WORK | TRANSACTION] [AND [NO] CHAIN] */
static bool read_end(SqlTokens *t, bool *ret_chain) {
    *ret_chain = false;
    if (!take(t, "work")) (void)take(t, "transaction");
    if (take(t, "and")) {
        *ret_chain = !take(t, "no");
        if (!take(t, "chain")) return false;
    }
    return !rest_of(t).len;
}

/* COMMIT PREPARED and ROLLBACK PREPARED: nothing can have been prepared. */
static bool end_prepared(PgSession *s, SqlTokens *t, const char *what, Err *err) {
    SqlToken name;
    if (!sql_token_next(t, &name) || name.kind != SQL_STRING || rest_of(t).len) return syntax(what, err);
    if (s->transaction != TRANSACTION_NONE && (!s->implicit || s->many))
        return pg_error(err, "25001", "%s cannot run inside a transaction block", what);
    return pg_error(err, "42704", "prepared transaction with identifier \"" STR_FMT "\" does not exist",
                    STR_ARG(sql_token_value(&s->arena, &name)));
}

static bool end_block(PgSession *s, Str rest, bool commit, Err *err) {
    static const char *const words[] = {"ROLLBACK", "COMMIT"};
    SqlTokens t = sql_tokens(rest);
    TransactionState was = s->transaction;
    bool none = was == TRANSACTION_NONE || s->implicit, chain;
    Modes modes;
    if (take(&t, "prepared")) return end_prepared(s, &t, commit ? "COMMIT PREPARED" : "ROLLBACK PREPARED", err);
    if (!read_end(&t, &chain)) return syntax(words[commit], err);
    if (none && chain)
        return pg_error(err, "25P01", "%s AND CHAIN can only be used in transaction blocks", words[commit]);
    if (none) pg_warn(s, "25P01", "there is no transaction in progress");
    if (chain) read_modes(s, &modes);
    return end_transaction(s, commit && was == TRANSACTION_OPEN, err) && (!chain || begin_again(s, &modes, err));
}

bool pg_commit(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    *ret_tag = s->transaction == TRANSACTION_FAILED ? "ROLLBACK" : "COMMIT";
    return end_block(s, rest, true, err);
}

bool pg_prepare_transaction(PgSession *s, const char **ret_tag, Err *err) {
    *ret_tag = "ROLLBACK";
    if (s->transaction == TRANSACTION_NONE || s->implicit) return end_block(s, (Str){0}, false, err);
    (void)!end_transaction(s, false, err);
    pg_error(err, "55000", "prepared transactions are disabled");
    return err_hint(err, "Set max_prepared_transactions to a nonzero value.");
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
    *p = (Savepoint){.next = s->savepoints, .name = {copy, name.len}, .writes = s->writes, .settings = s->saved};
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
        return pg_error(err, "0A000", "DuckDB has no savepoints: ROLLBACK TO \"" STR_FMT "\" cannot %s", STR_ARG(name),
                        p->writes != s->writes ? "take back what was written since"
                                               : "go on after a statement that failed while it ran");
    pg_portals_drop(s);
    pg_settings_unwind(s, p->settings);
    while (s->savepoints != p) drop_newest(s);
    s->transaction = TRANSACTION_OPEN;
    s->alive = false;
    return true;
}

bool pg_rollback(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    static const char *const optional[] = {"savepoint", NULL};
    SqlTokens t = sql_tokens(rest);
    *ret_tag = "ROLLBACK";
    if (!take(&t, "work")) (void)take(&t, "transaction");
    if (take(&t, "to"))
        return !no_transaction(s, "ROLLBACK TO SAVEPOINT", err) &&
               rollback_to(s, savepoint_name(s, rest_of(&t), optional), err);
    return end_block(s, rest, false, err);
}

/* ---- READ ONLY ---- */

static bool is_temporary(PgSession *s, Str name) {
    Err ignored = {0};
    AUTO_PTR(Result)
    found = session_queryf(s->db, &ignored, "SELECT 1 FROM duckdb_tables() WHERE temporary AND table_name ILIKE %s",
                           sql_literal(&s->arena, name));
    if (!found) session_recover(s->db);
    return found && result_next(found);
}

/* What a statement changes, as PostgreSQL calls it; NULL: nothing that a transaction READ ONLY may not. */
static const char *what_writes(PgSession *s, Str sql) {
    static const char *const data[] = {"insert", "update", "delete", "merge"};
    static const char *const others[] = {"create", "drop",   "alter",  "truncate", "comment", "attach", "detach",
                                         "copy",   "import", "export", "install",  "vacuum",  "analyze"};
    SqlTokens t = sql_tokens(sql);
    SqlToken token, name;
    if (!sql_token_next(&t, &token)) return NULL;
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (sql_token_is(&token, others[i])) return pg_tag(&s->arena, sql).at;
    bool analyze = sql_token_is(&token, "explain"), with = sql_token_is(&token, "with");
    for (bool any = true; any; any = sql_token_next(&t, &token)) {
        for (size_t i = 0; i < ARRAY_LEN(data); i++) {
            if (!sql_token_is(&token, data[i])) continue;
            while (sql_token_next(&t, &name) && (sql_token_is(&name, "into") || sql_token_is(&name, "from"))) {}
            return is_temporary(s, sql_token_value(&s->arena, &name)) ? NULL : pg_tag(&s->arena, token.text).at;
        }
        if (!analyze && !with) return NULL;
    }
    return NULL;
}

bool pg_may_write(PgSession *s, bool reads, Str sql, Err *err) {
    SqlTokens t = sql_tokens(sql);
    bool analyzes = take(&t, "explain") && (take(&t, "analyze") || take(&t, "analyse"));
    if ((reads && !analyzes) || !pg_setting_is_on(s, "transaction_read_only")) return true;
    const char *what = what_writes(s, sql);
    return !what || pg_error(err, "25006", "cannot execute %s in a read-only transaction", what);
}

/* ---- transactions that nobody asked for ---- */

bool pg_begin_batch(PgSession *s, Err *err) {
    return s->single || pg_begin_implicit(s, err);
}

bool pg_begin_implicit(PgSession *s, Err *err) {
    if (s->transaction != TRANSACTION_NONE) return true;
    if (!session_begin_read(s->db, err)) return false;
    s->writes = 0;
    s->transaction = TRANSACTION_OPEN;
    s->implicit = true;
    return true;
}

bool pg_end_implicit(PgSession *s, Err *err) {
    return !s->implicit || end_transaction(s, true, err);
}

/* Statements that Pond runs itself: of transactions, of the session, of cursors. */
#include "pgwire/copy.h"
#include "pgwire/many.h"
#include "pgwire/named.h"
#include "sql/token.h"
#include "warehouse/result.h"
#include "warehouse/table.h"

/* As if the client had just connected: temporary tables belong to DuckDB's connection. */
static bool discard_all(PgSession *s, Err *err) {
    if (s->transaction != TRANSACTION_NONE && (!s->implicit || s->many))
        return pg_error(err, "25001", "DISCARD ALL cannot run inside a transaction block");
    if (!pg_end_implicit(s, err)) return false;
    pg_portals_close(s);
    pg_statements_drop(s);
    advisory_release(engine_advisory(s->connection->engine), registered_id(s->connection->me), true);
    pg_settings_reset(s);
    Session *fresh = pg_session_open(s, err);
    if (!fresh) return false;
    session_close(s->db);
    s->db = fresh;
    s->path_stale = true;
    return pg_settings_apply(s, err);
}

static bool drop_temporary(PgSession *s, Err *err) {
    AUTO(Buf) sql = {0};
    Str name;
    if (!pg_portals_keep(s, NULL, err)) return false;
    AUTO_PTR(Result) r = session_queryf(s->db, err, "SELECT table_name FROM duckdb_tables() WHERE temporary");
    if (!r) return false;
    while (result_next(r))
        if (result_text(r, 0, &s->arena, &name))
            buf_printf(&sql, "DROP TABLE IF EXISTS temp.%s;", sql_ident(&s->arena, name));
    s->serial++;
    return !sql.len || session_exec_str(s->db, buf_str(&sql), err);
}

static bool discard(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    static const struct {
        const char *word, *tag;
        bool (*run)(PgSession *s, Err *err);
    } kinds[] = {
        {"all", "DISCARD ALL", discard_all},           {"temp", "DISCARD TEMP", drop_temporary},
        {"temporary", "DISCARD TEMP", drop_temporary}, {"plans", "DISCARD PLANS", NULL},
        {"sequences", "DISCARD SEQUENCES", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (!str_equal_nocase(str_trim(rest), str_of(kinds[i].word))) continue;
        *ret_tag = kinds[i].tag;
        return !kinds[i].run || kinds[i].run(s, err);
    }
    return pg_error(err, "42601", "syntax error in DISCARD");
}

static bool copy(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    uint64_t rows;
    (void)rest;
    if (!pg_begin_implicit(s, err) || !pg_copy(s, s->verb, &rows, err)) return false;
    *ret_tag = arena_printf(&s->arena, "COPY %llu", (unsigned long long)rows).at;
    return true;
}

static bool drop(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    return pg_many(s, arena_printf(&s->arena, "DROP " STR_FMT, STR_ARG(rest)), ret_tag, err);
}

static bool truncate_tables(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    return pg_many(s, arena_printf(&s->arena, "TRUNCATE " STR_FMT, STR_ARG(rest)), ret_tag, err);
}

static bool alter(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    return pg_many(s, arena_printf(&s->arena, "ALTER " STR_FMT, STR_ARG(rest)), ret_tag, err);
}

static bool unlisten(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    (void)s;
    (void)rest;
    (void)err;
    *ret_tag = "UNLISTEN"; /* nobody listens: pools send it with what they reset */
    return true;
}

typedef bool (*RunVerb)(PgSession *s, Str rest, const char **ret_tag, Err *err);

static const struct {
    const char *word;
    RunVerb run;
    bool ends; /* allowed in a failed transaction */
} verbs[] = {
    {"begin", pg_begin, false},
    {"start", pg_start, false},
    {"commit", pg_commit, true},
    {"end", pg_commit, true},
    {"rollback", pg_rollback, true},
    {"abort", pg_rollback, true},
    {"savepoint", pg_savepoint, false},
    {"release", pg_release, false},
    {"set", pg_set, false},
    {"reset", pg_reset, false},
    {"discard", discard, false},
    {"copy", copy, false},
    {"drop", drop, false},
    {"truncate", truncate_tables, false},
    {"alter", alter, false},
    {"declare", pg_declare, false},
    {"move", pg_move, false},
    {"close", pg_close_cursor, false},
    {"prepare", pg_prepare, false},
    {"deallocate", pg_deallocate, false},
    {"unlisten", unlisten, false},
    {"lock", pg_lock_table, false},
    {"checkpoint", pg_checkpoint, false},
};

/* ---- what is refused ---- */

#define USERS_HINT "users and their roles are those of `pond user`"

static const struct {
    const char *first, *second; /* NULL: any */
    const char *what, *hint;
} refused[] = {
    {"listen", NULL, "LISTEN", "no notifications are sent: ask for what has changed"},
    {"notify", NULL, "NOTIFY", "no notifications are sent: ask for what has changed"},
    {"force", "checkpoint", "FORCE CHECKPOINT", "CHECKPOINT waits for nobody and ends nobody's transaction"},
    {"grant", NULL, "GRANT", USERS_HINT},
    {"revoke", NULL, "REVOKE", USERS_HINT},
    {"create", "role", "CREATE ROLE", USERS_HINT},
    {"create", "user", "CREATE USER", USERS_HINT},
    {"create", "group", "CREATE GROUP", USERS_HINT},
    {"alter", "role", "ALTER ROLE", USERS_HINT},
    {"alter", "user", "ALTER USER", USERS_HINT},
    {"alter", "group", "ALTER GROUP", USERS_HINT},
    {"drop", "role", "DROP ROLE", USERS_HINT},
    {"drop", "user", "DROP USER", USERS_HINT},
    {"drop", "group", "DROP GROUP", USERS_HINT},
    {"drop", "owned", "DROP OWNED", USERS_HINT},
    {"reassign", "owned", "REASSIGN OWNED", USERS_HINT},
    {"security", "label", "SECURITY LABEL", "there are no security labels"},
    {"create", "extension", "CREATE EXTENSION", "what pond has is there without it"},
    {"create", "materialized", "CREATE MATERIALIZED VIEW", "CREATE TABLE ... AS keeps rows, CREATE VIEW asks for them"},
    {"refresh", "materialized", "REFRESH MATERIALIZED VIEW", "CREATE OR REPLACE TABLE ... AS makes a table anew"},
    {"alter", "type", "ALTER TYPE", "types do not change here: make another, and columns of it"},
    {"create", "domain", "CREATE DOMAIN", "a CHECK constraint of the column says the same"},
    {"create", "trigger", "CREATE TRIGGER", "there are no triggers"},
    {"create", "rule", "CREATE RULE", "there are no rules"},
    {"create", "policy", "CREATE POLICY", "there are no policies"},
    {"create", "procedure", "CREATE PROCEDURE", "CREATE MACRO makes functions of expressions and queries"},
    {"do", NULL, "DO", "there is no procedural language"},
    {"reindex", NULL, "REINDEX", "an index needs no rebuilding here"},
    {"cluster", NULL, "CLUSTER", "CREATE OR REPLACE TABLE ... AS ... ORDER BY sorts a table"},
};

/* EXECUTE behind EXPLAIN and its options, or behind CREATE TABLE ... AS. */
static const char *refused_execute(Str sql, const SqlToken *first) {
    bool explain = sql_token_is(first, "explain"), create = sql_token_is(first, "create"), as = false;
    SqlTokens t = sql_tokens(sql);
    size_t depth = 0;
    if (!explain && !create) return NULL;
    for (SqlToken token; sql_token_next(&t, &token);) {
        if (sql_token_is(&token, "execute") && !depth && (explain || as))
            return explain ? "EXPLAIN EXECUTE" : "CREATE TABLE AS EXECUTE";
        bool option = sql_token_is(&token, "explain") || sql_token_is(&token, "analyze") ||
                      sql_token_is(&token, "verbose") || sql_token_is_symbol(&token, ")");
        depth += sql_token_is_symbol(&token, "(");
        depth -= depth && sql_token_is_symbol(&token, ")");
        if (explain && !depth && !option) return NULL;
        as = sql_token_is(&token, "as");
    }
    return NULL;
}

static bool is_refused(Str sql, Err *err) {
    SqlTokens t = sql_tokens(sql);
    SqlToken first, second;
    if (!sql_token_next(&t, &first)) return false;
    bool more = sql_token_next(&t, &second);
    const char *execute = refused_execute(sql, &first);
    if (execute) {
        pg_error(err, "0A000", "%s is not supported", execute);
        err_hint(err, "write the statement itself");
        return true;
    }
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        bool fits = !refused[i].second || (more && sql_token_is(&second, refused[i].second));
        if (!fits || !sql_token_is(&first, refused[i].first)) continue;
        pg_error(err, "0A000", "%s is not supported", refused[i].what);
        err_hint(err, "%s", refused[i].hint);
        return true;
    }
    return false;
}

/* The row of `verbs`; ARRAY_LEN when it is none. */
static size_t find_verb(Str sql, Str *ret_rest) {
    SqlTokens t = sql_tokens(sql);
    SqlToken first;
    size_t i = 0;
    if (!sql_token_next(&t, &first)) return ARRAY_LEN(verbs);
    while (i < ARRAY_LEN(verbs) && !sql_token_is(&first, verbs[i].word)) i++;
    *ret_rest = str_slice(sql, t.at, sql.len);
    if (i == ARRAY_LEN(verbs)) return i;
    RunVerb run = verbs[i].run;
    bool may_be_many = run == drop || run == truncate_tables || run == alter;
    bool from_file = run == copy && !pg_is_copy(sql), one = may_be_many && !pg_is_many(sql);
    return from_file || one ? ARRAY_LEN(verbs) : i;
}

StatementClass pg_class_of(Str sql) {
    Str rest;
    SqlTokens t = sql_tokens(sql);
    SqlToken first;
    if (!sql_token_next(&t, &first)) return CLASS_EMPTY;
    if (sql_token_is(&first, "fetch")) return CLASS_FETCH;
    if (sql_token_is(&first, "execute")) return CLASS_EXECUTE;
    size_t i = find_verb(sql, &rest);
    if (i == ARRAY_LEN(verbs)) return CLASS_SQL;
    return verbs[i].run == pg_declare ? CLASS_DECLARE : CLASS_VERB;
}

bool pg_usable(const PgSession *s, Str sql, Err *err) {
    Str rest;
    if (s->transaction == TRANSACTION_FAILED) {
        size_t i = find_verb(sql, &rest);
        if (i < ARRAY_LEN(verbs) && verbs[i].ends) return true;
        return pg_error(err, "25P02",
                        "current transaction is aborted, commands ignored until end of transaction block");
    }
    return !is_refused(sql, err);
}

bool pg_verb(PgSession *s, Str sql, bool *ret_is, const char **ret_tag, Err *err) {
    Str rest = {0};
    size_t i = find_verb(sql, &rest);
    *ret_is = i < ARRAY_LEN(verbs);
    if (!*ret_is) return true;
    /* Others see it; what it runs in DuckDB says itself that it may be interrupted. */
    s->verb = sql;
    registry_begin(s->connection->me, sql, NULL, NO_DEADLINE);
    bool ok = verbs[i].run(s, rest, ret_tag, err);
    (void)registry_end(s->connection->me, pg_session_state(s));
    return ok;
}

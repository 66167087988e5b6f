/* LOCK TABLE and CHECKPOINT. */
#include "pgwire/session.h"
#include "sql/token.h"

static bool syntax(Err *err) {
    return pg_error(err, "42601", "syntax error in LOCK TABLE");
}

/* ---- LOCK TABLE ---- */

static const char *const modes[] = {"access share", "row share",           "row exclusive", "share update exclusive",
                                    "share",        "share row exclusive", "exclusive",     "access exclusive"};

/* Behind IN, up to MODE. */
static bool read_mode(SqlTokens *t, Arena *a, Err *err) {
    Str mode = {0};
    for (SqlToken token; sql_token_next(t, &token);) {
        if (!sql_token_is(&token, "mode")) {
            mode = mode.len ? arena_printf(a, STR_FMT " " STR_FMT, STR_ARG(mode), STR_ARG(token.text)) : token.text;
            continue;
        }
        for (size_t i = 0; i < ARRAY_LEN(modes); i++)
            if (str_equal_nocase(mode, str_of(modes[i]))) return true;
        break;
    }
    return syntax(err);
}

/* There is such a table: DuckDB must find it. */
static bool check_table(PgSession *s, Str name, Err *err) {
    Statement *st = pg_plan(s, arena_printf(&s->arena, "SELECT 1 FROM " STR_FMT " LIMIT 0", STR_ARG(name)), err);
    if (st) statement_close(st);
    return st;
}

static bool is_end(const SqlToken *token) {
    return sql_token_is(token, "in") || sql_token_is(token, "nowait") || sql_token_is_symbol(token, ",");
}

/*
 * LOCK TABLE [ONLY] name [*], ... [IN mode MODE] [NOWAIT]. Nothing waits: a DuckDB transaction works on its own snapshot, and of two
 * that change the same rows the later one fails with 40001. So the lock is taken for granted, and only its tables are looked up.
 */
bool pg_lock_table(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    SqlTokens t = sql_tokens(rest);
    SqlToken token;
    *ret_tag = "LOCK TABLE";
    bool any = sql_token_next(&t, &token);
    if (any && sql_token_is(&token, "table")) any = sql_token_next(&t, &token);
    if (!any) return syntax(err);
    if (!pg_needs_block(s, "LOCK TABLE", err) || !pg_begin_implicit(s, err)) return false;
    for (;;) {
        if (any && sql_token_is(&token, "only")) any = sql_token_next(&t, &token);
        size_t from = token.at, end = from;
        for (; any && !is_end(&token); any = sql_token_next(&t, &token))
            if (!sql_token_is_symbol(&token, "*")) end = t.at;
        if (end == from) return syntax(err);
        if (!check_table(s, str_slice(rest, from, end), err)) return false;
        if (!any || !sql_token_is_symbol(&token, ",")) break;
        if (!(any = sql_token_next(&t, &token))) return syntax(err);
    }
    if (any && sql_token_is(&token, "in")) {
        if (!read_mode(&t, &s->arena, err)) return false;
        any = sql_token_next(&t, &token);
    }
    if (any && sql_token_is(&token, "nowait")) any = sql_token_next(&t, &token);
    return !any || syntax(err);
}

/* ---- CHECKPOINT ---- */

/* On a connection of its own: the session's transaction goes on. DuckDB refuses it while others write. */
bool pg_checkpoint(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    Err failure = {0};
    *ret_tag = "CHECKPOINT";
    if (str_trim(rest).len) return pg_error(err, "42601", "syntax error in CHECKPOINT");
    AUTO_PTR(Session) db = session_open(s->database_file, err);
    if (!db) return false;
    pg_statement_begin_on(s, STR("CHECKPOINT"), db);
    bool ok = session_exec(db, &failure, "CHECKPOINT");
    if (pg_statement_end(s, ok, &failure)) return true;
    if (str_find_str(str_of(failure.msg), STR("Cannot CHECKPOINT")) == STR_NONE) {
        *err = failure;
        return false;
    }
    pg_error(err, "55006", "cannot checkpoint now: another transaction has changes");
    return err_hint(err, "try again; DuckDB does it by itself when its log has grown");
}

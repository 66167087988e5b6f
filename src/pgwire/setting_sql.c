/* SET, RESET and SHOW. */
#include "pgwire/session.h"
#include "sql/token.h"
#include "warehouse/table.h"

static bool syntax(Err *err) {
    return pg_error(err, "42601", "syntax error in SET or RESET");
}

/* "x", "a.b" */
static Str read_name(SqlTokens *t, SqlToken *token) {
    size_t from = token->at, end = t->at;
    SqlTokens look = *t;
    SqlToken dot;
    while (sql_token_next(&look, &dot) && sql_token_is_symbol(&dot, ".") && sql_token_next(&look, token)) {
        *t = look;
        end = look.at;
    }
    Str name = str_slice(t->sql, from, end);
    return token->kind == SQL_NAME && name.len > 2 ? str_slice(name, 1, name.len - 1) : name;
}

/* One text or word without its quotes; a list as it is. */
static Str unquote(Arena *a, Str value) {
    SqlTokens t = sql_tokens(value);
    SqlToken token;
    bool single = sql_token_next(&t, &token) && t.at == value.len;
    return single ? sql_token_value(a, &token) : value;
}

static Str rest_of(const SqlTokens *t) {
    return str_trim(str_slice(t->sql, t->at, t->sql.len));
}

static bool in_transaction(const PgSession *s) {
    return s->transaction != TRANSACTION_NONE && (!s->implicit || s->many);
}

/* ---- modes of transactions ---- */

static bool next_is(SqlTokens *t, const char *word) {
    SqlTokens look = *t;
    SqlToken token;
    if (!sql_token_next(&look, &token) || !sql_token_is(&token, word)) return false;
    *t = look;
    return true;
}

static bool read_level(SqlTokens *t, Str *ret) {
    if (next_is(t, "serializable")) *ret = STR("serializable");
    else if (next_is(t, "repeatable") && next_is(t, "read")) *ret = STR("repeatable read");
    else if (next_is(t, "read") && next_is(t, "committed")) *ret = STR("read committed");
    else if (next_is(t, "uncommitted")) *ret = STR("read uncommitted");
    else return false;
    return true;
}

static bool set_mode(PgSession *s, const char *prefix, const char *name, Str value, Err *err) {
    if (!prefix) return true;
    return pg_setting_set(s, arena_printf(&s->arena, "%s%s", prefix, name), value, pg_setting_scope(s), err);
}

static bool read_mode(PgSession *s, SqlTokens *t, const char *prefix, Err *err) {
    Str level;
    if (next_is(t, "isolation"))
        return next_is(t, "level") && read_level(t, &level) ? set_mode(s, prefix, "isolation", level, err)
                                                            : syntax(err);
    if (next_is(t, "read")) {
        bool only = next_is(t, "only");
        return only || next_is(t, "write") ? set_mode(s, prefix, "read_only", only ? STR("on") : STR("off"), err)
                                           : syntax(err);
    }
    bool no = next_is(t, "not");
    return next_is(t, "deferrable") ? set_mode(s, prefix, "deferrable", no ? STR("off") : STR("on"), err) : syntax(err);
}

bool pg_set_modes(PgSession *s, Str modes, const char *prefix, Err *err) {
    SqlTokens t = sql_tokens(modes);
    for (SqlToken token; rest_of(&t).len;) {
        if (!read_mode(s, &t, prefix, err)) return false;
        SqlTokens look = t;
        if (sql_token_next(&look, &token) && sql_token_is_symbol(&token, ",")) {
            t = look;
            if (!rest_of(&t).len) return syntax(err);
        }
    }
    return true;
}

static bool set_transaction(PgSession *s, Str modes, Err *err) {
    if (!modes.len) return syntax(err);
    if (in_transaction(s)) return pg_set_modes(s, modes, "transaction_", err);
    pg_warn(s, "25P01", "SET TRANSACTION can only be used in transaction blocks");
    return true;
}

static bool set_characteristics(PgSession *s, SqlTokens t, Err *err) {
    if (!next_is(&t, "as") || !next_is(&t, "transaction") || !rest_of(&t).len) return syntax(err);
    return pg_set_modes(s, rest_of(&t), "default_transaction_", err);
}

/* ---- SET ---- */

/* "x = 1", "TIME ZONE x", "NAMES x" */
static bool set_value(PgSession *s, SqlTokens t, SettingScope scope, Err *err) {
    SqlToken token, more;
    if (!sql_token_next(&t, &token) || (token.kind != SQL_WORD && token.kind != SQL_NAME)) return syntax(err);
    Str name;
    if (sql_token_is(&token, "names")) {
        name = STR("client_encoding");
    } else if (sql_token_is(&token, "time") && next_is(&t, "zone")) {
        name = STR("TimeZone");
    } else {
        name = read_name(&t, &token);
        if (!sql_token_next(&t, &more) || !(sql_token_is_symbol(&more, "=") || sql_token_is(&more, "to")))
            return syntax(err);
    }
    Str value = rest_of(&t);
    if (!value.len) return syntax(err);
    if (str_equal_nocase(value, STR("default")) || str_equal_nocase(value, STR("local"))) value = (Str){0};
    else value = unquote(&s->arena, value);
    return pg_setting_set(s, name, value, scope, err) && pg_settings_apply(s, err);
}

/* SET ROLE and SET SESSION AUTHORIZATION: a session is its user's, and stays it. */
static bool set_user(PgSession *s, Str value, bool role, Err *err) {
    const char *const none = role ? "none" : "default";
    Str name = unquote(&s->arena, value);
    if (!value.len) return syntax(err);
    if (str_equal_nocase(value, str_of(none)) || str_equal(name, s->user)) return true;
    if (role) return pg_error(err, "42501", "permission denied to set role \"" STR_FMT "\"", STR_ARG(name));
    return pg_error(err, "42501", "permission denied to set session authorization");
}

/* Behind SET [SESSION | LOCAL]. *ret_is false: it is none of both. */
static bool set_identity(PgSession *s, SqlTokens t, bool *ret_is, Err *err) {
    SqlTokens role = t;
    *ret_is = true;
    if (next_is(&role, "role") && !str_starts(rest_of(&role), STR("=")) && !next_is(&role, "to"))
        return set_user(s, rest_of(&role), true, err);
    if (next_is(&t, "session") && next_is(&t, "authorization")) return set_user(s, rest_of(&t), false, err);
    *ret_is = false;
    return true;
}

static bool set_constraints(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    *ret_tag = "SET CONSTRAINTS";
    if (!rest.len) return syntax(err);
    if (!in_transaction(s)) pg_warn(s, "25P01", "SET CONSTRAINTS can only be used in transaction blocks");
    return true; /* none is deferrable */
}

static void warn_local(PgSession *s) {
    pg_warn(s, "25P01", "SET LOCAL can only be used in transaction blocks");
}

bool pg_set(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    SqlTokens t = sql_tokens(rest), look;
    *ret_tag = "SET";
    if (s->many && !pg_begin_implicit(s, err)) return false;
    if (next_is(&t, "constraints")) return set_constraints(s, rest_of(&t), ret_tag, err);
    look = t;
    if (next_is(&look, "transaction")) return set_transaction(s, rest_of(&look), err);
    bool is;
    look = t;
    bool local = next_is(&look, "local");
    if (!local) (void)next_is(&look, "session");
    bool ok = set_identity(s, look, &is, err);
    if (!is) ok = set_identity(s, t, &is, err);
    if (is && ok && local && !in_transaction(s)) warn_local(s);
    if (is) return ok;
    look = t;
    if (next_is(&look, "session") && next_is(&look, "characteristics")) return set_characteristics(s, look, err);
    if (next_is(&t, "local")) {
        look = t;
        if (next_is(&look, "transaction")) return set_transaction(s, rest_of(&look), err);
        if (!in_transaction(s)) warn_local(s);
        return set_value(s, t, SETTING_LOCAL, err);
    }
    (void)next_is(&t, "session");
    return set_value(s, t, pg_setting_scope(s), err);
}

bool pg_reset(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    SqlTokens t = sql_tokens(rest);
    SqlToken token;
    *ret_tag = "RESET";
    if (s->many && !pg_begin_implicit(s, err)) return false;
    if (!sql_token_next(&t, &token)) return syntax(err);
    if (sql_token_is(&token, "all")) {
        pg_settings_reset(s);
        return pg_settings_apply(s, err);
    }
    if (sql_token_is(&token, "role")) return !rest_of(&t).len || syntax(err);
    if (sql_token_is(&token, "session") && next_is(&t, "authorization")) return !rest_of(&t).len || syntax(err);
    Str name = read_name(&t, &token);
    if (sql_token_is(&token, "time") && next_is(&t, "zone")) name = STR("TimeZone");
    if (rest_of(&t).len) return syntax(err);
    return pg_setting_set(s, name, (Str){0}, pg_setting_scope(s), err) && pg_settings_apply(s, err);
}

/* ---- SHOW ---- */

Str pg_show(PgSession *s, Str sql) {
    SqlTokens t = sql_tokens(sql);
    SqlToken token;
    Str value;
    if (!sql_token_next(&t, &token) || !sql_token_is(&token, "show") || !sql_token_next(&t, &token)) return sql;
    Str name = read_name(&t, &token);
    Str rest = str_trim(str_slice(sql, t.at, sql.len));
    if (sql_token_is(&token, "transaction") && str_equal_nocase(rest, STR("isolation level")))
        name = STR("transaction_isolation"), rest = (Str){0};
    if (sql_token_is(&token, "time") && str_equal_nocase(rest, STR("zone"))) name = STR("TimeZone"), rest = (Str){0};
    if (sql_token_is(&token, "all") && !rest.len)
        return STR("SELECT name, setting, short_desc AS description FROM pg_settings WHERE category <> 'DuckDB' "
                   "ORDER BY lower(name)");
    if (sql_token_is(&token, "session") && str_equal_nocase(rest, STR("authorization")))
        name = STR("session_authorization"), rest = (Str){0};
    if (rest.len || !pg_setting_get(s, &s->arena, name, &value)) return sql;
    const char *known = pg_setting_name(name);
    if (known) name = str_of(known);
    return arena_printf(&s->arena, "SELECT %s AS %s", sql_literal(&s->arena, value), sql_ident(&s->arena, name));
}

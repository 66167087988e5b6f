#include "pgwire/settings.h"

#include "base/time.h"
#include "pgwire/session.h"
#include "sql/catalog.h"
#include "sql/token.h"
#include "warehouse/table.h"

typedef enum Effect {
    EFFECT_NONE,    /* remembered and shown: nothing here depends on it */
    EFFECT_FIXED,   /* only its own value is accepted */
    EFFECT_READ,    /* cannot be set */
    EFFECT_TIMEOUT, /* statement_timeout */
    EFFECT_PATH,    /* search_path */
    EFFECT_NAME,    /* application_name */
} Effect;

/* Defaults of PostgreSQL 15 where nothing here says otherwise. reported: clients are told of changes. */
static const struct {
    const char *name, *value;
    Effect effect;
    bool reported;
} table[] = {
    {"application_name", "", EFFECT_NAME, true},
    {"backslash_quote", "safe_encoding", EFFECT_NONE, false},
    {"bytea_output", "hex", EFFECT_FIXED, false},
    {"check_function_bodies", "on", EFFECT_NONE, false},
    {"client_encoding", "UTF8", EFFECT_FIXED, true},
    {"client_min_messages", "notice", EFFECT_NONE, false},
    {"constraint_exclusion", "partition", EFFECT_NONE, false},
    {"cursor_tuple_fraction", "0.1", EFFECT_NONE, false},
    {"DateStyle", "ISO, MDY", EFFECT_FIXED, true},
    {"default_table_access_method", "heap", EFFECT_NONE, false},
    {"default_tablespace", "", EFFECT_NONE, false},
    {"default_transaction_deferrable", "off", EFFECT_NONE, false},
    {"default_transaction_isolation", "repeatable read", EFFECT_NONE, false},
    {"default_transaction_read_only", "off", EFFECT_NONE, true},
    {"escape_string_warning", "on", EFFECT_NONE, false},
    {"extra_float_digits", "1", EFFECT_NONE, false},
    {"geqo", "on", EFFECT_NONE, false},
    {"idle_in_transaction_session_timeout", "0", EFFECT_NONE, false},
    {"idle_session_timeout", "0", EFFECT_NONE, false},
    {"in_hot_standby", "off", EFFECT_READ, true},
    {"integer_datetimes", "on", EFFECT_READ, true},
    {"IntervalStyle", "postgres", EFFECT_FIXED, true},
    {"is_superuser", "on", EFFECT_READ, true},
    {"jit", "off", EFFECT_NONE, false},
    {"lc_collate", "C.UTF-8", EFFECT_READ, false},
    {"lc_ctype", "C.UTF-8", EFFECT_READ, false},
    {"lc_messages", "C.UTF-8", EFFECT_NONE, false},
    {"lc_monetary", "C.UTF-8", EFFECT_NONE, false},
    {"lc_numeric", "C.UTF-8", EFFECT_NONE, false},
    {"lc_time", "C.UTF-8", EFFECT_NONE, false},
    {"lock_timeout", "0", EFFECT_NONE, false},
    {"max_identifier_length", "63", EFFECT_READ, false},
    {"max_index_keys", "32", EFFECT_READ, false},
    {"max_parallel_workers_per_gather", "2", EFFECT_NONE, false},
    {"password_encryption", "scram-sha-256", EFFECT_NONE, false},
    {"quote_all_identifiers", "off", EFFECT_NONE, false},
    {"row_security", "on", EFFECT_NONE, false},
    {"search_path", "\"$user\", public", EFFECT_PATH, false},
    {"server_encoding", "UTF8", EFFECT_READ, true},
    {"server_version", "15.0 (Pond " POND_VERSION ")", EFFECT_READ, true},
    {"server_version_num", "150000", EFFECT_READ, false},
    {"session_authorization", "", EFFECT_READ, true},
    {"standard_conforming_strings", "on", EFFECT_FIXED, true},
    {"statement_timeout", "0", EFFECT_TIMEOUT, false},
    {"synchronize_seqscans", "on", EFFECT_NONE, false},
    {"synchronous_commit", "on", EFFECT_NONE, false},
    {"TimeZone", "UTC", EFFECT_NONE, true},
    {"transaction_deferrable", "off", EFFECT_NONE, false},
    {"transaction_isolation", "repeatable read", EFFECT_NONE, false},
    {"transaction_read_only", "off", EFFECT_NONE, false},
    {"work_mem", "4MB", EFFECT_NONE, false},
    {"xmloption", "content", EFFECT_NONE, false},
};

static size_t find(Str name) {
    size_t i = 0;
    while (i < ARRAY_LEN(table) && !str_equal_nocase(name, str_of(table[i].name))) i++;
    return i;
}

/* A class of its own, "myapp.user": PostgreSQL keeps such for anybody. */
static bool is_custom(Str name) {
    return str_find(name, '.') != STR_NONE;
}

static Str initial(const PgSession *s, size_t i) {
    return str_is(str_of(table[i].name), "session_authorization") ? s->user : str_of(table[i].value);
}

bool pg_setting_get(const PgSession *s, Str name, Str *ret) {
    size_t i = find(name);
    bool known = i < ARRAY_LEN(table);
    if (map_get_str(&s->settings, known ? str_of(table[i].name) : name, ret)) return true;
    if (known) *ret = initial(s, i);
    return known;
}

static void report(PgSession *s, size_t i) {
    Str value;
    if (!table[i].reported || !pg_setting_get(s, str_of(table[i].name), &value)) return;
    wire_begin(&s->wire, 'S');
    wire_put_text(&s->wire, str_of(table[i].name));
    wire_put_text(&s->wire, value);
    wire_end(&s->wire);
}

void pg_settings_report(PgSession *s) {
    for (size_t i = 0; i < ARRAY_LEN(table); i++) report(s, i);
}

static bool wrong_value(size_t i, Str value, Err *err) {
    return pg_error(err, "22023", "invalid value for parameter \"%s\": \"" STR_FMT "\"", table[i].name, STR_ARG(value));
}

/* Milliseconds when there is no unit. 0: as the server's own limit. */
static bool set_timeout(PgSession *s, size_t i, Str value, Err *err) {
    int64_t number, us, most = engine_config(s->connection->engine)->statement_timeout_us;
    if (str_to_i64(value, &number) && number >= 0 && number < INT32_MAX) us = number * 1000;
    else if (!duration_parse(value, &us)) return wrong_value(i, value, err);
    s->statement_timeout_us = us && most ? MIN(us, most) : MAX(us, most);
    return true;
}

/* DuckDB's schema of that name: PostgreSQL's `public` is `main`. */
static bool set_path(PgSession *s, Session *db, Str value, Err *err) {
    AUTO(Buf) path = {0};
    SqlTokens t = sql_tokens(value);
    for (SqlToken token; sql_token_next(&t, &token);) {
        bool quoted = token.kind == SQL_NAME || token.kind == SQL_STRING;
        Str name = quoted ? str_slice(token.text, 1, token.text.len - 1) : token.text;
        if (token.kind == SQL_SYMBOL || str_is(name, "$user") || !name.len) continue;
        if (str_is(name, "public")) name = STR("main");
        if (str_is(name, "pg_catalog") || str_is(name, "information_schema")) continue;
        buf_printf(&path, "%s\"" STR_FMT "\"", path.len ? "," : "", STR_ARG(name));
    }
    if (!path.len) buf_append_c(&path, "main");
    buf_printf(&path, ",%s", sql_catalog_schema);
    Err failure = {0};
    /* PostgreSQL takes schemas that do not exist yet, DuckDB does not. */
    if (session_exec(db, &failure, "SET search_path = %s", sql_literal(&s->arena, buf_str(&path)))) return true;
    if (failure.code == ERR_NOT_FOUND && s->transaction != TRANSACTION_OPEN) return true;
    *err = failure;
    return false;
}

/* One text or word without its quotes; a list as it is. */
static Str unquote(Arena *a, Str value) {
    SqlTokens t = sql_tokens(value);
    SqlToken token;
    bool single = sql_token_next(&t, &token) && t.at == value.len;
    return single ? sql_token_value(a, &token) : value;
}

static bool same_value(Str a, Str b) {
    Str first;
    /* "ISO" is the first word of "ISO, MDY", "utf-8" is UTF8 */
    if (str_equal_nocase(a, b) || (str_equal_nocase(a, STR("utf-8")) && str_is(b, "UTF8"))) return true;
    return str_equal_nocase(a, STR("unicode")) || (str_cut(&b, ',', &first) && str_equal_nocase(a, first));
}

bool pg_setting_set(PgSession *s, Str name, Str value, Err *err) {
    size_t i = find(name);
    if (i == ARRAY_LEN(table) && !is_custom(name))
        return pg_error(err, "42704", "unrecognized configuration parameter \"" STR_FMT "\"", STR_ARG(name));
    if (i == ARRAY_LEN(table)) {
        map_put_str(&s->settings, name, value);
        return true;
    }
    switch (table[i].effect) {
    case EFFECT_READ: return pg_error(err, "55P02", "parameter \"%s\" cannot be changed", table[i].name);
    case EFFECT_FIXED:
        return same_value(unquote(&s->arena, value), str_of(table[i].value)) || wrong_value(i, value, err);
    case EFFECT_TIMEOUT:
        if (!set_timeout(s, i, value, err)) return false;
        break;
    case EFFECT_PATH:
        if (!set_path(s, s->db, value, err)) return false;
        break;
    case EFFECT_NAME: registered_application(s->connection->me, value); break;
    case EFFECT_NONE: break;
    }
    map_put_str(&s->settings, str_of(table[i].name), value);
    report(s, i);
    return true;
}

static bool set_default(PgSession *s, Str name, Err *err) {
    size_t i = find(name);
    if (i < ARRAY_LEN(table) && (table[i].effect == EFFECT_READ || table[i].effect == EFFECT_FIXED)) return true;
    if (i == ARRAY_LEN(table)) {
        map_remove(&s->settings, name);
        return true;
    }
    if (!pg_setting_set(s, name, initial(s, i), err)) return false;
    map_remove(&s->settings, str_of(table[i].name));
    return true;
}

void pg_settings_reset(PgSession *s) {
    Err ignored = {0};
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (map_has(&s->settings, str_of(table[i].name))) (void)!set_default(s, str_of(table[i].name), &ignored);
    arena_release(&s->settings_arena);
    map_init(&s->settings, &s->settings_arena);
}

/* ---- statements ---- */

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

bool pg_set(PgSession *s, Str rest, Err *err) {
    SqlTokens t = sql_tokens(rest);
    SqlToken token, more;
    if (!sql_token_next(&t, &token)) return syntax(err);
    if (sql_token_is(&token, "session") || sql_token_is(&token, "local")) {
        SqlTokens look = t;
        if (!sql_token_next(&look, &more)) return syntax(err);
        if (sql_token_is(&more, "characteristics")) return true; /* of transactions: one kind is offered */
        t = look;
        token = more;
    }
    if (sql_token_is(&token, "transaction")) return true;
    if (sql_token_is(&token, "names")) {
        return pg_setting_set(s, STR("client_encoding"), unquote(&s->arena, str_trim(str_slice(rest, t.at, rest.len))),
                              err);
    }
    if (sql_token_is(&token, "time")) {
        if (!sql_token_next(&t, &more) || !sql_token_is(&more, "zone")) return syntax(err);
        return pg_setting_set(s, STR("TimeZone"), unquote(&s->arena, str_trim(str_slice(rest, t.at, rest.len))), err);
    }
    if (token.kind != SQL_WORD && token.kind != SQL_NAME) return syntax(err);
    Str name = read_name(&t, &token);
    if (!sql_token_next(&t, &more) || !(sql_token_is_symbol(&more, "=") || sql_token_is(&more, "to")))
        return syntax(err);
    Str value = str_trim(str_slice(rest, t.at, rest.len));
    if (!value.len) return syntax(err);
    if (str_equal_nocase(value, STR("default"))) return set_default(s, name, err);
    return pg_setting_set(s, name, unquote(&s->arena, value), err);
}

bool pg_reset(PgSession *s, Str rest, Err *err) {
    SqlTokens t = sql_tokens(rest);
    SqlToken token;
    if (!sql_token_next(&t, &token)) return syntax(err);
    if (sql_token_is(&token, "all")) {
        pg_settings_reset(s);
        return true;
    }
    return set_default(s, read_name(&t, &token), err);
}

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
    if (rest.len || !pg_setting_get(s, name, &value)) return sql;
    size_t i = find(name);
    if (i < ARRAY_LEN(table)) name = str_of(table[i].name);
    return arena_printf(&s->arena, "SELECT %s AS %s", sql_literal(&s->arena, value), sql_ident(&s->arena, name));
}

/* Also of a connection that was opened anew (warehouse/gate.h). */
static bool set_up(void *context, Session *db, Err *err) {
    PgSession *s = context;
    Str path;
    if (map_get_str(&s->settings, STR("search_path"), &path)) return set_path(s, db, path, err);
    return session_exec(db, err, "SET search_path = 'main,%s'", sql_catalog_schema);
}

Session *pg_session_open(PgSession *s, Err *err) {
    Session *db = session_open(engine_warehouse(s->connection->engine), err);
    if (db) session_set_owner(db, registered_cancel(s->connection->me));
    if (db && session_on_connect(db, set_up, s, err)) return db;
    if (db) session_close(db);
    return NULL;
}

#include "pgwire/settings.h"

#include <ctype.h>

#include "base/time.h"
#include "os/path.h"
#include "os/socket.h"
#include "pgwire/session.h"
#include "pgwire/text.h"
#include "sql/catalog.h"
#include "sql/token.h"
#include "warehouse/result.h"
#include "warehouse/table.h"

typedef enum Effect {
    EFFECT_NONE,    /* remembered and shown: nothing here depends on it */
    EFFECT_FIXED,   /* only its own value is accepted */
    EFFECT_READ,    /* cannot be set */
    EFFECT_TIMEOUT, /* a time in milliseconds */
    EFFECT_BOOL,
    EFFECT_MODE, /* of the transaction: set by BEGIN and SET TRANSACTION, gone with it */
    EFFECT_ISOLATION,
    EFFECT_PATH, /* search_path */
    EFFECT_NAME, /* application_name */
    EFFECT_ZONE, /* TimeZone: DuckDB's too */
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
    {"check_function_bodies", "on", EFFECT_BOOL, false},
    {"client_encoding", "UTF8", EFFECT_FIXED, true},
    {"client_min_messages", "notice", EFFECT_NONE, false},
    {"constraint_exclusion", "partition", EFFECT_NONE, false},
    {"cursor_tuple_fraction", "0.1", EFFECT_NONE, false},
    {"data_directory", "", EFFECT_READ, false},
    {"DateStyle", "ISO, MDY", EFFECT_FIXED, true},
    {"default_table_access_method", "heap", EFFECT_NONE, false},
    {"default_tablespace", "", EFFECT_NONE, false},
    {"default_transaction_deferrable", "off", EFFECT_BOOL, false},
    {"default_transaction_isolation", "repeatable read", EFFECT_ISOLATION, false},
    {"default_transaction_read_only", "off", EFFECT_BOOL, true},
    {"escape_string_warning", "on", EFFECT_BOOL, false},
    {"extra_float_digits", "1", EFFECT_NONE, false},
    {"geqo", "on", EFFECT_BOOL, false},
    {"idle_in_transaction_session_timeout", "0", EFFECT_TIMEOUT, false},
    {"idle_session_timeout", "0", EFFECT_TIMEOUT, false},
    {"in_hot_standby", "off", EFFECT_READ, true},
    {"integer_datetimes", "on", EFFECT_READ, true},
    {"IntervalStyle", "postgres", EFFECT_FIXED, true},
    {"is_superuser", "on", EFFECT_READ, true},
    {"jit", "off", EFFECT_BOOL, false},
    {"lc_collate", "C.UTF-8", EFFECT_READ, false},
    {"lc_ctype", "C.UTF-8", EFFECT_READ, false},
    {"lc_messages", "C.UTF-8", EFFECT_NONE, false},
    {"lc_monetary", "C.UTF-8", EFFECT_NONE, false},
    {"lc_numeric", "C.UTF-8", EFFECT_NONE, false},
    {"lc_time", "C.UTF-8", EFFECT_NONE, false},
    {"lock_timeout", "0", EFFECT_TIMEOUT, false},
    {"max_connections", "100", EFFECT_READ, false},
    {"max_identifier_length", "63", EFFECT_READ, false},
    {"max_index_keys", "32", EFFECT_READ, false},
    {"max_parallel_workers_per_gather", "2", EFFECT_NONE, false},
    {"password_encryption", "scram-sha-256", EFFECT_NONE, false},
    {"port", "5432", EFFECT_READ, false},
    {"quote_all_identifiers", "off", EFFECT_BOOL, false},
    {"role", "none", EFFECT_READ, false},
    {"row_security", "on", EFFECT_BOOL, false},
    {"search_path", "\"$user\", public", EFFECT_PATH, false},
    {"server_encoding", "UTF8", EFFECT_READ, true},
    {"server_version", "15.0 (Pond " POND_VERSION ")", EFFECT_READ, true},
    {"server_version_num", "150000", EFFECT_READ, false},
    {"session_authorization", "", EFFECT_READ, true},
    {"ssl", "off", EFFECT_READ, false},
    {"standard_conforming_strings", "on", EFFECT_FIXED, true},
    {"statement_timeout", "0", EFFECT_TIMEOUT, false},
    {"synchronize_seqscans", "on", EFFECT_BOOL, false},
    {"synchronous_commit", "on", EFFECT_NONE, false},
    {"TimeZone", "UTC", EFFECT_ZONE, true},
    {"transaction_deferrable", "off", EFFECT_MODE, false},
    {"transaction_isolation", "repeatable read", EFFECT_MODE, false},
    {"transaction_read_only", "off", EFFECT_MODE, false},
    {"work_mem", "4MB", EFFECT_NONE, false},
    {"xmloption", "content", EFFECT_NONE, false},
};

/* A change of the open transaction, which may be taken back. */
struct SavedSetting {
    SavedSetting *next; /* the one before */
    Str name;
    bool local, was_set;
    Str old, new; /* old: when was_set; new at NULL: the default */
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

static Str get(const PgSession *s, size_t i) {
    Str value, name = str_of(table[i].name);
    if (map_get_str(&s->settings, name, &value) || map_get_str(&s->given, name, &value)) return value;
    if (str_is(name, "session_authorization")) return s->user;
    if (table[i].effect != EFFECT_MODE) return str_of(table[i].value);
    for (size_t k = 0; k < ARRAY_LEN(table); k++)
        if (str_starts(str_of(table[k].name), STR("default_transaction_")) && str_ends(str_of(table[k].name), name))
            return get(s, k);
    return str_of(table[i].value);
}

/* The lock is held. */
static bool lookup(const PgSession *s, Str name, Str *ret) {
    size_t i = find(name);
    if (i == ARRAY_LEN(table)) return map_get_str(&s->settings, name, ret);
    *ret = get(s, i);
    return true;
}

bool pg_setting_get(PgSession *s, Arena *a, Str name, Str *ret) {
    mutex_lock(&s->live);
    bool known = lookup(s, name, ret);
    if (known) *ret = arena_str(a, *ret);
    mutex_unlock(&s->live);
    return known;
}

bool pg_setting_is_on(PgSession *s, const char *name) {
    Str value;
    mutex_lock(&s->live);
    bool on = lookup(s, str_of(name), &value) && str_is(value, "on");
    mutex_unlock(&s->live);
    return on;
}

const char *pg_setting_name(Str name) {
    size_t i = find(name);
    return i < ARRAY_LEN(table) ? table[i].name : NULL;
}

void pg_settings_list(PgSession *s, void (*each)(void *context, const SettingInfo *info), void *context) {
    mutex_lock(&s->live);
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        bool boolean = str_is(str_of(table[i].value), "on") || str_is(str_of(table[i].value), "off");
        int64_t number;
        SettingInfo info = {
            .name = table[i].name,
            .value = get(s, i),
            .initial = table[i].value,
            .unit = table[i].effect == EFFECT_TIMEOUT ? "ms" : NULL,
            .type = boolean                                       ? "bool"
                    : str_to_i64(str_of(table[i].value), &number) ? "integer"
                                                                  : "string",
            .changed = map_has(&s->settings, str_of(table[i].name)),
            .read_only = table[i].effect == EFFECT_READ,
        };
        each(context, &info);
    }
    mutex_unlock(&s->live);
}

/* ---- what clients are told ---- */

_Static_assert(ARRAY_LEN(table) <= 64, "PgSession.reports has a bit for each setting");

static void report(PgSession *s, size_t i) {
    wire_begin(&s->wire, 'S');
    wire_put_text(&s->wire, str_of(table[i].name));
    wire_put_text(&s->wire, get(s, i));
    wire_end(&s->wire);
}

void pg_settings_report(PgSession *s, bool all) {
    mutex_lock(&s->live);
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (table[i].reported && (all || s->reports >> i & 1)) report(s, i);
    s->reports = 0;
    mutex_unlock(&s->live);
}

/* ---- effects ---- */

/* DuckDB's schemas of those names that are there: PostgreSQL takes ones that do not exist, DuckDB does not. Its `public` is `main`. */
static bool read_path(PgSession *s, Session *db, Str value, Buf *path, Err *err) {
    SqlTokens t = sql_tokens(value);
    for (SqlToken token; sql_token_next(&t, &token);) {
        bool quoted = token.kind == SQL_NAME || token.kind == SQL_STRING;
        Str name = quoted ? sql_token_value(&s->arena, &token) : token.text;
        if (token.kind == SQL_SYMBOL || str_is(name, "$user") || !name.len) continue;
        if (str_is(name, "public")) name = STR("main");
        if (str_is(name, "pg_catalog") || str_is(name, "information_schema")) continue;
        AUTO_PTR(Result)
        there = session_queryf(db, err,
                               "SELECT 1 FROM duckdb_schemas() WHERE database_name = current_database() AND "
                               "schema_name = %s",
                               sql_literal(&s->arena, name));
        if (!there) return false;
        bool exists = result_next(there);
        s->path_missing |= !exists;
        if (exists) buf_printf(path, "%s%s", path->len ? "," : "", sql_ident(&s->arena, name));
    }
    return true;
}

static bool apply_path(PgSession *s, Session *db, Err *err) {
    AUTO(Buf) path = {0};
    Str value;
    s->path_stale = s->path_missing = false;
    if (!pg_setting_get(s, &s->arena, STR("search_path"), &value)) return true;
    if (!read_path(s, db, value, &path, err)) return false;
    if (!path.len) buf_append_c(&path, "main");
    buf_printf(&path, ",%s", sql_catalog_schema);
    return session_exec(db, err, "SET search_path = %s", sql_literal(&s->arena, buf_str(&path)));
}

/* PostgreSQL knows offsets in hours, too: those DuckDB is not told. */
static bool apply_zone(PgSession *s, Session *db, Err *err) {
    enum { MOST_HOURS = 167 }; /* of PostgreSQL */
    Str value;
    int64_t hours;
    s->zone_stale = false;
    if (!pg_setting_get(s, &s->arena, STR("TimeZone"), &value)) return true;
    if (str_to_i64(value, &hours)) {
        if (hours >= -MOST_HOURS && hours <= MOST_HOURS) pg_text_zone(zone_fixed((int32_t)hours * 3600));
        return true;
    }
    Err theirs = {0};
    if (!session_exec(db, &theirs, "SET TimeZone = %s", sql_literal(&s->arena, value)))
        return pg_error(err, "22023", "invalid value for parameter \"TimeZone\": \"" STR_FMT "\"", STR_ARG(value));
    pg_text_zone(zone_get(db, value));
    return true;
}

bool pg_settings_apply(PgSession *s, Err *err) {
    if (!s->path_stale && !s->zone_stale) return true;
    s->world++;
    return pg_portals_keep(s, NULL, err) && (!s->path_stale || apply_path(s, s->db, err)) &&
           (!s->zone_stale || apply_zone(s, s->db, err));
}

/* The value of the setting has become another; the lock is held. */
static void take_effect(PgSession *s, size_t i) {
    static const char *const none = "0";
    Str name = str_of(table[i].name), value = get(s, i);
    int64_t us = 0;
    s->reports |= UINT64_C(1) << i;
    if (table[i].effect == EFFECT_PATH) s->path_stale = true;
    if (table[i].effect == EFFECT_ZONE) s->zone_stale = true;
    if (table[i].effect == EFFECT_NAME) registered_application(s->connection->me, value);
    if (table[i].effect != EFFECT_TIMEOUT) return;
    if (!str_is(value, none) && !duration_parse(value, &us)) us = 0;
    if (str_is(name, "lock_timeout")) s->lock_timeout_us = us;
    if (str_is(name, "idle_in_transaction_session_timeout")) s->idle_in_transaction_us = us;
    if (str_is(name, "statement_timeout")) s->statement_timeout_us = us;
}

/* ---- values ---- */

static bool wrong_value(size_t i, Str value, Err *err) {
    return pg_error(err, "22023", "invalid value for parameter \"%s\": \"" STR_FMT "\"", table[i].name, STR_ARG(value));
}

/* In the largest unit that fits, as PostgreSQL shows it. */
static Str timeout_text(Arena *a, int64_t ms) {
    static const struct {
        const char *name;
        int64_t ms;
    } units[] = {{"d", 86400000}, {"h", 3600000}, {"min", 60000}, {"s", 1000}, {"ms", 1}};
    for (size_t i = 0; ms && i < ARRAY_LEN(units); i++)
        if (ms % units[i].ms == 0) return arena_printf(a, "%lld%s", (long long)(ms / units[i].ms), units[i].name);
    return STR("0");
}

/* The server's own limit, in ms: the most that a session may have, and what it has when it wants none. 0: there is none. */
static int64_t server_limit(const PgSession *s, size_t i) {
    ServerLimits limits = engine_limits(s->connection->engine);
    Str name = str_of(table[i].name);
    if (str_is(name, "statement_timeout")) return limits.statement_timeout_us / US_PER_MS;
    return str_is(name, "idle_in_transaction_session_timeout") ? limits.idle_in_transaction_us / US_PER_MS : 0;
}

/* Milliseconds when there is no unit. */
static bool read_timeout(PgSession *s, Arena *a, size_t i, Str value, Str *ret, Err *err) {
    int64_t ms, us, most = server_limit(s, i);
    if (!str_to_i64(str_trim(value), &ms)) {
        if (!duration_parse(value, &us)) return wrong_value(i, value, err);
        ms = (us + US_PER_MS / 2) / US_PER_MS;
    }
    if (ms < 0 || ms > INT32_MAX)
        return pg_error(err, "22023", "%lld ms is outside the valid range for parameter \"%s\" (0 .. 2147483647)",
                        (long long)ms, table[i].name);
    *ret = timeout_text(a, most && (!ms || ms > most) ? most : ms);
    return true;
}

/* A word of booleans, or the beginning of one that says which. */
static bool read_bool(size_t i, Str value, Str *ret, Err *err) {
    static const struct {
        const char *word;
        size_t least;
        bool on;
    } words[] = {{"true", 1, true}, {"false", 1, false}, {"yes", 1, true}, {"no", 1, false},
                 {"on", 2, true},   {"off", 2, false},   {"1", 1, true},   {"0", 1, false}};
    for (size_t k = 0; k < ARRAY_LEN(words); k++) {
        Str word = str_slice(str_of(words[k].word), 0, value.len);
        if (value.len < words[k].least || !str_equal_nocase(value, word)) continue;
        *ret = words[k].on ? STR("on") : STR("off");
        return true;
    }
    return pg_error(err, "22023", "parameter \"%s\" requires a Boolean value", table[i].name);
}

static bool read_isolation(size_t i, Str value, Str *ret, Err *err) {
    static const char *const levels[] = {"serializable", "repeatable read", "read committed", "read uncommitted"};
    for (size_t k = 0; k < ARRAY_LEN(levels); k++) {
        if (!str_equal_nocase(value, str_of(levels[k]))) continue;
        *ret = str_of(levels[k]);
        return true;
    }
    return wrong_value(i, value, err);
}

/* Letters and digits of an encoding's name count, nothing else: asyncpg says 'utf-8', with the quotes. */
static bool is_utf8(Str name) {
    char plain[16];
    size_t len = 0;
    for (size_t i = 0; i < name.len && len < sizeof plain; i++)
        if (isalnum((unsigned char)name.at[i])) plain[len++] = name.at[i];
    return str_equal_nocase((Str){plain, len}, STR("utf8")) || str_equal_nocase((Str){plain, len}, STR("unicode"));
}

static bool same_value(Str a, Str b) {
    Str first;
    if (str_equal_nocase(a, b) || (str_is(b, "UTF8") && is_utf8(a))) return true;
    return str_cut(&b, ',', &first) && str_equal_nocase(a, first); /* "ISO" is the first word of "ISO, MDY" */
}

/* Modes of a transaction that has begun to work stay; PostgreSQL allows only to become READ ONLY. */
static bool may_change_mode(const PgSession *s, size_t i, Str value, Err *err) {
    if (!s->queries || str_equal(get(s, i), value)) return true;
    if (str_is(str_of(table[i].name), "transaction_isolation"))
        return pg_error(err, "25001", "SET TRANSACTION ISOLATION LEVEL must be called before any query");
    if (str_is(str_of(table[i].name), "transaction_read_only") && str_is(value, "off"))
        return pg_error(err, "25001", "transaction read-write mode must be set before any query");
    return true;
}

/* As it is shown and kept. The lock is held. */
static bool read_value(PgSession *s, Arena *a, size_t i, Str value, Str *ret, Err *err) {
    *ret = value;
    switch (table[i].effect) {
    case EFFECT_READ: return pg_error(err, "55P02", "parameter \"%s\" cannot be changed", table[i].name);
    case EFFECT_FIXED: *ret = str_of(table[i].value); return same_value(value, *ret) || wrong_value(i, value, err);
    case EFFECT_TIMEOUT: return read_timeout(s, a, i, value, ret, err);
    case EFFECT_BOOL: return read_bool(i, value, ret, err);
    case EFFECT_ISOLATION: return read_isolation(i, value, ret, err);
    case EFFECT_MODE: {
        bool level = str_is(str_of(table[i].name), "transaction_isolation");
        return (level ? read_isolation(i, value, ret, err) : read_bool(i, value, ret, err)) &&
               may_change_mode(s, i, *ret, err);
    }
    case EFFECT_PATH:
    case EFFECT_NAME:
    case EFFECT_ZONE:
    case EFFECT_NONE: break;
    }
    return true;
}

/* Memory of values that are no more. */
static void tidy(PgSession *s) {
    enum { MOST = 1000 };
    Arena fresh = {0}, old = s->settings_arena;
    Map map;
    if (++s->settings_put < MOST) return;
    s->settings_put = 0;
    map_init(&map, &s->settings_arena);
    s->settings_arena = fresh;
    for (size_t i = 0; i < s->settings.len; i++)
        map_put_str(&map, s->settings.entries[i].key, *(const Str *)s->settings.entries[i].value);
    s->settings = map;
    arena_release(&old);
}

/* at NULL: the default. The lock is held. */
static void put(PgSession *s, Str name, Str value) {
    size_t i = find(name);
    if (value.at) map_put_str(&s->settings, name, value);
    else (void)map_remove(&s->settings, name);
    tidy(s);
    if (i < ARRAY_LEN(table)) take_effect(s, i);
}

static void save(PgSession *s, Str name, Str value, bool local) {
    Str old = {0};
    SavedSetting *saved = arena_new(&s->saved_arena, SavedSetting);
    saved->was_set = map_get_str(&s->settings, name, &old);
    saved->next = s->saved;
    saved->local = local;
    saved->name = arena_str(&s->saved_arena, name);
    saved->old = saved->was_set ? arena_str(&s->saved_arena, old) : old;
    saved->new = value.at ? arena_str(&s->saved_arena, value) : value;
    s->saved = saved;
}

/* value at NULL: the default. */
static bool change(PgSession *s, Str name, Str value, SettingScope scope, Err *err) {
    AUTO(Arena) scratch = {0};
    size_t i = find(name);
    Str kept = value;
    if (i == ARRAY_LEN(table) && !is_custom(name))
        return pg_error(err, "42704", "unrecognized configuration parameter \"" STR_FMT "\"", STR_ARG(name));
    if (i < ARRAY_LEN(table)) name = str_of(table[i].name);
    bool fixed = i < ARRAY_LEN(table) && (table[i].effect == EFFECT_READ || table[i].effect == EFFECT_FIXED);
    if (fixed && !value.at) return true;
    if (i < ARRAY_LEN(table) && value.at && !read_value(s, &scratch, i, value, &kept, err)) return false;
    if (fixed) return true;
    bool mode = i < ARRAY_LEN(table) && table[i].effect == EFFECT_MODE;
    if (scope != SETTING_FOREVER || mode) save(s, name, kept, scope == SETTING_LOCAL || mode);
    put(s, name, kept);
    return true;
}

void pg_settings_of_server(PgSession *s) {
    const Connection *c = s->connection;
    Arena *a = &s->connection->arena;
    ServerLimits limits = engine_limits(c->engine);
    Str address = socket_address(c->fd, a),
        port = str_slice(address, str_find_last(address, c->local ? '.' : ':') + 1, STR_NONE);
    map_init(&s->given, a);
    map_put_str(&s->given, STR("statement_timeout"), timeout_text(a, limits.statement_timeout_us / US_PER_MS));
    map_put_str(&s->given, STR("idle_in_transaction_session_timeout"),
                timeout_text(a, limits.idle_in_transaction_us / US_PER_MS));
    map_put_str(&s->given, STR("max_connections"), arena_printf(a, "%u", limits.sessions));
    map_put_str(&s->given, STR("port"), port);
    map_put_str(&s->given, STR("ssl"), engine_tls(c->engine) ? STR("on") : STR("off"));
    map_put_str(&s->given, STR("data_directory"), path_folder(warehouse_path(engine_warehouse(c->engine))));
}

bool pg_setting_set(PgSession *s, Str name, Str value, SettingScope scope, Err *err) {
    mutex_lock(&s->live);
    bool ok = change(s, name, value, scope, err);
    mutex_unlock(&s->live);
    return ok;
}

void pg_settings_reset(PgSession *s) {
    Err ignored = {0};
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (map_has(&s->settings, str_of(table[i].name)) && table[i].effect != EFFECT_MODE)
            (void)!pg_setting_set(s, str_of(table[i].name), (Str){0}, pg_setting_scope(s), &ignored);
}

/* ---- the transaction's end ---- */

void pg_settings_unwind(PgSession *s, const SavedSetting *to) {
    mutex_lock(&s->live);
    for (; s->saved != to; s->saved = s->saved->next)
        put(s, s->saved->name, s->saved->was_set ? s->saved->old : (Str){0});
    mutex_unlock(&s->live);
    if (!s->saved) arena_reset(&s->saved_arena);
}

/* Whether a newer change of the same setting has been seen. */
static bool is_newest(const PgSession *s, const SavedSetting *one) {
    const SavedSetting *p = s->saved;
    while (p != one && !str_equal(p->name, one->name)) p = p->next;
    return p == one;
}

/* What is left of a setting that was changed LOCAL last: the newest change that was not, or how it was before. */
static void put_back(PgSession *s, const SavedSetting *newest) {
    const SavedSetting *oldest = newest;
    for (const SavedSetting *p = newest; p; p = p->next) {
        if (!str_equal(p->name, newest->name)) continue;
        if (!p->local) {
            put(s, p->name, p->new);
            return;
        }
        oldest = p;
    }
    put(s, oldest->name, oldest->was_set ? oldest->old : (Str){0});
}

void pg_settings_end(PgSession *s, bool committed) {
    if (!committed) {
        pg_settings_unwind(s, NULL);
        return;
    }
    mutex_lock(&s->live);
    for (const SavedSetting *p = s->saved; p; p = p->next)
        if (p->local && is_newest(s, p)) put_back(s, p);
    s->saved = NULL;
    arena_reset(&s->saved_arena);
    mutex_unlock(&s->live);
}

SettingScope pg_setting_scope(const PgSession *s) {
    return s->transaction == TRANSACTION_OPEN ? SETTING_TRANSACTION : SETTING_FOREVER;
}

/* Also of a connection that was opened anew (warehouse/gate.h). */
static bool set_up(void *context, Session *db, Err *err) {
    PgSession *s = context;
    session_answer(db, &pg_answers, s);
    if (s->db && map_has(&s->settings, STR("TimeZone")) && !apply_zone(s, db, err)) return false;
    if (s->db && map_has(&s->settings, STR("search_path"))) return apply_path(s, db, err);
    return session_exec(db, err, "SET search_path = 'main,%s'", sql_catalog_schema);
}

Session *pg_session_open(PgSession *s, Err *err) {
    Session *db = session_open(s->database_file, err);
    if (!db) return NULL;
    session_set_owner(db, registered_cancel(s->connection->me));
    if (session_on_connect(db, set_up, s, err)) return db;
    session_close(db);
    return NULL;
}

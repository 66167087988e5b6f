/* Tables of what the server and the session know: pond_rows' names (sql/catalog_live.c has the views over them). */
#include "base/time.h"
#include "meta/users.h"
#include "os/file.h"
#include "pgwire/named.h"

/* ---- sessions ---- */

/* A user's number: of its name, so that it stays while others come and go. 10 owns everything. */
static int64_t user_oid(Str name) {
    enum { FIRST = 16384, ADMIN = 10 };
    return str_is(name, "admin") ? ADMIN : FIRST + (int64_t)(str_hash(name) % 0x7FFF0000u);
}

static void put_client(LiveRows *rows, const SessionInfo *info) {
    Str client = str_of(info->client);
    size_t colon = str_find_last(client, ':');
    bool inet = colon != STR_NONE;
    Str host = str_slice(client, 0, colon);
    if (str_starts(host, STR("["))) host = str_slice(host, 1, host.len - 1);
    live_put(rows, inet ? host : LIVE_NULL);
    live_put(rows, inet ? str_slice(client, colon + 1, client.len) : STR("-1"));
}

static bool waits(const AdvisoryInfo *locks, size_t count, int32_t id) {
    for (size_t i = 0; i < count; i++)
        if (locks[i].request.owner == id && !locks[i].granted) return true;
    return false;
}

static void put_session(LiveRows *rows, const SessionInfo *info, bool lock) {
    bool active = info->state == SESSION_ACTIVE, postgres = strcmp(info->service, "postgres") == 0;
    live_put(rows, info->database[0] ? str_of(info->database) : LIVE_NULL);
    live_put_i64(rows, info->id);
    live_put_i64(rows, user_oid(str_of(info->user)));
    live_put(rows, str_of(info->user));
    live_put(rows, str_of(info->application));
    put_client(rows, info);
    live_put_time(rows, info->started_us);
    live_put_time(rows, info->transaction_us);
    live_put_time(rows, info->query_us);
    live_put_time(rows, info->state_us);
    live_put(rows, lock ? STR("Lock") : active ? LIVE_NULL : STR("Client"));
    live_put(rows, lock ? STR("advisory") : active ? LIVE_NULL : STR("ClientRead"));
    live_put(rows, str_of(session_state_name(info->state)));
    live_put(rows, str_of(info->query));
    live_put(rows, postgres ? STR("client backend") : STR("pond command"));
    live_end(rows);
}

static SessionInfo *list_sessions(const PgSession *s, Arena *a, size_t *ret_count) {
    enum { MORE = 64 }; /* those that are not counted, and who comes meanwhile */
    Registry *r = engine_registry(s->connection->engine);
    size_t room = registry_count(r) + MORE;
    SessionInfo *all = arena_array(a, SessionInfo, room);
    *ret_count = registry_list(r, all, room);
    return all;
}

static void fill_ssl(void *caller, LiveRows *rows) {
    AUTO(Arena) a = {0};
    size_t count;
    const SessionInfo *all = list_sessions(caller, &a, &count);
    for (size_t i = 0; i < count; i++) {
        bool tls = all[i].tls[0];
        live_put_i64(rows, all[i].id);
        live_put(rows, tls ? str_of(all[i].tls) : LIVE_NULL);
        live_put(rows, tls ? str_of(all[i].cipher) : LIVE_NULL);
        if (tls) live_put_i64(rows, all[i].tls_bits);
        live_end(rows);
    }
}

enum { MOST_LOCKS = 10000 };

static void fill_activity(void *caller, LiveRows *rows) {
    AUTO(Arena) a = {0};
    const PgSession *s = caller;
    size_t count;
    const SessionInfo *all = list_sessions(s, &a, &count);
    AdvisoryInfo *locks = arena_array(&a, AdvisoryInfo, MOST_LOCKS);
    size_t lock_count = advisory_list(engine_advisory(s->connection->engine), locks, MOST_LOCKS);
    for (size_t i = 0; i < count; i++)
        if (all[i].state != SESSION_STARTING) put_session(rows, &all[i], waits(locks, lock_count, all[i].id));
}

static void fill_locks(void *caller, LiveRows *rows) {
    AUTO(Arena) a = {0};
    const PgSession *s = caller;
    AdvisoryInfo *locks = arena_array(&a, AdvisoryInfo, MOST_LOCKS);
    size_t count = advisory_list(engine_advisory(s->connection->engine), locks, MOST_LOCKS);
    for (size_t i = 0; i < count; i++) {
        uint64_t number = (uint64_t)locks[i].request.key.number;
        live_put_i64(rows, (int64_t)(number >> 32));
        live_put_i64(rows, (int64_t)(number & UINT32_MAX));
        live_put_i64(rows, locks[i].request.key.pair ? 2 : 1);
        live_put_i64(rows, locks[i].request.owner);
        live_put(rows, locks[i].request.shared ? STR("ShareLock") : STR("ExclusiveLock"));
        live_put_bool(rows, locks[i].granted);
        live_put_i64(rows, locks[i].request.key.database);
        live_end(rows);
    }
}

/* ---- databases ---- */

int64_t pg_database_oid(Str name, bool project) {
    enum { FIRST = 16384 };
    return project ? FIRST : FIRST + 1 + (int64_t)(str_hash(name) % 0x7FFF0000u);
}

static void fill_databases(void *caller, LiveRows *rows) {
    AUTO(Arena) a = {0};
    const PgSession *s = caller;
    PoolDatabases all = {0};
    warehouse_pool_databases(engine_pool(s->connection->engine), &a, &all);
    for (size_t i = 0; i < all.len; i++) {
        uint64_t bytes = 0;
        Err ignored = {0};
        (void)!file_size(all.at[i].path.at, &bytes, &ignored);
        live_put_i64(rows, pg_database_oid(all.at[i].name, i == 0));
        live_put(rows, all.at[i].name);
        live_put_i64(rows, (int64_t)bytes);
        live_end(rows);
    }
    vec_release(&all);
}

/* ---- users ---- */

static void put_user(LiveRows *rows, Str name, Str role, bool login) {
    live_put_i64(rows, user_oid(name));
    live_put(rows, name);
    live_put(rows, role);
    live_put_bool(rows, login);
    live_end(rows);
}

static void fill_users(void *caller, LiveRows *rows) {
    AUTO(Arena) a = {0};
    const PgSession *s = caller;
    UserVec users = {0};
    Err ignored = {0};
    bool admin = false, ok = meta_user_list(engine_meta(s->connection->engine), &a, &users, &ignored);
    for (size_t i = 0; ok && i < users.len; i++) {
        put_user(rows, users.at[i].name, users.at[i].role, true);
        admin |= str_is(users.at[i].name, "admin");
    }
    if (!admin) put_user(rows, STR("admin"), STR("admin"), false); /* who owns all tables */
    vec_release(&users);
}

/* ---- of the session ---- */

static void put_setting(void *context, const SettingInfo *info) {
    LiveRows *rows = context;
    int64_t ms = 0;
    live_put(rows, str_of(info->name));
    if (info->unit && !str_is(info->value, "0") && duration_parse(info->value, &ms)) live_put_i64(rows, ms / US_PER_MS);
    else live_put(rows, info->value);
    live_put(rows, str_of(info->unit));
    live_put(rows, STR("Client Connection Defaults"));
    live_put(rows, info->read_only ? STR("internal") : STR("user"));
    live_put(rows, str_of(info->type));
    live_put(rows, info->changed ? STR("session") : STR("default"));
    live_put(rows, str_of(info->initial));
    live_end(rows);
}

static void fill_settings(void *caller, LiveRows *rows) {
    pg_settings_list(caller, put_setting, rows);
}

static void fill_cursors(void *caller, LiveRows *rows) {
    const PgSession *s = caller;
    for (const OpenPortal *p = s->portals; p; p = p->next) {
        if (!p->name.len) continue;
        live_put(rows, p->name);
        live_put(rows, p->sql);
        live_put_bool(rows, p->hold);
        live_put_bool(rows, p->binary);
        live_put_bool(rows, p->portal && portal_scroll(p->portal) != SCROLL_NO);
        live_put_time(rows, p->made_us);
        live_end(rows);
    }
}

static void fill_prepared(void *caller, LiveRows *rows) {
    const PgSession *s = caller;
    for (const PreparedStatement *p = s->statements; p; p = p->next) {
        AUTO(Buf) types = {0};
        if (!p->name.len) continue;
        for (size_t i = 0; i < p->typed.oid_count; i++) buf_printf(&types, "%s%u", i ? "," : "", p->typed.oids[i]);
        live_put(rows, p->name);
        live_put(rows, p->source);
        live_put_time(rows, p->made_us);
        live_put(rows, buf_str(&types));
        live_put_bool(rows, p->from_sql);
        live_put_i64(rows, 0);
        live_put_i64(rows, 0);
        live_end(rows);
    }
}

const LiveTable pg_live_tables[PG_LIVE_TABLES] = {
    {"activity", fill_activity}, {"locks", fill_locks},       {"users", fill_users}, {"settings", fill_settings},
    {"cursors", fill_cursors},   {"prepared", fill_prepared}, {"ssl", fill_ssl},     {"databases", fill_databases},
};

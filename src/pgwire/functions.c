/* Functions of SQL that belong to the session: pond_call's names (sql/catalog_live.c has the macros over them). */
#include "base/time.h"
#include "meta/users.h"
#include "pgwire/session.h"

typedef const LiveText *Arguments;

static bool is_true(LiveText text) {
    return text.at && str_is(text, "true");
}

static bool put_bool(Buf *ret, bool value) {
    buf_append_c(ret, value ? "true" : "false");
    return true;
}

/* The lock is held no longer than it takes: functions run while rows are sent. */
static void warn_later(PgSession *s, const char *sqlstate, Str text) {
    enum { MOST = 100 };
    Warning w = {{0}, {0}};
    snprintf(w.sqlstate, sizeof w.sqlstate, "%s", sqlstate);
    snprintf(w.text, sizeof w.text, STR_FMT, STR_ARG(text));
    mutex_lock(&s->live);
    if (s->warnings.len < MOST) vec_push(&s->warnings, w);
    mutex_unlock(&s->live);
}

void pg_send_warnings(PgSession *s) {
    mutex_lock(&s->live);
    for (size_t i = 0; i < s->warnings.len; i++) pg_warn(s, s->warnings.at[i].sqlstate, s->warnings.at[i].text);
    s->warnings.len = 0;
    mutex_unlock(&s->live);
}

void pg_warnings_release(PgSession *s) {
    vec_release(&s->warnings);
}

/* ---- sessions ---- */

static bool pid(void *caller, Arguments arguments, Buf *ret, bool *ret_null, Err *err) {
    const PgSession *s = caller;
    (void)arguments;
    *ret_null = false;
    (void)err;
    buf_printf(ret, "%d", registered_id(s->connection->me));
    return true;
}

/* Admins end anybody's work, others their own user's. */
static bool may_end(PgSession *s, int32_t id, bool *ret_found, Err *err) {
    AUTO(Arena) a = {0};
    Registry *r = engine_registry(s->connection->engine);
    size_t room = registry_count(r) + 16;
    SessionInfo *all = arena_array(&a, SessionInfo, room);
    size_t n = registry_list(r, all, room), i = 0;
    while (i < n && all[i].id != id) i++;
    *ret_found = i < n;
    User me;
    Err ignored = {0};
    bool admin =
        meta_user_get(engine_meta(s->connection->engine), &a, s->user, &me, &ignored) && str_is(me.role, "admin");
    if (!*ret_found || admin || str_is(s->user, all[i].user)) return true;
    return pg_error(err, "42501", "must be an admin, or the same user, to end what session %d does", id);
}

static bool end_session(PgSession *s, Arguments arguments, Buf *ret, bool *ret_null, Err *err) {
    int64_t id;
    bool found, terminate = is_true(arguments[2]);
    *ret_null = !arguments[0].at;
    if (*ret_null || !str_to_i64(arguments[0], &id)) return true;
    if (!may_end(s, (int32_t)id, &found, err)) return false;
    Registry *r = engine_registry(s->connection->engine);
    if (found) found = terminate ? registry_terminate(r, (int32_t)id) : registry_interrupt(r, (int32_t)id);
    if (!found) {
        AUTO(Arena) a = {0};
        warn_later(s, "01000", arena_printf(&a, "PID %lld is not a PostgreSQL backend process", (long long)id));
    }
    return put_bool(ret, found);
}

static bool cancel(void *caller, Arguments arguments, Buf *ret, bool *ret_null, Err *err) {
    const LiveText words[LIVE_ARGUMENTS] = {arguments[0], LIVE_NULL, STR("false")};
    return end_session(caller, words, ret, ret_null, err);
}

static bool terminate(void *caller, Arguments arguments, Buf *ret, bool *ret_null, Err *err) {
    const LiveText words[LIVE_ARGUMENTS] = {arguments[0], LIVE_NULL, STR("true")};
    return end_session(caller, words, ret, ret_null, err);
}

static bool started(void *caller, Arguments arguments, Buf *ret, bool *ret_null, Err *err) {
    const PgSession *s = caller;
    char text[TIME_TEXT];
    (void)arguments;
    *ret_null = false;
    (void)err;
    buf_append(ret, time_format_us(engine_started_us(s->connection->engine), text));
    return true;
}

/* "127.0.0.1:5433", "[::1]:5433"; over a Unix socket there is neither. */
static bool client_part(const PgSession *s, bool port, Buf *ret, bool *ret_null) {
    Str client = s->connection->client;
    size_t colon = str_find_last(client, ':');
    *ret_null = s->connection->local || colon == STR_NONE;
    if (*ret_null) return true;
    Str host = str_slice(client, 0, colon);
    if (str_starts(host, STR("["))) host = str_slice(host, 1, host.len - 1);
    buf_append(ret, port ? str_slice(client, colon + 1, client.len) : host);
    return true;
}

static bool client_addr(void *caller, Arguments arguments, Buf *ret, bool *ret_null, Err *err) {
    (void)arguments;
    (void)err;
    return client_part(caller, false, ret, ret_null);
}

static bool client_port(void *caller, Arguments arguments, Buf *ret, bool *ret_null, Err *err) {
    (void)arguments;
    (void)err;
    return client_part(caller, true, ret, ret_null);
}

static bool transaction(void *caller, Arguments arguments, Buf *ret, bool *ret_null, Err *err) {
    PgSession *s = caller;
    (void)err;
    mutex_lock(&s->live);
    if (!s->transaction_id && !arguments[0].at) s->transaction_id = engine_next_transaction(s->connection->engine);
    *ret_null = !s->transaction_id;
    buf_printf(ret, "%lld", (long long)s->transaction_id);
    mutex_unlock(&s->live);
    return true;
}

/* ---- settings ---- */

static bool setting(void *caller, Arguments arguments, Buf *ret, bool *ret_null, Err *err) {
    AUTO(Arena) a = {0};
    Str value;
    *ret_null = !arguments[0].at || !arguments[1].at;
    if (*ret_null) return true;
    bool found = pg_setting_get(caller, &a, arguments[0], &value);
    if (found) buf_append(ret, value);
    *ret_null = !found;
    return found || is_true(arguments[1]) ||
           pg_error(err, "42704", "unrecognized configuration parameter \"" STR_FMT "\"", STR_ARG(arguments[0]));
}

static bool set(void *caller, Arguments arguments, Buf *ret, bool *ret_null, Err *err) {
    AUTO(Arena) a = {0};
    PgSession *s = caller;
    Str value;
    if (!arguments[0].at) return pg_error(err, "22004", "SET requires parameter name");
    SettingScope scope = is_true(arguments[2]) ? SETTING_LOCAL : SETTING_TRANSACTION;
    if (!pg_setting_set(s, arguments[0], arguments[1], scope, err)) return false;
    *ret_null = !pg_setting_get(s, &a, arguments[0], &value);
    if (!*ret_null) buf_append(ret, value);
    return true;
}

/* ---- what waits ---- */

static bool interrupted(void *context) {
    PgSession *s = context;
    return registered_interrupted(s->connection->me);
}

static bool canceled(Err *err) {
    return pg_error(err, "57014", "canceling statement due to user request");
}

static bool nap(void *caller, Arguments arguments, Buf *ret, bool *ret_null, Err *err) {
    PgSession *s = caller;
    double seconds;
    (void)ret;
    *ret_null = !arguments[0].at;
    if (*ret_null || !str_to_double(arguments[0], &seconds) || !(seconds > 0)) return true;
    int64_t end = seconds > 1e9 ? NO_DEADLINE : deadline_in((int64_t)(seconds * (double)US_PER_SECOND));
    while (clock_us() < end) {
        Until until = {MIN(end, deadline_in(COND_TICK_US)), registered_cancel(s->connection->me), CANCEL_ABORT};
        if (interrupted(s)) return canceled(err);
        (void)wait_fd(-1, 0, until);
    }
    return true;
}

static bool has_flag(LiveText flags, char flag) {
    return str_find(flags, flag) != STR_NONE;
}

/* False: an argument is NULL. */
static bool read_request(const PgSession *s, Arguments arguments, AdvisoryRequest *ret) {
    LiveText flags = arguments[0], first = arguments[1], second = arguments[2];
    int64_t a, b = 0;
    bool pair = has_flag(flags, '2');
    if (!first.at || !str_to_i64(first, &a) || (pair && (!second.at || !str_to_i64(second, &b)))) return false;
    *ret = (AdvisoryRequest){
        .owner = registered_id(s->connection->me),
        .key = {pair ? (int64_t)((uint64_t)a << 32 | (uint32_t)b) : a, pair, s->database_oid},
        .shared = has_flag(flags, 's'),
        .transaction = has_flag(flags, 'x'),
    };
    return true;
}

static bool lock(void *caller, Arguments arguments, Buf *ret, bool *ret_null, Err *err) {
    PgSession *s = caller;
    AdvisoryRequest r;
    (void)ret;
    *ret_null = !read_request(s, arguments, &r);
    if (*ret_null) return true;
    AdvisoryWait wait = {s->lock_timeout_us ? deadline_in(s->lock_timeout_us) : NO_DEADLINE, interrupted, s};
    switch (advisory_take(engine_advisory(s->connection->engine), &r, &wait)) {
    case ADVISORY_TAKEN: return true;
    case ADVISORY_BUSY: return pg_error(err, "55P03", "canceling statement due to lock timeout");
    case ADVISORY_DEADLOCK: return pg_error(err, "40P01", "deadlock detected");
    case ADVISORY_CANCELED: break;
    }
    return canceled(err);
}

static bool try_lock(void *caller, Arguments arguments, Buf *ret, bool *ret_null, Err *err) {
    PgSession *s = caller;
    AdvisoryRequest r;
    AdvisoryWait wait = {0, interrupted, s};
    (void)err;
    *ret_null = !read_request(s, arguments, &r);
    return *ret_null ||
           put_bool(ret, advisory_take(engine_advisory(s->connection->engine), &r, &wait) == ADVISORY_TAKEN);
}

static bool unlock(void *caller, Arguments arguments, Buf *ret, bool *ret_null, Err *err) {
    PgSession *s = caller;
    AdvisoryRequest r;
    (void)err;
    *ret_null = !read_request(s, arguments, &r);
    if (*ret_null) return true;
    bool had = advisory_give_back(engine_advisory(s->connection->engine), &r);
    if (!had)
        warn_later(s, "01000",
                   r.shared ? STR("you don't own a lock of type ShareLock")
                            : STR("you don't own a lock of type ExclusiveLock"));
    return put_bool(ret, had);
}

static bool unlock_all(void *caller, Arguments arguments, Buf *ret, bool *ret_null, Err *err) {
    PgSession *s = caller;
    (void)arguments;
    (void)ret;
    *ret_null = false;
    (void)err;
    advisory_release(engine_advisory(s->connection->engine), registered_id(s->connection->me), true);
    return true;
}

static const LiveFunction functions[] = {
    {"pid", pid},
    {"cancel", cancel},
    {"terminate", terminate},
    {"started", started},
    {"client_addr", client_addr},
    {"client_port", client_port},
    {"transaction", transaction},
    {"setting", setting},
    {"set", set},
    {"sleep", nap},
    {"lock", lock},
    {"try_lock", try_lock},
    {"unlock", unlock},
    {"unlock_all", unlock_all},
};

const LiveAnswers pg_answers = {
    .functions = functions,
    .function_count = ARRAY_LEN(functions),
    .tables = pg_live_tables,
    .table_count = PG_LIVE_TABLES,
};

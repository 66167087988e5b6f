/* From the first byte of a connection to the first ReadyForQuery. */
#include "base/crypto.h"
#include "os/path.h"
#include "pgwire/session.h"

enum { CANCEL_REQUEST = 80877102, PROTOCOL_MAJOR = 3, LAST_MINOR = 2 };

typedef struct Hello {
    int32_t minor;
    Str user, database, application, replication;
    StrVec unknown;  /* _pq_ options that nobody knows here */
    StrVec settings; /* name, value, name... */
} Hello;

static bool refuse_for(PgSession *s, const Err *err) {
    pg_send_error(&s->wire, SEVERITY_FATAL, err, (Str){0});
    (void)wire_flush(&s->wire);
    return false;
}

static bool refuse(PgSession *s, const char *sqlstate, const char *format, ...) PRINTF_LIKE(3, 4);
static bool refuse(PgSession *s, const char *sqlstate, const char *format, ...) {
    Err err = {0};
    va_list args;
    va_start(args, format);
    Str text = arena_vprintf(&s->connection->arena, format, args);
    va_end(args);
    pg_error(&err, sqlstate, STR_FMT, STR_ARG(text));
    return refuse_for(s, &err);
}

static void cancel(PgSession *s, Fields f) {
    int32_t id = field_i32(&f);
    Str key = f.bad ? (Str){0} : (Str){f.at, (size_t)(f.end - f.at)};
    if (!f.bad && key.len <= CANCEL_KEY_BYTES)
        registry_cancel(engine_registry(s->connection->engine), id, (const uint8_t *)key.at, key.len);
}

/* False: nothing follows; the client was told why, or a cancel request was done. */
static bool read_hello(PgSession *s, Until until, Fields *ret, int32_t *ret_version) {
    Err err = {0};
    bool ok = pg_read_hello(&s->wire, s->connection, until, ret, ret_version, &err);
    if (err.code == ERR_INPUT || (ok && ret->bad)) return refuse(s, "08P01", "invalid length of startup packet");
    if (err.code == ERR_SQL) return refuse_for(s, &err);
    if (ok && *ret_version == CANCEL_REQUEST) cancel(s, *ret);
    return ok && *ret_version != CANCEL_REQUEST;
}

static bool read_parameters(PgSession *s, Fields f, Hello *ret) {
    Arena *a = &s->connection->arena;
    const struct {
        const char *name;
        Str *value;
    } known[] = {
        {"user", &ret->user},
        {"database", &ret->database},
        {"application_name", &ret->application},
        {"replication", &ret->replication},
    };
    for (;;) {
        Str name = field_text(&f);
        if (f.bad) return refuse(s, "08P01", "invalid startup packet layout: expected terminator as last byte");
        if (!name.len) return true;
        Str value = field_text(&f);
        bool ours = false;
        for (size_t i = 0; i < ARRAY_LEN(known); i++) {
            if (!str_is(name, known[i].name)) continue;
            *known[i].value = arena_str(a, value);
            ours = true;
        }
        if (str_starts(name, STR("_pq_."))) {
            vec_push(&ret->unknown, arena_str(a, name));
        } else if (!ours) {
            vec_push(&ret->settings, arena_str(a, name));
            vec_push(&ret->settings, arena_str(a, value));
        }
    }
}

/* Of a newer minor version, or with options that are unknown here: what is spoken instead. */
static void negotiate(PgSession *s, const Hello *hello) {
    if (hello->minor <= LAST_MINOR && !hello->unknown.len) return;
    wire_begin(&s->wire, 'v');
    wire_put_i32(&s->wire, PROTOCOL_MAJOR << 16 | MIN(hello->minor, (int32_t)LAST_MINOR));
    wire_put_i32(&s->wire, (int32_t)hello->unknown.len);
    for (size_t i = 0; i < hello->unknown.len; i++) wire_put_text(&s->wire, hello->unknown.at[i]);
    wire_end(&s->wire);
}

static void welcome(PgSession *s, const Hello *hello) {
    Wire *w = &s->wire;
    const Registered *me = s->connection->me;
    pg_settings_report(s, true);
    wire_begin(w, 'K');
    wire_put_i32(w, registered_id(me));
    wire_put_bytes(w, (Str){(const char *)registered_key(me), hello->minor >= 2 ? CANCEL_KEY_BYTES : 4});
    wire_end(w);
}

/* "-c name=value -c ..." of the start-up packet's `options`; a blank inside a value is "\\ ". */
static bool apply_options(PgSession *s, Str options, Err *err) {
    Str word;
    while (str_cut(&options, ' ', &word)) {
        if (str_is(word, "-c") && !str_cut(&options, ' ', &word)) break;
        if (str_starts(word, STR("--"))) word = str_slice(word, 2, word.len);
        else if (str_starts(word, STR("-c"))) word = str_slice(word, 2, word.len);
        size_t equals = str_find(word, '=');
        if (equals == STR_NONE) continue;
        if (!pg_setting_set(s, str_slice(word, 0, equals), str_slice(word, equals + 1, word.len), SETTING_FOREVER, err))
            return false;
    }
    return true;
}

static bool apply_settings(PgSession *s, const Hello *hello) {
    Err err = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < hello->settings.len; i += 2) {
        Str name = hello->settings.at[i], value = hello->settings.at[i + 1];
        ok = str_is(name, "options") ? apply_options(s, value, &err)
                                     : pg_setting_set(s, name, value, SETTING_FOREVER, &err);
    }
    ok = ok && pg_settings_apply(s, &err);
    if (ok && hello->application.len) map_put_str(&s->settings, STR("application_name"), hello->application);
    return ok || refuse_for(s, &err);
}

/* pond.listen.tls: required. A cancel request may still come in clear, as older libpq sends it. */
static bool encrypted_enough(PgSession *s) {
    const Connection *c = s->connection;
    if (c->local || s->wire.tls || !engine_wants_tls(c->engine)) return true;
    Err err = {0};
    pg_error(&err, "28000", "this server takes encrypted connections only");
    err_hint(&err, "sslmode=require in the connection; the server's pond.listen.tls is \"required\"");
    return refuse_for(s, &err);
}

/* Beside the warehouse, where DuckDB's own temporary files are, and as many. */
static RowStorePlan kept_plan(const PgSession *s) {
    Connection *c = s->connection;
    uint64_t limit = engine_limits(c->engine).temp_limit;
    Str folder = path_folder(warehouse_path(s->database_file));
    return (RowStorePlan){arena_c(&c->arena, folder), limit ? limit : WAREHOUSE_TEMP_LIMIT};
}

/* "warehouse" is the project's by any name; so is what a client asks for that was told no database: the user's name, or the one that
 * every PostgreSQL has for those who want to list the others. */
static bool open_database(PgSession *s, const Hello *hello, Err *err) {
    Engine *e = s->connection->engine;
    Str asked = hello->database.len ? hello->database : hello->user;
    s->database_file = engine_database(e, asked, err);
    bool any = str_equal(asked, hello->user) || str_is(asked, "postgres");
    if (!s->database_file && any && err->code == ERR_NOT_FOUND) {
        *err = (Err){0};
        s->database_file = engine_database(e, STR("warehouse"), err);
    }
    if (!s->database_file) return false;
    s->database = warehouse_pool_name(engine_pool(e), &s->connection->arena, s->database_file);
    s->database_oid = pg_database_oid(s->database, s->database_file == engine_warehouse(e));
    s->kept = kept_plan(s);
    s->db = pg_session_open(s, err);
    return s->db;
}

/* 3D000, with the hint. */
static bool refuse_database(PgSession *s, const Err *err) {
    Err told = {0};
    if (err->code != ERR_NOT_FOUND) return refuse_for(s, err);
    pg_error(&told, "3D000", "%s", err->msg);
    if (err->hint[0]) err_hint(&told, "%s", err->hint);
    return refuse_for(s, &told);
}

static bool log_in(PgSession *s, const Hello *hello, Until until) {
    if (!hello->user.len) return refuse(s, "28000", "no PostgreSQL user name specified in startup packet");
    if (hello->replication.len && !str_is(hello->replication, "false"))
        return refuse(s, "0A000", "replication is not supported");
    Err err = {0};
    if (!encrypted_enough(s)) return false;
    if (!pg_authenticate(s, hello->user, until, &err)) {
        /* Too late: as PostgreSQL, without a word, because the client may be in the middle of anything. */
        bool silent = err.code == ERR_IO || err.code == ERR_TIMEOUT;
        if (err.code == ERR_CANCELED) return refuse(s, "57P03", "the server is stopping");
        log_event(engine_log(s->connection->engine), LOG_WARN, "postgres.login_failed",
                  LOG_STR("client", s->connection->client), LOG_STR("user", hello->user), LOG_ERR(&err));
        return !silent && refuse_for(s, &err);
    }
    s->user = hello->user;
    if (!open_database(s, hello, &err)) return refuse_database(s, &err);
    map_init(&s->settings, &s->settings_arena);
    pg_settings_of_server(s);
    if (!apply_settings(s, hello)) return false;
    registered_login(s->connection->me, hello->user, s->database, hello->application);
    return true;
}

bool pg_startup(PgSession *s) {
    int64_t patience = engine_limits(s->connection->engine).login_timeout_us;
    Until until = {patience ? deadline_in(patience) : NO_DEADLINE, s->wire.cancel, CANCEL_STOP};
    Fields f;
    int32_t version;
    Hello hello = {0};
    if (!read_hello(s, until, &f, &version)) return false;
    if (version >> 16 != PROTOCOL_MAJOR)
        return refuse(s, "0A000", "unsupported frontend protocol %d.%d: server supports 3.0 to 3.%d", version >> 16,
                      version & 0xFFFF, LAST_MINOR);
    hello.minor = version & 0xFFFF;
    bool ok = read_parameters(s, f, &hello);
    if (ok) negotiate(s, &hello);
    ok = ok && log_in(s, &hello, until);
    if (ok) welcome(s, &hello);
    vec_release(&hello.unknown);
    vec_release(&hello.settings);
    return ok;
}

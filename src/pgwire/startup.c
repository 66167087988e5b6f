/* From the first byte of a connection to the first ReadyForQuery. */
#include "base/crypto.h"
#include "pgwire/session.h"

enum { SSL_REQUEST = 80877103, GSS_REQUEST = 80877104, CANCEL_REQUEST = 80877102, PROTOCOL_MAJOR = 3, LAST_MINOR = 2 };
/* How long a client may take to log in. */
enum { LOGIN_US = 60 * 1000 * 1000 };

typedef struct Hello {
    int32_t minor;
    Str user, database, application, replication;
    StrVec unknown; /* _pq_ options that nobody knows here */
} Hello;

static bool refuse(PgSession *s, const char *sqlstate, const char *format, ...) PRINTF_LIKE(3, 4);
static bool refuse(PgSession *s, const char *sqlstate, const char *format, ...) {
    Err err = {0};
    va_list args;
    va_start(args, format);
    Str text = arena_vprintf(&s->connection->arena, format, args);
    va_end(args);
    pg_error(&err, sqlstate, STR_FMT, STR_ARG(text));
    pg_send_error(&s->wire, SEVERITY_FATAL, &err, (Str){0});
    (void)wire_flush(&s->wire);
    return false;
}

static void cancel(PgSession *s, Fields f) {
    int32_t id = field_i32(&f);
    Str key = f.bad ? (Str){0} : (Str){f.at, (size_t)(f.end - f.at)};
    if (!f.bad && key.len <= CANCEL_KEY_BYTES)
        registry_cancel(engine_registry(s->connection->engine), id, (const uint8_t *)key.at, key.len);
}

/* Packets before the real one: encryption is answered, a cancel request done. False: nothing follows. */
static bool read_hello(PgSession *s, Fields *ret, int32_t *ret_version) {
    Until until = {deadline_in(LOGIN_US), s->wire.cancel, CANCEL_STOP};
    Err err = {0};
    for (;;) {
        Str body;
        if (!wire_read_startup(&s->wire, until, &body, &err)) {
            return err.code == ERR_INPUT && refuse(s, "08P01", "invalid length of startup packet");
        }
        *ret = fields_of(body);
        *ret_version = field_i32(ret);
        if (ret->bad) return refuse(s, "08P01", "invalid length of startup packet");
        if (*ret_version == CANCEL_REQUEST) return cancel(s, *ret), false;
        if (*ret_version != SSL_REQUEST && *ret_version != GSS_REQUEST) return true;
        /* What came behind the request in clear text must not count as encrypted (CVE-2021-23214). */
        wire_put_raw(&s->wire, 'N');
        if (!wire_flush(&s->wire)) return false;
    }
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
        for (size_t i = 0; i < ARRAY_LEN(known); i++)
            if (str_is(name, known[i].name)) *known[i].value = arena_str(a, value);
        if (str_starts(name, STR("_pq_."))) vec_push(&ret->unknown, arena_str(a, name));
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

static void put_status(Wire *w, const char *name, Str value) {
    wire_begin(w, 'S');
    wire_put_text(w, str_of(name));
    wire_put_text(w, value);
    wire_end(w);
}

static void welcome(PgSession *s, const Hello *hello) {
    Wire *w = &s->wire;
    const Registered *me = s->connection->me;
    wire_begin(w, 'R');
    wire_put_i32(w, 0);
    wire_end(w);
    put_status(w, "server_version", STR("15.0 (Pond " POND_VERSION ")"));
    put_status(w, "server_encoding", STR("UTF8"));
    put_status(w, "client_encoding", STR("UTF8"));
    put_status(w, "application_name", hello->application);
    put_status(w, "is_superuser", STR("on"));
    put_status(w, "session_authorization", hello->user);
    put_status(w, "DateStyle", STR("ISO, MDY"));
    put_status(w, "IntervalStyle", STR("postgres"));
    put_status(w, "TimeZone", STR("UTC"));
    put_status(w, "integer_datetimes", STR("on"));
    put_status(w, "standard_conforming_strings", STR("on"));
    wire_begin(w, 'K');
    wire_put_i32(w, registered_id(me));
    wire_put_bytes(w, (Str){(const char *)registered_key(me), hello->minor >= 2 ? CANCEL_KEY_BYTES : 4});
    wire_end(w);
}

static bool log_in(PgSession *s, const Hello *hello) {
    Str name = warehouse_name(engine_warehouse(s->connection->engine));
    Str asked = hello->database.len ? hello->database : STR("warehouse");
    bool ours = str_equal(asked, name) || str_is(asked, "warehouse") || str_equal(asked, hello->user);
    if (!hello->user.len) return refuse(s, "28000", "no PostgreSQL user name specified in startup packet");
    if (hello->replication.len && !str_is(hello->replication, "false"))
        return refuse(s, "0A000", "replication is not supported");
    if (!ours) return refuse(s, "3D000", "database \"" STR_FMT "\" does not exist", STR_ARG(asked));
    Err err = {0};
    s->user = hello->user;
    s->database = name;
    s->db = session_open(engine_warehouse(s->connection->engine), &err);
    if (!s->db) return refuse(s, "XX000", "%s", err.msg);
    registered_login(s->connection->me, hello->user, name, hello->application);
    return true;
}

bool pg_startup(PgSession *s) {
    Fields f;
    int32_t version;
    Hello hello = {0};
    if (!read_hello(s, &f, &version)) return false;
    if (version >> 16 != PROTOCOL_MAJOR)
        return refuse(s, "0A000", "unsupported frontend protocol %d.%d: server supports 3.0 to 3.%d", version >> 16,
                      version & 0xFFFF, LAST_MINOR);
    hello.minor = version & 0xFFFF;
    bool ok = read_parameters(s, f, &hello) && log_in(s, &hello);
    if (ok) {
        negotiate(s, &hello);
        welcome(s, &hello);
    }
    vec_release(&hello.unknown);
    return ok;
}

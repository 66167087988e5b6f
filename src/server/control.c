#include "server/control.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "command/perform.h"
#include "os/file.h"
#include "os/socket.h"

enum { FRAME_LIMIT = 64 * 1024 * 1024, FDS = 3, PATIENCE_US = 10 * 1000 * 1000 };

void control_request_release(ControlRequest *r) {
    vec_release(&r->argv);
    for (size_t i = 0; i < FDS; i++) fd_close(&r->fds[i]);
}

/* ---- frames: a list of texts ---- */

static void put_u32(Buf *out, size_t value) {
    uint32_t v = (uint32_t)value;
    buf_append(out, (Str){(const char *)&v, sizeof v});
}

static Buf frame_of(const StrVec *texts) {
    Buf body = {0}, frame = {0};
    put_u32(&body, texts->len);
    for (size_t i = 0; i < texts->len; i++) {
        put_u32(&body, texts->at[i].len);
        buf_append(&body, texts->at[i]);
    }
    put_u32(&frame, body.len);
    buf_append(&frame, buf_str(&body));
    buf_release(&body);
    return frame;
}

static bool take_u32(Str *rest, uint32_t *ret) {
    if (rest->len < sizeof *ret) return false;
    memcpy(ret, rest->at, sizeof *ret);
    *rest = str_slice(*rest, sizeof *ret, rest->len);
    return true;
}

static bool bad_frame(Err *err) {
    return err_set(err, ERR_INPUT, "the other end of the control socket speaks something else");
}

static bool read_exactly(int fd, char *at, size_t n, Until until, Err *err) {
    for (size_t have = 0; have < n;) {
        ssize_t got = socket_read(fd, at + have, n - have, until, err);
        if (got < 0) return false;
        if (got == 0) return err_set(err, ERR_IO, "the server has gone");
        have += (size_t)got;
    }
    return true;
}

static bool parse_frame(Str rest, Arena *a, StrVec *ret, Err *err) {
    uint32_t count, len;
    if (!take_u32(&rest, &count)) return bad_frame(err);
    for (uint32_t i = 0; i < count; i++) {
        if (!take_u32(&rest, &len) || len > rest.len) return bad_frame(err);
        vec_push(ret, arena_str(a, str_slice(rest, 0, len)));
        rest = str_slice(rest, len, rest.len);
    }
    return rest.len == 0 || bad_frame(err);
}

/* fds: room for SOCKET_FDS; NULL: none are expected. */
static bool read_frame(int fd, Arena *a, Until until, StrVec *ret, Fd *fds, size_t *fd_count, Err *err) {
    uint32_t len = 0;
    AUTO(Buf) body = {0};
    if (fds) {
        ssize_t n = socket_receive(fd, &len, sizeof len, fds, fd_count, until, err);
        if (n < 0) return false;
        if (n != sizeof len) return bad_frame(err);
    } else if (!read_exactly(fd, (char *)&len, sizeof len, until, err)) {
        return false;
    }
    if (len > FRAME_LIMIT) return bad_frame(err);
    (void)buf_reserve(&body, len);
    return read_exactly(fd, body.at, len, until, err) && parse_frame((Str){body.at, len}, a, ret, err);
}

/* ---- request and reply ---- */

/* Numbers of a request, in this order. */
enum {
    UMASK,
    IN_TERMINAL,
    OUT_TERMINAL,
    OUT_COLOURS,
    OUT_UTF8,
    OUT_WIDTH,
    ERR_TERMINAL,
    ERR_COLOURS,
    ERR_UTF8,
    ERR_WIDTH,
    NUMBERS
};
enum { FIRST_TEXTS = 4 }; /* version, cwd, program, how many words of argv */

bool control_send_request(int fd, const ControlRequest *r, Err *err) {
    AUTO(Arena) arena = {0};
    AUTO(StrVec) texts = {0};
    const unsigned numbers[NUMBERS] = {
        [UMASK] = r->umask,
        [IN_TERMINAL] = r->in_terminal,
        [OUT_TERMINAL] = r->out.terminal,
        [OUT_COLOURS] = r->out.colours,
        [OUT_UTF8] = r->out.utf8,
        [OUT_WIDTH] = r->out.width,
        [ERR_TERMINAL] = r->err.terminal,
        [ERR_COLOURS] = r->err.colours,
        [ERR_UTF8] = r->err.utf8,
        [ERR_WIDTH] = r->err.width,
    };
    vec_push(&texts, r->version);
    vec_push(&texts, r->cwd);
    vec_push(&texts, r->program);
    vec_push(&texts, arena_printf(&arena, "%zu", r->argv.len));
    for (size_t i = 0; i < NUMBERS; i++) vec_push(&texts, arena_printf(&arena, "%u", numbers[i]));
    for (size_t i = 0; i < r->argv.len; i++) vec_push(&texts, r->argv.at[i]);
    for (size_t i = 0; i < r->env.len; i++) {
        Str value = {0};
        map_get_str(&r->env, r->env.entries[i].key, &value);
        vec_push(&texts, r->env.entries[i].key);
        vec_push(&texts, value);
    }
    AUTO(Buf) frame = frame_of(&texts);
    Until until = {.deadline_us = deadline_in(PATIENCE_US)};
    return socket_send(fd, str_slice(buf_str(&frame), 0, 4), r->fds, FDS, until, err) &&
           socket_write_all(fd, str_slice(buf_str(&frame), 4, frame.len), until, err);
}

static void read_stream(const uint64_t *numbers, ControlStream *ret) {
    *ret = (ControlStream){numbers[0] != 0, numbers[1] != 0, numbers[2] != 0, (unsigned)numbers[3]};
}

bool control_read_request(int fd, Arena *a, Until until, ControlRequest *ret, Err *err) {
    Fd fds[SOCKET_FDS];
    size_t fd_count = 0;
    AUTO(StrVec) texts = {0};
    uint64_t numbers[NUMBERS], argc = 0;
    *ret = (ControlRequest){.fds = {-1, -1, -1}};
    map_init(&ret->env, a);
    bool ok = read_frame(fd, a, until, &texts, fds, &fd_count, err);
    for (size_t i = 0; i < fd_count; i++) {
        if (i < FDS) ret->fds[i] = fds[i];
        else fd_close(&fds[i]);
    }
    if (!ok) return false;
    if (fd_count != FDS || texts.len < FIRST_TEXTS + NUMBERS || !str_to_u64(texts.at[3], &argc)) return bad_frame(err);
    for (size_t i = 0; i < NUMBERS; i++)
        if (!str_to_u64(texts.at[FIRST_TEXTS + i], &numbers[i])) return bad_frame(err);
    size_t at = FIRST_TEXTS + NUMBERS;
    if (argc > texts.len - at || (texts.len - at - argc) % 2) return bad_frame(err);
    ret->version = texts.at[0];
    ret->cwd = texts.at[1];
    ret->program = texts.at[2];
    ret->umask = (mode_t)numbers[UMASK];
    ret->in_terminal = numbers[IN_TERMINAL] != 0;
    read_stream(&numbers[OUT_TERMINAL], &ret->out);
    read_stream(&numbers[ERR_TERMINAL], &ret->err);
    for (uint64_t i = 0; i < argc; i++) vec_push(&ret->argv, texts.at[at++]);
    for (; at < texts.len; at += 2) map_put_str(&ret->env, texts.at[at], texts.at[at + 1]);
    return true;
}

bool control_send_reply(int fd, const ControlReply *reply, Err *err) {
    AUTO(Arena) arena = {0};
    AUTO(StrVec) texts = {0};
    vec_push(&texts, arena_printf(&arena, "%d", reply->exit_code));
    vec_push(&texts, str_of(reply->err.code ? err_name(reply->err.code) : ""));
    vec_push(&texts, str_of(reply->err.msg));
    vec_push(&texts, str_of(reply->err.hint));
    AUTO(Buf) frame = frame_of(&texts);
    return socket_write_all(fd, buf_str(&frame), (Until){.deadline_us = deadline_in(PATIENCE_US)}, err);
}

static ErrCode code_of(Str name) {
    static const ErrCode codes[] = {
#define X(code, ...) ERR_##code,
        ERR_CODES(X)
#undef X
    };
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        if (str_is(name, err_name(codes[i]))) return codes[i];
    return name.len ? ERR_INTERNAL : ERR_OK;
}

bool control_read_reply(int fd, Until until, ControlReply *ret, Err *err) {
    AUTO(Arena) arena = {0};
    AUTO(StrVec) texts = {0};
    int64_t exit_code;
    *ret = (ControlReply){0};
    if (!read_frame(fd, &arena, until, &texts, NULL, NULL, err)) return false;
    if (texts.len != 4 || !str_to_i64(texts.at[0], &exit_code)) return bad_frame(err);
    ret->exit_code = (int)exit_code;
    ErrCode code = code_of(texts.at[1]);
    if (code) err_set(&ret->err, code, STR_FMT, STR_ARG(texts.at[2]));
    if (texts.at[3].len) err_hint(&ret->err, STR_FMT, STR_ARG(texts.at[3]));
    return true;
}

/* ---- the server's side ---- */

/* ctrl-C of the caller, and its end, become the command's cancel flag. */
typedef struct Listening {
    int fd;
    Cancel *cancel; /* of the command */
    Cancel ended;   /* the command has ended */
    Cancel *server; /* the server stops */
    Thread thread;
} Listening;

static void raise_next(Cancel *c) {
    cancel_raise(c, cancel_level(c) == CANCEL_NONE ? CANCEL_STOP : CANCEL_ABORT);
}

static void listen_to_caller(void *context) {
    Listening *l = context;
    enum { TICK_US = 200 * 1000 };
    bool told = false;
    for (;;) {
        char byte;
        Err err = {0};
        ssize_t n = socket_read(l->fd, &byte, 1, (Until){deadline_in(TICK_US), &l->ended, CANCEL_STOP}, &err);
        if (n == 1) raise_next(l->cancel);
        else if (n == 0 || (err.code != ERR_TIMEOUT && err.code != ERR_CANCELED)) break;
        if (cancel_level(&l->ended) != CANCEL_NONE) return;
        if (!told && cancel_level(l->server) != CANCEL_NONE) cancel_raise(l->cancel, CANCEL_STOP), told = true;
        if (cancel_level(l->server) == CANCEL_ABORT) cancel_raise(l->cancel, CANCEL_ABORT);
    }
    cancel_raise(l->cancel, CANCEL_STOP);
}

static Out out_of(const ControlStream *stream, int fd, Cancel *cancel) {
    return (Out){
        .fd = fd,
        .terminal = stream->terminal,
        .colours = stream->colours,
        .utf8 = stream->utf8,
        .width = stream->width,
        .cancel = cancel,
    };
}

static bool run(Connection *c, const ControlRequest *r, Cancel *cancel, ControlReply *ret) {
    AUTO(CommandLine) line = {0};
    AUTO(Out) out = out_of(&r->out, r->fds[1], cancel);
    AUTO(Out) errors = out_of(&r->err, r->fds[2], cancel);
    AUTO_PTR(Log) log = log_new();
    AUTO(Arena) arena = {0};
    Cmd cmd = {
        .arena = &arena,
        .line = &line,
        .env = &r->env,
        .cwd = r->cwd,
        .program = r->program,
        .umask = r->umask,
        .in = r->fds[0],
        .in_terminal = r->in_terminal,
        .out = &out,
        .err = &errors,
        .cancel = cancel,
        .pool = engine_pool(c->engine),
        .keeper = engine_keeper(c->engine),
        .log = log,
    };
    Err *err = &ret->err;
    bool ok = command_line_parse(&line, &r->argv, &r->env, err);
    if (ok && !line.command->warehouse)
        ok = err_set(err, ERR_UNSUPPORTED, "\"%s\" does not run in the server", line.command->name);
    ok = ok && command_perform(&cmd, err);
    ret->exit_code = cmd.exit_code;
    Err late = {0};
    if ((!out_flush(&out, &late) || !out_flush(&errors, &late)) && ok) {
        *err = late;
        ok = false;
    }
    return ok;
}

static bool check(const Connection *c, const ControlRequest *r, Err *err) {
    uid_t uid;
    pid_t pid;
    if (!socket_peer_user(c->fd, &uid, &pid) || (uid != geteuid() && uid != 0))
        return err_set(err, ERR_CONFIG, "the server belongs to another user");
    if (str_is(r->version, POND_VERSION)) return true;
    err_set(err, ERR_INCOMPATIBLE, "the server is pond " POND_VERSION ", this is pond " STR_FMT, STR_ARG(r->version));
    return err_hint(err, "pond restart");
}

static void perform(Connection *c, const ControlRequest *r, ControlReply *reply) {
    AUTO(Cancel) cancel = {0};
    Listening listening = {.fd = c->fd, .cancel = &cancel, .server = registered_cancel(c->me)};
    if (!cancel_init(&cancel, &reply->err) || !cancel_init(&listening.ended, &reply->err)) return;
    ThreadSpec spec = {.name = "caller", .body = listen_to_caller, .context = &listening};
    if (thread_start(&listening.thread, &spec, &reply->err)) (void)!run(c, r, &cancel, reply);
    cancel_raise(&listening.ended, CANCEL_STOP);
    thread_join(&listening.thread);
    cancel_release(&listening.ended);
}

static void tell_vitals(Connection *c, int fd, ControlReply *reply) {
    AUTO(Arena) arena = {0};
    PoolDatabases all = {0};
    AUTO(Buf) text = {0};
    Arena *a = &arena;
    Registry *r = engine_registry(c->engine);
    int64_t oldest = registry_oldest_transaction(r);
    Node *n = node_new(a, NODE_MAP), *files = node_new(a, NODE_LIST), *names = node_new(a, NODE_LIST);
    warehouse_pool_databases(engine_pool(c->engine), a, &all);
    for (size_t i = 0; i < all.len; i++) {
        node_push(a, files, node_string(a, all.at[i].path));
        node_push(a, names, node_string(a, all.at[i].name));
    }
    vec_release(&all);
    node_put(a, n, STR("sessions"), node_i64(a, (int64_t)registry_count(r)));
    node_put(a, n, STR("oldest_transaction_us"), oldest ? node_i64(a, oldest) : node_new(a, NODE_NULL));
    node_put(a, n, STR("files"), files);
    node_put(a, n, STR("databases"), names);
    json_write(&text, n, JSON_COMPACT);
    buf_put(&text, '\n');
    (void)!io_write_all(fd, buf_str(&text), (Until){.deadline_us = deadline_in(PATIENCE_US)}, &reply->err);
}

static void serve(Connection *c) {
    AUTO(ControlRequest) request = {.fds = {-1, -1, -1}};
    ControlReply reply = {0};
    Err ignored = {0};
    Until until = {deadline_in(PATIENCE_US), registered_cancel(c->me), CANCEL_STOP};
    if (!control_read_request(c->fd, &c->arena, until, &request, &reply.err)) return;
    bool ok = check(c, &request, &reply.err);
    if (ok && !request.argv.len) {
        tell_vitals(c, request.fds[1], &reply);
    } else if (ok) {
        registry_begin(c->me, request.argv.at[0], NULL, NO_DEADLINE);
        perform(c, &request, &reply);
    }
    (void)!control_send_reply(c->fd, &reply, &ignored);
}

static void refuse(Connection *c, const Err *why) {
    ControlReply reply = {.exit_code = err_exit_code(why->code), .err = *why};
    Err ignored = {0};
    (void)!control_send_reply(c->fd, &reply, &ignored);
}

enum { STACK = 16 * 1024 * 1024 };

const Service control_service = {.name = "control", .stack = STACK, .reserved = true, .serve = serve, .refuse = refuse};

#include "server/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdnoreturn.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/time.h"
#include "meta/server_file.h"
#include "os/certificate.h"
#include "os/machine.h"
#include "os/notify.h"
#include "os/path.h"
#include "server/listeners.h"

/* How often the engine may die before the supervisor gives up, and how it waits between. */
enum { BUDGET = 20, STEADY_US = 10 * 1000 * 1000, FIRST_WAIT_US = 50 * 1000, LONGEST_WAIT_US = 5 * 1000 * 1000 };
enum { EXIT_BROKEN = 70 };

typedef enum EngineEvent {
    ENGINE_READY,
    ENGINE_FAILED,     /* err says why */
    ENGINE_CONFIGURED, /* as it was asked; err: not so */
} EngineEvent;

/* What the supervisor asks of it: a byte. */
enum { ORDER_CONFIGURE = 'c', ORDER_END = 'e' };

/* What the engine tells its supervisor; both are one program, so it goes as it is. */
typedef struct EngineReport {
    EngineEvent event;
    Err err;
} EngineReport;

typedef struct Supervisor {
    const SupervisorPlan *plan;
    ServerConfig config; /* as read the last time, in config_arena or the plan's */
    Arena arena, config_arena;
    Listeners listeners;
    TlsServer *tls; /* NULL: off. The engine inherits it, so that it starts again whatever became of the files */
    Fd lock;
    unsigned failures; /* in a row */
    bool told;         /* the user knows that it serves */
    bool restarting;   /* the engine was asked to end, to become a program anew */
    Str successor;     /* that program; empty: its own */
    ServerFile status;
} Supervisor;

static void write_status(Supervisor *s) {
    server_file_write(s->config.run_folder.at, &s->status);
}

typedef struct EngineProcess {
    pid_t pid;
    Fd process, channel; /* readable when it has ended; its reports */
    bool ready, channel_ended;
    Err why; /* of ENGINE_FAILED */
} EngineProcess;

/* ---- the engine's process ---- */

static void report(int fd, EngineEvent event, const Err *err) {
    EngineReport text = {.event = event};
    if (err) text.err = *err;
    (void)!send(fd, &text, sizeof text, MSG_NOSIGNAL);
}

typedef struct Ordered {
    const SupervisorPlan *plan;
    int channel;
} Ordered;

/* The supervisor has read new settings: so does the engine. */
static void take_order(void *context, Engine *e) {
    const Ordered *o = context;
    AUTO(Arena) arena = {0};
    ServerConfig config;
    Err err = {0};
    char order;
    if (recv(o->channel, &order, sizeof order, MSG_DONTWAIT) != sizeof order) return;
    if (order == ORDER_END) {
        engine_end(e);
        return;
    }
    (void)(o->plan->configure(o->plan->context, &arena, &config, &err) && engine_reconfigure(e, &config, &err));
    report(o->channel, ENGINE_CONFIGURED, &err);
}

static noreturn void run_engine(Supervisor *s, int channel, pid_t supervisor) {
    const SupervisorPlan *plan = s->plan;
    Err err = {0};
    /* A process group of its own: ctrl-C is for the supervisor, which says what it means. */
    (void)setpgid(0, 0);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)prctl(PR_SET_NAME, "pond-engine");
    if (getppid() != supervisor) _exit(EXIT_BROKEN);
    fd_close(&s->lock);
    machine_give_back();
    plan->in_engine(plan->context);
    Keeper *keeper = cancel_renew(plan->cancel, &err) ? keeper_start(&err) : NULL;
    EnginePlan engine_plan = {
        .config = &s->config,
        .listeners = s->listeners.list.at,
        .listener_count = s->listeners.list.len,
        .tls = s->tls,
        .cancel = plan->cancel,
        .log = plan->log,
        .keeper = keeper,
        .orders = channel,
        .order = take_order,
        .context = &(Ordered){plan, channel},
    };
    Engine *engine = keeper ? engine_open(&engine_plan, &err) : NULL;
    if (!engine) {
        report(channel, ENGINE_FAILED, &err);
        _exit(EXIT_BROKEN);
    }
    report(channel, ENGINE_READY, NULL);
    if (!engine_serve(engine, &err)) {
        /* The database is invalid: closing it might not come back, and nothing of it can be saved. */
        log_event(plan->log, LOG_ERROR, "engine.broken", LOG_ERR(&err));
        report(channel, ENGINE_FAILED, &err);
        keeper_stop(keeper);
        _exit(EXIT_BROKEN);
    }
    engine_close(engine);
    keeper_stop(keeper);
    machine_check_leaks();
    _exit(0);
}

/* ---- the supervisor's ---- */

static bool start_engine(Supervisor *s, EngineProcess *ret, Err *err) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return err_errno(err, errno, "cannot make a channel to the engine");
    pid_t me = getpid(), pid = fork();
    if (pid == 0) {
        close(pair[0]);
        run_engine(s, pair[1], me);
    }
    int reason = errno;
    close(pair[1]);
    *ret = (EngineProcess){.pid = pid, .process = -1, .channel = pair[0]};
    if (pid < 0) return err_errno(err, reason, "cannot start the engine");
    ret->process = (int)syscall(SYS_pidfd_open, pid, 0);
    BUG_ON(ret->process < 0);
    return true;
}

static void tell_ready(Supervisor *s, const EngineProcess *engine) {
    s->status.engine = engine->pid;
    write_status(s);
    if (!s->told) s->plan->ready(s->plan->context, &s->listeners.addresses);
    s->told = true;
    service_notify(s->plan->notify, arena_printf(&s->arena, "READY=1\nMAINPID=%d", (int)getpid()));
}

/* ---- requests ---- */

/* False: it is not there to hear it; the next one reads the settings itself. */
static bool send_order(const EngineProcess *engine, char order) {
    return engine->ready && send(engine->channel, &order, sizeof order, MSG_NOSIGNAL) == sizeof order;
}

static void note_answer(Supervisor *s, const char *event, const Err *err) {
    s->status.configured_us = time_now_us();
    s->status.config_error = err->code ? arena_printf(&s->arena, "%s", err->msg) : (Str){0};
    write_status(s);
    if (err->code) log_event(s->plan->log, LOG_ERROR, event, LOG_ERR(err));
    else log_event(s->plan->log, LOG_INFO, event);
}

static void note_config(Supervisor *s, const Err *err) {
    note_answer(s, err->code ? "server.config_refused" : "server.configured", err);
}

/* What a reload cannot change is said, so that nobody waits for it. */
static bool check_same(const ServerConfig *was, const ServerConfig *now, Err *err) {
    const struct {
        const char *name;
        Str was, now;
    } fixed[] = {
        {"pond.listen.postgres", was->postgres, now->postgres},
        {"pond.listen.tls", str_of(tls_mode_name(was->tls)), str_of(tls_mode_name(now->tls))},
        {"the certificate", was->tls_certificate, now->tls_certificate},
        {"the warehouse's path", was->warehouse.path, now->warehouse.path},
    };
    for (size_t i = 0; i < ARRAY_LEN(fixed); i++) {
        if (str_equal(fixed[i].was, fixed[i].now)) continue;
        return err_set(err, ERR_CONFIG, "%s is \"" STR_FMT "\" now: pond restart takes it", fixed[i].name,
                       STR_ARG(fixed[i].now));
    }
    return true;
}

static bool read_config(Supervisor *s, bool restart, Err *err) {
    Arena arena = {0};
    ServerConfig config;
    bool ok =
        s->plan->configure(s->plan->context, &arena, &config, err) && (restart || check_same(&s->config, &config, err));
    Arena old = ok ? s->config_arena : arena;
    if (ok) {
        s->config = config;
        s->config_arena = arena;
    }
    arena_release(&old);
    return ok;
}

static void reload(Supervisor *s, const EngineProcess *engine) {
    Err err = {0};
    service_notify(s->plan->notify, arena_printf(&s->arena, "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)clock_us()));
    bool ok = read_config(s, false, &err);
    /* The engine's answer is noted when it comes. */
    if (!ok || !send_order(engine, ORDER_CONFIGURE)) note_config(s, &err);
    service_notify(s->plan->notify, STR("READY=1"));
}

/* Whoever can write into the run folder is this user or root; what is run must be theirs, too. */
static bool take_successor(Supervisor *s, Err *err) {
    struct stat st;
    if (!server_successor_take(s->config.run_folder.at, &s->arena, &s->successor, err)) return false;
    const char *path = s->successor.at;
    if (!s->successor.len) return true;
    if (path[0] != '/' || !path_is_program(path))
        return err_set(err, ERR_CONFIG, "cannot restart as \"%s\": it is no program", path);
    return (stat(path, &st) == 0 && (st.st_uid == geteuid() || st.st_uid == 0)) ||
           err_set(err, ERR_CONFIG, "cannot restart as \"%s\": it belongs to user %u, neither this one nor root", path,
                   (unsigned)st.st_uid);
}

static void restart(Supervisor *s, const EngineProcess *engine) {
    Err err = {0};
    if (s->restarting) return;
    if (!take_successor(s, &err)) {
        note_answer(s, "server.restart_refused", &err);
        return;
    }
    if (!read_config(s, true, &err)) {
        note_config(s, &err);
        return;
    }
    log_event(s->plan->log, LOG_INFO, "server.restarting");
    s->restarting = true;
    if (!send_order(engine, ORDER_END)) (void)kill(engine->pid, SIGTERM);
}

static void take_requests(Supervisor *s, const EngineProcess *engine) {
    for (;;) {
        switch (s->plan->request(s->plan->context)) {
        case REQUEST_NONE: return;
        case REQUEST_RELOAD: reload(s, engine); break;
        case REQUEST_RESTART: restart(s, engine); break;
        }
    }
}

/* The new program finds the sockets by their numbers, and the lock, which nobody else could have taken meanwhile. */
static void become(Supervisor *s) {
    AUTO(Buf) text = {0};
    Err err = {0};
    s->status.engine = 0;
    write_status(s);
    inherited_add(&text, STR("lock"), s->lock);
    listeners_hand_on(&s->listeners, &text);
    if (!s->plan->become(s->plan->context, s->successor, buf_str(&text), &err))
        note_answer(s, "server.restart_failed", &err);
}

/* What it says until it has ended. */
static void take_reports(Supervisor *s, EngineProcess *engine) {
    EngineReport text;
    while (recv(engine->channel, &text, sizeof text, MSG_DONTWAIT) == sizeof text) {
        switch (text.event) {
        case ENGINE_READY:
            engine->ready = true;
            tell_ready(s, engine);
            break;
        case ENGINE_FAILED: engine->why = text.err; break;
        case ENGINE_CONFIGURED: note_config(s, &text.err); break;
        }
    }
}

/* Waits for the engine's end, passing on what the user asks for. Returns its exit status. */
static int watch_engine(Supervisor *s, EngineProcess *engine) {
    Cancel *cancel = s->plan->cancel;
    CancelLevel passed = CANCEL_NONE;
    int status = 0;
    for (;;) {
        CancelLevel level = cancel_level(cancel);
        if (!passed && level) service_notify(s->plan->notify, STR("STOPPING=1"));
        for (; passed < level; passed++)
            (void)kill(engine->pid, passed ? SIGINT : SIGTERM); /* one twice may come once */
        struct pollfd heard[] = {{.fd = engine->process, .events = POLLIN},
                                 {.fd = engine->channel, .events = POLLIN},
                                 {.fd = s->plan->requests, .events = POLLIN}};
        Until until = {NO_DEADLINE, cancel, (CancelLevel)(passed + 1)};
        if (passed == CANCEL_ABORT) until = (Until){NO_DEADLINE, NULL, CANCEL_NONE};
        /* An engine that has closed its end is about to be waited for. */
        if (engine->channel_ended) heard[1].fd = -1;
        if (wait_fds(heard, ARRAY_LEN(heard), until) != WAIT_READY) continue;
        if (heard[1].revents) take_reports(s, engine);
        if (heard[1].revents & POLLHUP) engine->channel_ended = true;
        if (heard[2].revents) take_requests(s, engine);
        if (heard[0].revents && waitpid(engine->pid, &status, WNOHANG) == engine->pid) break;
    }
    take_reports(s, engine);
    fd_close(&engine->process);
    fd_close(&engine->channel);
    return status;
}

static void note_death(Supervisor *s, const EngineProcess *engine, int status) {
    Str why;
    if (engine->why.code) why = arena_printf(&s->arena, "%s", engine->why.msg);
    else if (WIFSIGNALED(status))
        why = arena_printf(&s->arena, "signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
    else why = arena_printf(&s->arena, "exit code %d", WEXITSTATUS(status));
    s->status.restarts++;
    s->status.last_end = why;
    s->status.last_end_us = time_now_us();
    s->status.engine = 0;
    write_status(s);
    log_event(s->plan->log, LOG_ERROR, "engine.ended", LOG_INT("pid", engine->pid), LOG_STR("reason", why),
              LOG_INT("restarts", s->status.restarts));
}

/* One life of the engine. *ret_again: it should be started again. */
static bool live(Supervisor *s, bool *ret_again, Err *err) {
    EngineProcess engine;
    int64_t began = clock_us();
    if (!start_engine(s, &engine, err)) return false;
    int status = watch_engine(s, &engine);
    *ret_again = cancel_level(s->plan->cancel) == CANCEL_NONE;
    if (!*ret_again) return true;
    if (s->restarting) become(s);
    s->restarting = false;
    if (!s->told) {
        /* It never served: what is wrong will not be right the next time. */
        if (engine.why.code) *err = engine.why;
        else err_set(err, ERR_INTERNAL, "the engine ended before it served");
        return false;
    }
    note_death(s, &engine, status);
    if (engine.ready && clock_us() - began > STEADY_US) s->failures = 0;
    if (++s->failures > BUDGET)
        return err_set(err, ERR_INTERNAL, "the engine has ended %u times in a row, last by " STR_FMT, s->failures,
                       STR_ARG(s->status.last_end));
    /* At once the first time. */
    int64_t nap = s->failures == 1 ? 0 : MIN((int64_t)FIRST_WAIT_US << MIN(s->failures, 10u), (int64_t)LONGEST_WAIT_US);
    *ret_again = wait_fd(-1, 0, (Until){deadline_in(nap), s->plan->cancel, CANCEL_STOP}) != WAIT_CANCELED;
    return true;
}

/* ---- life ---- */

/* pond's own certificate is made at the first start and stays. */
static bool open_tls(Supervisor *s, Err *err) {
    const ServerConfig *config = &s->config;
    if (config->tls == TLS_OFF) return true;
    const char *certificate = config->tls_certificate.at, *key = config->tls_key.at;
    bool missing = config->tls_own && (!path_exists(certificate) || !path_exists(key));
    if (missing && !certificate_make(certificate, key, err)) return false;
    s->tls = tls_server_open(certificate, key, "postgresql", err);
    return s->tls || err_context(err, "pond.listen.tls");
}

static bool begin(Supervisor *s, Err *err) {
    Inherited inherited = {s->plan->inherited};
    Err ignored = {0};
    const char *folder = s->config.run_folder.at;
    s->lock = inherited_take(&inherited, STR("lock"));
    bool ok = (s->lock >= 0 || server_lock(folder, &s->lock, err)) && open_tls(s, err) &&
              listeners_open(&s->listeners, &s->config, s->plan->services, &inherited, err);
    inherited_close(&inherited);
    if (!ok) return false;
    /* Of a restart that never came to be. */
    (void)!server_successor_take(folder, &s->arena, &s->successor, &ignored);
    s->successor = (Str){0};
    s->status.addresses = s->listeners.addresses.at;
    s->status.address_count = s->listeners.addresses.len;
    s->status.control = s->listeners.control;
    write_status(s);
    return true;
}

bool supervisor_run(const SupervisorPlan *plan, Err *err) {
    Supervisor s = {.plan = plan, .config = *plan->config, .lock = -1};
    s.status = (ServerFile){
        .version = STR(POND_VERSION),
        .supervisor = getpid(),
        .started_us = time_now_us(),
        .warehouse = plan->config->warehouse.path,
        .tls = str_of(tls_mode_name(plan->config->tls)),
        .configured_us = time_now_us(),
    };
    bool begun = begin(&s, err), ok = begun, again = true;
    while (ok && again) ok = live(&s, &again, err);
    if (begun) server_file_remove(s.config.run_folder.at);
    listeners_close(&s.listeners);
    if (s.tls) tls_server_free(s.tls);
    fd_close(&s.lock);
    arena_release(&s.config_arena);
    arena_release(&s.arena);
    return ok;
}

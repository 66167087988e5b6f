#include "server/supervisor.h"

#include "server/control.h"

#include <errno.h>
#include <signal.h>
#include <stdnoreturn.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "meta/server_file.h"
#include "os/certificate.h"
#include "os/file.h"
#include "os/socket.h"

/* How often the engine may die before the supervisor gives up, and how it waits between. */
enum { BUDGET = 20, STEADY_US = 60 * 1000 * 1000, FIRST_WAIT_US = 50 * 1000, LONGEST_WAIT_US = 5 * 1000 * 1000 };
enum { EXIT_BROKEN = 70 };

typedef enum EngineEvent { ENGINE_READY, ENGINE_FAILED } EngineEvent;

/* What the engine tells its supervisor; both are one program, so it goes as it is. */
typedef struct EngineReport {
    EngineEvent event;
    Err err;
} EngineReport;

typedef struct Supervisor {
    const SupervisorPlan *plan;
    Arena arena;
    VEC(Listener) listeners;
    StrVec addresses;
    TlsServer *tls; /* NULL: off. The engine inherits it, so that it starts again whatever became of the files */
    Fd lock;
    unsigned failures; /* in a row */
    bool told;         /* the user knows that it serves */
    ServerFile status;
} Supervisor;

/* ---- the engine's process ---- */

static void report(int fd, EngineEvent event, const Err *err) {
    EngineReport text = {.event = event};
    if (err) text.err = *err;
    (void)!send(fd, &text, sizeof text, MSG_NOSIGNAL);
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
    Keeper *keeper = cancel_renew(plan->cancel, &err) ? keeper_start(&err) : NULL;
    EnginePlan engine_plan = {
        .config = plan->config,
        .listeners = s->listeners.at,
        .listener_count = s->listeners.len,
        .tls = s->tls,
        .cancel = plan->cancel,
        .log = plan->log,
        .keeper = keeper,
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
    _exit(0);
}

/* ---- the supervisor's ---- */

typedef struct EngineProcess {
    pid_t pid;
    Fd process, channel; /* readable when it has ended; its reports */
    bool ready;
    Err why; /* of ENGINE_FAILED */
} EngineProcess;

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
    server_file_write(s->plan->config->run_folder.at, &s->status);
    if (!s->told) s->plan->ready(s->plan->context, &s->addresses);
    s->told = true;
}

/* What it says until it has ended. */
static void take_reports(Supervisor *s, EngineProcess *engine) {
    EngineReport text;
    while (recv(engine->channel, &text, sizeof text, MSG_DONTWAIT) == sizeof text) {
        if (text.event == ENGINE_READY) {
            engine->ready = true;
            tell_ready(s, engine);
        } else {
            engine->why = text.err;
        }
    }
}

/* Waits for the engine's end, passing on what the user asks for. Returns its exit status. */
static int watch_engine(Supervisor *s, EngineProcess *engine) {
    enum { TICK_US = 500 * 1000 };
    Cancel *cancel = s->plan->cancel;
    CancelLevel passed = CANCEL_NONE;
    int status = 0;
    for (;;) {
        CancelLevel level = cancel_level(cancel);
        for (; passed < level; passed++) (void)kill(engine->pid, SIGTERM);
        int fd = engine->ready ? engine->process : engine->channel;
        Until until = {deadline_in(engine->ready ? NO_DEADLINE : TICK_US), cancel, (CancelLevel)(passed + 1)};
        if (passed == CANCEL_ABORT) until = (Until){deadline_in(TICK_US), NULL, CANCEL_NONE};
        (void)wait_fd(fd, POLLIN, until);
        take_reports(s, engine);
        if (waitpid(engine->pid, &status, WNOHANG) == engine->pid) break;
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
    server_file_write(s->plan->config->run_folder.at, &s->status);
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

/* ---- sockets ---- */

static void add_listener(Supervisor *s, const Service *service, Fd *fd) {
    vec_push(&s->addresses, socket_address(*fd, &s->arena));
    vec_push(&s->listeners, (Listener){service, fd_take(fd)});
}

static bool listen_control(Supervisor *s, Err *err) {
    const ServerConfig *config = s->plan->config;
    AUTO(Fd) fd = -1;
    /* Whoever could reach the socket would be an admin. */
    if (chmod(config->run_folder.at, 0700) < 0)
        return err_errno(err, errno, "cannot set the mode of \"%s\"", config->run_folder.at);
    Str path = control_path(&s->arena, config->run_folder, config->runtime_folder);
    if (!socket_listen_path(path.at, 0600, &fd, err)) return false;
    vec_push(&s->listeners, (Listener){&control_service, fd_take(&fd)});
    return true;
}

static bool listen_all(Supervisor *s, Err *err) {
    const ServerConfig *config = s->plan->config;
    if (!listen_control(s, err)) return false;
    for (size_t i = 0; s->plan->services[i]; i++) {
        AUTO(Fd) fd = -1;
        if (str_is(config->postgres, "off")) continue;
        if (!socket_listen(config->postgres, &fd, err)) return err_context(err, "pond.listen.postgres");
        add_listener(s, s->plan->services[i], &fd);
    }
    return true;
}

/* pond's own certificate is made at the first start and stays. */
static bool open_tls(Supervisor *s, Err *err) {
    const ServerConfig *config = s->plan->config;
    if (config->tls == TLS_OFF) return true;
    const char *certificate = config->tls_certificate.at, *key = config->tls_key.at;
    bool missing = config->tls_own && (!path_exists(certificate) || !path_exists(key));
    if (missing && !certificate_make(certificate, key, err)) return false;
    s->tls = tls_server_open(certificate, key, "postgresql", err);
    return s->tls || err_context(err, "pond.listen.tls");
}

static void close_all(Supervisor *s) {
    if (s->tls) tls_server_free(s->tls);
    for (size_t i = 0; i < s->listeners.len; i++) close(s->listeners.at[i].fd);
    vec_release(&s->listeners);
    vec_release(&s->addresses);
    fd_close(&s->lock);
    arena_release(&s->arena);
}

bool supervisor_run(const SupervisorPlan *plan, Err *err) {
    Supervisor s = {.plan = plan,
                    .lock = -1,
                    .status = {.version = STR(POND_VERSION),
                               .supervisor = getpid(),
                               .started_us = time_now_us(),
                               .warehouse = plan->config->warehouse.path,
                               .tls = str_of(tls_mode_name(plan->config->tls))}};
    bool ok = server_lock(plan->config->run_folder.at, &s.lock, err) && open_tls(&s, err) && listen_all(&s, err);
    bool again = true;
    s.status.addresses = s.addresses.at;
    s.status.address_count = s.addresses.len;
    while (ok && again) ok = live(&s, &again, err);
    if (s.lock >= 0 && s.status.engine) server_file_remove(plan->config->run_folder.at);
    close_all(&s);
    return ok;
}

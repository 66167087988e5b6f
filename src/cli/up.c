#include "cli/up.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "base/scram.h"
#include "cli/detach.h"
#include "cli/forward.h"
#include "cli/lease.h"
#include "cli/signals.h"
#include "command/cmd.h"
#include "meta/users.h"
#include "os/file.h"
#include "pgwire/pgwire.h"
#include "server/supervisor.h"

#define INHERITED "POND_SERVER_DESCRIPTORS"

static const Service *const services[] = {&pgwire_service, NULL};

static char **own_argv;

void up_remember(char **argv) {
    own_argv = argv;
}

/* The server as this process knows it. */
typedef struct Up {
    Cmd *cmd;
    Str user, password; /* password: empty unless it was made just now */
    Str database;
    const char *root; /* of the project */
    Fd requests;
    Str log_path; /* of a detached server; empty: its log is standard error */
    Detach detach;
} Up;

/* ---- what the user is told ---- */

static bool is_loopback(Str address) {
    return str_starts(address, STR("127.")) || str_starts(address, STR("[::1]")) || str_starts(address, STR("/"));
}

/* The three ways to connect: a driver's URL, psql, and pond itself with what needs no password. */
static void say_ways(Up *up, const StrVec *addresses) {
    Out *out = up->cmd->out;
    if (addresses->len < 2) return;
    Str at = addresses->at[0], local = addresses->at[1];
    size_t colon = str_find_last(at, ':');
    Str host = str_slice(at, 0, colon), port = str_slice(at, colon + 1, at.len);
    if (str_starts(host, STR("["))) host = str_slice(host, 1, host.len - 1);
    out_printf(out, "  drivers    postgresql://" STR_FMT "@" STR_FMT "/" STR_FMT "\n", STR_ARG(up->user), STR_ARG(at),
               STR_ARG(up->database));
    out_printf(out, "  psql       psql -h " STR_FMT " -p " STR_FMT " -U " STR_FMT " " STR_FMT "\n", STR_ARG(host),
               STR_ARG(port), STR_ARG(up->user), STR_ARG(up->database));
    out_printf(out, "  this user  pond sql, or psql -h " STR_FMT " -p " STR_FMT " " STR_FMT ", without a password\n",
               STR_ARG(path_folder(local)), STR_ARG(port), STR_ARG(up->database));
}

/* The same where programs read: after a restart, and under Docker and systemd, standard output is the log. */
static void say_ready_json(Up *up, const StrVec *addresses, bool open) {
    AUTO_PTR(Log) out = log_new();
    log_add(out, log_to_fd(up->cmd->out->fd, LOG_JSON, LOG_INFO));
    for (size_t i = 0; i < addresses->len; i++)
        log_event(out, LOG_INFO, "server.listening", LOG_STR("address", addresses->at[i]));
    if (up->password.len)
        log_event(out, LOG_INFO, "server.user_made", LOG_STR("user", up->user), LOG_STR("password", up->password));
    if (open) log_event(out, LOG_WARN, "server.open", LOG_C("what", "other machines can connect"));
    log_event(out, LOG_INFO, "server.ready", LOG_STR("database", up->database), LOG_STR("user", up->user));
}

static void say_ready_text(Up *up, const StrVec *addresses, bool open) {
    Cmd *cmd = up->cmd;
    Err ignored = {0};
    for (size_t i = 0; i < addresses->len; i++)
        out_printf(cmd->out, "listening on " STR_FMT "\n", STR_ARG(addresses->at[i]));
    say_ways(up, addresses);
    if (up->password.len)
        out_printf(cmd->out, "made user admin with password " STR_FMT " (shown once)\n", STR_ARG(up->password));
    out_c(cmd->out, "every user is an admin\n");
    if (open)
        out_styled(cmd->out, STYLE_YELLOW, "other machines can connect: whoever has a password may do anything\n");
    out_styled(cmd->out, STYLE_GREEN, "ready\n");
    (void)!out_flush(cmd->out, &ignored);
}

static void say_ready(void *context, const StrVec *addresses) {
    Up *up = context;
    bool open = false, json = str_is(cmd_text(up->cmd, "log-format"), "json") && !up->cmd->out->terminal;
    for (size_t i = 0; i < addresses->len; i++) open |= !is_loopback(addresses->at[i]);
    (json ? say_ready_json : say_ready_text)(up, addresses, open);
    detach_done(&up->detach);
}

/* ---- the first user ---- */

enum { PASSWORD_BYTES = 15 };

/* The first start makes a user, so that somebody can connect. Its password is shown this one time. */
static bool make_first_user(const ServerConfig *config, Up *up, Err *err) {
    AUTO_PTR(Meta) meta = NULL;
    Arena *a = up->cmd->arena;
    UserVec users = {0};
    char random[PASSWORD_BYTES];
    bool ok = meta_open(config->pond_folder.at, META_WRITE, &meta, err) && meta_user_list(meta, a, &users, err);
    bool first = ok && !users.len;
    up->user = ok && users.len ? users.at[0].name : STR("admin");
    vec_release(&users);
    if (!first) return ok;
    random_bytes(random, sizeof random);
    up->password = base64_encode(a, (Str){random, sizeof random});
    User admin = {.name = STR("admin"), .role = STR("admin"), .verifier = scram_verifier_new(a, up->password)};
    return meta_user_add(meta, &admin, err);
}

/* ---- what the supervisor asks ---- */

static bool read_config(Cmd *cmd, ServerConfig *ret, Err *err) {
    Project *p = cmd_project(cmd, ENVIRONMENT_DEFAULT, err);
    if (!p || !server_config_read(p, cmd_env(cmd, STR("POND_LIBDUCKDB")), ret, err)) return false;
    ret->runtime_folder = cmd_env(cmd, STR("XDG_RUNTIME_DIR"));
    return true;
}

static bool configure(void *context, Arena *a, ServerConfig *ret, Err *err) {
    const Up *up = context;
    Cmd cmd = *up->cmd;
    cmd.arena = a;
    if (up->log_path.len) detach_log(&up->detach, up->log_path.at);
    return read_config(&cmd, ret, err);
}

static void in_engine(void *context) {
    Up *up = context;
    detach_forget(&up->detach);
    /* Where DuckDB looks for x.csv. */
    if (chdir(up->root) < 0) log_event(up->cmd->log, LOG_WARN, "engine.no_folder", LOG_C("folder", up->root));
}

static SupervisorRequest next_request(void *context) {
    const Up *up = context;
    switch (signals_next(up->requests)) {
    case SIGHUP:
    case SIGUSR1: return REQUEST_RELOAD;
    case SIGUSR2: return REQUEST_RESTART;
    default: return REQUEST_NONE;
    }
}

/* Its own program as it lies there now: an upgrade may have replaced the one that runs. */
static bool become(void *context, Str successor, Str descriptors, Err *err) {
    const Up *up = context;
    Arena *a = up->cmd->arena;
    Str program = up->cmd->program, gone = STR(" (deleted)");
    if (str_ends(program, gone)) program = str_slice(program, 0, program.len - gone.len);
    if (successor.len) own_argv[0] = arena_c(a, program = successor);
    sigset_t none;
    sigemptyset(&none);
    if (setenv(INHERITED, arena_c(a, descriptors), 1) == 0 && sigprocmask(SIG_SETMASK, &none, NULL) == 0)
        (void)execv(arena_c(a, program), own_argv);
    return err_errno(err, errno, "cannot run \"" STR_FMT "\" anew", STR_ARG(program));
}

/* ---- life ---- */

/* A word that a shell and a URL leave as it is. */
static Str database_of(Str path) {
    Str stem = path_stem(path);
    for (size_t i = 0; i < stem.len; i++)
        if (!isalnum((unsigned char)stem.at[i]) && stem.at[i] != '_' && stem.at[i] != '-') return STR("warehouse");
    return stem;
}

static bool up(Cmd *cmd, Err *err) {
    ServerConfig config;
    Up up = {.cmd = cmd, .requests = -1, .detach = DETACH_NONE};
    if (!read_config(cmd, &config, err)) return false;
    up.root = config.root.at;
    up.database = database_of(config.warehouse.path);
    Str inherited = cmd_env(cmd, STR(INHERITED));
    (void)unsetenv(INHERITED);
    bool detached = cmd_flag(cmd, "detach");
    if (detached) {
        Str logs = path_join(cmd->arena, config.pond_folder, STR("logs"));
        up.log_path = path_join(cmd->arena, logs, STR("server.log"));
        if (!dir_make(logs.at, 0700, err)) return false;
    }
    /* After a restart it is detached already. */
    if (detached && !inherited.len) {
        bool parent;
        if (!detach(&up.detach, up.log_path.at, cmd->cancel, &parent, &cmd->exit_code, err)) return false;
        if (parent) return true;
    }
    if (!cmd->log_chosen) log_add(cmd->log, log_to_fd(detach_log_fd(&up.detach, cmd->err->fd), LOG_TEXT, LOG_INFO));
    bool ok = signals_requests(!cmd->in_terminal || detached, &up.requests, err) && make_first_user(&config, &up, err);
    SupervisorPlan plan = {
        .config = &config,
        .services = services,
        .cancel = cmd->cancel,
        .log = cmd->log,
        .notify = cmd_env(cmd, STR("NOTIFY_SOCKET")),
        .inherited = inherited,
        .requests = up.requests,
        .request = next_request,
        .configure = configure,
        .in_engine = in_engine,
        .ready = say_ready,
        .become = become,
        .context = &up,
    };
    ok = ok && supervisor_run(&plan, err);
    fd_close(&up.requests);
    return ok;
}

const Host cli_host = {.up = up, .ask = forward_ask, .lender = &cli_lender};

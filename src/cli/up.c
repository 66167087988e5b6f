#include "cli/up.h"

#include "base/scram.h"
#include "command/cmd.h"
#include "meta/users.h"
#include "pgwire/pgwire.h"
#include "server/supervisor.h"

static const Service *const services[] = {&pgwire_service, NULL};

/* What the user is told when it serves. */
typedef struct Hello {
    Cmd *cmd;
    Str user, password; /* password: empty unless it was made just now */
    Str database;
} Hello;

static void say_ready(void *context, const StrVec *addresses) {
    Hello *hello = context;
    Cmd *cmd = hello->cmd;
    Err ignored = {0};
    for (size_t i = 0; i < addresses->len; i++)
        out_printf(cmd->out, "listening on " STR_FMT "\n", STR_ARG(addresses->at[i]));
    if (hello->password.len)
        out_printf(cmd->out, "made user admin with password " STR_FMT " (shown once)\n", STR_ARG(hello->password));
    out_styled(cmd->out, STYLE_GREEN, "ready\n");
    (void)!out_flush(cmd->out, &ignored);
}

enum { PASSWORD_BYTES = 15 };

/* The first start makes a user, so that somebody can connect. Its password is shown this one time. */
static bool make_first_user(const ServerConfig *config, Hello *hello, Err *err) {
    AUTO_PTR(Meta) meta = NULL;
    Arena *a = hello->cmd->arena;
    UserVec users = {0};
    char random[PASSWORD_BYTES];
    bool ok = meta_open(config->pond_folder.at, META_WRITE, &meta, err) && meta_user_list(meta, a, &users, err);
    bool first = ok && !users.len;
    hello->user = ok && users.len ? users.at[0].name : STR("admin");
    vec_release(&users);
    if (!first) return ok;
    random_bytes(random, sizeof random);
    hello->password = base64_encode(a, (Str){random, sizeof random});
    User admin = {.name = STR("admin"), .role = STR("admin"), .verifier = scram_verifier_new(a, hello->password)};
    return meta_user_add(meta, &admin, err);
}

static bool up(Cmd *cmd, Err *err) {
    Project *p = cmd_project(cmd, ENVIRONMENT_DEFAULT, err);
    ServerConfig config;
    if (!p || !server_config_read(p, cmd_env(cmd, STR("POND_LIBDUCKDB")), &config, err)) return false;
    config.runtime_folder = cmd_env(cmd, STR("XDG_RUNTIME_DIR"));
    if (!cmd->log_chosen) log_add(cmd->log, log_to_fd(cmd->err->fd, LOG_TEXT, LOG_INFO));
    Hello hello = {.cmd = cmd};
    if (!make_first_user(&config, &hello, err)) return false;
    SupervisorPlan plan = {
        .config = &config,
        .services = services,
        .cancel = cmd->cancel,
        .log = cmd->log,
        .ready = say_ready,
        .context = &hello,
    };
    return supervisor_run(&plan, err);
}

const Host cli_host = {.up = up};

#include "cli/up.h"

#include "command/cmd.h"
#include "pgwire/pgwire.h"
#include "server/supervisor.h"

static const Service *const services[] = {&pgwire_service, NULL};

static void say_ready(void *context, const StrVec *addresses) {
    Cmd *cmd = context;
    Err ignored = {0};
    for (size_t i = 0; i < addresses->len; i++)
        out_printf(cmd->out, "listening on " STR_FMT "\n", STR_ARG(addresses->at[i]));
    out_styled(cmd->out, STYLE_GREEN, "ready\n");
    (void)!out_flush(cmd->out, &ignored);
}

static bool up(Cmd *cmd, Err *err) {
    Project *p = cmd_project(cmd, ENVIRONMENT_DEFAULT, err);
    ServerConfig config;
    if (!p || !server_config_read(p, cmd_env(cmd, STR("POND_LIBDUCKDB")), &config, err)) return false;
    config.runtime_folder = cmd_env(cmd, STR("XDG_RUNTIME_DIR"));
    if (!cmd->log_chosen) log_add(cmd->log, log_to_fd(cmd->err->fd, LOG_TEXT, LOG_INFO));
    SupervisorPlan plan = {
        .config = &config,
        .services = services,
        .cancel = cmd->cancel,
        .log = cmd->log,
        .ready = say_ready,
        .context = cmd,
    };
    return supervisor_run(&plan, err);
}

const Host cli_host = {.up = up};

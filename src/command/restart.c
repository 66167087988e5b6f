/* pond restart: the server begins anew with the program, settings and addresses as they are now; its ports stay open, and who connects
 * meanwhile waits. */
#include <signal.h>

#include "command/all.h"
#include "command/server_process.h"

static bool began_anew(const ServerProcess *was, const ServerProcess *is) {
    bool refused = is->file.config_error.len && is->file.configured_us != was->file.configured_us;
    return is->up && (refused || (is->file.engine && is->file.started_us != was->file.started_us));
}

static bool restart_run(Cmd *cmd, Err *err) {
    if (!server_process_ask(cmd, SIGUSR2, began_anew, "pond up starts it", err)) return false;
    out_c(cmd->out, "restarted\n");
    return true;
}

static const Option options[] = {
    {.name = "timeout",
     .kind = OPTION_NUMBER,
     .argument = "SECONDS",
     .value = "60",
     .help = "how long to wait for what is running"},
    {0},
};

const Command command_restart = {
    .name = "restart",
    .group = GROUP_WAREHOUSE,
    .words = "",
    .summary = "start the server anew, with the program and settings as they are now; no connection is refused",
    .options = options,
    .run = restart_run,
};

/* pond reload: the server reads the project's settings anew, interrupting nobody. */
#include <signal.h>

#include "command/all.h"
#include "command/server_process.h"

static bool was_read(const ServerProcess *was, const ServerProcess *is) {
    return is->up && is->file.configured_us != was->file.configured_us;
}

static bool reload_run(Cmd *cmd, Err *err) {
    ServerProcess server;
    if (!server_process_need(cmd, "pond up starts it, with the settings as they are", &server, err) ||
        !server_process_ask(cmd, &server, SIGUSR1, was_read, err))
        return false;
    out_c(cmd->out, "reloaded\n");
    return true;
}

static const Option options[] = {
    {.name = "timeout", .kind = OPTION_NUMBER, .argument = "SECONDS", .value = "10", .help = "how long to wait for it"},
    {0},
};

const Command command_reload = {
    .name = "reload",
    .group = GROUP_WAREHOUSE,
    .words = "",
    .summary = "have the server read the project's limits anew, interrupting nobody",
    .options = options,
    .run = reload_run,
};

/* pond up: the server. */
#include "command/all.h"
#include "command/cmd.h"
#include "command/host.h"

static bool up_run(Cmd *cmd, Err *err) {
    BUG_ON(!cmd->host); /* `up` is never forwarded */
    return cmd->host->up(cmd, err);
}

static const Option options[] = {
    {.name = "detach", .help = "leave the terminal when it serves; its log is .pond/logs/server.log"},
    {0},
};

const Command command_up = {
    .name = "up",
    .group = GROUP_WAREHOUSE,
    .words = "",
    .summary = "serve the warehouse to psql, drivers and BI tools",
    .details =
        "  pond up --detach\n"
        "  psql -h 127.0.0.1 -p 5433 warehouse\n"
        "\n"
        "SIGTERM and ctrl-C end it as pond down does, SIGUSR1 and SIGHUP reload, SIGUSR2 restarts. For systemd:\n"
        "Type=notify, ExecStart=pond up, ExecReload=pond reload.\n",
    .options = options,
    .run = up_run,
};

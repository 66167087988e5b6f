/* pond up: the server. */
#include "command/all.h"
#include "command/cmd.h"
#include "command/host.h"

static bool up_run(Cmd *cmd, Err *err) {
    BUG_ON(!cmd->host); /* `up` is never forwarded */
    return cmd->host->up(cmd, err);
}

const Command command_up = {
    .name = "up",
    .group = GROUP_WAREHOUSE,
    .words = "",
    .summary = "serve the warehouse to psql, drivers and BI tools, in the foreground",
    .details = "  pond up\n"
               "  psql -h 127.0.0.1 -p 5433 warehouse\n",
    .run = up_run,
};

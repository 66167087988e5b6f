/* pond version: opens nothing, so it costs what the program's start costs. */
#include "command/all.h"
#include "command/cmd.h"

static bool version_run(Cmd *cmd, Err *err) {
    (void)err;
    out_printf(cmd->out, "pond %s\n", POND_VERSION);
    return true;
}

const Command command_version = {
    .name = "version",
    .group = GROUP_MACHINE,
    .summary = "print the version",
    .run = version_run,
};

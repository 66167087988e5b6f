/* pond lend: what a command of the CLI that starts a foreign program sends to the server: files are lent until its input ends
 * (orchestrate/hand_over.h). */
#include "command/all.h"
#include "command/run_common.h"
#include "orchestrate/hand_over.h"

/* The other end has gone, or wants them back. */
static void wait_for_end(Cmd *cmd) {
    char byte;
    Err ignored = {0};
    while (io_read(cmd->in, &byte, 1, (Until){NO_DEADLINE, cmd->cancel, CANCEL_ABORT}, &ignored) > 0) {}
}

static bool lend_run(Cmd *cmd, Err *err) {
    Project *p = cmd_project(cmd, ENVIRONMENT_DEFAULT, err);
    AUTO(StrVec) paths = {0};
    HandOver lent;
    AUTO(World) world = {0};
    for (size_t i = 1; i < cmd_words(cmd); i++) vec_push(&paths, cmd_word(cmd, i));
    if (!p || !run_world_open(cmd, p, &world, err)) return false;
    if (cmd->pool && !hand_over_files(&world, &paths, cmd_word(cmd, 0), &lent, err)) return false;
    out_printf(cmd->out, "lent %zu\n", cmd->pool ? lent.count : 0);
    bool told = out_flush(cmd->out, err);
    if (told) wait_for_end(cmd);
    return (!cmd->pool || hand_over_end(&lent, err)) && told;
}

const Command command_lend = {
    .name = "lend",
    .group = GROUP_WAREHOUSE,
    .words = "TO FILE...",
    .summary = "lend files of the server until standard input ends",
    .run = lend_run,
    .warehouse = true,
    .spawns = true,
    .hidden = true,
};

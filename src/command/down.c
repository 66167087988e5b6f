/* pond down: ends the server of this project; what is running may end first. */
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "command/all.h"
#include "command/server_process.h"
#include "os/io.h"

static bool has_ended(const ServerProcess *was, const ServerProcess *is) {
    (void)was;
    return !is->up;
}

static bool down_run(Cmd *cmd, Err *err) {
    ServerProcess server;
    if (!server_process_find(cmd, &server, err)) return false;
    if (!server.up) {
        out_c(cmd->out, "it was down\n");
        return true;
    }
    AUTO(Fd) process = (int)syscall(SYS_pidfd_open, server.file.supervisor, 0);
    /* Of one signal twice the second is lost when the first is still on its way. */
    if (!server_process_signal(&server, SIGTERM, err)) return false;
    if (cmd_flag(cmd, "now") && !server_process_signal(&server, SIGINT, err)) return false;
    if (!server_process_wait(cmd, &server, has_ended, err))
        return err->code == ERR_TIMEOUT ? err_hint(err, "pond down --now does not wait for what is running") : false;
    /* Its lock has gone before it has. */
    Until gone = {deadline_in((int64_t)cmd_number(cmd, "timeout") * US_PER_SECOND), cmd->cancel, CANCEL_STOP};
    if (process >= 0 && !wait_check(wait_fd(process, POLLIN, gone), "the end of the server's process", err))
        return false;
    out_c(cmd->out, "down\n");
    return true;
}

static const Option options[] = {
    {.name = "now", .help = "end what is running too"},
    {.name = "timeout",
     .kind = OPTION_NUMBER,
     .argument = "SECONDS",
     .value = "60",
     .help = "how long to wait for its end"},
    {0},
};

const Command command_down = {
    .name = "down",
    .group = GROUP_WAREHOUSE,
    .words = "",
    .summary = "end the server, when what is running has ended",
    .options = options,
    .run = down_run,
};

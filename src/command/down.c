/* pond down: ends the server of this project; what is running may end first. */
#include <signal.h>

#include "base/time.h"
#include "command/all.h"
#include "command/cmd.h"
#include "meta/server_file.h"

enum { LOOK_US = 20 * 1000 };

/* Until it is down. Ctrl-C stops waiting, and a second `pond down` does not wait for what is running. */
static bool wait_down(Cmd *cmd, const char *folder, int64_t deadline, Err *err) {
    while (server_is_up(folder)) {
        Until nap = {MIN(deadline, deadline_in(LOOK_US)), cmd->cancel, CANCEL_STOP};
        if (wait_fd(-1, 0, nap) == WAIT_CANCELED) return err_set(err, ERR_CANCELED, "it still stops");
        if (clock_us() < deadline) continue;
        err_set(err, ERR_TIMEOUT, "it has not stopped yet");
        return err_hint(err, "pond down --now does not wait for what is running");
    }
    return true;
}

static bool down_run(Cmd *cmd, Err *err) {
    Project *p = cmd_project(cmd, ENVIRONMENT_DEFAULT, err);
    if (!p) return false;
    const char *folder = project_folder_path(p, STR("run")).at;
    ServerFile server;
    Err absent = {0};
    if (!server_is_up(folder)) {
        out_c(cmd->out, "it was down\n");
        return true;
    }
    if (!server_file_read(folder, cmd->arena, &server, &absent))
        return err_set(err, ERR_LOCKED, "the server is starting: try again");
    int signals = cmd_flag(cmd, "now") ? 2 : 1;
    for (int i = 0; i < signals; i++)
        if (kill(server.supervisor, SIGTERM) < 0)
            return err_set(err, ERR_IO, "process %d of the server cannot be reached: is it another user's?",
                           (int)server.supervisor);
    int64_t patience = (int64_t)cmd_number(cmd, "timeout") * US_PER_SECOND;
    if (!wait_down(cmd, folder, deadline_in(patience), err)) return false;
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

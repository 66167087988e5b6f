/* pond restart: the server begins anew as the program that asks for it, with settings and addresses as they are now; its ports stay open, and who connects
 * meanwhile waits. */
#include <signal.h>

#include "command/all.h"
#include "command/server_process.h"

static bool began_anew(const ServerProcess *was, const ServerProcess *is) {
    bool refused = is->file.config_error.len && is->file.configured_us != was->file.configured_us;
    return is->up && (refused || (is->file.engine && is->file.started_us != was->file.started_us));
}

/* This one, also when an upgrade has replaced it meanwhile. */
static Str own_program(const Cmd *cmd) {
    Str gone = STR(" (deleted)"), program = cmd->program;
    return str_ends(program, gone) ? str_slice(program, 0, program.len - gone.len) : program;
}

static bool is_this_version(const ServerProcess *server, Err *err) {
    Str version = server->file.version;
    if (str_is(version, POND_VERSION)) return true;
    err_set(err, ERR_INCOMPATIBLE, "it began anew, but as pond " STR_FMT "; this is pond " POND_VERSION,
            STR_ARG(version));
    return err_hint(err, "it goes on with its own program: pond down, then pond up");
}

static bool restart_run(Cmd *cmd, Err *err) {
    ServerProcess server;
    if (!server_process_need(cmd, "pond up starts it", &server, err) ||
        !server_successor_write(server.folder, own_program(cmd), err) ||
        !server_process_ask(cmd, &server, SIGUSR2, began_anew, err) || !is_this_version(&server, err))
        return false;
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
    .summary = "start the server anew, as this program and with the settings as they are now; no connection is refused",
    .options = options,
    .run = restart_run,
};

#include "command/server_process.h"

#include <errno.h>
#include <signal.h>

enum { LOOK_US = 20 * 1000 };

static void look(Cmd *cmd, ServerProcess *s) {
    Err absent = {0};
    s->up = server_is_up(s->folder);
    if (s->up) (void)!server_file_read(s->folder, cmd->arena, &s->file, &absent);
}

bool server_process_find(Cmd *cmd, ServerProcess *ret, Err *err) {
    Project *p = cmd_project(cmd, ENVIRONMENT_DEFAULT, err);
    if (!p) return false;
    *ret = (ServerProcess){.folder = project_folder_path(p, STR("run")).at};
    look(cmd, ret);
    return !ret->up || ret->file.supervisor || err_set(err, ERR_LOCKED, "the server is starting: try again");
}

bool server_process_signal(const ServerProcess *s, int signal, Err *err) {
    return kill(s->file.supervisor, signal) == 0 ||
           err_errno(err, errno, "process %d of the server cannot be reached", (int)s->file.supervisor);
}

bool server_process_wait(Cmd *cmd, ServerProcess *s, bool (*done)(const ServerProcess *was, const ServerProcess *is),
                         Err *err) {
    ServerProcess was = *s;
    int64_t deadline = deadline_in((int64_t)cmd_number(cmd, "timeout") * US_PER_SECOND);
    for (;;) {
        look(cmd, s);
        if (done(&was, s)) return true;
        if (!s->up) return err_set(err, ERR_IO, "the server has ended: its log says why");
        Until nap = {MIN(deadline, deadline_in(LOOK_US)), cmd->cancel, CANCEL_STOP};
        if (wait_fd(-1, 0, nap) == WAIT_CANCELED) return err_set(err, ERR_CANCELED, "it goes on by itself");
        if (clock_us() >= deadline)
            return err_set(err, ERR_TIMEOUT, "it is not done after %llu s",
                           (unsigned long long)cmd_number(cmd, "timeout"));
    }
}

bool server_process_need(Cmd *cmd, const char *hint, ServerProcess *ret, Err *err) {
    if (!server_process_find(cmd, ret, err) || ret->up) return !err->code;
    err_set(err, ERR_NOT_FOUND, "the server is down");
    return err_hint(err, "%s", hint);
}

bool server_process_ask(Cmd *cmd, ServerProcess *s, int signal,
                        bool (*done)(const ServerProcess *was, const ServerProcess *is), Err *err) {
    if (!server_process_signal(s, signal, err) || !server_process_wait(cmd, s, done, err)) return false;
    return !s->file.config_error.len || err_set(err, ERR_CONFIG, STR_FMT, STR_ARG(s->file.config_error));
}

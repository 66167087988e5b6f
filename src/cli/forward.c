#include "cli/forward.h"

#include <unistd.h>

#include "meta/server_file.h"
#include "os/path.h"
#include "os/socket.h"
#include "server/control.h"

/* A server that has just begun has not said yet where it listens. */
static Str read_control_path(Cmd *cmd, const char *folder) {
    enum { LOOK_US = 20 * 1000, PATIENCE_US = 5 * 1000 * 1000 };
    int64_t deadline = deadline_in(PATIENCE_US);
    ServerFile server;
    do {
        Err none = {0};
        if (server_file_read(folder, cmd->arena, &server, &none) && server.control.len) return server.control;
        if (wait_fd(-1, 0, (Until){deadline_in(LOOK_US), cmd->cancel, CANCEL_STOP}) == WAIT_CANCELED) break;
    } while (server_is_up(folder) && clock_us() < deadline);
    return (Str){0};
}

/* The socket of the server that has the project around the command's folder; empty: there is none. */
static Str find_server(Cmd *cmd) {
    Str root, asked = options_text(&cmd->line->options, "cwd");
    Err none = {0};
    if (!project_find(cmd->arena, path_absolute(cmd->arena, cmd->cwd, asked), cmd->env, &root, &none)) return (Str){0};
    Str folder = path_join(cmd->arena, root, STR(".pond/run"));
    if (!server_is_up(folder.at)) return (Str){0};
    return read_control_path(cmd, folder.at);
}

static ControlStream stream_of(const Out *out) {
    return (ControlStream){out->terminal, out->colours, out->utf8, out->width};
}

/* Waits for the reply, passing each ctrl-C on. */
static bool wait_reply(Cmd *cmd, int fd, ControlReply *ret, Err *err) {
    CancelLevel passed = CANCEL_NONE;
    for (;;) {
        Until until = {NO_DEADLINE, cmd->cancel, (CancelLevel)(passed + 1)};
        if (passed == CANCEL_ABORT) until = (Until){.deadline_us = NO_DEADLINE};
        WaitResult result = wait_fd(fd, POLLIN, until);
        if (result == WAIT_READY) return control_read_reply(fd, (Until){.deadline_us = NO_DEADLINE}, ret, err);
        for (; passed < cancel_level(cmd->cancel); passed++)
            if (!socket_write_all(fd, STR("C"), (Until){.deadline_us = NO_DEADLINE}, err)) return false;
    }
}

ControlRequest control_request_of(const Cmd *cmd, const StrVec *words) {
    return (ControlRequest){
        .version = STR(POND_VERSION),
        .cwd = cmd->cwd,
        .program = cmd->program,
        .umask = cmd->umask,
        .in_terminal = cmd->in_terminal,
        .out = stream_of(cmd->out),
        .err = stream_of(cmd->err),
        .argv = *words, /* borrowed */
        .env = *cmd->env,
        .fds = {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO},
    };
}

bool forward_connect(Cmd *cmd, Fd *ret, bool *ret_up, Err *err) {
    Str path = find_server(cmd);
    *ret_up = path.len && socket_connect_path(path.at, ret, err);
    if (*ret_up || (path.len && err->code != ERR_NOT_FOUND)) return *ret_up;
    *err = (Err){0};
    return true;
}

bool forward(Cmd *cmd, const StrVec *words, bool *ret_done, Err *err) {
    AUTO(Fd) fd = -1;
    *ret_done = false;
    bool up;
    if (!forward_connect(cmd, &fd, &up, err)) return false;
    if (!up) return true;
    ControlRequest request = control_request_of(cmd, words);
    ControlReply reply;
    *ret_done = true;
    if (!control_send_request(fd, &request, err) || !wait_reply(cmd, fd, &reply, err))
        return err_context(err, "the server did not finish \"pond %s\"", cmd->line->command->name);
    cmd->exit_code = reply.exit_code;
    if (!reply.err.code) return true;
    *err = reply.err;
    return false;
}

/* A server that hangs is one that `pond status` must be able to tell of. */
enum { ASK_US = 3 * 1000 * 1000, ANSWER_LIMIT = 1024 * 1024 };

bool forward_ask(Cmd *cmd, Str *ret_json, Err *err) {
    AUTO(Fd) fd = -1;
    AUTO(Pipe) out = {-1, -1};
    AUTO(Buf) text = {0};
    StrVec none = {0};
    ControlReply reply;
    bool up;
    if (!forward_connect(cmd, &fd, &up, err)) return false;
    if (!up) return err_set(err, ERR_NOT_FOUND, "the server is down");
    Until until = {deadline_in(ASK_US), cmd->cancel, CANCEL_STOP};
    ControlRequest request = control_request_of(cmd, &none);
    if (!pipe_open(&out, err)) return false;
    request.fds[1] = out.write;
    if (!control_send_request(fd, &request, err) || !control_read_reply(fd, until, &reply, err)) return false;
    fd_close(&out.write);
    if (reply.err.code) *err = reply.err;
    if (reply.err.code || !io_read_all(out.read, ANSWER_LIMIT, until, &text, err)) return false;
    *ret_json = arena_str(cmd->arena, buf_str(&text));
    return true;
}

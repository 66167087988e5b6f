#include "cli/lease.h"

#include "cli/forward.h"
#include "command/cmd.h"
#include "server/control.h"

/* The server's `pond lend` runs as long as this is open. */
typedef struct Lease {
    Cmd *cmd;
    Fd socket, end; /* end: its standard input */
} Lease;

static bool end_lease(Lease *l, Err *err) {
    ControlReply reply = {0};
    Err why = {0};
    fd_close(&l->end);
    bool ok = control_read_reply(l->socket, (Until){.deadline_us = NO_DEADLINE}, &reply, &why);
    fd_close(&l->socket);
    if (ok && reply.err.code) why = reply.err;
    /* What went wrong before says more. */
    if (why.code && !err->code) *err = why;
    return !why.code;
}

static bool lend(void *context, const StrVec *paths, Str to, void **ret_lease, Err *err) {
    Cmd *cmd = context;
    AUTO(StrVec) words = {0};
    AUTO(Pipe) in = {-1, -1}, out = {-1, -1};
    Lease *l = arena_new(cmd->arena, Lease);
    *l = (Lease){cmd, -1, -1};
    *ret_lease = NULL;
    bool up;
    vec_push(&words, STR("lend"));
    vec_push(&words, to);
    for (size_t i = 0; i < paths->len; i++) vec_push(&words, paths->at[i]);
    if (!pipe_open(&in, err) || !pipe_open(&out, err)) return false;
    ControlRequest request = control_request_of(cmd, &words);
    request.fds[0] = in.read;
    request.fds[1] = out.write;
    if (!forward_connect(cmd, &l->socket, &up, err) || !up) return !err->code;
    if (!control_send_request(l->socket, &request, err)) return false;
    l->end = fd_take(&in.write);
    fd_close(&out.write);
    char said[64];
    Err canceled = {0};
    /* ctrl-C: it has the other end closed, and gives up. */
    ssize_t n = io_read(out.read, said, sizeof said, (Until){NO_DEADLINE, cmd->cancel, CANCEL_STOP}, &canceled);
    *ret_lease = l;
    if (n > 0) return true;
    if (n < 0) *err = canceled;
    (void)!end_lease(l, err);
    *ret_lease = NULL;
    return err->code ? false : err_set(err, ERR_IO, "the server did not lend its files");
}

static bool take_back(void *lease, Err *err) {
    return end_lease(lease, err);
}

const Lender cli_lender = {lend, take_back};

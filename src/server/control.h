/*
 * The control socket (.pond/run/control.sock): how a command of the CLI runs in the server. The request holds everything the body of a
 * command sees of its caller, with its three descriptors passed along; the answer is how it ended. While it runs the caller
 * sends one byte for each ctrl-C, and closing the socket counts as the first.
 *
 *     caller -> server   u32 length, u32 count of texts, each u32 length and bytes; stdin, stdout, stderr beside the first byte
 *     caller -> server   'C' for each ctrl-C
 *     server -> caller   the same form: exit code, error code, message, hint
 *
 * A request without words asks how the server is: on its standard output comes one line of JSON, for `pond status`: {"sessions": 2,
 * "oldest_transaction_us": 1794567890123456 or null, "files": ["/p/warehouse.duckdb", ...], "databases": ["warehouse", ...]}, the
 * names by which clients ask for these files.
 */
#pragma once

#include "base/map.h"
#include "base/vec.h"
#include "os/io.h"
#include "server/service.h"

/* What a stream is at the caller's: Out (command/out.h) is made of it. */
typedef struct ControlStream {
    bool terminal, colours, utf8;
    unsigned width;
} ControlStream;

typedef struct ControlRequest {
    Str version; /* of the caller's pond */
    Str cwd, program;
    mode_t umask;
    bool in_terminal;
    ControlStream out, err;
    StrVec argv;
    Map env;
    Fd fds[3]; /* of a request that was read: the reader's to close */
} ControlRequest;

typedef struct ControlReply {
    int exit_code;
    Err err; /* code ERR_OK: the body returned true */
} ControlReply;

void control_request_release(ControlRequest *r);
DEFINE_AUTO(ControlRequest, control_request_release)

bool control_send_request(int fd, const ControlRequest *request, Err *err) MUST_USE;
/* Texts in the arena. */
bool control_read_request(int fd, Arena *a, Until until, ControlRequest *ret, Err *err) MUST_USE;
bool control_send_reply(int fd, const ControlReply *reply, Err *err) MUST_USE;
bool control_read_reply(int fd, Until until, ControlReply *ret, Err *err) MUST_USE;

/* Serves commands of the CLI. */
extern const Service control_service;

/* The server of a project, seen from outside: what down, restart and reload do with it. */
#pragma once

#include "command/cmd.h"
#include "meta/server_file.h"

typedef struct ServerProcess {
    const char *folder; /* .pond/run */
    bool up;
    ServerFile file; /* when it is up */
} ServerProcess;

/* Of the project around cwd. ERR_LOCKED: it is just starting. */
bool server_process_find(Cmd *cmd, ServerProcess *ret, Err *err) MUST_USE;
/* The same; ERR_NOT_FOUND: it is down, hint says what then. */
bool server_process_need(Cmd *cmd, const char *hint, ServerProcess *ret, Err *err) MUST_USE;
/* Sends its supervisor a signal that has it read the settings anew, and waits until `done`. ERR_CONFIG: it refused. */
bool server_process_ask(Cmd *cmd, ServerProcess *s, int signal,
                        bool (*done)(const ServerProcess *was, const ServerProcess *is), Err *err) MUST_USE;
/* Sends its supervisor a signal. */
bool server_process_signal(const ServerProcess *s, int signal, Err *err) MUST_USE;
/* Looks at it until `done` says so; false: ctrl-C, or --timeout of the command, or it has gone while it should not. */
bool server_process_wait(Cmd *cmd, ServerProcess *s, bool (*done)(const ServerProcess *was, const ServerProcess *is),
                         Err *err) MUST_USE;

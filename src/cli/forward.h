/* A command that opens the warehouse, handed to the server when one has the project. */
#pragma once

#include "command/cmd.h"
#include "server/control.h"

/* words: the command line. *ret_done: it ran in the server; cmd->exit_code is its exit code, err its error when false is returned.
 * Not done: there is no server. */
bool forward(Cmd *cmd, const StrVec *words, bool *ret_done, Err *err) MUST_USE;

/* Asks the server how it is; the answer is in the command's arena. ERR_NOT_FOUND: there is none. */
bool forward_ask(Cmd *cmd, Str *ret_json, Err *err) MUST_USE;

/* ---- the parts, for who talks to the server otherwise ---- */

/* *ret_up false: there is no server, and that is fine. */
bool forward_connect(Cmd *cmd, Fd *ret, bool *ret_up, Err *err) MUST_USE;
/* Everything of the caller's; borrows both. fds: its own three. */
ControlRequest control_request_of(const Cmd *cmd, const StrVec *words);

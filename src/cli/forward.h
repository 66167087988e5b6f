/* A command that opens the warehouse, handed to the server when one has the project. */
#pragma once

#include "command/cmd.h"

/* words: the command line. *ret_done: it ran in the server; cmd->exit_code is its exit code, err its error when false is returned.
 * Not done: there is no server. */
bool forward(Cmd *cmd, const StrVec *words, bool *ret_done, Err *err) MUST_USE;

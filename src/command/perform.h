/* Running a parsed command: what the CLI and the server do alike around its body. */
#pragma once

#include "command/cmd.h"

/* cmd->cwd is where the caller stands; --cwd changes it. Opens cmd->log as the command line says, runs the body. The caller has
 * filled the rest, also the keeper when the command's row says `spawns`. */
bool command_perform(Cmd *cmd, Err *err) MUST_USE;
/* The error as people see it, to cmd->err's stream, also after a second ctrl-C, which ends every other output. */
void command_print_error(Out *out, const Err *error);

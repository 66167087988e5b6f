/* What `pond restore` needs of `pond backup`. */
#pragma once

#include "command/cmd.h"

/* A backup in the usual place, as `pond backup` makes it. *ret_name in the command's arena. */
bool backup_make(Cmd *cmd, Project *p, Str *ret_name, Err *err) MUST_USE;

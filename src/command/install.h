/* Installing plugins from a command that has just added them. */
#pragma once

#include "command/cmd.h"

/* Opens the project again and installs these plugins (none: all), with progress. */
bool install_named(Cmd *cmd, const StrVec *names, Err *err) MUST_USE;

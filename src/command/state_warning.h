/* What people must know of a project whose Meltano keeps bookmarks where Pond does not. */
#pragma once

#include "command/cmd.h"

/* For commands that read or write bookmarks, once. */
bool state_warning(Cmd *cmd, Project *p, Err *err) MUST_USE;

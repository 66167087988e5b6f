/* Top-level keys of the project files that neither Meltano nor Pond knows, and keys below `pond` that are no setting: kept, as
 * Meltano does, but mostly a slip. */
#pragma once

#include "command/cmd.h"

/* A warning for each; none for those that begin with "x-", "." or "_", where YAML anchors are kept. */
void unknown_keys_warn(Cmd *cmd, const Project *p);

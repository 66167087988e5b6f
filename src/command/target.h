/* What `pond target` reads its settings from. */
#pragma once

#include "command/cmd.h"
#include "load/settings.h"

/* The --config options merged, later ones over earlier: files, and ENV for TARGET_DUCKDB_* variables. NULL with err. */
const Node *target_config(Cmd *cmd, Err *err) MUST_USE;
/* --about: settings and capabilities, as Singer SDK targets say them. */
void target_about(Cmd *cmd);

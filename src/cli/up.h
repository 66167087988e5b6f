/* The server as a process: `pond up`. */
#pragma once

#include "command/host.h"

extern const Host cli_host;

/* The process' own argv, which `pond restart` runs again. Borrowed. */
void up_remember(char **argv);

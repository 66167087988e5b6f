/* The server as a process: `pond up`. */
#pragma once

#include "command/host.h"

extern const Host cli_host;

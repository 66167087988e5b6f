/* What ctrl-C means (DESIGN 4): SIGINT and SIGTERM raise the command's Cancel. */
#pragma once

#include "os/wait.h"

/* First signal: CANCEL_STOP, second: CANCEL_ABORT, third: the process ends at once (the keeper cleans up). SIGPIPE is
 * ignored: a reader that has gone is an error of the write. The Cancel must live as long as the process. */
void signals_install(Cancel *cancel);

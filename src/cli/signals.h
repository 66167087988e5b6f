/* What signals mean (DESIGN 4): SIGINT and SIGTERM raise the command's Cancel; a server hears SIGUSR1, SIGUSR2 and SIGHUP too. */
#pragma once

#include "os/io.h"

/* First signal: CANCEL_STOP, second: CANCEL_ABORT, third: the process ends at once (the keeper cleans up). SIGHUP is as SIGINT.
 * SIGPIPE is ignored: a reader that has gone is an error of the write. The Cancel must live as long as the process. */
void signals_install(Cancel *cancel);
/* From now on SIGUSR1, SIGUSR2 and, when `hangup`, SIGHUP are read from *ret. Before threads begin. */
bool signals_requests(bool hangup, Fd *ret, Err *err) MUST_USE;
/* The next of them; 0: there is none now. */
int signals_next(Fd requests);

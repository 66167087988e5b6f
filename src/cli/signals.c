#include "cli/signals.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

enum { EXIT_INTERRUPTED = 130 };

static Cancel *raised;

static void on_signal(int sig) {
    (void)sig;
    switch (cancel_level(raised)) {
    case CANCEL_NONE: cancel_raise(raised, CANCEL_STOP); break;
    case CANCEL_STOP: cancel_raise(raised, CANCEL_ABORT); break;
    case CANCEL_ABORT: _exit(EXIT_INTERRUPTED);
    }
}

void signals_install(Cancel *cancel) {
    raised = cancel;
    struct sigaction stop = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigemptyset(&stop.sa_mask);
    sigaction(SIGINT, &stop, NULL);
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGHUP, &stop, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
}

#include "cli/signals.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
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
    sigfillset(&stop.sa_mask); /* two that come together are two */
    sigaction(SIGINT, &stop, NULL);
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGHUP, &stop, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
}

bool signals_requests(bool hangup, Fd *ret, Err *err) {
    sigset_t asked;
    sigemptyset(&asked);
    sigaddset(&asked, SIGUSR1);
    sigaddset(&asked, SIGUSR2);
    if (hangup) sigaddset(&asked, SIGHUP);
    sigprocmask(SIG_BLOCK, &asked, NULL);
    *ret = signalfd(-1, &asked, SFD_CLOEXEC | SFD_NONBLOCK);
    return *ret >= 0 || err_errno(err, errno, "cannot hear signals");
}

int signals_next(Fd requests) {
    struct signalfd_siginfo one;
    Err none = {0};
    return io_read(requests, &one, sizeof one, (Until){.deadline_us = 0}, &none) == sizeof one ? (int)one.ssi_signo : 0;
}

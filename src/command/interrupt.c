#include "command/interrupt.h"

static void wait_for_cancel(void *context) {
    Interrupt *i = context;
    Until until = {NO_DEADLINE, i->cancel, CANCEL_STOP};
    if (wait_fd(i->wake.read, POLLIN, until) == WAIT_CANCELED) session_interrupt(i->session);
}

bool interrupt_start(Interrupt *i, Session *s, Cancel *cancel, Err *err) {
    *i = (Interrupt){.session = s, .cancel = cancel, .wake = {-1, -1}};
    if (!pipe_open(&i->wake, err)) return false;
    if (thread_start(&i->thread, &(ThreadSpec){.name = "interrupt", .body = wait_for_cancel, .context = i}, err)) {
        return true;
    }
    pipe_close(&i->wake);
    return false;
}

void interrupt_stop(Interrupt *i) {
    if (!i->thread.started) return;
    fd_close(&i->wake.write);
    thread_join(&i->thread);
    pipe_close(&i->wake);
}

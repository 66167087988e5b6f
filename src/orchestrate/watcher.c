#include "orchestrate/watcher.h"

#include <signal.h>

enum {
    TICK_US = 100 * 1000,
    TERM_GRACE_US = 5 * 1000 * 1000,
    SILENCE_US = 3 * 1000 * 1000,
    NOTE_LENGTH = 200,
};

static void signal_all(Watcher *w, int sig) {
    for (size_t i = 0; i < w->child_count; i++) child_signal(&w->children[i], sig);
}

static void tell_to_end(Watcher *w) {
    char text[NOTE_LENGTH];
    signal_all(w, SIGTERM);
    w->kill_us = deadline_in(TERM_GRACE_US);
    atomic_store(&w->stopped, true);
    snprintf(text, sizeof text, "stopping: waiting for " STR_FMT " and the rows it has sent (ctrl-C again gives up)",
             STR_ARG(w->tap));
    if (w->observer->note) w->observer->note(w->observer->context, text);
}

static void look_at_cancel(Watcher *w) {
    if (clock_us() > w->deadline_us && cancel_level(w->cancel) == CANCEL_NONE) {
        atomic_store(&w->timed_out, true);
        cancel_raise(w->cancel, CANCEL_STOP);
    }
    if (cancel_level(w->cancel) >= CANCEL_STOP && !atomic_load(&w->stopped)) tell_to_end(w);
    if (!atomic_load(&w->stopped)) return;
    if (cancel_level(w->cancel) >= CANCEL_ABORT || clock_us() > w->kill_us) {
        signal_all(w, SIGKILL);
        w->kill_us = NO_DEADLINE;
    }
}

static bool has_ended(const Child *child) {
    return wait_fd(child_fd(child), POLLIN, (Until){.deadline_us = 0}) == WAIT_READY;
}

static void look_at_leftovers(Watcher *w) {
    uint64_t bytes = report_total(w->report).bytes;
    if (!has_ended(&w->children[0]) || bytes != w->bytes) w->silent_since_us = clock_us();
    w->bytes = bytes;
    if (clock_us() - w->silent_since_us < SILENCE_US) return;
    child_signal(&w->children[0], SIGKILL);
    w->silent_since_us = clock_us();
}

/* One look; how it waits: until the next tick, woken at once by watcher_stop or by a cancel level not yet seen. */
static bool wait_for_tick(Watcher *w) {
    bool stopped = atomic_load(&w->stopped);
    Until until = {deadline_in(TICK_US), w->cancel, stopped ? CANCEL_ABORT : CANCEL_STOP};
    if (cancel_level(w->cancel) >= CANCEL_ABORT && stopped) until.cancel = NULL;
    return wait_fd(w->wake.read, POLLIN, until) != WAIT_READY;
}

static void watch(void *context) {
    Watcher *w = context;
    while (wait_for_tick(w)) {
        look_at_cancel(w);
        report_update(w->report);
        look_at_leftovers(w);
        if (w->observer->tick) w->observer->tick(w->observer->context, w->report);
    }
}

bool watcher_start(Watcher *w, Err *err) {
    w->wake = (Pipe){-1, -1};
    w->silent_since_us = clock_us();
    if (!pipe_open(&w->wake, err)) return false;
    if (thread_start(&w->thread, &(ThreadSpec){.name = "watcher", .body = watch, .context = w}, err)) return true;
    pipe_close(&w->wake);
    return false;
}

void watcher_stop(Watcher *w) {
    if (!w->thread.started) return;
    fd_close(&w->wake.write);
    thread_join(&w->thread);
    pipe_close(&w->wake);
    report_update(w->report);
}

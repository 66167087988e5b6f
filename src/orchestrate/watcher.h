/*
 * Watcher: a thread beside an extract-load block. Passes ctrl-C on to the plugins (DESIGN 4), ends those that do not end by
 * themselves, and shows progress.
 *
 *   cancel STOP, or the deadline     SIGTERM to all plugins at once, SIGKILL to those alive 5 s later
 *   cancel ABORT                     SIGKILL
 *   the tap itself has ended, but a  after 3 s of silence its descendants are killed, so that the input ends
 *   descendant keeps the pipe open
 */
#pragma once

#include "orchestrate/observer.h"
#include "os/io.h"
#include "os/keeper.h"
#include "os/thread.h"

typedef struct Watcher {
    /* Filled by the caller; borrowed until watcher_stop. */
    const Child *children; /* [0] is the tap, then mappers, then a foreign loader */
    size_t child_count;
    Str tap; /* its name */
    Cancel *cancel;
    int64_t deadline_us; /* clock_us(); NO_DEADLINE = none. When it passes, cancel is raised to STOP */
    BlockReport *report; /* only the watcher writes it while it runs */
    const Observer *observer;

    /* Its own. */
    Thread thread;
    Pipe wake;
    atomic_bool stopped;   /* it has told the plugins to end */
    atomic_bool timed_out; /* because of the deadline */
    int64_t kill_us, silent_since_us;
    uint64_t bytes;
} Watcher;

bool watcher_start(Watcher *w, Err *err) MUST_USE;
/* Ends the thread and updates the report a last time. */
void watcher_stop(Watcher *w);

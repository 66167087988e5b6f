/*
 * Opener: opens the warehouse in a thread of its own while the run finds out what to start. libduckdb takes 20 ms to load and
 * a file some more; a tap's discovery takes longer than both.
 */
#pragma once

#include "orchestrate/lock_wait.h"
#include "os/thread.h"

typedef struct Opener {
    Thread thread;
    WarehouseOptions options;
    Warehouse *warehouse; /* NULL with err */
    Err err;
} Opener;

/* Texts of options must live until opener_take. */
bool opener_start(Opener *o, const WarehouseOptions *options, Err *err) MUST_USE;
/* Waits for it. When another process has the file it goes on waiting as `wait` says, on this thread. */
Warehouse *opener_take(Opener *o, const LockWait *wait, Err *err) MUST_USE;
/* Closes what nobody took. */
void opener_release(Opener *o);
DEFINE_AUTO(Opener, opener_release)

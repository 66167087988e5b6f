/*
 * Opener: opens the warehouse and reads a bookmark in a thread of its own while the run finds out what to start. libduckdb takes
 * 20 ms to load, a file some more and the first statement 5 ms; a tap's discovery takes longer than all of it.
 */
#pragma once

#include "orchestrate/lock_wait.h"
#include "os/thread.h"

typedef struct Opener {
    Thread thread;
    WarehouseOptions options;
    Str state_id;
    Warehouse *warehouse; /* NULL with err */
    Arena arena;
    Str state;
    Err err;
} Opener;

/* Texts of options and the state id (empty: none to read) must live until opener_take. */
bool opener_start(Opener *o, const WarehouseOptions *options, Str state_id, Err *err) MUST_USE;
/* Waits for it. When another process has the file it goes on waiting as `wait` says, on this thread. *ret_state: the stored
 * bookmark, empty when there is none; until opener_release. */
Warehouse *opener_take(Opener *o, const LockWait *wait, Str *ret_state, Err *err) MUST_USE;
/* Closes what nobody took. */
void opener_release(Opener *o);
DEFINE_AUTO(Opener, opener_release)

/*
 * Opening a warehouse file that another process may hold (DESIGN 4): another pond is waited for, a foreign program is an
 * error at once.
 *
 *     LockWait wait = {.timeout_us = 600 * US_PER_SECOND, .cancel = cancel, .notice = say_who, .context = cmd};
 *     Warehouse *w = warehouse_open_waiting(&options, &wait, err);
 */
#pragma once

#include "os/lockinfo.h"
#include "os/wait.h"
#include "warehouse/warehouse.h"

typedef struct LockWait {
    int64_t timeout_us; /* 0: another pond is an error at once, too */
    Cancel *cancel;     /* CANCEL_STOP ends the wait; may be NULL */
    /* Called once when the wait begins, on the caller's thread; may be NULL. */
    void (*notice)(void *context, Str path, int64_t timeout_us, const LockHolder *holder);
    /* Called once when blocks that a killed process left half written were mended (warehouse/torn.h); may be NULL. */
    void (*mended)(void *context, Str path, unsigned blocks);
    void *context;
} LockWait;

/* ERR_LOCKED names program and pid of the holder. */
Warehouse *warehouse_open_waiting(const WarehouseOptions *options, const LockWait *wait, Err *err) MUST_USE;
/* For a warehouse that was opened without waiting: calls `mended` when there is something to say. */
void lock_wait_tell(const LockWait *wait, const Warehouse *w);

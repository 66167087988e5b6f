#include "orchestrate/lock_wait.h"

enum { RETRY_US = 50 * 1000 };

static bool is_pond(const LockHolder *holder) {
    return str_is(str_of(holder->program), "pond");
}

static bool timed_out(Str path, const LockHolder *holder, Err *err) {
    err_set(err, ERR_LOCKED, "another pond (pid %d: %s) holds the warehouse \"" STR_FMT "\"", (int)holder->pid,
            holder->command, STR_ARG(path));
    return err_hint(err, "--lock-timeout SECONDS waits longer; with pond up, commands share the file");
}

void lock_wait_tell(const LockWait *wait, const Warehouse *w) {
    if (warehouse_mended(w) && wait->mended) wait->mended(wait->context, warehouse_path(w), warehouse_mended(w));
}

Warehouse *warehouse_open_waiting(const WarehouseOptions *options, const LockWait *wait, Err *err) {
    int64_t deadline = deadline_in(wait->timeout_us);
    bool noticed = false;
    for (;;) {
        Err failure = {0};
        LockHolder holder = {0};
        Warehouse *w = warehouse_open(options, &failure);
        if (w) {
            lock_wait_tell(wait, w);
            return w;
        }
        bool locked = failure.code == ERR_LOCKED;
        bool held = locked && lock_holder(options->path.at, &holder);
        /* Locked a moment ago and by nobody now: try once more, as for a pond. */
        if (!locked || (held && !is_pond(&holder))) {
            *err = failure;
            return NULL;
        }
        if (held && !noticed && wait->notice && wait->timeout_us > 0) {
            wait->notice(wait->context, options->path, wait->timeout_us, &holder);
            noticed = true;
        }
        int64_t next = MIN(deadline, deadline_in(RETRY_US));
        if (wait_fd(-1, 0, (Until){next, wait->cancel, CANCEL_STOP}) == WAIT_CANCELED) {
            err_set(err, ERR_CANCELED, "stopped while waiting for the warehouse");
            return NULL;
        }
        if (clock_us() < deadline) continue;
        if (held) {
            timed_out(options->path, &holder, err);
        } else {
            *err = failure;
        }
        return NULL;
    }
}

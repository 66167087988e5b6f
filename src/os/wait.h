/*
 * wait: the one place where Pond blocks on a descriptor, with a deadline and a cancel flag. Monotonic time.
 *
 *     Until until = {deadline_in(5 * US_PER_SECOND), cancel, CANCEL_STOP};
 *     switch (wait_fd(fd, POLLIN, until)) { ... }
 *
 * A Cancel has two levels because ctrl-C has two meanings (DESIGN 4): a waiter says from which one on it gives up.
 */
#pragma once

#include <poll.h>
#include <stdatomic.h>
#include <stdint.h>

#include "base/err.h"
#include "base/time.h"

#define NO_DEADLINE INT64_MAX

typedef enum CancelLevel {
    CANCEL_NONE,
    CANCEL_STOP,  /* first ctrl-C: read nothing more, commit what may be committed */
    CANCEL_ABORT, /* second: give up, roll back */
} CancelLevel;

/* The level only rises. Shared by any number of threads; must outlive them. */
typedef struct Cancel {
    atomic_int level;
    int stop_fd, abort_fd; /* eventfds, readable from their level on */
} Cancel;

/* Fails when descriptors run out. Release with cancel_release(). */
bool cancel_init(Cancel *c, Err *err) MUST_USE;
void cancel_release(Cancel *c);
/* In a child after fork: the flag becomes its own, lowered, and no longer the parent's too. A signal handler that knows it goes
 * on knowing it. */
bool cancel_renew(Cancel *c, Err *err) MUST_USE;
DEFINE_AUTO(Cancel, cancel_release)
/* Async-signal-safe, any thread. Raising to a lower level than now changes nothing. */
void cancel_raise(Cancel *c, CancelLevel level);
/* NULL: CANCEL_NONE. Cheap enough for inner loops. */
static inline CancelLevel cancel_level(const Cancel *c) {
    return c ? (CancelLevel)atomic_load_explicit(&c->level, memory_order_acquire) : CANCEL_NONE;
}

/* How long a blocking call may take. By value. */
typedef struct Until {
    int64_t deadline_us; /* on clock_us(); NO_DEADLINE = none, in the past = do not block */
    Cancel *cancel;      /* Borrowed; NULL = nothing cancels */
    CancelLevel level;   /* gives up from this level on, never CANCEL_NONE with a cancel */
} Until;

/* Only for waits that end by themselves. */
#define UNTIL_DONE ((Until){NO_DEADLINE, NULL, CANCEL_NONE})

/* Monotonic microseconds since some start; not comparable with time_now_us(). */
int64_t clock_us(void);
/* clock_us() + us, NO_DEADLINE when that is too far. */
int64_t deadline_in(int64_t us);
static inline bool until_canceled(Until until) {
    return until.cancel && cancel_level(until.cancel) >= until.level;
}

typedef enum WaitResult {
    WAIT_READY,    /* one of the events, or an error or hang-up that the next read or write will tell */
    WAIT_TIMEOUT,  /* the deadline passed */
    WAIT_CANCELED, /* wins over the other two */
} WaitResult;

/* Blocks until fd has one of `events` (POLLIN, POLLOUT). fd -1: only time and cancel end it, so it is the one sleep. */
WaitResult wait_fd(int fd, short events, Until until);
/* The same for several, at most WAIT_FDS: as of poll(2), fd -1 is none; WAIT_READY has filled their `revents`. */
enum { WAIT_FDS = 4 };
WaitResult wait_fds(struct pollfd *fds, size_t count, Until until);
/* For callers that treat the ends of a wait as errors: fills ERR_TIMEOUT or ERR_CANCELED with "what" and returns false;
 * WAIT_READY returns true and leaves err. */
bool wait_check(WaitResult result, const char *what, Err *err) MUST_USE;

/*
 * Threads, mutexes and conditions. The wrappers abort on misuse (a broken invariant) instead of returning codes.
 *
 *     Thread reader;
 *     if (!thread_start(&reader, &(ThreadSpec){.name = "reader", .body = read_tap, .context = run}, err)) ...
 *     thread_join(&reader);
 *
 * Conditions run on the monotonic clock of os/wait.h.
 */
#pragma once

#include <pthread.h>

#include "os/wait.h"

typedef struct Thread {
    pthread_t id;
    bool started;
} Thread;

typedef struct ThreadSpec {
    const char *name; /* shown by ps and top; cut at 15 bytes */
    size_t stack;     /* bytes, 0 = THREAD_STACK; addresses, not memory in use */
    void (*body)(void *context);
    void *context; /* Borrowed: must live until the body has ended */
} ThreadSpec;

enum { THREAD_STACK = 1024 * 1024 };

/* All signals are blocked in the new thread: they belong to main. Fails when the system has no room for a thread. */
bool thread_start(Thread *t, const ThreadSpec *spec, Err *err) MUST_USE;
/* Waits for the body's end. A zeroed or joined Thread: does nothing. Whoever joins has asked the body to end before. */
void thread_join(Thread *t);

/* Not recursive. Any order between two of them is written in ARCHITECTURE.md. */
typedef struct Mutex {
    pthread_mutex_t raw;
} Mutex;

void mutex_init(Mutex *m);
void mutex_release(Mutex *m);
void mutex_lock(Mutex *m);
void mutex_unlock(Mutex *m);

typedef struct Cond {
    pthread_cond_t raw;
} Cond;

void cond_init(Cond *c);
void cond_release(Cond *c);
void cond_signal(Cond *c);
void cond_broadcast(Cond *c);

/* Both are called with m locked, return with m locked, and may return WAIT_READY without a signal: look at the predicate
 * again. Never WAIT_CANCELED. */
WaitResult cond_wait_until(Cond *c, Mutex *m, int64_t deadline_us);

enum { COND_TICK_US = 50 * US_PER_MS };
/* As cond_wait_until, and watches the cancel flag every COND_TICK_US. */
WaitResult cond_wait_cancel(Cond *c, Mutex *m, Until until);

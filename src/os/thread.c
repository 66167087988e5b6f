/* Threads, mutexes and conditions on pthreads. */
#include "os/thread.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

/* What a new thread takes over; freed there. */
typedef struct Start {
    void (*body)(void *context);
    void *context;
    char name[16];
} Start;

static void *run(void *start) {
    Start s = *(Start *)start;
    free(start);
    pthread_setname_np(pthread_self(), s.name);
    s.body(s.context);
    return NULL;
}

static int create(pthread_t *id, size_t stack, Start *start) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, stack);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failure = pthread_create(id, &attributes, run, start);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return failure;
}

bool thread_start(Thread *t, const ThreadSpec *spec, Err *err) {
    Start *start = malloc(sizeof *start);
    BUG_ON(!start);
    *start = (Start){.body = spec->body, .context = spec->context};
    strncpy(start->name, spec->name, sizeof start->name - 1);
    pthread_t id;
    int failure = create(&id, spec->stack ? spec->stack : THREAD_STACK, start);
    if (failure) {
        free(start);
        return err_errno(err, failure, "cannot start thread \"%s\"", spec->name);
    }
    *t = (Thread){id, true};
    return true;
}

void thread_join(Thread *t) {
    if (!t->started) return;
    int failure = pthread_join(t->id, NULL);
    BUG_ON(failure);
    *t = (Thread){0};
}

void mutex_init(Mutex *m) {
    int failure = pthread_mutex_init(&m->raw, NULL);
    BUG_ON(failure);
}

void mutex_release(Mutex *m) {
    int failure = pthread_mutex_destroy(&m->raw);
    BUG_ON(failure);
}

void mutex_lock(Mutex *m) {
    int failure = pthread_mutex_lock(&m->raw);
    BUG_ON(failure);
}

void mutex_unlock(Mutex *m) {
    int failure = pthread_mutex_unlock(&m->raw);
    BUG_ON(failure);
}

void cond_init(Cond *c) {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    int failure = pthread_cond_init(&c->raw, &attributes);
    BUG_ON(failure);
    pthread_condattr_destroy(&attributes);
}

void cond_release(Cond *c) {
    int failure = pthread_cond_destroy(&c->raw);
    BUG_ON(failure);
}

void cond_signal(Cond *c) {
    pthread_cond_signal(&c->raw);
}

void cond_broadcast(Cond *c) {
    pthread_cond_broadcast(&c->raw);
}

WaitResult cond_wait_until(Cond *c, Mutex *m, int64_t deadline_us) {
    int failure;
    if (deadline_us == NO_DEADLINE) {
        failure = pthread_cond_wait(&c->raw, &m->raw);
    } else {
        int64_t at = MAX(deadline_us, 0);
        struct timespec when = {at / US_PER_SECOND, at % US_PER_SECOND * 1000};
        failure = pthread_cond_timedwait(&c->raw, &m->raw, &when);
    }
    BUG_ON(failure && failure != ETIMEDOUT);
    return failure ? WAIT_TIMEOUT : WAIT_READY;
}

WaitResult cond_wait_cancel(Cond *c, Mutex *m, Until until) {
    if (!until.cancel) return cond_wait_until(c, m, until.deadline_us);
    for (;;) {
        if (until_canceled(until)) return WAIT_CANCELED;
        int64_t tick = MIN(deadline_in(COND_TICK_US), until.deadline_us);
        if (cond_wait_until(c, m, tick) == WAIT_READY) return WAIT_READY;
        if (until_canceled(until)) return WAIT_CANCELED;
        if (clock_us() >= until.deadline_us) return WAIT_TIMEOUT;
    }
}

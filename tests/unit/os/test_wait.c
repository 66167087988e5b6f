/* Waiting: descriptors, time, cancel; threads and conditions. */
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include "os/io.h"
#include "os/thread.h"
#include "unit/test.h"

static Until in_ms(int64_t ms) {
    return (Until){.deadline_us = deadline_in(ms * US_PER_MS)};
}

static Pipe new_pipe(void) {
    Err err = {0};
    Pipe p;
    assert_true(pipe_open(&p, &err));
    return p;
}

static void new_cancel(Cancel *c) {
    Err err = {0};
    assert_true(cancel_init(c, &err));
}

TEST(wait_is_ready_when_something_can_be_read) {
    AUTO(Pipe) p = new_pipe();
    assert_int_equal(wait_fd(p.read, POLLIN, in_ms(0)), WAIT_TIMEOUT);
    assert_int_equal(wait_fd(p.write, POLLOUT, in_ms(0)), WAIT_READY);
    assert_int_equal(write(p.write, "x", 1), 1);
    assert_int_equal(wait_fd(p.read, POLLIN, UNTIL_DONE), WAIT_READY);
}

TEST(wait_is_ready_when_the_other_end_is_closed) {
    AUTO(Pipe) p = new_pipe();
    fd_close(&p.write);
    assert_int_equal(wait_fd(p.read, POLLIN, UNTIL_DONE), WAIT_READY);
}

TEST(wait_ends_at_the_deadline_not_before) {
    int64_t begin = clock_us();
    assert_int_equal(wait_fd(-1, 0, in_ms(30)), WAIT_TIMEOUT);
    assert_true(clock_us() - begin >= 30 * US_PER_MS);
    assert_int_equal(wait_fd(-1, 0, (Until){.deadline_us = INT64_MIN}), WAIT_TIMEOUT);
    assert_true(deadline_in(INT64_MAX) == NO_DEADLINE);
    assert_true(deadline_in(0) <= clock_us());
}

TEST(wait_levels_of_cancel) {
    AUTO(Cancel) c;
    new_cancel(&c);
    AUTO(Pipe) p = new_pipe();
    Until stop = {NO_DEADLINE, &c, CANCEL_STOP}, abort_only = {deadline_in(20 * US_PER_MS), &c, CANCEL_ABORT};
    assert_int_equal(cancel_level(NULL), CANCEL_NONE);
    assert_int_equal(cancel_level(&c), CANCEL_NONE);
    cancel_raise(&c, CANCEL_STOP);
    assert_int_equal(cancel_level(&c), CANCEL_STOP);
    assert_int_equal(wait_fd(p.read, POLLIN, stop), WAIT_CANCELED);
    assert_int_equal(wait_fd(p.read, POLLIN, abort_only), WAIT_TIMEOUT); /* without spinning on the lower level */
    assert_int_equal(write(p.write, "x", 1), 1);
    assert_int_equal(wait_fd(p.read, POLLIN, abort_only), WAIT_READY);
    assert_int_equal(wait_fd(p.read, POLLIN, stop), WAIT_CANCELED); /* wins over ready */
    cancel_raise(&c, CANCEL_ABORT);
    cancel_raise(&c, CANCEL_STOP);
    assert_int_equal(cancel_level(&c), CANCEL_ABORT); /* never falls */
    assert_int_equal(wait_fd(p.read, POLLIN, abort_only), WAIT_CANCELED);
}

TEST(wait_check_makes_errors) {
    Err err = {0};
    assert_true(wait_check(WAIT_READY, "x", &err));
    assert_int_equal(err.code, ERR_OK);
    assert_false(wait_check(WAIT_TIMEOUT, "reading the tap", &err));
    assert_int_equal(err.code, ERR_TIMEOUT);
    assert_string_equal(err.msg, "reading the tap: timed out");
    assert_false(wait_check(WAIT_CANCELED, "reading the tap", &err));
    assert_int_equal(err.code, ERR_CANCELED);
}

static Cancel from_handler;

static void on_alarm(int sig) {
    (void)sig;
    cancel_raise(&from_handler, CANCEL_STOP);
}

TEST(wait_is_ended_by_a_signal_handler) {
    new_cancel(&from_handler);
    struct sigaction action = {.sa_handler = on_alarm}, before;
    sigaction(SIGALRM, &action, &before);
    setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {.tv_usec = 20000}}, NULL);
    assert_int_equal(wait_fd(-1, 0, (Until){NO_DEADLINE, &from_handler, CANCEL_STOP}), WAIT_CANCELED);
    sigaction(SIGALRM, &before, NULL);
    cancel_release(&from_handler);
}

/* ---- threads ---- */

typedef struct Shared {
    Mutex mutex;
    Cond cond;
    Cancel cancel;
    int count;
    char name[16];
    WaitResult result;
} Shared;

static Shared *new_shared(void) {
    Shared *s = calloc(1, sizeof *s);
    mutex_init(&s->mutex);
    cond_init(&s->cond);
    new_cancel(&s->cancel);
    return s;
}

static void free_shared(Shared *s) {
    cancel_release(&s->cancel);
    cond_release(&s->cond);
    mutex_release(&s->mutex);
    free(s);
}

static Thread start(const char *name, void (*body)(void *), void *context) {
    Err err = {0};
    Thread t;
    if (!thread_start(&t, &(ThreadSpec){.name = name, .body = body, .context = context}, &err)) fail_msg("%s", err.msg);
    return t;
}

static void count_up(void *context) {
    Shared *s = context;
    for (int i = 0; i < 10000; i++) {
        mutex_lock(&s->mutex);
        s->count++;
        mutex_unlock(&s->mutex);
    }
}

TEST(thread_mutex_keeps_others_out) {
    Shared *s = new_shared();
    Thread a = start("a", count_up, s), b = start("b", count_up, s);
    thread_join(&a);
    thread_join(&b);
    thread_join(&b); /* joined: nothing */
    assert_int_equal(s->count, 20000);
    free_shared(s);
}

static void tell_about_me(void *context) {
    Shared *s = context;
    pthread_getname_np(pthread_self(), s->name, sizeof s->name);
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    s->count = sigismember(&mask, SIGINT) && sigismember(&mask, SIGTERM);
}

TEST(thread_has_a_name_and_no_signals) {
    Shared *s = new_shared();
    Thread t = start("a-name-that-is-too-long", tell_about_me, s);
    thread_join(&t);
    assert_string_equal(s->name, "a-name-that-is-");
    assert_int_equal(s->count, 1);
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    assert_false(sigismember(&mask, SIGINT)); /* ours is as before */
    free_shared(s);
}

TEST(thread_that_cannot_start_is_an_error) {
    Err err = {0};
    Thread t = {0};
    assert_false(thread_start(&t, &(ThreadSpec){.name = "tiny", .stack = (size_t)1 << 60, .body = count_up}, &err));
    assert_non_null(strstr(err.msg, "cannot start thread \"tiny\""));
    thread_join(&t); /* never started: nothing */
}

static void wait_for_count(void *context) {
    Shared *s = context;
    mutex_lock(&s->mutex);
    s->result = WAIT_READY;
    while (!s->count && s->result == WAIT_READY)
        s->result = cond_wait_cancel(&s->cond, &s->mutex, (Until){NO_DEADLINE, &s->cancel, CANCEL_STOP});
    mutex_unlock(&s->mutex);
}

TEST(thread_condition_wakes) {
    Shared *s = new_shared();
    Thread t = start("waiter", wait_for_count, s);
    mutex_lock(&s->mutex);
    s->count = 1;
    cond_signal(&s->cond);
    mutex_unlock(&s->mutex);
    thread_join(&t);
    assert_int_equal(s->result, WAIT_READY);
    free_shared(s);
}

TEST(thread_condition_sees_cancel_within_a_tick) {
    Shared *s = new_shared();
    Thread t = start("waiter", wait_for_count, s);
    int64_t begin = clock_us();
    cancel_raise(&s->cancel, CANCEL_STOP);
    thread_join(&t);
    assert_int_equal(s->result, WAIT_CANCELED);
    assert_true(clock_us() - begin < 40 * COND_TICK_US); /* generous: machines are busy */
    free_shared(s);
}

TEST(thread_condition_deadlines) {
    Shared *s = new_shared();
    mutex_lock(&s->mutex);
    int64_t begin = clock_us();
    while (cond_wait_until(&s->cond, &s->mutex, begin + 20 * US_PER_MS) != WAIT_TIMEOUT) {}
    assert_true(clock_us() >= begin + 20 * US_PER_MS);
    Until until = {deadline_in(120 * US_PER_MS), &s->cancel, CANCEL_STOP}; /* longer than a tick */
    while (cond_wait_cancel(&s->cond, &s->mutex, until) != WAIT_TIMEOUT) {}
    assert_true(clock_us() >= until.deadline_us);
    assert_int_equal(cond_wait_until(&s->cond, &s->mutex, -5), WAIT_TIMEOUT);
    mutex_unlock(&s->mutex);
    free_shared(s);
}

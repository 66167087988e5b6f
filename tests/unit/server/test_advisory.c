/* Advisory locks: who gets one, who waits, who is refused; from several threads. */
#include "server/advisory.h"
#include "unit/test.h"

static bool never(void *context) {
    (void)context;
    return false;
}

static AdvisoryResult take(AdvisoryLocks *locks, AdvisoryRequest r, int64_t wait_us) {
    AdvisoryWait wait = {wait_us ? deadline_in(wait_us) : 0, never, NULL};
    return advisory_take(locks, &r, &wait);
}

static AdvisoryRequest exclusive(int32_t owner, int64_t number) {
    return (AdvisoryRequest){.owner = owner, .key = {.number = number, .pair = false}};
}

static AdvisoryRequest shared(int32_t owner, int64_t number) {
    return (AdvisoryRequest){.owner = owner, .key = {.number = number, .pair = false}, .shared = true};
}

static void release(AdvisoryLocks *locks, int32_t owner) {
    advisory_release(locks, owner, false);
    advisory_release(locks, owner, true);
}

TEST(advisory_locks_are_counted) {
    AdvisoryLocks *locks = advisory_new();
    AdvisoryRequest mine = exclusive(1, 7);
    assert_false(advisory_give_back(locks, &mine));
    assert_int_equal(take(locks, mine, 0), ADVISORY_TAKEN);
    assert_int_equal(take(locks, mine, 0), ADVISORY_TAKEN);
    assert_int_equal(take(locks, exclusive(2, 7), 0), ADVISORY_BUSY);
    assert_int_equal(take(locks, exclusive(2, 8), 0), ADVISORY_TAKEN);
    assert_true(advisory_give_back(locks, &mine));
    assert_int_equal(take(locks, shared(2, 7), 0), ADVISORY_BUSY);
    assert_true(advisory_give_back(locks, &mine));
    assert_int_equal(take(locks, shared(2, 7), 0), ADVISORY_TAKEN);
    assert_int_equal(take(locks, shared(1, 7), 0), ADVISORY_TAKEN);
    assert_int_equal(take(locks, exclusive(1, 7), 0), ADVISORY_BUSY);
    release(locks, 1);
    release(locks, 2);
    advisory_free(locks);
}

TEST(advisory_keys_of_one_and_two_numbers_are_different) {
    AdvisoryLocks *locks = advisory_new();
    AdvisoryRequest pair = {.owner = 2, .key = {.number = 7, .pair = true}};
    assert_int_equal(take(locks, exclusive(1, 7), 0), ADVISORY_TAKEN);
    assert_int_equal(take(locks, pair, 0), ADVISORY_TAKEN);
    release(locks, 1);
    release(locks, 2);
    advisory_free(locks);
}

TEST(advisory_locks_of_a_transaction_end_with_it) {
    AdvisoryLocks *locks = advisory_new();
    AdvisoryRequest of_transaction = {.owner = 1, .key = {.number = 7, .pair = false}, .transaction = true};
    AdvisoryInfo info[4];
    assert_int_equal(take(locks, of_transaction, 0), ADVISORY_TAKEN);
    assert_int_equal(take(locks, exclusive(1, 8), 0), ADVISORY_TAKEN);
    AdvisoryRequest as_session = exclusive(1, 7);
    assert_false(advisory_give_back(locks, &as_session));
    assert_int_equal(advisory_list(locks, info, 4), 2);
    advisory_release(locks, 1, false);
    assert_int_equal(advisory_list(locks, info, 4), 1);
    assert_int_equal(info[0].request.key.number, 8);
    advisory_release(locks, 1, true);
    assert_int_equal(advisory_list(locks, info, 4), 0);
    advisory_free(locks);
}

typedef struct Other {
    AdvisoryLocks *locks;
    AdvisoryRequest wanted;
    AdvisoryResult result;
    atomic_bool give_up;
    Thread thread;
} Other;

static bool gives_up(void *context) {
    Other *o = context;
    return atomic_load(&o->give_up);
}

static void want(void *context) {
    Other *o = context;
    AdvisoryWait wait = {NO_DEADLINE, gives_up, o};
    o->result = advisory_take(o->locks, &o->wanted, &wait);
}

static size_t waiting(AdvisoryLocks *locks) {
    AdvisoryInfo info[64];
    size_t count = advisory_list(locks, info, 64), n = 0;
    for (size_t i = 0; i < count; i++) n += !info[i].granted;
    return n;
}

static void begin(Other *o, AdvisoryLocks *locks, AdvisoryRequest wanted, size_t others) {
    Err err = {0};
    o->locks = locks;
    o->wanted = wanted;
    atomic_init(&o->give_up, false);
    o->thread = (Thread){0};
    if (!thread_start(&o->thread, &(ThreadSpec){.name = "want", .body = want, .context = o}, &err))
        fail_msg("%s", err.msg);
    while (waiting(locks) <= others) (void)wait_fd(-1, 0, (Until){.deadline_us = deadline_in(US_PER_MS)});
}

TEST(advisory_locks_are_given_in_order) {
    AdvisoryLocks *locks = advisory_new();
    Other writer, reader;
    assert_int_equal(take(locks, shared(1, 7), 0), ADVISORY_TAKEN);
    begin(&writer, locks, exclusive(2, 7), 0);
    begin(&reader, locks, shared(3, 7), 1); /* behind the writer, although it could have it */
    assert_int_equal(take(locks, shared(4, 7), 0), ADVISORY_BUSY);
    assert_int_equal(take(locks, shared(1, 7), 0), ADVISORY_TAKEN); /* has it already */
    release(locks, 1);
    thread_join(&writer.thread);
    assert_int_equal(writer.result, ADVISORY_TAKEN);
    assert_int_equal(waiting(locks), 1);
    release(locks, 2);
    thread_join(&reader.thread);
    assert_int_equal(reader.result, ADVISORY_TAKEN);
    release(locks, 3);
    advisory_free(locks);
}

TEST(advisory_waits_end) {
    AdvisoryLocks *locks = advisory_new();
    Other other;
    assert_int_equal(take(locks, exclusive(1, 7), 0), ADVISORY_TAKEN);
    assert_int_equal(take(locks, exclusive(2, 7), 20 * US_PER_MS), ADVISORY_BUSY);
    begin(&other, locks, exclusive(3, 7), 0);
    atomic_store(&other.give_up, true);
    thread_join(&other.thread);
    assert_int_equal(other.result, ADVISORY_CANCELED);
    assert_int_equal(waiting(locks), 0);
    release(locks, 1);
    advisory_free(locks);
}

TEST(advisory_circles_are_found) {
    AdvisoryLocks *locks = advisory_new();
    Other a, b;
    for (int32_t owner = 1; owner <= 3; owner++)
        assert_int_equal(take(locks, exclusive(owner, owner), 0), ADVISORY_TAKEN);
    begin(&a, locks, exclusive(1, 2), 0);
    begin(&b, locks, exclusive(2, 3), 1);
    assert_int_equal(take(locks, exclusive(3, 1), US_PER_SECOND), ADVISORY_DEADLOCK);
    release(locks, 3);
    thread_join(&b.thread);
    assert_int_equal(b.result, ADVISORY_TAKEN);
    release(locks, 2);
    thread_join(&a.thread);
    assert_int_equal(a.result, ADVISORY_TAKEN);
    release(locks, 1);
    advisory_free(locks);
}

enum { WORKERS = 6, ROUNDS = 200 };

typedef struct Worker {
    AdvisoryLocks *locks;
    int32_t owner;
    long *counter; /* guarded by the advisory lock alone */
    Thread thread;
} Worker;

static void work(void *context) {
    Worker *w = context;
    for (int i = 0; i < ROUNDS; i++) {
        AdvisoryRequest r = {.owner = w->owner, .key = {.number = 1, .pair = false}, .transaction = i % 2};
        AdvisoryWait wait = {NO_DEADLINE, never, NULL};
        if (advisory_take(w->locks, &r, &wait) != ADVISORY_TAKEN) return;
        ++*w->counter;
        advisory_release(w->locks, w->owner, i % 2 == 0);
    }
}

TEST(advisory_locks_exclude_each_other) {
    Worker workers[WORKERS];
    AdvisoryLocks *locks = advisory_new();
    Err err = {0};
    long counter = 0;
    for (int32_t i = 0; i < WORKERS; i++) {
        workers[i] = (Worker){.locks = locks, .owner = i + 1, .counter = &counter};
        assert_true(thread_start(&workers[i].thread,
                                 &(ThreadSpec){.name = "work", .body = work, .context = &workers[i]}, &err));
    }
    for (int i = 0; i < WORKERS; i++) thread_join(&workers[i].thread);
    assert_int_equal(counter, WORKERS * ROUNDS);
    advisory_free(locks);
}

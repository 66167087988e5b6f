#include "server/advisory.h"

/* What a session holds of a key, once for each kind. */
typedef struct Held Held;
struct Held {
    Held *next;
    AdvisoryRequest request;
    uint64_t times;
};

/* Who waits, on its thread's stack; the oldest first. */
typedef struct Waiter Waiter;
struct Waiter {
    Waiter *next;
    const AdvisoryRequest *request;
    bool seen; /* in the search for a circle */
};

struct AdvisoryLocks {
    Mutex lock;
    Cond changed; /* something was given back */
    Held *held;
    Waiter *waiters;
};

AdvisoryLocks *advisory_new(void) {
    AdvisoryLocks *locks = calloc(1, sizeof *locks);
    BUG_ON(!locks);
    mutex_init(&locks->lock);
    cond_init(&locks->changed);
    return locks;
}

void advisory_free(AdvisoryLocks *locks) {
    BUG_ON(locks->held || locks->waiters);
    cond_release(&locks->changed);
    mutex_release(&locks->lock);
    free(locks);
}

/* ---- who stands in whose way; the lock is held ---- */

static bool same_key(const AdvisoryRequest *a, const AdvisoryRequest *b) {
    return a->key.database == b->key.database && a->key.number == b->key.number && a->key.pair == b->key.pair;
}

static bool conflict(const AdvisoryRequest *a, const AdvisoryRequest *b) {
    return a->owner != b->owner && same_key(a, b) && !(a->shared && b->shared);
}

static bool holds_key(const AdvisoryLocks *locks, const AdvisoryRequest *r) {
    for (const Held *h = locks->held; h; h = h->next)
        if (h->request.owner == r->owner && same_key(&h->request, r)) return true;
    return false;
}

/* Those that came before have their turn first, unless the session has the key already. until: the request's own place; NULL: last. */
static bool is_free(const AdvisoryLocks *locks, const AdvisoryRequest *r, const Waiter *until) {
    for (const Held *h = locks->held; h; h = h->next)
        if (conflict(&h->request, r)) return false;
    if (holds_key(locks, r)) return true;
    for (const Waiter *w = locks->waiters; w && w != until; w = w->next)
        if (conflict(w->request, r)) return false;
    return true;
}

static bool waits_for(AdvisoryLocks *locks, int32_t owner, int32_t target);

/* Whether `target` is among those that `waiter` waits for, or that they wait for. */
static bool leads_to(AdvisoryLocks *locks, Waiter *waiter, int32_t target) {
    for (const Held *h = locks->held; h; h = h->next)
        if (conflict(&h->request, waiter->request) &&
            (h->request.owner == target || waits_for(locks, h->request.owner, target)))
            return true;
    if (holds_key(locks, waiter->request)) return false;
    for (const Waiter *w = locks->waiters; w && w != waiter; w = w->next)
        if (conflict(w->request, waiter->request) &&
            (w->request->owner == target || waits_for(locks, w->request->owner, target)))
            return true;
    return false;
}

static bool waits_for(AdvisoryLocks *locks, int32_t owner, int32_t target) {
    for (Waiter *w = locks->waiters; w; w = w->next) {
        if (w->request->owner != owner || w->seen) continue;
        w->seen = true;
        if (leads_to(locks, w, target)) return true;
    }
    return false;
}

static bool is_circle(AdvisoryLocks *locks, Waiter *me) {
    for (Waiter *w = locks->waiters; w; w = w->next) w->seen = false;
    me->seen = true;
    return leads_to(locks, me, me->request->owner);
}

/* ---- taking and giving back ---- */

static bool same(const AdvisoryRequest *a, const AdvisoryRequest *b) {
    return a->owner == b->owner && same_key(a, b) && a->shared == b->shared && a->transaction == b->transaction;
}

static void grant(AdvisoryLocks *locks, const AdvisoryRequest *r) {
    Held *h = locks->held;
    while (h && !same(&h->request, r)) h = h->next;
    if (!h) {
        h = calloc(1, sizeof *h);
        BUG_ON(!h);
        h->request = *r;
        h->next = locks->held;
        locks->held = h;
    }
    h->times++;
}

/* The lock is held. */
static AdvisoryResult wait_for(AdvisoryLocks *locks, const AdvisoryRequest *r, const AdvisoryWait *wait) {
    Waiter me = {.request = r}, **at = &locks->waiters;
    while (*at) at = &(*at)->next;
    *at = &me;
    AdvisoryResult result = ADVISORY_BUSY;
    for (;;) {
        if (is_free(locks, r, &me)) result = ADVISORY_TAKEN;
        else if (is_circle(locks, &me)) result = ADVISORY_DEADLOCK;
        else if (wait->give_up(wait->context)) result = ADVISORY_CANCELED;
        if (result != ADVISORY_BUSY || clock_us() >= wait->deadline_us) break;
        (void)cond_wait_until(&locks->changed, &locks->lock, MIN(wait->deadline_us, deadline_in(COND_TICK_US)));
    }
    for (at = &locks->waiters; *at != &me; at = &(*at)->next) {}
    *at = me.next;
    if (result == ADVISORY_TAKEN) grant(locks, r);
    cond_broadcast(&locks->changed); /* those behind may go on */
    return result;
}

AdvisoryResult advisory_take(AdvisoryLocks *locks, const AdvisoryRequest *r, const AdvisoryWait *wait) {
    mutex_lock(&locks->lock);
    AdvisoryResult result = is_free(locks, r, NULL) ? ADVISORY_TAKEN : ADVISORY_BUSY;
    if (result == ADVISORY_TAKEN) grant(locks, r);
    else if (wait->deadline_us) result = wait_for(locks, r, wait);
    mutex_unlock(&locks->lock);
    return result;
}

bool advisory_give_back(AdvisoryLocks *locks, const AdvisoryRequest *r) {
    mutex_lock(&locks->lock);
    Held **at = &locks->held;
    while (*at && !same(&(*at)->request, r)) at = &(*at)->next;
    Held *h = *at;
    if (h && !--h->times) {
        *at = h->next;
        free(h);
        cond_broadcast(&locks->changed);
    }
    mutex_unlock(&locks->lock);
    return h;
}

void advisory_release(AdvisoryLocks *locks, int32_t owner, bool of_session) {
    mutex_lock(&locks->lock);
    for (Held **at = &locks->held; *at;) {
        Held *h = *at;
        if (h->request.owner != owner || h->request.transaction == of_session) {
            at = &h->next;
            continue;
        }
        *at = h->next;
        free(h);
        cond_broadcast(&locks->changed);
    }
    mutex_unlock(&locks->lock);
}

size_t advisory_list(AdvisoryLocks *locks, AdvisoryInfo *ret, size_t most) {
    size_t n = 0;
    mutex_lock(&locks->lock);
    for (const Held *h = locks->held; h && n < most; h = h->next) ret[n++] = (AdvisoryInfo){h->request, true};
    for (const Waiter *w = locks->waiters; w && n < most; w = w->next) ret[n++] = (AdvisoryInfo){*w->request, false};
    mutex_unlock(&locks->lock);
    return n;
}

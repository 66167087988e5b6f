#include "server/registry.h"

#include "base/crypto.h"
#include "base/time.h"
#include "os/socket.h"

/* A statement that runs longer is asked after its client so often. */
enum { HANG_UP_US = 5 * 1000 * 1000 };

struct Registered {
    Registry *registry;
    Registered *next;
    bool reserved;
    Cancel cancel;
    uint8_t key[CANCEL_KEY_BYTES];
    /* Guarded by Registry.lock. */
    SessionInfo info;
    Session *session; /* of the running statement; NULL: nothing to interrupt */
    int64_t deadline_us;
    int64_t look_us; /* at fd, clock_us() */
    int fd;
    InterruptReason reason;
};

struct Registry {
    Mutex lock;
    Cond changed; /* a session ended, or has an earlier deadline than the watch waits for */
    Registered *first;
    unsigned count, most;
    int32_t last_id;
    int64_t next_wake_us;
    bool draining, stopped;
};

const char *session_state_name(SessionState state) {
    switch (state) {
    case SESSION_STARTING: return "starting";
    case SESSION_IDLE: return "idle";
    case SESSION_ACTIVE: return "active";
    case SESSION_IDLE_IN_TRANSACTION: return "idle in transaction";
    case SESSION_FAILED_TRANSACTION: return "idle in transaction (aborted)";
    }
    return "";
}

Registry *registry_new(unsigned most) {
    Registry *r = calloc(1, sizeof *r);
    BUG_ON(!r);
    r->most = most;
    r->next_wake_us = NO_DEADLINE;
    mutex_init(&r->lock);
    cond_init(&r->changed);
    return r;
}

void registry_free(Registry *r) {
    BUG_ON(r->first);
    cond_release(&r->changed);
    mutex_release(&r->lock);
    free(r);
}

/* Cut at a character's border. */
static void put_text(char *ret, size_t room, Str text) {
    size_t n = MIN(text.len, room - 1);
    while (n && n < text.len && ((unsigned char)text.at[n] & 0xC0) == 0x80) n--;
    if (n) memcpy(ret, text.at, n);
    ret[n] = '\0';
}

/* The lock is held. */
static int32_t free_id(Registry *r) {
    for (;;) {
        r->last_id = r->last_id == INT32_MAX ? 1 : r->last_id + 1;
        Registered *s = r->first;
        while (s && s->info.id != r->last_id) s = s->next;
        if (!s) return r->last_id;
    }
}

Registered *registry_add(Registry *r, const RegistryEntry *entry, Err *err) {
    Registered *s = calloc(1, sizeof *s);
    BUG_ON(!s);
    if (!cancel_init(&s->cancel, err)) {
        free(s);
        return NULL;
    }
    random_bytes(s->key, sizeof s->key);
    s->registry = r;
    s->reserved = entry->reserved;
    s->fd = entry->fd;
    s->deadline_us = s->look_us = NO_DEADLINE;
    put_text(s->info.service, sizeof s->info.service, str_of(entry->service));
    put_text(s->info.client, sizeof s->info.client, entry->client);
    s->info.started_us = s->info.state_us = time_now_us();
    mutex_lock(&r->lock);
    bool full = !entry->reserved && r->count >= r->most, draining = r->draining;
    if (!full && !draining) {
        s->info.id = free_id(r);
        s->next = r->first;
        r->first = s;
        r->count += !entry->reserved;
    }
    mutex_unlock(&r->lock);
    if (!full && !draining) return s;
    cancel_release(&s->cancel);
    free(s);
    if (draining) err_set(err, ERR_LOCKED, "the server is stopping");
    else err_set(err, ERR_FULL, "too many sessions: %u are open, pond.limits.sessions", r->most);
    return NULL;
}

void registry_remove(Registered *s) {
    Registry *r = s->registry;
    mutex_lock(&r->lock);
    Registered **at = &r->first;
    while (*at != s) at = &(*at)->next;
    *at = s->next;
    r->count -= !s->reserved;
    cond_broadcast(&r->changed);
    mutex_unlock(&r->lock);
    cancel_release(&s->cancel);
    free(s);
}

int32_t registered_id(const Registered *s) {
    return s->info.id;
}

const uint8_t *registered_key(const Registered *s) {
    return s->key;
}

Cancel *registered_cancel(Registered *s) {
    return &s->cancel;
}

void registered_login(Registered *s, Str user, Str database, Str application) {
    mutex_lock(&s->registry->lock);
    put_text(s->info.user, sizeof s->info.user, user);
    put_text(s->info.database, sizeof s->info.database, database);
    put_text(s->info.application, sizeof s->info.application, application);
    s->info.state = SESSION_IDLE;
    s->info.state_us = time_now_us();
    /* It could begin while the server stops, but no more than that. */
    if (s->registry->draining) cancel_raise(&s->cancel, CANCEL_STOP);
    mutex_unlock(&s->registry->lock);
}

void registered_tls(Registered *s, Str version, Str cipher, int bits) {
    mutex_lock(&s->registry->lock);
    put_text(s->info.tls, sizeof s->info.tls, version);
    put_text(s->info.cipher, sizeof s->info.cipher, cipher);
    s->info.tls_bits = bits;
    mutex_unlock(&s->registry->lock);
}

void registered_application(Registered *s, Str application) {
    mutex_lock(&s->registry->lock);
    put_text(s->info.application, sizeof s->info.application, application);
    mutex_unlock(&s->registry->lock);
}

void registry_begin(Registered *s, Str query, Session *session, int64_t deadline_us) {
    Registry *r = s->registry;
    int64_t now = time_now_us();
    mutex_lock(&r->lock);
    put_text(s->info.query, sizeof s->info.query, query);
    s->info.state = SESSION_ACTIVE;
    s->info.state_us = s->info.query_us = now;
    if (!s->info.transaction_us) s->info.transaction_us = now;
    s->session = session;
    s->deadline_us = deadline_us;
    s->look_us = s->fd < 0 ? NO_DEADLINE : deadline_in(HANG_UP_US);
    s->reason = INTERRUPT_NONE;
    if (MIN(deadline_us, s->look_us) < r->next_wake_us) cond_broadcast(&r->changed);
    mutex_unlock(&r->lock);
}

InterruptReason registry_end(Registered *s, SessionState state) {
    Registry *r = s->registry;
    int64_t now = time_now_us();
    mutex_lock(&r->lock);
    InterruptReason reason = s->reason;
    s->session = NULL;
    s->deadline_us = s->look_us = NO_DEADLINE;
    s->reason = INTERRUPT_NONE;
    s->info.state = state;
    s->info.state_us = now;
    if (state == SESSION_IDLE) s->info.transaction_us = 0;
    mutex_unlock(&r->lock);
    return reason;
}

/* The lock is held. */
static void interrupt(Registered *s, InterruptReason reason) {
    if (!s->session) return;
    if (reason > s->reason) s->reason = reason;
    session_interrupt(s->session);
}

/* In a time that says nothing about where they differ. */
static bool same_key(const uint8_t *a, const uint8_t *b, size_t n) {
    uint8_t difference = 0;
    for (size_t i = 0; i < n; i++) difference |= a[i] ^ b[i];
    return difference == 0;
}

void registry_cancel(Registry *r, int32_t id, const uint8_t *key, size_t key_bytes) {
    mutex_lock(&r->lock);
    for (Registered *s = r->first; s; s = s->next) {
        bool it_is = s->info.id == id && key_bytes <= sizeof s->key && key_bytes >= 4;
        if (it_is && same_key(s->key, key, key_bytes)) interrupt(s, INTERRUPT_CANCEL);
    }
    mutex_unlock(&r->lock);
}

bool registry_interrupt(Registry *r, int32_t id) {
    bool found = false;
    mutex_lock(&r->lock);
    for (Registered *s = r->first; s; s = s->next) {
        if (s->info.id != id) continue;
        found = true;
        interrupt(s, INTERRUPT_CANCEL);
    }
    mutex_unlock(&r->lock);
    return found;
}

bool registered_interrupted(Registered *s) {
    mutex_lock(&s->registry->lock);
    bool interrupted = s->reason != INTERRUPT_NONE;
    mutex_unlock(&s->registry->lock);
    return interrupted;
}

bool registry_terminate(Registry *r, int32_t id) {
    bool found = false;
    mutex_lock(&r->lock);
    for (Registered *s = r->first; s; s = s->next) {
        if (s->info.id != id) continue;
        found = true;
        cancel_raise(&s->cancel, CANCEL_STOP);
        interrupt(s, INTERRUPT_END);
    }
    mutex_unlock(&r->lock);
    return found;
}

/* The lock is held. starting: those too that log in. */
static void end_all(Registry *r, CancelLevel level, bool starting) {
    for (Registered *s = r->first; s; s = s->next) {
        if (s->info.state == SESSION_STARTING && !starting) continue;
        cancel_raise(&s->cancel, level);
        if (level == CANCEL_ABORT) interrupt(s, INTERRUPT_END);
    }
}

void registry_allow(Registry *r, unsigned most) {
    mutex_lock(&r->lock);
    r->most = most;
    mutex_unlock(&r->lock);
}

bool registry_drain(Registry *r, Until until) {
    enum { GRACE_US = 2 * 1000 * 1000, LOOK_US = 50 * 1000, LOGIN_US = 1000 * 1000 };
    int64_t login = deadline_in(LOGIN_US);
    mutex_lock(&r->lock);
    r->draining = true;
    end_all(r, CANCEL_STOP, false);
    while (r->first && clock_us() < until.deadline_us && !until_canceled(until)) {
        (void)cond_wait_until(&r->changed, &r->lock, MIN(until.deadline_us, deadline_in(LOOK_US)));
        if (clock_us() >= login) end_all(r, CANCEL_STOP, true);
    }
    bool all = !r->first;
    if (!all) end_all(r, CANCEL_ABORT, true);
    int64_t grace = deadline_in(GRACE_US);
    while (r->first && clock_us() < grace) (void)cond_wait_until(&r->changed, &r->lock, grace);
    mutex_unlock(&r->lock);
    return all;
}

size_t registry_count(Registry *r) {
    mutex_lock(&r->lock);
    size_t count = r->count;
    mutex_unlock(&r->lock);
    return count;
}

int64_t registry_oldest_transaction(Registry *r) {
    int64_t oldest = 0;
    mutex_lock(&r->lock);
    for (Registered *s = r->first; s; s = s->next) {
        int64_t began = s->info.transaction_us;
        if (began && (!oldest || began < oldest)) oldest = began;
    }
    mutex_unlock(&r->lock);
    return oldest;
}

size_t registry_list(Registry *r, SessionInfo *ret, size_t most) {
    size_t n = 0;
    mutex_lock(&r->lock);
    for (Registered *s = r->first; s && n < most; s = s->next) ret[n++] = s->info;
    mutex_unlock(&r->lock);
    return n;
}

/* The descriptor is open as long as a statement runs. */
static void look_at_client(Registered *s, int64_t now) {
    if (s->look_us > now) return;
    s->look_us = deadline_in(HANG_UP_US);
    if (!socket_has_hung_up(s->fd)) return;
    cancel_raise(&s->cancel, CANCEL_STOP);
    interrupt(s, INTERRUPT_END);
}

/* Interrupts what is late, or has nobody to answer to; the lock is held. Returns the next deadline. */
static int64_t look(Registry *r) {
    int64_t next = NO_DEADLINE, now = clock_us();
    for (Registered *s = r->first; s; s = s->next) {
        if (s->deadline_us <= now) {
            interrupt(s, INTERRUPT_TIMEOUT);
            s->deadline_us = NO_DEADLINE;
        }
        look_at_client(s, now);
        next = MIN(next, MIN(s->deadline_us, s->look_us));
    }
    return next;
}

void registry_watch(Registry *r) {
    mutex_lock(&r->lock);
    while (!r->stopped) {
        r->next_wake_us = look(r);
        (void)cond_wait_until(&r->changed, &r->lock, r->next_wake_us);
    }
    mutex_unlock(&r->lock);
}

void registry_stop(Registry *r) {
    mutex_lock(&r->lock);
    r->stopped = true;
    cond_broadcast(&r->changed);
    mutex_unlock(&r->lock);
}

#include "pgwire/copy_queue.h"

enum {
    LIMIT = 32 * 1024 * 1024,
    SPARES = 8,
    BEGIN_BYTES = 1024 * 1024, /* an INSERT begins with so much */
    IDLE_US = 50 * 1000,       /* and ends when nothing has come for so long: others need DuckDB's workers */
};

void copy_queue_init(CopyQueue *q, bool (*canceled)(void *context), void *context) {
    *q = (CopyQueue){.canceled = canceled, .context = context};
    mutex_init(&q->lock);
    cond_init(&q->changed);
}

static void free_blocks(CopyBlock *b) {
    while (b) {
        CopyBlock *next = b->next;
        free(b->bytes);
        free(b);
        b = next;
    }
}

void copy_queue_release(CopyQueue *q) {
    free_blocks(q->head);
    free_blocks(q->spare);
    cond_release(&q->changed);
    mutex_release(&q->lock);
}

static void changed(CopyQueue *q) {
    cond_broadcast(&q->changed);
}

static void tick(CopyQueue *q) {
    (void)cond_wait_until(&q->changed, &q->lock, deadline_in(COND_TICK_US));
}

/* ---- the reader ---- */

CopyBlock *copy_block_new(CopyQueue *q, size_t room) {
    mutex_lock(&q->lock);
    CopyBlock *b = q->spare;
    if (b && b->cap >= room) q->spare = b->next, q->spares--;
    else b = NULL;
    mutex_unlock(&q->lock);
    if (!b) {
        b = calloc(1, sizeof *b);
        BUG_ON(!b);
        b->bytes = malloc(room);
        BUG_ON(!b->bytes);
        b->cap = room;
    }
    *b = (CopyBlock){.bytes = b->bytes, .cap = b->cap};
    return b;
}

/* The lock is held. */
static void recycle(CopyQueue *q, CopyBlock *b) {
    b->next = NULL;
    if (q->spares == SPARES) {
        free_blocks(b);
        return;
    }
    b->next = q->spare;
    q->spare = b;
    q->spares++;
}

void copy_block_free(CopyQueue *q, CopyBlock *b) {
    if (!b) return;
    mutex_lock(&q->lock);
    recycle(q, b);
    mutex_unlock(&q->lock);
}

bool copy_queue_put(CopyQueue *q, CopyBlock *b) {
    mutex_lock(&q->lock);
    while (q->bytes >= LIMIT && !q->stopped) tick(q);
    bool ok = !q->stopped;
    if (ok) {
        q->bytes += b->cap;
        q->waiting_bytes += b->cap;
        b->listed = true;
        if (q->tail) q->tail->next = b;
        else q->head = b;
        q->tail = b;
        if (!q->waiting) q->waiting = b;
        changed(q);
    } else {
        recycle(q, b);
    }
    mutex_unlock(&q->lock);
    return ok;
}

void copy_queue_end(CopyQueue *q, const Err *err) {
    mutex_lock(&q->lock);
    q->ended = true;
    if (err && !q->problem) {
        q->failed = true;
        q->err = *err;
    }
    changed(q);
    mutex_unlock(&q->lock);
}

void copy_queue_lose(CopyQueue *q, const Err *err) {
    mutex_lock(&q->lock);
    if (!q->problem) q->err = *err;
    q->lost = !q->problem;
    q->stopped = true;
    changed(q);
    mutex_unlock(&q->lock);
}

/* ---- workers ---- */

static CopyBlock *take(CopyQueue *q) {
    CopyBlock *b = q->waiting;
    if (!b) return NULL;
    q->waiting = b->next;
    q->waiting_bytes -= b->cap;
    return b;
}

bool copy_queue_take(CopyQueue *q, bool wait, CopyBlock **ret, Err *err) {
    int64_t patience = deadline_in(wait ? IDLE_US : 0);
    for (bool over = false; !over;) {
        if (q->canceled(q->context)) return err_set(err, ERR_CANCELED, "COPY was canceled");
        mutex_lock(&q->lock);
        *ret = take(q);
        bool stopped = q->stopped, late = clock_us() >= patience;
        if (wait && late && !*ret) q->pausing = true;
        over = *ret || q->ended || q->pausing || late;
        if (!over && !stopped) (void)cond_wait_until(&q->changed, &q->lock, patience);
        mutex_unlock(&q->lock);
        if (stopped) return err_set(err, ERR_CANCELED, "COPY has failed");
    }
    return true;
}

/* Counts the lines of blocks at the head that have been read; the lock is held. */
static void retire(CopyQueue *q) {
    while (q->head && q->head->read) {
        CopyBlock *b = q->head;
        q->head = b->next;
        if (!q->head) q->tail = NULL;
        q->lines += b->lines;
        b->listed = false;
        if (b->dropped) recycle(q, b);
    }
}

void copy_queue_read(CopyQueue *q, CopyBlock *b, uint64_t lines) {
    mutex_lock(&q->lock);
    b->read = true;
    b->lines = lines;
    retire(q);
    changed(q);
    mutex_unlock(&q->lock);
}

void copy_queue_drop(CopyQueue *q, CopyBlock *b) {
    mutex_lock(&q->lock);
    q->bytes -= b->cap;
    b->dropped = true;
    if (!b->listed) recycle(q, b);
    changed(q);
    mutex_unlock(&q->lock);
}

bool copy_queue_is_first(CopyQueue *q, const CopyBlock *b, uint64_t *ret_lines) {
    bool first = false, stopped = false;
    while (!first && !stopped && !q->canceled(q->context)) {
        mutex_lock(&q->lock);
        first = q->head == b;
        stopped = q->stopped;
        *ret_lines = q->lines;
        if (!first && !stopped) tick(q);
        mutex_unlock(&q->lock);
    }
    return first && !stopped;
}

void copy_queue_fail(CopyQueue *q, const Err *err) {
    mutex_lock(&q->lock);
    if (!q->problem) q->err = *err;
    q->problem = true;
    q->stopped = true;
    changed(q);
    mutex_unlock(&q->lock);
}

/* ---- the session ---- */

bool copy_queue_wait(CopyQueue *q, bool *ret_more, Err *err) {
    bool ready = false, stopped = false;
    while (!ready && !stopped) {
        if (q->canceled(q->context)) return err_set(err, ERR_CANCELED, "COPY was canceled");
        mutex_lock(&q->lock);
        stopped = q->stopped;
        ready = q->ended || q->waiting_bytes >= BEGIN_BYTES;
        *ret_more = q->waiting != NULL;
        q->pausing = false;
        if (!ready && !stopped) tick(q);
        mutex_unlock(&q->lock);
    }
    return !stopped || err_set(err, ERR_CANCELED, "COPY has failed");
}

void copy_queue_stop(CopyQueue *q) {
    mutex_lock(&q->lock);
    q->stopped = true;
    changed(q);
    mutex_unlock(&q->lock);
}

/* Looking at what waits. */
#include "load/work.h"

#include "load/spill.h"

enum {
    TICK_US = 50 * 1000,
    ROW_GROUP = 122880,   /* DuckDB's */
    START_SHARE = 3,      /* such a part of the buffer (or half of what is left of it) in one stream begins an INSERT */
    SLOW_US = 250 * 1000, /* a loader that waits so long, and three quarters of the time, has a slow tap */
};

/* What the intake holds. */
typedef struct Situation {
    size_t start; /* bytes of one stream that begin an INSERT */
    bool short_of_memory;
    LoadStream *largest;  /* in memory */
    LoadStream *loadable; /* the largest of those whose rows can be loaded with the STATEs at hand */
    bool full;            /* batch_size_rows of a loadable stream are there */
    bool late;            /* a loadable row has waited long enough */
} Situation;

static bool is_loadable(const Loader *l, const LoadStream *s, bool blocked) {
    if (!s->waiting_rows || !s->plan) return false;
    if (!(s->first ? block_needs_state(l, s->first) : loader_needs_state(l, s->plan))) return true;
    bool activates = s->first && s->first->kind == BLOCK_ACTIVATE;
    bool covered =
        (s->first && s->first->epoch < l->intake.cuts) || (l->intake.soft_state.there && (s->marked || s->first));
    return covered && (activates || !blocked);
}

static LoadStream *larger(LoadStream *a, LoadStream *b) {
    return a && a->waiting_bytes >= b->waiting_bytes ? a : b;
}

static Situation look(const Loader *l) {
    const Intake *in = &l->intake;
    const LoadSettings *settings = l->request->settings;
    bool blocked = loader_shadow_below(l, in->cuts);
    int64_t now = clock_us(), oldest = now;
    Situation x = {.start = MIN(settings->buffer_bytes / START_SHARE, in->limit / 2),
                   .short_of_memory = in->reader_waits || in->waiting_bytes >= in->limit};
    for (size_t i = 0; i < in->streams.len; i++) {
        LoadStream *s = in->streams.at[i];
        x.largest = larger(x.largest, s);
        if (!is_loadable(l, s, blocked)) continue;
        x.loadable = larger(x.loadable, s);
        x.full |= settings->batch_rows && s->waiting_rows >= settings->batch_rows;
        if (s->oldest_us) oldest = MIN(oldest, s->oldest_us);
    }
    x.late = now - oldest >= settings->visible_us - settings->visible_us / 10;
    return x;
}

static LoadStream *if_much(const Situation *x, LoadStream *s) {
    return s && s->waiting_bytes >= x->start ? s : NULL;
}

/* The lock is held. */
static Work find_work(const Loader *l, LoadStream **ret_follow) {
    const Intake *in = &l->intake;
    if (in->ended) return WORK_END;
    Situation x = look(l);
    bool spill = x.short_of_memory && spill_possible(in) && x.largest && !if_much(&x, x.largest);
    bool much = x.loadable && x.loadable->waiting_bytes + x.loadable->spilled_bytes >= x.start;
    bool load = x.loadable && (x.full || x.late || much || (x.short_of_memory && !spill));
    bool uncovered = x.short_of_memory && x.largest != x.loadable && x.largest->waiting_bytes > in->waiting_bytes / 2;
    if (load && !uncovered) {
        *ret_follow = if_much(&x, x.loadable);
        return WORK_UNDER_STATE;
    }
    if (!x.short_of_memory) return WORK_NONE;
    if (!load && spill) return WORK_SPILL;
    *ret_follow = if_much(&x, x.largest);
    return WORK_PROVISIONAL;
}

Work work_wait(Loader *l, LoadStream **ret_follow) {
    Work work;
    int64_t from = clock_us();
    *ret_follow = NULL;
    mutex_lock(&l->intake.lock);
    while ((work = find_work(l, ret_follow)) == WORK_NONE && l->rows_unwritten < ROW_GROUP)
        cond_wait_until(&l->intake.arrived, &l->intake.lock, deadline_in(TICK_US));
    mutex_unlock(&l->intake.lock);
    l->idle_us += clock_us() - from;
    return work == WORK_NONE ? WORK_CHECKPOINT : work;
}

bool loader_choose_threads(Loader *l, Work work, Err *err) {
    int64_t now = clock_us(), all = now - l->worked_us;
    bool slow_tap = l->idle_us >= SLOW_US && l->idle_us >= all / 4 * 3;
    bool transaction = work == WORK_UNDER_STATE || work == WORK_PROVISIONAL;
    if (transaction) {
        l->idle_us = 0;
        l->worked_us = now;
    } else if (work != WORK_END) {
        return true;
    }
    return warehouse_use_threads(l->request->warehouse, transaction && slow_tap ? 1 : 0, err);
}

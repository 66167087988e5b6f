/* Locks on tables, and trying again. */
#include "load/turns.h"

#include "base/crash.h"
#include "warehouse/gate.h"
#include "warehouse/table_lock.h"

enum {
    TRIES = 12,
    PLAIN_TRIES = 3,       /* the others hold writers off */
    PAUSE_US = 20 * 1000,  /* after the first; each next one is longer by as much */
    HOLD_US = 2000 * 1000, /* how long a writer may make those wait that it does not let in */
    MEMORY_PAUSE_US = 500 * 1000,
};

/* ---- tables ---- */

static bool lock_names(Loader *l, const StrVec *names, Err *err) {
    const LoadRequest *q = l->request;
    TableWait wait = {
        .cancel = q->cancel,
        .deadline_us = q->deadline_us ? q->deadline_us : NO_DEADLINE,
        .notice = q->on_wait,
        .context = q->context,
    };
    return table_writer_lock(l->writer, names->at, names->len, &wait, err);
}

static Str lock_name(Arena *a, TableName table) {
    return arena_printf(a, STR_FMT "." STR_FMT, STR_ARG(table.schema), STR_ARG(table.table));
}

bool loader_wait_for_table(Loader *l, TableName table, Err *err) {
    AUTO(Arena) a = {0};
    AUTO(StrVec) names = {0};
    vec_push(&names, lock_name(&a, table));
    return lock_names(l, &names, err);
}

bool loader_begin(Loader *l, Err *err) {
    AUTO(Arena) a = {0};
    AUTO(StrVec) names = {0};
    mutex_lock(&l->intake.lock);
    for (size_t i = 0; i < l->intake.streams.len; i++) {
        const LoadStream *s = l->intake.streams.at[i];
        if (s->plan) vec_push(&names, lock_name(&a, s->plan->table));
    }
    mutex_unlock(&l->intake.lock);
    l->activated = false;
    return lock_names(l, &names, err) && session_begin(l->session, err);
}

void loader_give_way(Loader *l) {
    AUTO(Arena) a = {0};
    AUTO(StrVec) names = {0};
    for (size_t i = 0; i < l->tables.len; i++)
        if (l->tables.at[i]->shadow) vec_push(&names, lock_name(&a, l->tables.at[i]->name));
    table_writer_keep(l->writer, names.at, names.len);
}

bool loader_prepare(Loader *l, Err *err) {
    AUTO(StrVec) names = {0};
    vec_push(&names, STR("_pond"));
    bool ok = lock_names(l, &names, err) && bookmark_prepare(l->session, l->request->state_id, err);
    table_writer_keep(l->writer, NULL, 0);
    return ok;
}

/* ---- trying again ---- */

/* All that there is to lose is in stages and tables that nobody else looks at. */
static bool can_try_again(const Loader *l) {
    bool staged = false;
    if (l->activated || !warehouse_is_shared(l->request->warehouse)) return false;
    for (size_t i = 0; i < l->tables.len; i++) {
        const LoadTable *t = l->tables.at[i];
        if (t->inserted || t->updated || t->deleted || t->rows_ended) return false;
        staged |= t->stages.len > 0;
    }
    return staged;
}

/* A client may write between: nothing is fresh any more. */
static LoadTable *save_tables(Loader *l, Arena *a) {
    LoadTable *saved = arena_array(a, LoadTable, l->tables.len);
    for (size_t i = 0; i < l->tables.len; i++) {
        LoadTable *t = l->tables.at[i];
        t->fresh = false;
        for (size_t k = 0; k < t->stages.len; k++) t->stages.at[k].fresh = false;
        saved[i] = *t;
    }
    return saved;
}

static void restore_tables(Loader *l, const LoadTable *saved) {
    for (size_t i = 0; i < l->tables.len; i++) {
        LoadTable *t = l->tables.at[i];
        LoadTable now = *t;
        *t = saved[i];
        t->arena = now.arena;
        t->stage_arena = now.stage_arena;
    }
}

/* ERR_CONFLICT: a client changed rows that are to be replaced. ERR_MEMORY: somebody's statement had it. */
static bool helps_to_try(const Err *err) {
    return err->code == ERR_CONFLICT || err->code == ERR_MEMORY;
}

/* False: it is no use to wait. */
static bool pause_between(Loader *l, unsigned tries, const Err *failure) {
    int64_t us = failure->code == ERR_MEMORY ? MEMORY_PAUSE_US : (int64_t)tries * PAUSE_US;
    return wait_fd(-1, 0, (Until){deadline_in(us), l->request->cancel, CANCEL_ABORT}) != WAIT_CANCELED;
}

static bool try_once(Loader *l, LoadRest rest, bool *ret_state_written, Err *err) {
    if (!rest(l, ret_state_written, err)) return false;
    crash_point("before_commit");
    return session_commit(l->session, err);
}

/* Others commit no more until the rest is committed, so nothing is in its way. */
static bool hold_writers(Loader *l) {
    Err ignored = {0};
    GateOrder order = {.level = GATE_READERS,
                       .why = "a load replaces rows that others change",
                       .deadline_us = deadline_in(HOLD_US),
                       .cancel = l->request->cancel};
    return gate_hold_writers(l->session, &order, &ignored);
}

static bool try_again(Loader *l, LoadRest rest, bool *ret_state_written, Err *err) {
    AUTO(Arena) a = {0};
    const LoadTable *saved = save_tables(l, &a);
    for (unsigned tries = 1;; tries++) {
        bool alone = tries > PLAIN_TRIES && hold_writers(l);
        bool began = session_begin(l->session, err);
        bool ok = began && try_once(l, rest, ret_state_written, err);
        if (!ok) session_rollback(l->session);
        if (alone) gate_let_writers(l->session);
        if (ok || !began || tries == TRIES || !helps_to_try(err)) return ok;
        restore_tables(l, saved);
        if (!pause_between(l, tries, err)) return false;
        *err = (Err){0};
    }
}

bool loader_conclude(Loader *l, LoadRest rest, bool *ret_state_written, Err *err) {
    if (!can_try_again(l)) return try_once(l, rest, ret_state_written, err);
    /* Temporary tables stay, and with them the load's place behind the gate. */
    if (!session_stay(l->session, err)) return false;
    l->shared.keeps_stages = true;
    bool ok = session_commit(l->session, err) && try_again(l, rest, ret_state_written, err);
    l->shared.keeps_stages = false;
    session_stay_no_more(l->session);
    for (size_t i = 0; ok && i < l->tables.len; i++) load_table_forget_merged(l->tables.at[i]);
    return ok;
}

/* INSERTs of one stream's blocks. */
#include "load/insert.h"

#include "load/turns.h"
#include "warehouse/table.h"

enum {
    MAX_ROWS = 4 * 1000 * 1000,      /* of one INSERT */
    STAGE_BYTES = 512 * 1024 * 1024, /* merged at once: what DuckDB keeps of a table in memory grows with it */
    WIDE_STAGE_BYTES = 16 * 1024 * 1024,
    MAX_US = 60 * 1000 * 1000,
    SMALL_BYTES = 4 * 1000 * 1000, /* so little is inserted by one worker */
    WIDE_COLUMNS = 200,            /* so many, too: memory counts for more than time */
};

bool loader_needs_state(const Loader *l, const StreamPlan *plan) {
    return l->exactly_once && plan->route == ROUTE_APPEND;
}

/* Rows of the active version that are sent again would come twice. */
static bool activates_with_state(const Loader *l, const StreamPlan *plan) {
    return l->exactly_once && plan->route != ROUTE_UPSERT;
}

bool block_needs_state(const Loader *l, const Block *b) {
    return b->kind == BLOCK_ACTIVATE ? activates_with_state(l, b->plan) : loader_needs_state(l, b->plan);
}

bool loader_shadow_below(const Loader *l, uint64_t epoch) {
    for (size_t i = 0; i < l->tables.len; i++)
        if (l->tables.at[i]->shadow && l->tables.at[i]->shadow_epoch < epoch) return true;
    return false;
}

LoadTable *loader_table(Loader *l, LoadStream *s) {
    if (s->table) return s->table;
    LoadTable *t = load_table_new(&l->shared, s, &l->arena);
    s->table = t;
    vec_push(&l->tables, t);
    return t;
}

/* What DuckDB was given beyond its share comes from ours, up to two thirds of it. */
static void share_memory(Loader *l) {
    size_t buffer = l->request->settings->buffer_bytes;
    size_t given = (size_t)MIN(warehouse_raised(l->request->warehouse), (uint64_t)(buffer / 3 * 2));
    mutex_lock(&l->intake.lock);
    l->intake.limit = MAX(buffer - given, (size_t)1);
    mutex_unlock(&l->intake.lock);
}

/* ---- one INSERT ---- */

typedef struct Insert {
    RecordsSpec rows;
    InsertPlan plan;
} Insert;

static void report_unknown(const LoadStream *s, const StrVec *names) {
    for (size_t i = 0; i < names->len; i++) stream_figures_unknown(s->figures, names->at[i]);
}

static bool run_insert(Loader *l, LoadTable *t, const Insert *insert, const char *into, Records *records, Err *err) {
    Warehouse *w = l->request->warehouse;
    AUTO(Buf) list = {0};
    for (size_t i = 0; i < insert->rows.column_count; i++) buf_printf(&list, "%sc%zu", i ? ", " : "", i);
    uint64_t id = chunk_source_add(w, records_source(records));
    /* Each worker's rows stay apart until the transaction ends, a block for each column; with RETURNING there is but one
     * worker: half the memory, and faster when there is little to do. */
    bool ok = session_exec(l->session, err, "INSERT INTO %s SELECT %s FROM pond_records(%llu)%s", into, buf_c(&list),
                           (unsigned long long)id, insert->plan.small ? " RETURNING 1" : "");
    if (!ok && !chunk_source_error(w, id, err) && err->code != ERR_CANCELED)
        err_context(err, "stream \"" STR_FMT "\"", STR_ARG(t->stream->name));
    chunk_source_remove(w, id);
    const Reject *rejects;
    size_t count = records_rejects(records, &rejects);
    atomic_fetch_add(&t->stream->figures->rejected, count);
    report_unknown(t->stream, records_unknown(records));
    return ok && rejects_write(l->session, t->stream->name, rejects, count, err);
}

static bool insert_blocks(Loader *l, LoadTable *t, Insert *insert, bool *ret_ended, Err *err) {
    AUTO(Arena) a = {0};
    InsertTarget target;
    RecordsSpec *spec = &insert->rows;
    int64_t from = clock_us();
    if (!load_table_begin_insert(t, &insert->plan, &target, err)) return false;
    share_memory(l);
    spec->columns = target.columns;
    spec->column_count = target.column_count;
    Records *records = records_new(&a, spec);
    bool ok = run_insert(l, t, insert, target.into, records, err);
    if (ok) load_table_end_insert(t, records_rows(records) - records_filtered(records), records_epochs(records));
    *ret_ended = records_ended(records, &l->epoch);
    t->stream->full |= records_full(records);
    records_free(records);
    atomic_fetch_add(&t->stream->figures->busy_us, (uint64_t)(clock_us() - from));
    return ok;
}

/* ---- one stream ---- */

typedef enum Step {
    STEP_STOP, /* the head of the queue is not for this transaction */
    STEP_INSERT,
    STEP_ACTIVATE,
    STEP_POSTPONE,
} Step;

/* The lock is held. */
static Step next_step(const Loader *l, const LoadStream *s, Portion portion) {
    const Block *head = s->first;
    if (!head) return STEP_STOP;
    bool activate = head->kind == BLOCK_ACTIVATE;
    bool bound = block_needs_state(l, head), free = !bound || portion.provisional;
    if (free && !portion.follow && head->epoch >= portion.epoch && head->first_ordinal > s->arrived) return STEP_STOP;
    if (!bound) return activate ? STEP_ACTIVATE : STEP_INSERT;
    if (portion.provisional) return activate ? STEP_POSTPONE : STEP_INSERT;
    bool followed = portion.follow && !activate && portion.pending;
    uint64_t limit = portion.follow ? intake_cuts(&l->intake) : portion.epoch;
    if (!followed && head->epoch >= limit) return STEP_STOP;
    if (!activate) return STEP_INSERT;
    return portion.pending ? STEP_POSTPONE : STEP_ACTIVATE; /* another shadow may keep the STATE from being written */
}

static Insert insert_of(Loader *l, LoadStream *s, const StreamPlan *plan, Portion portion) {
    unsigned workers = warehouse_workers(l->request->warehouse, plan->schema->column_count);
    const LoadSettings *settings = l->request->settings;
    bool bound = loader_needs_state(l, plan), pending = bound && portion.pending;
    bool free = !bound || portion.provisional;
    Insert insert = {
        .plan = {.plan = plan, .place = pending ? PLACE_PENDING : PLACE_DIRECT},
        .rows =
            {
                .intake = &l->intake,
                .stream = s,
                .plan = plan,
                .epoch = portion.epoch,
                .ordinal = free ? s->arrived : 0,
                .follow = portion.follow,
                .under_state = bound && !pending,
                .max_rows = MAX_ROWS,
                .max_bytes = !stream_plan_is_keyed(plan) ? 0
                             : workers > 1               ? STAGE_BYTES
                                                         : WIDE_STAGE_BYTES,
                .workers = workers,
                .max_us = MIN((int64_t)MAX_US, settings->visible_us),
                .validate = settings->validate,
                .reject = settings->reject,
                .sync_started_us = l->sync_started_us,
                .cancel = l->request->cancel,
            },
    };
    if (settings->batch_rows && !portion.provisional) insert.rows.max_rows = MIN(MAX_ROWS, settings->batch_rows);
    return insert;
}

bool load_stream(Loader *l, LoadStream *s, Portion portion, bool *ret_ended, Err *err) {
    LoadTable *t = loader_table(l, s);
    Intake *in = &l->intake;
    *ret_ended = false;
    while (!*ret_ended) {
        mutex_lock(&in->lock);
        Block *head = s->first;
        Step step = next_step(l, s, portion);
        bool small = !portion.follow && s->waiting_bytes + s->spilled_bytes < SMALL_BYTES;
        if (step == STEP_ACTIVATE || step == STEP_POSTPONE) intake_take(in, s);
        mutex_unlock(&in->lock);
        if (step == STEP_STOP) return true;
        bool ok = loader_wait_for_table(l, head->plan->table, err);
        l->activated |= step == STEP_ACTIVATE;
        if (ok && step == STEP_INSERT) {
            Insert insert = insert_of(l, s, head->plan, portion);
            insert.plan.small = small || head->plan->schema->column_count > WIDE_COLUMNS;
            ok = insert_blocks(l, t, &insert, ret_ended, err);
        } else if (ok && step == STEP_ACTIVATE) {
            ok = load_table_activate(t, head->plan, head->version, err);
        } else if (ok) {
            load_table_postpone(t, head->plan, head->version, (EpochRange){head->epoch, head->last_epoch});
        }
        if (step != STEP_INSERT) free(head);
        if (!ok) return false;
    }
    return true;
}

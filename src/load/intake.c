/* Queues of blocks, cuts at STATEs, and how much may wait. */
#include "load/intake.h"

enum { CUT_BYTES = 1024 * 1024, CUT_US = 1000 * 1000, STREAM_SHARE = 4 };

void intake_init(Intake *in, LoadFigures *figures, size_t limit) {
    *in = (Intake){.figures = figures, .limit = MAX(limit, (size_t)1), .spill = TEMP_FILE_INIT};
    mutex_init(&in->lock);
    cond_init(&in->arrived);
    cond_init(&in->room);
    map_init(&in->by_name, &in->arena);
}

static void free_block(Block *b) {
    free(b->bytes);
    free(b);
}

static void free_blocks(Block *b) {
    while (b) {
        Block *next = b->next;
        free_block(b);
        b = next;
    }
}

void intake_release(Intake *in) {
    for (size_t i = 0; i < in->streams.len; i++) {
        free_blocks(in->streams.at[i]->first);
        if (in->streams.at[i]->open) free_block(in->streams.at[i]->open);
    }
    vec_release(&in->streams);
    buf_release(&in->cut_state.value);
    buf_release(&in->soft_state.value);
    buf_release(&in->taken_state);
    buf_release(&in->guard_state);
    temp_file_close(&in->spill);
    cond_release(&in->arrived);
    cond_release(&in->room);
    mutex_release(&in->lock);
    arena_release(&in->arena);
}

/* ---- blocks ---- */

static void count_bytes(Intake *in, LoadStream *s, size_t more, size_t less) {
    s->waiting_bytes += more - less;
    in->waiting_bytes += more - less;
}

static void guard(Intake *in);

static Block *new_block(Intake *in, LoadStream *s, size_t need) {
    bool shadow = s->plan->route == ROUTE_SHADOW;
    if (shadow && in->armed && !in->guarded) guard(in);
    in->shadow_blocks += shadow;
    Block *b = calloc(1, sizeof *b);
    BUG_ON(!b);
    b->cap = MAX(s->next_capacity, need);
    b->bytes = malloc(b->cap);
    BUG_ON(!b->bytes);
    b->plan = s->plan;
    b->epoch = in->cuts;
    b->contiguous = true;
    count_bytes(in, s, b->cap, 0);
    size_t share = in->limit / STREAM_SHARE / MAX(in->streams.len, (size_t)1);
    size_t largest = MAX(MIN((size_t)BLOCK_BYTES, share), (size_t)FIRST_BLOCK_BYTES);
    s->next_capacity = MIN(s->next_capacity * 2, largest);
    return b;
}

static void push_block(LoadStream *s, Block *b) {
    if (s->last) s->last->next = b;
    else s->first = b;
    s->last = b;
}

/* Gives back what a block did not fill. */
static void shrink_block(Intake *in, LoadStream *s, Block *b) {
    if (b->len >= b->cap / 2) return;
    size_t cap = MAX(b->len, (size_t)1);
    char *bytes = realloc(b->bytes, cap);
    BUG_ON(!bytes);
    count_bytes(in, s, cap, b->cap);
    b->bytes = bytes;
    b->cap = cap;
}

static void close_block(Intake *in, LoadStream *s) {
    if (!s->open) return;
    shrink_block(in, s, s->open);
    push_block(s, s->open);
    s->open = NULL;
}

void intake_close_blocks(Intake *in) {
    for (size_t i = 0; i < in->streams.len; i++) close_block(in, in->streams.at[i]);
}

/* ---- the reader's side ---- */

LoadStream *intake_stream(Intake *in, Str name) {
    LoadStream *s = map_get(&in->by_name, name);
    if (s) return s;
    s = arena_new(&in->arena, LoadStream);
    s->name = arena_str(&in->arena, name);
    s->next_capacity = FIRST_BLOCK_BYTES;
    s->figures = load_figures_add(in->figures, s->name);
    map_put(&in->by_name, name, s);
    vec_push(&in->streams, s);
    return s;
}

/* Without the price of an atomic addition: the reader alone writes these. */
static void count(atomic_ullong *figure, size_t more) {
    atomic_store_explicit(figure, atomic_load_explicit(figure, memory_order_relaxed) + more, memory_order_relaxed);
}

void intake_add(Intake *in, LoadStream *s, Str line, const LineOrigin *origin) {
    Block *b = s->open;
    bool fits = b && b->plan == s->plan && b->cap - b->len > line.len;
    if (!fits) {
        close_block(in, s);
        b = s->open = new_block(in, s, line.len + 1);
        b->first_ordinal = s->ordinal + 1;
        b->first_line = origin->number;
        b->received_us = origin->received_us;
    }
    b->contiguous = b->contiguous && origin->number && origin->number == b->first_line + b->rows;
    memcpy(b->bytes + b->len, line.at, line.len);
    b->bytes[b->len + line.len] = '\n';
    b->len += line.len + 1;
    b->rows++;
    s->ordinal++;
    s->waiting_rows++;
    s->dirty = true;
    if (!s->oldest_us) s->oldest_us = origin->now_us;
    in->bytes_since_cut += line.len;
    count(&s->figures->read, 1);
    count(&s->figures->bytes, line.len + 1);
}

void intake_set_plan(Intake *in, LoadStream *s, StreamPlan *plan) {
    close_block(in, s);
    plan->number = s->plan ? s->plan->number + 1 : 0;
    s->plan = plan;
}

void intake_add_activate(Intake *in, LoadStream *s, int64_t version) {
    close_block(in, s);
    Block *b = calloc(1, sizeof *b);
    BUG_ON(!b);
    *b = (Block){.kind = BLOCK_ACTIVATE, .plan = s->plan, .epoch = in->cuts, .version = version};
    push_block(s, b);
    s->dirty = true;
}

static void forget_marks(LoadStream *s) {
    s->marked = s->mark_taken = false;
    s->mark_block = NULL;
}

static void set_state(StateText *to, Str value) {
    buf_clear(&to->value);
    buf_append(&to->value, value);
    to->there = true;
}

static void begin_epoch(Intake *in, int64_t now_us) {
    in->cuts++;
    in->soft_state.there = false;
    in->bytes_since_cut = 0;
    in->last_cut_us = now_us;
    for (size_t i = 0; i < in->streams.len; i++) forget_marks(in->streams.at[i]);
}

/* Remembers how far the stream had come at this STATE. */
static void mark_stream(LoadStream *s) {
    s->marked = true;
    s->mark_taken = s->dirty = false;
    s->mark_block = s->open ? s->open : s->last;
    if (!s->mark_block) s->mark_taken = true;
    else s->mark_rows = s->mark_block->rows, s->mark_len = s->mark_block->len;
}

void intake_add_state(Intake *in, Str value, int64_t now_us) {
    if (in->bytes_since_cut >= CUT_BYTES || now_us - in->last_cut_us >= CUT_US) {
        intake_close_blocks(in);
        set_state(&in->cut_state, value);
        begin_epoch(in, now_us);
        for (size_t i = 0; i < in->streams.len; i++) in->streams.at[i]->dirty = false;
        return;
    }
    set_state(&in->soft_state, value);
    for (size_t i = 0; i < in->streams.len; i++)
        if (in->streams.at[i]->dirty) mark_stream(in->streams.at[i]);
}

/* ---- the loader's side ---- */

/* Puts the rows behind the mark into a block of their own. */
static void split_block(Intake *in, LoadStream *s, Block *b) {
    if (b->kind != BLOCK_ROWS || s->mark_rows == b->rows) return;
    Block *rest = calloc(1, sizeof *rest);
    BUG_ON(!rest);
    *rest = *b;
    rest->len = b->len - s->mark_len;
    rest->cap = MAX(rest->len, (size_t)1);
    rest->rows = b->rows - s->mark_rows;
    rest->first_ordinal += s->mark_rows;
    rest->first_line += s->mark_rows;
    if (b->bytes) {
        rest->bytes = malloc(rest->cap);
        BUG_ON(!rest->bytes);
        memcpy(rest->bytes, b->bytes + s->mark_len, rest->len);
        count_bytes(in, s, rest->cap, 0);
    } else {
        rest->cap = 0;
        rest->spilled_at += s->mark_len;
    }
    in->shadow_blocks += b->plan->route == ROUTE_SHADOW;
    b->rows = s->mark_rows;
    b->len = s->mark_len;
    b->next = rest;
    if (s->last == b) s->last = rest;
}

/* Blocks of this epoch behind the mark belong to the next one. */
static void cut_stream(Intake *in, LoadStream *s) {
    Block *b = s->first;
    if (s->marked && !s->mark_taken) {
        split_block(in, s, s->mark_block);
        b = s->mark_block->next;
    }
    for (; b; b = b->next)
        if (b->epoch == in->cuts) b->epoch++;
}

static void cut_at_soft_state(Intake *in) {
    if (!in->soft_state.there) return;
    intake_close_blocks(in);
    for (size_t i = 0; i < in->streams.len; i++) cut_stream(in, in->streams.at[i]);
    set_state(&in->cut_state, buf_str(&in->soft_state.value));
    begin_epoch(in, clock_us());
}

bool intake_arm(Intake *in) {
    in->armed = !in->shadow_blocks;
    in->guarded = false;
    return in->armed;
}

void intake_disarm(Intake *in) {
    in->armed = in->guarded = false;
}

static void guard(Intake *in) {
    cut_at_soft_state(in);
    in->guarded = true;
    in->guard_epoch = in->cuts;
    buf_clear(&in->guard_state);
    buf_append(&in->guard_state, buf_str(&in->cut_state.value));
}

uint64_t intake_cuts(const Intake *in) {
    return in->guarded ? in->guard_epoch : in->cuts;
}

uint64_t intake_snapshot(Intake *in) {
    if (in->guarded) {
        buf_clear(&in->taken_state);
        buf_append(&in->taken_state, buf_str(&in->guard_state));
        return in->guard_epoch;
    }
    cut_at_soft_state(in);
    buf_clear(&in->taken_state);
    buf_append(&in->taken_state, buf_str(&in->cut_state.value));
    return in->cuts;
}

void intake_spilled(Intake *in, LoadStream *s, Block *b, uint64_t at) {
    count_bytes(in, s, 0, b->cap);
    free(b->bytes);
    b->bytes = NULL;
    b->cap = 0;
    b->spilled_at = at;
    s->spilled_bytes += b->len;
    in->spilled_bytes += b->len;
}

/* A taken block is split no more: should the soft STATE become a cut, its rows behind the mark lie behind the cut; should
 * a newer STATE, they may lie before it. */
static void note_last_epoch(const Intake *in, const LoadStream *s, Block *b) {
    bool soft = in->soft_state.there && b->epoch == in->cuts;
    bool mark_ahead = s->marked && !s->mark_taken;
    bool whole_before = mark_ahead && (s->mark_block != b || s->mark_rows == b->rows);
    b->last_epoch = b->epoch + (soft && !whole_before);
}

Block *intake_take(Intake *in, LoadStream *s) {
    Block *b = s->first;
    if (!b) return NULL;
    note_last_epoch(in, s, b);
    s->first = b->next;
    if (!s->first) s->last = NULL;
    b->next = NULL;
    if (s->mark_block == b) s->mark_taken = true, s->mark_block = NULL;
    in->shadow_blocks -= b->kind == BLOCK_ROWS && b->plan->route == ROUTE_SHADOW;
    if (b->kind == BLOCK_ROWS && !b->bytes) {
        s->spilled_bytes -= b->len;
        in->spilled_bytes -= b->len;
    }
    s->waiting_rows -= b->rows;
    s->oldest_us = s->waiting_rows ? s->oldest_us : 0;
    return b;
}

void block_free(Intake *in, LoadStream *s, Block *b) {
    mutex_lock(&in->lock);
    count_bytes(in, s, 0, b->cap);
    if (in->reader_waits) cond_signal(&in->room);
    mutex_unlock(&in->lock);
    free_block(b);
}

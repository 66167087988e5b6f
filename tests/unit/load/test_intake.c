/* Queues, cuts and marks against a model: what lies before each STATE, over random orders of everything. */
#include "unit/test.h"

#include "load/spill.h"
#include "unit/load/chance.h"

enum { SEEDS = 1000, STREAMS = 3, STEPS = 200, STATES = STEPS + 1, HARD_US = 1000 * 1000 };

/* How far each stream had come at each STATE; the STATE's value is its number. */
typedef struct Model {
    Chance chance;
    Intake intake;
    LoadFigures figures;
    Arena arena;
    LoadStream *streams[STREAMS];
    StreamPlan plans[STEPS + STREAMS];
    size_t plan_count;
    uint64_t at_state[STATES][STREAMS];
    size_t states;
    uint64_t taken[STREAMS]; /* rows that left the queue */
    struct Taken {           /* blocks that left it without a snapshot */
        size_t stream;
        uint64_t first, last, first_epoch, last_epoch;
    } loose[4 * STEPS];
    size_t loose_count;
} Model;

static void model_init(Model *m, uint64_t seed) {
    *m = (Model){.chance = chance_of(seed)};
    intake_init(&m->intake, &m->figures, 64 * 1024);
    for (size_t i = 0; i < STREAMS; i++) {
        m->streams[i] = intake_stream(&m->intake, arena_printf(&m->arena, "s%zu", i));
        intake_set_plan(&m->intake, m->streams[i], &m->plans[m->plan_count++]);
    }
}

static void model_release(Model *m) {
    intake_release(&m->intake);
    load_figures_release(&m->figures);
    arena_release(&m->arena);
}

/* A row says its place in the stream. */
static void add_row(Model *m, LoadStream *s) {
    char line[400];
    int n = snprintf(line, sizeof line, "%llu", (unsigned long long)s->ordinal + 1);
    size_t len = (size_t)n + chance_below(&m->chance, 300);
    memset(line + n, ' ', len - (size_t)n);
    LineOrigin origin = {.number = s->ordinal + 1, .received_us = 1, .now_us = clock_us()};
    intake_add(&m->intake, s, (Str){line, len}, &origin);
}

static void add_state(Model *m) {
    char value[20];
    int n = snprintf(value, sizeof value, "%zu", ++m->states);
    for (size_t i = 0; i < STREAMS; i++) m->at_state[m->states][i] = m->streams[i]->ordinal;
    bool hard = chance_below(&m->chance, 4) == 0;
    int64_t last = m->intake.last_cut_us;
    intake_add_state(&m->intake, (Str){value, (size_t)n}, hard ? last + HARD_US : last);
}

/* The block's rows follow those taken before, and are what was added. */
static void check_block(Model *m, size_t stream, const Block *b) {
    const char *at = b->bytes;
    if (b->kind == BLOCK_ACTIVATE) {
        assert_int_equal(b->version, m->taken[stream]);
        return;
    }
    assert_int_equal(b->first_ordinal, m->taken[stream] + 1);
    assert_true(b->rows > 0 && b->contiguous);
    assert_int_equal(b->first_line, b->first_ordinal);
    for (uint64_t row = 0; row < b->rows; row++) {
        const char *newline = memchr(at, '\n', b->len - (size_t)(at - b->bytes));
        assert_non_null(newline);
        assert_int_equal(strtoull(at, NULL, 10), ++m->taken[stream]);
        at = newline + 1;
    }
    assert_ptr_equal(at, b->bytes + b->len);
}

static void take_block(Model *m, size_t stream, uint64_t *ret_first_epoch, uint64_t *ret_last_epoch) {
    LoadStream *s = m->streams[stream];
    Block *b = intake_take(&m->intake, s);
    Err err = {0};
    if (b->kind == BLOCK_ROWS) assert_true(spill_fetch(&m->intake, b, &err));
    check_block(m, stream, b);
    *ret_first_epoch = b->epoch;
    *ret_last_epoch = b->last_epoch;
    if (b->kind == BLOCK_ACTIVATE) free(b);
    else block_free(&m->intake, s, b);
}

static void take_some(Model *m) {
    size_t stream = chance_below(&m->chance, STREAMS);
    if (chance_below(&m->chance, 2)) intake_close_blocks(&m->intake);
    for (size_t n = chance_below(&m->chance, 4); n && m->streams[stream]->first; n--) {
        struct Taken *t = &m->loose[m->loose_count++];
        *t = (struct Taken){.stream = stream, .first = m->taken[stream] + 1};
        take_block(m, stream, &t->first_epoch, &t->last_epoch);
        t->last = m->taken[stream];
    }
}

/* Epochs of blocks that were taken before tell on which side of the STATE their rows lie; in doubt, on both. */
static void check_loose(const Model *m, uint64_t epoch, uint64_t state) {
    for (size_t i = 0; i < m->loose_count; i++) {
        const struct Taken *t = &m->loose[i];
        assert_true(t->first_epoch <= t->last_epoch);
        if (t->last_epoch < epoch) assert_true(t->last <= m->at_state[state][t->stream]);
        if (t->first_epoch >= epoch) assert_true(t->first > m->at_state[state][t->stream]);
    }
}

static void snapshot(Model *m) {
    uint64_t epoch = intake_snapshot(&m->intake);
    uint64_t state = 0, first, last;
    if (m->intake.taken_state.len) assert_true(str_to_u64(buf_str(&m->intake.taken_state), &state));
    for (size_t i = 0; i < STREAMS; i++) {
        uint64_t before = m->taken[i];
        while (m->streams[i]->first && m->streams[i]->first->epoch < epoch) take_block(m, i, &first, &last);
        /* What was taken before without asking may lie behind the STATE; else it is exactly the STATE's. */
        assert_int_equal(m->taken[i], MAX(before, m->at_state[state][i]));
    }
    check_loose(m, epoch, state);
}

static void step(Model *m) {
    LoadStream *s = m->streams[chance_below(&m->chance, STREAMS)];
    size_t what = chance_below(&m->chance, 100);
    if (what < 50)
        for (size_t n = chance_below(&m->chance, 40); n; n--) add_row(m, s);
    else if (what < 70) add_state(m);
    else if (what < 74) intake_set_plan(&m->intake, s, &m->plans[m->plan_count++]);
    else if (what < 78) intake_add_activate(&m->intake, s, (int64_t)s->ordinal);
    else if (what < 80) spill_blocks(&m->intake, "/tmp");
    else if (what < 88) take_some(m);
    else snapshot(m);
}

TEST(intake_cuts_lie_exactly_at_their_states) {
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        static Model m;
        model_init(&m, seed);
        for (size_t i = 0; i < STEPS; i++) step(&m);
        snapshot(&m);
        intake_close_blocks(&m.intake);
        for (size_t i = 0; i < STREAMS; i++) {
            uint64_t first, last;
            while (m.streams[i]->first) take_block(&m, i, &first, &last);
            assert_int_equal(m.taken[i], m.streams[i]->ordinal);
            assert_int_equal(m.streams[i]->waiting_rows + m.streams[i]->waiting_bytes, 0);
        }
        assert_int_equal(m.intake.waiting_bytes + m.intake.spilled_bytes, 0);
        model_release(&m);
    }
}

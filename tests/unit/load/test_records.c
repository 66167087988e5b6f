/* The reader's thread and several workers of INSERTs at once, without DuckDB: every record arrives exactly once, and what
 * is loaded under a STATE is exactly what lies before it. For ThreadSanitizer above all. */
#include "unit/test.h"

#include "load/reader.h"
#include "load/records.h"
#include "load/spill.h"
#include "os/io.h"
#include "unit/load/chance.h"

enum { SEEDS = 150, STREAMS = 3, RECORDS = 1500, WORKERS = 3, ROWS = 64, LIMIT = 64 * 1024, LONGEST = 6000 };

typedef struct Run {
    Chance chance;
    Intake intake;
    LoadFigures figures;
    Arena arena;
    LoadSettings settings;
    Cancel cancel;
    Pipe pipe;
    Buf input;
    Reader *reader;
    size_t sent[STREAMS];
    unsigned char seen[STREAMS][RECORDS + 1];
    uint64_t loaded[STREAMS];
} Run;

/* ---- the tap ---- */

static void write_schema(Buf *out, size_t stream, size_t extra) {
    buf_printf(out, "{\"type\":\"SCHEMA\",\"stream\":\"s%zu\",\"key_properties\":[\"n\"],\"schema\":{\"properties\":{",
               stream);
    for (size_t i = 0; i < extra; i++) buf_printf(out, "\"extra%zu\":{\"type\":\"integer\"},", i);
    buf_append_c(out, "\"n\":{\"type\":\"integer\"},\"pad\":{\"type\":[\"null\",\"string\"]}}}}\n");
}

/* STATE: how many records of each stream came before it. ACTIVATE_VERSION: the same of its stream. */
static void write_input(Run *run) {
    Buf *out = &run->input;
    char pad[LONGEST];
    memset(pad, 'p', sizeof pad);
    size_t records = 1 + chance_below(&run->chance, RECORDS), longest = 1 + chance_below(&run->chance, LONGEST - 1);
    size_t states = 2 + chance_below(&run->chance, 100), extra = 0;
    for (size_t i = 0; i < STREAMS; i++) write_schema(out, i, 0);
    for (size_t i = 0; i < records; i++) {
        size_t stream = chance_below(&run->chance, STREAMS);
        buf_printf(out, "{\"type\":\"RECORD\",\"stream\":\"s%zu\",\"record\":{\"n\":%zu,\"pad\":\"%.*s\"}}\n", stream,
                   ++run->sent[stream], (int)chance_below(&run->chance, longest), pad);
        if (chance_below(&run->chance, states) == 0)
            buf_printf(out, "{\"type\":\"STATE\",\"value\":\"%zu %zu %zu\"}\n", run->sent[0], run->sent[1],
                       run->sent[2]);
        if (chance_below(&run->chance, 200) == 0) write_schema(out, stream, ++extra % 5);
        if (chance_below(&run->chance, 200) == 0)
            buf_printf(out, "{\"type\":\"ACTIVATE_VERSION\",\"stream\":\"s%zu\",\"version\":%zu}\n", stream,
                       run->sent[stream]);
    }
}

static void tap_body(void *context) {
    Run *run = context;
    Err err = {0};
    (void)!io_write_all(run->pipe.write, buf_str(&run->input), UNTIL_DONE, &err);
    fd_close(&run->pipe.write);
}

static void reader_body(void *context) {
    reader_run(((Run *)context)->reader);
}

/* ---- DuckDB's part ---- */

typedef struct Work {
    Run *run;
    size_t stream;
    const ChunkSource *source;
    bool failed;
} Work;

static void make_nullable(ChunkColumn *column) {
    column->validity = column->vector;
    memset(column->validity, 0xff, ROWS / 8);
}

/* Each number once; `seen` is of one worker alone as long as that holds. */
static void look_at(Work *work, const Chunk *chunk, size_t number) {
    for (size_t row = 0; row < chunk->rows; row++) {
        int64_t n = ((const int64_t *)chunk->columns[number].data)[row];
        if (n < 1 || n > RECORDS || work->run->seen[work->stream][n]++) work->failed = true;
    }
}

static void work_body(void *context) {
    Work *work = context;
    const ChunkSource *source = work->source;
    ChunkColumn *columns = calloc(source->column_count, sizeof *columns);
    void *local = source->open(source->context);
    Err err = {0};
    for (;;) {
        Chunk chunk = {ROWS, 0, columns, source->column_count, make_nullable};
        for (size_t i = 0; i < source->column_count; i++) {
            free(columns[i].data);
            free(columns[i].vector);
            columns[i] =
                (ChunkColumn){source->columns[i].type, calloc(ROWS, sizeof(ChunkText)), NULL, calloc(ROWS / 64, 8)};
        }
        if (!source->next(source->context, local, &chunk, &err)) work->failed = true;
        if (!chunk.rows || work->failed) break;
        look_at(work, &chunk, source->column_count - 2);
    }
    source->close(source->context, local);
    for (size_t i = 0; i < source->column_count; i++) {
        free(columns[i].data);
        free(columns[i].vector);
    }
    free(columns);
}

/* One INSERT by several workers. *ret_ended as records_ended. */
static void insert(Run *run, size_t stream, RecordsSpec spec, bool *ret_ended, uint64_t *ret_epoch) {
    AUTO(Arena) a = {0};
    const StreamSchema *schema = spec.plan->schema;
    DecoderColumn *columns = arena_array(&a, DecoderColumn, schema->column_count);
    for (size_t i = 0; i < schema->column_count; i++)
        columns[i] = (DecoderColumn){&schema->columns[i], schema->columns[i].type};
    spec.columns = columns;
    spec.column_count = schema->column_count;
    Records *records = records_new(&a, &spec);
    Work works[WORKERS];
    Thread threads[WORKERS] = {0};
    Err err = {0};
    for (size_t i = 0; i < WORKERS; i++) {
        works[i] = (Work){run, stream, records_source(records), false};
        ThreadSpec thread = {.name = "worker", .body = work_body, .context = &works[i]};
        assert_true(thread_start(&threads[i], &thread, &err));
    }
    for (size_t i = 0; i < WORKERS; i++) thread_join(&threads[i]);
    for (size_t i = 0; i < WORKERS; i++) assert_false(works[i].failed);
    run->loaded[stream] += records_rows(records);
    *ret_ended = records_ended(records, ret_epoch);
    records_free(records);
}

/* ---- the loader's part ---- */

typedef struct Head {
    BlockKind kind;
    const StreamPlan *plan;
    int64_t version;
} Head;

/* The stream's first block, if it is of an epoch below; an ACTIVATE_VERSION is taken out. */
static bool next_head(Run *run, LoadStream *s, uint64_t epoch, Head *ret) {
    mutex_lock(&run->intake.lock);
    Block *head = s->first;
    bool there = head && head->epoch < epoch;
    if (there) *ret = (Head){head->kind, head->plan, head->version};
    bool activate = there && head->kind == BLOCK_ACTIVATE;
    if (activate) intake_take(&run->intake, s);
    mutex_unlock(&run->intake.lock);
    if (activate) free(head);
    return there;
}

static RecordsSpec spec_of(Run *run, LoadStream *s, const StreamPlan *plan, uint64_t epoch) {
    return (RecordsSpec){.intake = &run->intake, .stream = s, .plan = plan, .epoch = epoch, .cancel = &run->cancel};
}

static void load_below(Run *run, size_t stream, uint64_t epoch) {
    LoadStream *s = run->intake.streams.at[stream];
    bool ended;
    uint64_t reached;
    Head head;
    while (next_head(run, s, epoch, &head)) {
        if (head.kind == BLOCK_ACTIVATE) assert_int_equal(head.version, run->loaded[stream]);
        else insert(run, stream, spec_of(run, s, head.plan, epoch), &ended, &reached);
    }
}

/* A long INSERT while the reader goes on, until it ends itself by a snapshot or something is in the way. */
static bool follow(Run *run, size_t stream, uint64_t *ret_epoch) {
    LoadStream *s = run->intake.streams.at[stream];
    Head head;
    bool ended = false;
    mutex_lock(&run->intake.lock);
    uint64_t cuts = run->intake.cuts;
    mutex_unlock(&run->intake.lock);
    if (!next_head(run, s, cuts, &head)) return false;
    if (head.kind == BLOCK_ACTIVATE) {
        assert_int_equal(head.version, run->loaded[stream]);
        return false;
    }
    RecordsSpec spec = spec_of(run, s, head.plan, UINT64_MAX);
    spec.follow = spec.under_state = true;
    spec.max_rows = 1 + chance_below(&run->chance, 500);
    spec.max_us = (int64_t)chance_below(&run->chance, 20000);
    insert(run, stream, spec, &ended, ret_epoch);
    return ended;
}

/* Everything below the cut is loaded now: exactly what its STATE says. */
static void check_state(Run *run) {
    unsigned long long said[STREAMS] = {0};
    const char *state = buf_c(&run->intake.taken_state);
    if (state[0]) assert_int_equal(sscanf(state, "\"%llu %llu %llu\"", &said[0], &said[1], &said[2]), STREAMS);
    for (size_t i = 0; i < STREAMS; i++) {
        assert_int_equal(run->loaded[i], said[i]);
        for (size_t n = 1; n <= said[i]; n++) assert_int_equal(run->seen[i][n], 1);
    }
}

static void load_under_state(Run *run) {
    uint64_t epoch;
    bool ended = chance_below(&run->chance, 2) && follow(run, chance_below(&run->chance, STREAMS), &epoch);
    if (!ended) {
        mutex_lock(&run->intake.lock);
        epoch = intake_snapshot(&run->intake);
        mutex_unlock(&run->intake.lock);
    }
    for (size_t i = 0; i < STREAMS; i++) load_below(run, i, epoch);
    check_state(run);
}

/* Waits until there is something to do. True: the input has ended. Blocks that no STATE covers are not loaded here: they go
 * to disk, or more may wait. */
static bool wait_for_input(Run *run) {
    Intake *in = &run->intake;
    mutex_lock(&in->lock);
    if (!in->ended && !in->reader_waits) cond_wait_until(&in->arrived, &in->lock, deadline_in(5000));
    bool covered = in->soft_state.there;
    for (size_t i = 0; i < in->streams.len; i++)
        covered = covered || (in->streams.at[i]->first && in->streams.at[i]->first->epoch < in->cuts);
    bool stuck = in->reader_waits && !covered, spill = stuck && chance_below(&run->chance, 2);
    if (stuck && !spill) {
        in->limit += LIMIT;
        cond_signal(&in->room);
    }
    bool ended = in->ended, ready = in->streams.len == STREAMS;
    mutex_unlock(&in->lock);
    if (spill) spill_blocks(in, "/tmp");
    if (ready) load_under_state(run);
    return ended;
}

static void run_release(Run *run) {
    intake_release(&run->intake);
    reader_free(run->reader);
    load_figures_release(&run->figures);
    cancel_release(&run->cancel);
    buf_release(&run->input);
    pipe_close(&run->pipe);
    arena_release(&run->arena);
}

static void run_seed(uint64_t seed) {
    static Run run;
    run = (Run){.chance = chance_of(seed), .pipe = {-1, -1}};
    Err err = {0};
    Thread tap = {0}, reading = {0};
    Map versions;
    map_init(&versions, &run.arena);
    assert_true(load_settings_read(&run.settings, &run.arena, NULL, NULL, &err));
    assert_true(cancel_init(&run.cancel, &err) && pipe_open(&run.pipe, &err));
    intake_init(&run.intake, &run.figures, LIMIT);
    write_input(&run);
    LoadRequest request = {.settings = &run.settings, .input = run.pipe.read, .cancel = &run.cancel};
    run.reader = reader_new(&run.arena, &(ReaderSpec){&request, &run.intake, NULL, &versions, NULL});
    assert_true(thread_start(&reading, &(ThreadSpec){.name = "reader", .body = reader_body, .context = &run}, &err));
    assert_true(thread_start(&tap, &(ThreadSpec){.name = "tap", .body = tap_body, .context = &run}, &err));
    while (!wait_for_input(&run)) {}
    thread_join(&tap);
    thread_join(&reading);
    if (run.intake.failed) fail_msg("seed %llu: %s", (unsigned long long)seed, run.intake.error.msg);
    load_under_state(&run);
    intake_close_blocks(&run.intake);
    for (size_t i = 0; i < STREAMS; i++) {
        load_below(&run, i, UINT64_MAX);
        assert_int_equal(run.loaded[i], run.sent[i]);
        for (size_t n = 1; n <= run.sent[i]; n++) assert_int_equal(run.seen[i][n], 1);
    }
    assert_int_equal(run.intake.waiting_bytes, 0);
    run_release(&run);
}

TEST(records_arrive_once_and_under_their_state) {
    for (uint64_t seed = 0; seed < SEEDS; seed++) run_seed(seed);
}

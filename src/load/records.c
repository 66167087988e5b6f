/* Workers of one INSERT: take a block, decode its lines, say when to stop. */
#include "load/records.h"

#include "base/crash.h"
#include "load/spill.h"

enum { CHUNK_BYTES = 16 * 1024 * 1024, IDLE_US = 50 * 1000, TICK_US = 10 * 1000, REJECT_BYTES = 16 * 1024 * 1024 };

struct Records {
    RecordsSpec spec;
    ChunkSource source;
    RecordDecoder *decoder;
    SourceColumn *columns;
    int64_t started_us, batched_us;
    /* under the intake's lock */
    uint64_t rows, bytes, filtered;
    bool ending; /* nothing behind `epoch` is taken any more */
    uint64_t epoch, first_epoch, last_epoch;
    int64_t idle_since_us; /* 0 = not idle */
    Arena kept;            /* rejects and unknown names */
    Map unknown_names;
    StrVec unknown;
    VEC(Reject) rejects;
    size_t reject_bytes;
};

typedef struct Worker {
    Records *records;
    DecoderState *state;
    Block *block; /* being decoded */
    const char *at;
    uint64_t row;
    Block *done; /* its texts are still in the last chunk */
    uint64_t filtered;
    Err problem; /* of one line; here, so that its 2.5 KB are not cleared for each */
} Worker;

/* ---- taking blocks; the intake's lock is held ---- */

static bool may_take(const Records *r, const Block *b) {
    if (!b || b->kind != BLOCK_ROWS || b->plan != r->spec.plan) return false;
    if (!r->spec.follow) return b->epoch < r->epoch || b->first_ordinal <= r->spec.ordinal;
    if (r->ending) return b->epoch < r->epoch;
    return !r->spec.under_state || b->epoch < intake_cuts(r->spec.intake);
}

/* From now on only what belongs to the newest cut is taken. */
static void begin_end(Records *r) {
    if (r->ending) return;
    r->ending = true;
    r->epoch = intake_snapshot(r->spec.intake);
    cond_broadcast(&r->spec.intake->arrived);
}

/* The head of the queue can never become takeable: another plan, an ACTIVATE_VERSION, the end of the input. */
static bool is_over(const Records *r) {
    const Block *head = r->spec.stream->first;
    bool barrier = head && (head->kind != BLOCK_ROWS || head->plan != r->spec.plan);
    return barrier || r->ending || !r->spec.follow || r->spec.intake->ended;
}

static bool others_wait(const Records *r) {
    const Intake *in = r->spec.intake;
    return in->reader_waits && in->waiting_bytes - r->spec.stream->waiting_bytes > in->limit / 2;
}

static bool has_enough(const Records *r, int64_t now) {
    const RecordsSpec *spec = &r->spec;
    return r->rows >= spec->max_rows || records_full(r) || now - r->started_us >= spec->max_us || others_wait(r);
}

/* The next block, or NULL: nothing more for this INSERT, or (with err) canceled. */
static Block *next_block(Records *r, Err *err, bool *ret_failed) {
    Intake *in = r->spec.intake;
    Block *b = NULL;
    mutex_lock(&in->lock);
    for (;;) {
        if (cancel_level(r->spec.cancel) >= CANCEL_ABORT) {
            *ret_failed = !err_set(err, ERR_CANCELED, "canceled");
            break;
        }
        int64_t now = clock_us();
        if (r->spec.follow && has_enough(r, now)) begin_end(r);
        if (may_take(r, r->spec.stream->first)) {
            b = intake_take(in, r->spec.stream);
            r->rows += b->rows;
            r->bytes += b->len;
            r->first_epoch = MIN(r->first_epoch, b->epoch);
            r->last_epoch = MAX(r->last_epoch, b->last_epoch);
            r->idle_since_us = 0;
            break;
        }
        if (is_over(r)) break;
        if (!r->idle_since_us) r->idle_since_us = now;
        if (now - r->idle_since_us >= IDLE_US) {
            begin_end(r);
            continue;
        }
        cond_wait_until(&in->arrived, &in->lock, now + TICK_US);
    }
    mutex_unlock(&in->lock);
    if (!b || spill_fetch(in, b, err)) return b;
    block_free(in, r->spec.stream, b);
    *ret_failed = true;
    return NULL;
}

/* ---- workers ---- */

static void *worker_open(void *context) {
    Records *r = context;
    Worker *w = calloc(1, sizeof *w);
    BUG_ON(!w);
    w->records = r;
    w->state = decoder_state_new(r->decoder);
    return w;
}

static void release_done(Worker *w) {
    while (w->done) {
        Block *next = w->done->next;
        block_free(w->records->spec.intake, w->records->spec.stream, w->done);
        w->done = next;
    }
}

static void keep_unknown(Records *r, const StrVec *names) {
    for (size_t i = 0; i < names->len; i++) {
        if (map_has(&r->unknown_names, names->at[i])) continue;
        map_put(&r->unknown_names, names->at[i], r);
        vec_push(&r->unknown, arena_str(&r->kept, names->at[i]));
    }
}

static void worker_close(void *context, void *local) {
    Records *r = context;
    Worker *w = local;
    release_done(w);
    if (w->block) block_free(r->spec.intake, r->spec.stream, w->block);
    mutex_lock(&r->spec.intake->lock);
    keep_unknown(r, decoder_state_unknown(w->state));
    r->filtered += w->filtered;
    mutex_unlock(&r->spec.intake->lock);
    decoder_state_free(w->state);
    free(w);
}

/* Sets a bad record aside. False: too many bytes of them. */
static bool keep_reject(Records *r, const RecordPlace *place, Str line, const Err *problem) {
    mutex_lock(&r->spec.intake->lock);
    bool room = r->reject_bytes + line.len <= REJECT_BYTES;
    if (room) {
        r->reject_bytes += line.len;
        vec_push(&r->rejects, (Reject){place->ordinal, place->line, arena_str(&r->kept, line),
                                       arena_str(&r->kept, str_of(problem->msg))});
    }
    mutex_unlock(&r->spec.intake->lock);
    return room;
}

static bool decode_line(Worker *w, Str line, Chunk *chunk, Err *err) {
    Records *r = w->records;
    const Block *b = w->block;
    RecordPlace place = {.ordinal = b->first_ordinal + w->row,
                         .line = b->contiguous ? b->first_line + w->row : 0,
                         .received_us = b->received_us,
                         .batched_us = r->batched_us};
    size_t rows = chunk->rows;
    w->row++;
    if (record_decode(r->decoder, w->state, line, &place, chunk, &w->problem)) {
        w->filtered += chunk->rows == rows;
        return true;
    }
    bool kept = r->spec.reject && w->problem.code == ERR_INPUT && keep_reject(r, &place, line, &w->problem);
    if (kept) w->filtered++;
    else *err = w->problem;
    w->problem = (Err){0};
    return kept;
}

/* Moves the block whose lines are used up to the done ones: their texts are in the chunk. */
static void finish_block(Worker *w) {
    w->block->next = w->done;
    w->done = w->block;
    w->block = NULL;
}

static bool worker_next(void *context, void *local, Chunk *chunk, Err *err) {
    Records *r = context;
    Worker *w = local;
    size_t bytes = 0;
    bool failed = false;
    release_done(w);
    decoder_state_begin(w->state);
    while (chunk->rows < chunk->capacity && (bytes < CHUNK_BYTES || !chunk->rows)) {
        if (!w->block) {
            if (chunk->rows) break; /* what is there goes on its way before waiting for more */
            w->block = next_block(r, err, &failed);
            if (!w->block) break;
            w->at = w->block->bytes;
            w->row = 0;
        }
        const char *end = w->block->bytes + w->block->len;
        if (w->at == end) {
            finish_block(w);
            if (!chunk->rows) release_done(w);
            continue;
        }
        const char *newline = memchr(w->at, '\n', (size_t)(end - w->at));
        Str line = {w->at, (size_t)(newline - w->at)};
        w->at = newline + 1;
        bytes += line.len;
        if (!decode_line(w, line, chunk, err)) return false;
    }
    if (chunk->rows) crash_point("parsed");
    return !failed;
}

/* ---- the source ---- */

Records *records_new(Arena *a, const RecordsSpec *spec) {
    Records *r = arena_new(a, Records);
    r->spec = *spec;
    r->epoch = spec->epoch;
    r->first_epoch = UINT64_MAX;
    r->started_us = clock_us();
    r->batched_us = time_now_us();
    map_init(&r->unknown_names, &r->kept);
    r->decoder = record_decoder_new(a, &(DecoderSpec){
                                           .schema = spec->plan->schema,
                                           .columns = spec->columns,
                                           .column_count = spec->column_count,
                                           .envelope = spec->plan->envelope,
                                           .map = spec->plan->map,
                                           .validate = spec->validate,
                                           .sync_started_us = spec->sync_started_us,
                                       });
    r->columns = arena_array(a, SourceColumn, spec->column_count);
    for (size_t i = 0; i < spec->column_count; i++)
        r->columns[i] = (SourceColumn){arena_printf(a, "c%zu", i), spec->columns[i].type};
    r->source = (ChunkSource){
        .columns = r->columns,
        .column_count = spec->column_count,
        .max_threads = spec->workers,
        .context = r,
        .open = worker_open,
        .close = worker_close,
        .next = worker_next,
    };
    return r;
}

void records_free(Records *r) {
    vec_release(&r->unknown);
    vec_release(&r->rejects);
    arena_release(&r->kept);
}

const ChunkSource *records_source(const Records *r) {
    return &r->source;
}

uint64_t records_rows(const Records *r) {
    return r->rows;
}

EpochRange records_epochs(const Records *r) {
    return (EpochRange){r->first_epoch, r->last_epoch};
}

bool records_ended(const Records *r, uint64_t *ret_epoch) {
    if (r->ending) *ret_epoch = r->epoch;
    return r->ending;
}

bool records_full(const Records *r) {
    return r->spec.max_bytes && r->bytes >= r->spec.max_bytes;
}

uint64_t records_filtered(const Records *r) {
    return r->filtered;
}

const StrVec *records_unknown(const Records *r) {
    return &r->unknown;
}

size_t records_rejects(const Records *r, const Reject **ret) {
    *ret = r->rejects.at;
    return r->rejects.len;
}

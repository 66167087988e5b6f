#include "pgwire/copy_in.h"

#include <inttypes.h>

#include "pgwire/copy_queue.h"
#include "pgwire/session.h"
#include "warehouse/chunk_source.h"
#include "warehouse/table.h"

enum { BLOCK_BYTES = 512 * 1024, CHUNK_BYTES = 16 * 1024 * 1024, WINDOW_BYTES = 128 * 1024 };

struct CopyIn {
    CopyInSpec spec;
    CopyQueue queue;
    /* the reader's */
    Thread thread;
    Cancel stop; /* its wait for the client */
    bool stoppable;
    CopyCutter cutter;
    CopyBlock *open; /* being filled */
    bool begun;      /* a block was handed on */
    /* the workers' */
    ChunkSource source;
    SourceColumn *columns;
    Arena arena;
    bool written;
};

/* ---- the client's data into blocks: the reader's thread ---- */

/* False: nobody wants it any more. */
static bool hand_on(CopyIn *in) {
    CopyBlock *b = in->open;
    in->open = NULL;
    b->first = !in->begun;
    in->begun = true;
    b->eol = in->cutter.eol;
    return copy_queue_put(&in->queue, b);
}

/* The block is full: its whole rows go on, what is left begins the next one. */
static bool cut_block(CopyIn *in, Err *err) {
    CopyBlock *b = in->open;
    size_t rows = copy_cut(&in->cutter, (Str){b->bytes, b->len}), rest = b->len - rows;
    if (!rows) {
        if (b->cap >= WIRE_MESSAGE_LIMIT) return pg_error(err, "54000", "a row of COPY is too long");
        b->cap *= 2;
        b->bytes = realloc(b->bytes, b->cap);
        BUG_ON(!b->bytes);
        return true;
    }
    if (!in->cutter.ended) {
        in->open = copy_block_new(&in->queue, MAX((size_t)BLOCK_BYTES, 2 * rest));
        memcpy(in->open->bytes, b->bytes + rows, rest);
        in->open->len = rest;
    } else {
        in->open = NULL;
    }
    CopyBlock *next = in->open;
    b->len = rows;
    in->open = b;
    bool ok = hand_on(in);
    in->open = next;
    return ok || err_set(err, ERR_CANCELED, "COPY has failed");
}

static bool add(CopyIn *in, Str data, Err *err) {
    while (data.len && !in->cutter.ended) {
        if (!in->open) in->open = copy_block_new(&in->queue, BLOCK_BYTES);
        CopyBlock *b = in->open;
        size_t n = MIN(data.len, b->cap - b->len);
        memcpy(b->bytes + b->len, data.at, n);
        b->len += n;
        data = str_slice(data, n, data.len);
        if (b->len == b->cap && !cut_block(in, err)) return false;
    }
    return true;
}

/* The last row may lack its end; binary data has a header even when it has no rows. */
static void finish(CopyIn *in) {
    bool binary = in->spec.rows.statement->format == COPY_BINARY;
    if (!in->open && !in->begun && binary) in->open = copy_block_new(&in->queue, BLOCK_BYTES);
    if (in->open && (in->open->len || !in->begun)) (void)hand_on(in);
    copy_queue_end(&in->queue, NULL);
}

/* The next message; *ret_more false: it was the last of this COPY. */
static bool read_message(CopyIn *in, bool *ret_more, Err *err) {
    char type;
    Str body;
    Until until = {NO_DEADLINE, &in->stop, CANCEL_STOP};
    *ret_more = true;
    if (!wire_read(in->spec.wire, until, &type, &body, err)) {
        copy_queue_lose(&in->queue, err);
        return false;
    }
    Fields f = fields_of(body);
    switch (type) {
    case 'd': return add(in, body, err);
    case 'c': finish(in); return !(*ret_more = false);
    case 'H':
    case 'S': return true;
    case 'f': {
        Str why = field_text(&f);
        return pg_error(err, "57014", "COPY from stdin failed: " STR_FMT, STR_ARG(why));
    }
    default:
        return pg_error(err, "08P01", "unexpected message type 0x%02X during COPY from stdin", (unsigned char)type);
    }
}

static void read_client(void *context) {
    CopyIn *in = context;
    Err err = {0};
    bool more = true;
    while (more)
        if (!read_message(in, &more, &err)) {
            copy_queue_end(&in->queue, &err);
            return;
        }
}

/* ---- rows into chunks: DuckDB's workers ---- */

typedef struct Worker {
    CopyIn *in;
    CopyRows rows;
    CopyBlock *block; /* being read */
    CopyBlock *done;  /* its texts are still in the last chunk */
} Worker;

static void *worker_open(void *context) {
    CopyIn *in = context;
    Worker *w = calloc(1, sizeof *w);
    BUG_ON(!w);
    w->in = in;
    w->rows.spec = &in->spec.rows;
    return w;
}

static void drop_done(Worker *w) {
    while (w->done) {
        CopyBlock *b = w->done;
        w->done = b->next_done;
        copy_queue_drop(&w->in->queue, b);
    }
    arena_reset(&w->rows.texts);
}

static void worker_close(void *context, void *local) {
    CopyIn *in = context;
    Worker *w = local;
    drop_done(w);
    if (w->block) {
        copy_queue_stop(&in->queue); /* who waits for its lines waits for nothing */
        copy_queue_drop(&in->queue, w->block);
    }
    copy_rows_release(&w->rows);
    free(w);
}

/* False: there is none now, or an error. */
static bool begin_block(Worker *w, bool wait, bool *ret_ok, Err *err) {
    CopyQueue *q = &w->in->queue;
    *ret_ok = copy_queue_take(q, wait, &w->block, err);
    if (!*ret_ok || !w->block) return false;
    CopyPart part = {{w->block->bytes, w->block->len}, w->block->first, w->block->eol};
    copy_rows_begin(&w->rows, &part);
    return true;
}

static void end_block(Worker *w) {
    w->block->next_done = w->done;
    w->done = w->block;
    copy_queue_read(&w->in->queue, w->block, w->rows.line);
    w->block = NULL;
}

/* A row is wrong; the lowest of all is what the client hears. */
static bool fail(Worker *w, Err *err) {
    CopyQueue *q = &w->in->queue;
    uint64_t before;
    if (!copy_queue_is_first(q, w->block, &before)) return false;
    uint64_t line = before + w->rows.line;
    if (w->rows.line)
        pg_error_context(err, "COPY " STR_FMT ", line %" PRIu64 "%s", STR_ARG(w->in->spec.table), line, w->rows.where);
    copy_queue_fail(q, err);
    return false;
}

static bool worker_next(void *context, void *local, Chunk *chunk, Err *err) {
    Worker *w = local;
    size_t bytes = 0;
    bool ok = true;
    (void)context;
    drop_done(w);
    while (chunk->rows < chunk->capacity && (bytes < CHUNK_BYTES || !chunk->rows)) {
        /* What is there goes on its way before waiting for more. */
        if (!w->block && !begin_block(w, !chunk->rows, &ok, err)) break;
        const char *from = w->rows.at;
        if (!copy_rows_next(&w->rows, chunk, err)) return fail(w, err);
        bytes += (size_t)(w->rows.at - from);
        if (w->rows.over) end_block(w);
    }
    return ok;
}

/* ---- the session's thread ---- */

static bool is_canceled(void *context) {
    CopyIn *in = context;
    return cancel_level(registered_cancel(in->spec.me)) >= CANCEL_ABORT || registered_interrupted(in->spec.me);
}

CopyIn *copy_in_new(const CopyInSpec *spec) {
    CopyIn *in = calloc(1, sizeof *in);
    BUG_ON(!in);
    in->spec = *spec;
    size_t count = spec->rows.column_count;
    in->cutter = copy_cutter(spec->rows.statement, count);
    copy_queue_init(&in->queue, is_canceled, in);
    in->columns = arena_array(&in->arena, SourceColumn, count);
    for (size_t i = 0; i < count; i++)
        in->columns[i] = (SourceColumn){arena_printf(&in->arena, "c%zu", i), spec->rows.columns[i].as};
    in->source = (ChunkSource){
        .columns = in->columns,
        .column_count = count,
        .context = in,
        .open = worker_open,
        .close = worker_close,
        .next = worker_next,
    };
    return in;
}

bool copy_in_start(CopyIn *in, Err *err) {
    if (!cancel_init(&in->stop, err)) return false;
    in->stoppable = true;
    in->spec.wire->window = WINDOW_BYTES;
    return thread_start(&in->thread, &(ThreadSpec){.name = "copy", .body = read_client, .context = in}, err);
}

/* Why it failed, as it was before DuckDB heard of it. */
static void explain(CopyIn *in, Err *err) {
    CopyQueue *q = &in->queue;
    mutex_lock(&q->lock);
    if (q->problem || q->lost) *err = q->err;
    mutex_unlock(&q->lock);
}

static bool insert(CopyIn *in, Session *db, const char *sql, uint64_t *ret_rows, Err *err) {
    bool more = true;
    while (more) {
        uint64_t rows = 0;
        if (!copy_queue_wait(&in->queue, &more, err)) return false;
        in->written |= more;
        if (more && !session_change(db, &rows, err, "%s", sql)) return false;
        *ret_rows += rows;
    }
    if (!in->queue.failed) return true;
    *err = in->queue.err;
    return false;
}

/* SELECT c0, c1 FROM the client's rows; with a condition they have the names that it knows them by. One that can only be false must not
 * be seen through, or DuckDB reads no rows and the client waits: random() is what it cannot foresee. */
static void put_select(const CopyIn *in, uint64_t id, Buf *sql) {
    AUTO(Arena) a = {0};
    Str where = in->spec.where;
    buf_append_c(sql, where.len ? " SELECT * FROM (SELECT " : " SELECT ");
    for (size_t i = 0; i < in->source.column_count; i++) {
        buf_printf(sql, "%sc%zu", i ? ", " : "", i);
        if (where.len) buf_printf(sql, " AS %s", sql_ident(&a, in->spec.rows.columns[i].name));
    }
    buf_printf(sql, " FROM pond_records(%" PRIu64 ")", id);
    if (where.len)
        buf_printf(sql, ") AS %s WHERE coalesce(CAST(" STR_FMT " AS BOOLEAN), false) = (random() >= 0)",
                   sql_ident(&a, in->spec.table), STR_ARG(where));
}

bool copy_in_insert(CopyIn *in, Session *db, Str into, uint64_t *ret_rows, Err *err) {
    Warehouse *w = session_warehouse(db);
    AUTO(Buf) sql = {0};
    *ret_rows = 0;
    in->source.max_threads = warehouse_workers(w, in->source.column_count);
    uint64_t id = chunk_source_add(w, &in->source);
    buf_printf(&sql, "INSERT INTO " STR_FMT, STR_ARG(into));
    put_select(in, id, &sql);
    bool ok = insert(in, db, buf_c(&sql), ret_rows, err);
    chunk_source_remove(w, id);
    if (!ok) explain(in, err);
    if (!ok && is_canceled(in)) err_set(err, ERR_CANCELED, "COPY was canceled");
    return ok;
}

bool copy_in_has_written(const CopyIn *in) {
    return in->written;
}

void copy_in_free(CopyIn *in) {
    copy_queue_stop(&in->queue);
    if (in->stoppable) cancel_raise(&in->stop, CANCEL_STOP);
    thread_join(&in->thread);
    in->spec.wire->window = 0;
    if (in->stoppable) cancel_release(&in->stop);
    copy_block_free(&in->queue, in->open);
    copy_queue_release(&in->queue);
    arena_release(&in->arena);
    free(in);
}

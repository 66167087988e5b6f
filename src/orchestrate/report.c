#include "orchestrate/report.h"

#include "base/vec.h"

/* Below this share of the block's time a wait says nothing. */
enum { TELLING_PERCENT = 10 };

void report_release(BlockReport *r) {
    free(r->streams);
    r->streams = NULL;
    r->stream_count = r->stream_cap = 0;
    load_figures_release(&r->figures);
}

static StreamReport *add_stream(BlockReport *r, Str name) {
    if (r->stream_count == r->stream_cap) r->streams = vec_grow(r->streams, &r->stream_cap, sizeof *r->streams);
    StreamReport *s = &r->streams[r->stream_count++];
    *s = (StreamReport){.stream = name};
    return s;
}

static void update_stream(StreamReport *s, const StreamFigures *f, int64_t now, int64_t before) {
    uint64_t rows = atomic_load(&f->read);
    if (rows != s->rows) {
        if (!s->rows) s->first_us = before;
        s->last_us = now;
    }
    s->rows = rows;
    s->bytes = atomic_load(&f->bytes);
    s->loaded = atomic_load(&f->loaded);
    s->updated = atomic_load(&f->updated);
    s->deleted = atomic_load(&f->deleted);
    s->rejected = atomic_load(&f->rejected);
}

void report_update(BlockReport *r) {
    const LoadFigures *figures = &r->figures;
    int64_t now = clock_us(), before = r->end_us ? r->end_us : r->begin_us;
    r->end_us = now;
    size_t count = atomic_load(&figures->count);
    for (size_t i = 0; i < count; i++) {
        const StreamFigures *f = figures->streams[i];
        StreamReport *s = i < r->stream_count ? &r->streams[i] : add_stream(r, f->stream);
        update_stream(s, f, now, before);
    }
    r->tap_wait_us = atomic_load(&figures->input_wait_us);
    r->loader_wait_us = atomic_load(&figures->reader_wait_us);
    r->commits = atomic_load(&figures->commits);
    if (!r->foreign) r->states = atomic_load(&figures->states);
}

void report_tables(BlockReport *r) {
    for (size_t i = 0; i < r->stream_count; i++) r->streams[i].table = r->figures.streams[i]->table;
}

SlowSide report_slow_side(const BlockReport *r) {
    if (!report_total(r).rows) return SLOW_NEITHER;
    uint64_t most = MAX(r->tap_wait_us, r->loader_wait_us);
    if (most * 100 < (uint64_t)(r->end_us - r->begin_us) * TELLING_PERCENT) return SLOW_NEITHER;
    return r->tap_wait_us >= r->loader_wait_us ? SLOW_TAP : SLOW_LOADER;
}

StreamReport report_total(const BlockReport *r) {
    StreamReport total = {.first_us = r->begin_us, .last_us = r->end_us};
    for (size_t i = 0; i < r->stream_count; i++) {
        const StreamReport *s = &r->streams[i];
        total.rows += s->rows;
        total.bytes += s->bytes;
        total.loaded += s->loaded;
        total.updated += s->updated;
        total.deleted += s->deleted;
        total.rejected += s->rejected;
    }
    return total;
}

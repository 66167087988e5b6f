/* What a run did, per stream: printed as the run table, stored in pond.db, served by the API. */
#pragma once

#include <stdatomic.h>

#include "base/log.h"
#include "base/map.h"

/* Written by the loader's threads, readable at any time by a progress display. */
typedef struct StreamFigures {
    Str stream, table;     /* table: "schema.table" */
    atomic_ullong read;    /* records that arrived; the reader alone writes it */
    atomic_ullong bytes;   /* of their lines; likewise */
    atomic_ullong loaded;  /* records that reached the table so far (committed) */
    atomic_ullong updated; /* of those, replaced an existing row; known for keyed streams */
    atomic_ullong deleted; /* rows removed by hard_delete or ACTIVATE_VERSION */
    atomic_ullong rejected;
    atomic_ullong busy_us; /* time the loader worked on this stream */
    Map unknown;           /* properties that its schema lacks; only when the load has ended */
    Arena names;           /* of them */
} StreamFigures;

enum {
    FIGURES_STREAMS = 1 << 20,
    FIGURES_UNKNOWN = 1000, /* names of one stream */
};

typedef struct LoadFigures {
    StreamFigures *
        *streams; /* in order of first appearance; room for FIGURES_STREAMS, never moved: read `count` first */
    atomic_size_t count;
    int64_t started_us, ended_us; /* UTC */
    atomic_ullong reader_wait_us; /* the reader waited for room: the loader is the slower side */
    atomic_ullong input_wait_us;  /* the reader waited for the tap: the tap is the slower side */
    atomic_ullong commits, states;
    bool at_least_once; /* a foreign loader, or `pond target` alone */
} LoadFigures;

/* The figures of a new stream; the reader's thread only. Copies the name; `table` is set once, a malloced text. */
StreamFigures *load_figures_add(LoadFigures *f, Str stream);
/* A property that the stream's schema lacks: ignored, kept once by its name. The loader's thread only. */
void stream_figures_unknown(StreamFigures *s, Str property);
/* When the load has ended: a warning for each stream that has such properties, with their number and the first names. Those
 * in `expected` ("stream.property"; may be NULL) are no surprise. */
void load_figures_warn(const LoadFigures *f, const Map *expected, Log *log);
/* Zeroed and released figures are fine too. */
void load_figures_release(LoadFigures *f);

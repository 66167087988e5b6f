/*
 * Records: the rows of one stream's blocks as a ChunkSource, for one INSERT. DuckDB's workers take blocks out of the
 * intake and decode them in parallel.
 */
#pragma once

#include "load/intake.h"
#include "warehouse/chunk_source.h"

/* What the INSERT may take, and when it ends. */
typedef struct RecordsSpec {
    Intake *intake;
    LoadStream *stream;
    const StreamPlan *plan; /* only blocks of this plan; another one ends the INSERT */
    const DecoderColumn *columns;
    size_t column_count;
    uint64_t epoch;   /* blocks of an epoch < epoch; UINT64_MAX = any */
    uint64_t ordinal; /* and, unless followed, those of later epochs that begin at this one or before */
    bool
        follow; /* goes on while blocks keep coming, until a limit below or 50 ms without one; else ends when none is there */
    /* Of a followed INSERT: */
    bool under_state;             /* only up to the newest cut */
    uint64_t max_rows, max_bytes; /* lines; 0 bytes = any */
    int64_t max_us;
    bool validate, reject;
    unsigned workers; /* at most so many */
    int64_t sync_started_us;
    Cancel *cancel;
} RecordsSpec;

/* A record that was set aside. */
typedef struct Reject {
    uint64_t ordinal, line;
    Str record, problem;
} Reject;

/* Cuts before the first row at least, and before the last at most. */
typedef struct EpochRange {
    uint64_t first, last; /* first: UINT64_MAX when there is none */
} EpochRange;

typedef struct Records Records;

/* Everything lives in the arena until records_free. */
Records *records_new(Arena *a, const RecordsSpec *spec);
void records_free(Records *r);
const ChunkSource *records_source(const Records *r);

/* After the INSERT has ended: */
uint64_t records_rows(const Records *r);     /* lines taken */
EpochRange records_epochs(const Records *r); /* of the rows taken */
/* A followed INSERT took a snapshot of the intake and stopped there: everything before that cut is taken. False: it
 * stopped at another plan, an ACTIVATE_VERSION or the end of the input. */
bool records_ended(const Records *r, uint64_t *ret_epoch);
/* It ended because of max_bytes. */
bool records_full(const Records *r);
uint64_t records_filtered(const Records *r);     /* by a stream map */
const StrVec *records_unknown(const Records *r); /* properties that are not in the schema, each once */
size_t records_rejects(const Records *r, const Reject **ret);

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
    uint64_t epoch; /* blocks of an epoch < epoch; UINT64_MAX = any */
    bool follow;    /* goes on while blocks keep coming (see RecordsEnd); else ends when none is there */
    bool under_state; /* follow only up to the newest cut */
    uint64_t max_rows; /* follow: ends at the first cut (under_state) or block behind so many */
    int64_t max_us;
    bool validate, reject;
    int64_t sync_started_us;
    Cancel *cancel;
} RecordsSpec;

/* A record that was set aside. */
typedef struct Reject {
    uint64_t ordinal, line;
    Str record, problem;
} Reject;

typedef struct Records Records;

/* Everything lives in the arena until records_free. */
Records *records_new(Arena *a, const RecordsSpec *spec);
void records_free(Records *r);
const ChunkSource *records_source(const Records *r);

/* After the INSERT has ended: */
uint64_t records_rows(const Records *r);     /* lines taken */
uint64_t records_filtered(const Records *r); /* by a stream map */
const StrVec *records_unknown(const Records *r); /* properties that are not in the schema, each once */
size_t records_rejects(const Records *r, const Reject **ret);

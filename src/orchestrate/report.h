/* What a run did so far, as plain numbers: shown while it works, printed as the run table, stored in pond.db. */
#pragma once

#include "load/figures.h"
#include "os/wait.h"

typedef struct StreamReport {
    Str stream, table; /* Borrowed from the figures; table: by report_tables */
    uint64_t rows, bytes, loaded, updated, deleted, rejected;
    int64_t first_us, last_us; /* clock_us() around its records, as exact as report_update is called */
} StreamReport;

/* Which side of the pipe the other one waited for. */
typedef enum SlowSide { SLOW_NEITHER, SLOW_TAP, SLOW_LOADER } SlowSide;

typedef struct BlockReport {
    Str name;     /* "tap-x target-y", "dbt:run" */
    Str state_id; /* empty: stateless */
    bool loads;   /* an extract-load block: the rest is filled */
    bool foreign; /* rows are those the tap sent; what became of them is not known */
    bool at_least_once;
    bool ended, ok;
    int64_t begin_us, end_us; /* clock_us() */
    StreamReport *streams;
    size_t stream_count, stream_cap;
    uint64_t tap_wait_us, loader_wait_us; /* time spent waiting for the tap, for the loader */
    uint64_t commits, states;
    LoadFigures figures; /* the loader's, of which all this is a copy */
} BlockReport;

void report_release(BlockReport *r);
/* Takes over the loader's figures as they are now. One thread at a time. */
void report_update(BlockReport *r);
/* The names of the tables: only when the load has ended. */
void report_tables(BlockReport *r);
/* Neither, too, as long as no row has come. */
SlowSide report_slow_side(const BlockReport *r);
/* Sums over the streams; names are empty. */
StreamReport report_total(const BlockReport *r);

/*
 * One extract-load block: a tap, mappers, a loader. With the built-in loader rows and bookmark commit together (exactly once);
 * with a foreign one its state lines are stored as they come (at least once).
 */
#pragma once

#include "orchestrate/report.h"
#include "orchestrate/tap.h"

/* How the states of this run meet the stored one (reference 1.6). */
typedef enum StateStrategy {
    STATE_AUTO,      /* --full-refresh: merge, else overwrite */
    STATE_MERGE,     /* keep bookmarks of streams that this run does not mention */
    STATE_OVERWRITE, /* the newest state replaces everything */
} StateStrategy;

typedef struct ExtractLoad {
    const Plugin *tap, *loader;
    const Plugin *const *mappers;
    size_t mapper_count;
    Str state_id;      /* empty: stateless */
    bool full_refresh; /* the tap gets no state */
    bool keep_state;   /* --no-state-update: read, not written */
    StateStrategy strategy;
    Str state_file; /* --state FILE: instead of the stored one; absolute */
    TapCatalogOptions catalog;
} ExtractLoad;

/* Fills *report as it goes; report->name and begin_us are set by the caller. On an error what was committed before stays. */
bool extract_load_run(const World *w, const ExtractLoad *el, BlockReport *report, Err *err) MUST_USE;

/*
 * Run history: one record for each `run`, `el`, `invoke`..., with the figures of its streams. See meta/meta.h for threads
 * and errors.
 *
 *     int64_t id;
 *     if (!meta_run_begin(meta, &(RunRecord){.blocks = STR("tap-csv target-duckdb"), ...}, &id, err)) return false;
 *     ...
 *     return meta_run_end(meta, id, &(RunEnd){.state = RUN_SUCCESS, .streams = streams, .stream_count = n}, err);
 *
 * A run that is killed stays RUNNING until somebody opens pond.db for writing, then it is DEAD: while a run is alive its
 * process holds a lock on one byte of .pond/run/alive, which tells the truth across containers and reused process ids.
 */
#pragma once

#include <sys/types.h>

#include "base/arena.h"
#include "meta/meta.h"

/* value, name in pond.db and in JSON */
#define RUN_STATES(X)                                                                                                  \
    X(RUNNING)                                                                                                         \
    X(SUCCESS)                                                                                                         \
    X(FAIL)                                                                                                            \
    X(CANCELED) /* ctrl-C */                                                                                           \
    X(DEAD)     /* its process ended without a word */

typedef enum RunState {
#define X(name) RUN_##name,
    RUN_STATES(X)
#undef X
} RunState;

const char *run_state_name(RunState state); /* "RUNNING" */

/* What a run did with one stream; the figures of load/figures.h at its end. */
typedef struct RunStream {
    int block; /* which extract-load pair of the run, from 0 */
    Str stream, table;
    uint64_t read, loaded, updated, deleted, rejected; /* records */
    uint64_t bytes;
    int64_t busy_us;
} RunStream;

typedef struct RunRecord {
    int64_t id;                   /* given by meta_run_begin, rising */
    int64_t started_us, ended_us; /* UTC; ended 0 = running */
    RunState state;
    int exit_code;
    Str job;         /* name of the job or schedule, may be empty */
    Str state_id;    /* of its first extract-load pair, may be empty */
    Str blocks;      /* as the user wrote them */
    Str environment; /* Meltano environment, may be empty */
    Str trigger;     /* "cli", "schedule", "api" */
    pid_t pid;
    Str log_path;
    bool at_least_once;
    Str error;          /* why it failed, else empty */
    RunStream *streams; /* only from meta_run_get */
    size_t stream_count;
} RunRecord;

/* Writes a RUNNING run from the texts of *run, its pid and started_us (0 = now). */
bool meta_run_begin(Meta *m, const RunRecord *run, int64_t *ret_id, Err *err) MUST_USE;

typedef struct RunEnd {
    RunState state;
    int exit_code;
    bool at_least_once;
    Str error;
    const RunStream *streams;
    size_t stream_count;
} RunEnd;

/* In one transaction. By the process that began it. */
bool meta_run_end(Meta *m, int64_t id, const RunEnd *end, Err *err) MUST_USE;

/* Which runs meta_run_list gives; a zeroed one gives all. */
typedef struct RunFilter {
    Str job, state_id; /* empty = any */
    bool only_state;
    RunState state;    /* when only_state */
    int64_t before_id; /* 0 = from the newest: for pages */
    size_t limit;      /* 0 = all */
} RunFilter;

typedef struct RunList {
    RunRecord *at; /* newest first */
    size_t len;
} RunList;

/* Without streams. Everything lives in the arena. */
bool meta_run_list(Meta *m, Arena *a, const RunFilter *filter, RunList *ret, Err *err) MUST_USE;
/* With streams, in the order they were given. ERR_NOT_FOUND. id 0: the newest. */
bool meta_run_get(Meta *m, Arena *a, int64_t id, RunRecord *ret, Err *err) MUST_USE;

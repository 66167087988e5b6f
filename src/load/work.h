/*
 * Work: what the loader does next, and with how many of DuckDB's threads. The loader's thread only.
 *
 *     LoadStream *follow;
 *     Work work = work_wait(l, &follow);
 *     if (!loader_choose_threads(l, work, err) || ...) return false;
 */
#pragma once

#include "load/insert.h"

typedef enum Work {
    WORK_NONE,        /* wait on */
    WORK_UNDER_STATE, /* a transaction with the newest STATE */
    WORK_PROVISIONAL, /* one without: memory is short, and what fills it has no STATE yet */
    WORK_SPILL,       /* memory is short because of many small streams: their blocks go to disk */
    WORK_CHECKPOINT,  /* the tap leaves time to write row groups that would have to be written at the end */
    WORK_END,         /* the input has ended */
} Work;

/* Waits until there is something to do; never WORK_NONE. *ret_follow: the stream whose blocks are taken while they keep coming;
 * NULL = none. */
Work work_wait(Loader *l, LoadStream **ret_follow);
/* One thread when the tap is the slower side by far: the other core is the tap's. All of them otherwise, and when the tap has
 * ended. */
bool loader_choose_threads(Loader *l, Work work, Err *err) MUST_USE;

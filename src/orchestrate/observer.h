/*
 * Observer: how a run tells its caller what happens. All slots may be NULL. Calls never overlap, but come from more than one
 * thread: `tick` from the watcher's while a block works, the others from the run's own.
 */
#pragma once

#include "orchestrate/report.h"

typedef struct Observer {
    /* A block begins. */
    void (*begin)(void *context, const BlockReport *report);
    /* What the block is busy with before its first row: "discovering tap-x", "starting tap-x". */
    void (*step)(void *context, const char *text);
    /* Several times a second while an extract-load block works. */
    void (*tick)(void *context, const BlockReport *report);
    /* A line for the user now: "stopping: waiting for tap-x to end". */
    void (*note)(void *context, const char *text);
    /* The block has ended, well or not. */
    void (*end)(void *context, const BlockReport *report);
    void *context;
} Observer;

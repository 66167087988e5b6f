/*
 * What a person sees of a run: on a terminal live lines per stream that are redrawn, else a plain line now and then; at a
 * block's end the run table. With --format json one document at the end instead of the tables.
 *
 *     RunDisplay *display = arena_new(cmd->arena, RunDisplay);
 *     run_display_init(display, cmd);
 *     world.observer = run_display_observer(display);
 *     ...
 *     run_display_finish(display, run_id, ok);
 */
#pragma once

#include "command/cmd.h"
#include "orchestrate/observer.h"
#include "os/thread.h"

typedef struct RunDisplay {
    Cmd *cmd;
    bool live;                 /* redraws on the error stream's terminal */
    Node *blocks;              /* of --format json; NULL else */
    size_t drawn;              /* live lines on the screen now */
    Mutex lock;                /* of warnings: log lines come from any thread */
    Buf warnings;              /* not yet shown: a line in between would spoil the redrawing */
    int64_t begin_us, line_us; /* line_us: when the last plain line was said */
} RunDisplay;

/* Also says where the log's warnings go: before threads begin. d must live as long as the command's log. */
void run_display_init(RunDisplay *d, Cmd *cmd);
Observer run_display_observer(RunDisplay *d);
/* Shows what is left to show, and prints the document of --format json. error: NULL when all went well. */
void run_display_finish(RunDisplay *d, Str run_id, const Err *error);

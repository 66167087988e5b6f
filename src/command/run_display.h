/*
 * What a person sees of a run: on a terminal live lines per stream that are redrawn, else a plain line now and then; at a
 * block's end the run table. With --format json one document at the end instead of the tables.
 *
 *     RunDisplay display;
 *     if (!run_display_init(&display, cmd, err)) return false;
 *     world.observer = run_display_observer(&display);
 *     ...
 *     run_display_finish(&display, run_id, ok);
 */
#pragma once

#include "command/cmd.h"
#include "orchestrate/observer.h"

typedef struct RunDisplay {
    Cmd *cmd;
    bool live;    /* redraws on the error stream's terminal */
    Node *blocks; /* of --format json; NULL else */
    size_t drawn; /* live lines on the screen now */
    Fd warnings; /* memory file of the log's warnings, shown when the live lines are gone; -1: they are shown at once */
    int64_t begin_us, line_us; /* line_us: when the last plain line was said */
} RunDisplay;

/* Also says where the log's warnings go: before threads begin. */
bool run_display_init(RunDisplay *d, Cmd *cmd, Err *err) MUST_USE;
/* d must live as long as the observer is used. */
Observer run_display_observer(RunDisplay *d);
/* Prints the document of --format json and forgets the warnings' file. error: NULL when all went well. */
void run_display_finish(RunDisplay *d, Str run_id, const Err *error);

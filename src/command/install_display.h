/*
 * What a person sees while plugins are installed: a line for each that has ended; on a terminal also live lines of those at
 * work, else a plain line when one begins.
 *
 *     InstallDisplay display;
 *     install_display_init(&display, out, items, count);
 *     request.progress = install_display_progress;  request.tick = install_display_tick;  request.context = &display;
 *     ...
 *     install_display_finish(&display);
 */
#pragma once

#include "command/out.h"
#include "project/install.h"

typedef struct InstallDisplay {
    Out *out;
    const InstallItem *items;
    size_t count;
    size_t width; /* of the longest name */
    bool live;    /* redraws */
    size_t drawn; /* live lines on the screen now */
    int64_t drawn_us;
} InstallDisplay;

void install_display_init(InstallDisplay *d, Out *out, const InstallItem *items, size_t count);
void install_display_progress(void *context, const InstallItem *item);
void install_display_tick(void *context);
void install_display_finish(InstallDisplay *d);

/*
 * A run: its blocks one after the other, each an extract-load chain or a plugin's command, with history in pond.db.
 *
 *     World world = {...};
 *     if (!world_open(&world, err)) return false;
 *     bool ok = run_blocks(&world, &(RunRequest){.words = &words, ...}, err);
 *     world_close(&world);
 */
#pragma once

#include "orchestrate/extract_load.h"
#include "orchestrate/world.h"
#include "project/blocks.h"

typedef struct RunRequest {
    const StrVec *words; /* blocks as typed: plugins, plugin:command, jobs */
    /* `el`: one chain with a state id of its own (empty: stateless) instead of ENV:TAP-to-TARGET. */
    bool single;
    Str state_id;
    Str state_id_suffix; /* empty: the environment's */
    Str state_file;      /* absolute */
    bool full_refresh, keep_state, force;
    StateStrategy strategy;
    TapCatalogOptions catalog;
    /* What a plugin's command may use; -1 = /dev/null. */
    int in, out, err;
} RunRequest;

/* The state id of a block of the run; empty: it is a command, or keeps no state. In the project's arena. */
bool run_state_id(Project *p, const RunRequest *request, const Block *block, Str *ret, Err *err) MUST_USE;
/* The first block that fails ends the run; err names it. */
bool run_blocks(World *w, const RunRequest *request, Err *err) MUST_USE;

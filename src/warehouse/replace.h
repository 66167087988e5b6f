/*
 * Another file in the place of the warehouse's, which keeps its name: the end of `pond compact`.
 *
 *     the gate is GATE_SHUT, `fresh` is complete, beside the file and open nowhere
 *     CHECKPOINT                     the old file is complete, too, and has no log: at any moment one whole file has the name
 *     lock `fresh`, keep the old one under a second name, rename
 *     close the old database, open the new one
 *
 * The lock of `fresh` is held from before the rename, so nobody else gets the new file; DuckDB takes it over when it opens it. A foreign
 * program that had opened the old file by its name before, and locks it when ours is closed, is found by the second name.
 */
#pragma once

#include "warehouse/warehouse.h"

typedef enum Replaced {
    REPLACED_NOT,  /* everything is as it was */
    REPLACED,      /* the new file has the name and is open */
    REPLACED_LOST, /* the new file has the name and could not be opened: the process should end */
} Replaced;

/* ret_old: where the old file still is, because a foreign program has locked it; empty: it is gone. In the arena. */
Replaced warehouse_replace(Warehouse *w, Str fresh, Arena *a, Str *ret_old, Err *err) MUST_USE;
/* "<file>.compacting" and what a killed pond may have left beside it. No symbolic link: the file itself. */
bool warehouse_fresh_path(const Warehouse *w, Arena *a, Str *ret, Err *err) MUST_USE;
bool warehouse_fresh_remove(const Warehouse *w, Err *err) MUST_USE;
/* Bytes of the file's log; 0: none. */
uint64_t warehouse_log_bytes(const Warehouse *w);

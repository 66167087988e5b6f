/*
 * Spilling: rows of many small streams wait on disk instead of being loaded a few at a time: an INSERT has a fixed price for
 * each table, and each table that was begun costs memory until the next checkpoint. The loader's thread only, while no INSERT
 * runs.
 */
#pragma once

#include "load/intake.h"

enum { SPILL_BYTES = 1000 * 1000 * 1000 }; /* then they are loaded */

/* Whether there is room left for spilling. The lock is held. */
bool spill_possible(const Intake *in);
/* Moves the bytes of all closed blocks to the temporary file (made in `folder` when it is first needed) and wakes the reader.
 * A disk that is full or cannot be written ends spilling, not the load. */
void spill_blocks(Intake *in, const char *folder);
/* The bytes of a block that was taken come back. Workers; without the lock. */
bool spill_fetch(const Intake *in, Block *b, Err *err) MUST_USE;

/*
 * Bookmarks of runs with a foreign loader: records {completed, partial} in pond.db, each part {"singer_state": ...}, as Meltano
 * keeps them (reference 1.6).
 */
#pragma once

#include "base/arena.h"
#include "meta/meta.h"

/* The completed state with what partial ones changed since, without {"singer_state": ...}. */
bool foreign_state_get(Meta *m, Arena *a, Str id, Str *ret, Err *err) MUST_USE;
/* One state line of a loader. merge: into the partial state, else it replaces everything. */
bool foreign_state_put(Meta *m, Str id, Str value, bool merge, Err *err) MUST_USE;

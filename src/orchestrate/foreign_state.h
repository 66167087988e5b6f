/*
 * Bookmarks of runs with a foreign loader: records {completed, partial} in pond.db, each part {"singer_state": ...}, as Meltano
 * keeps them (reference 1.6).
 */
#pragma once

#include "base/node.h"
#include "meta/state.h"

/* A record's value: the completed state with what partial ones changed since, without {"singer_state": ...}, as JSON. Empty:
 * it has none. */
bool foreign_state_value(Arena *a, const ForeignState *record, Str *ret, Err *err) MUST_USE;
/* The same for parts that are read already; NULL: not there. */
Str foreign_state_merged(Arena *a, const Node *completed, const Node *partial);

/* foreign_state_value() of what pond.db has. */
bool foreign_state_get(Meta *m, Arena *a, Str id, Str *ret, Err *err) MUST_USE;
/* One state line of a loader. merge: into the partial state, else it replaces everything. */
bool foreign_state_put(Meta *m, Str id, Str value, bool merge, Err *err) MUST_USE;

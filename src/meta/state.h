/*
 * State of foreign loaders (DESIGN 6 "Where state lives"), as Meltano's system database keeps it: for each state id a
 * completed state and a partial one that was made since. The built-in loader's state is in the warehouse. Texts are JSON
 * documents, stored byte for byte; merging is the caller's. See meta/meta.h for threads and errors.
 */
#pragma once

#include "base/arena.h"
#include "base/vec.h"
#include "meta/meta.h"

typedef struct ForeignState {
    Str completed, partial; /* JSON; empty = none */
    int64_t updated_us;     /* UTC; 0 = nothing is stored */
} ForeignState;

/* Zeroed when there is none. Texts in the arena. */
bool meta_state_get(Meta *m, Arena *a, Str state_id, ForeignState *ret, Err *err) MUST_USE;
/* Replaces both texts; updated_us is set to now. Both empty: a record that says that there is none. */
bool meta_state_set(Meta *m, Str state_id, const ForeignState *state, Err *err) MUST_USE;
/* Absent is fine. */
bool meta_state_remove(Meta *m, Str state_id, Err *err) MUST_USE;
/* Appends the ids that have a text in byte order. Texts in the arena; the vector is the caller's to release. */
bool meta_state_list(Meta *m, Arena *a, StrVec *ret, Err *err) MUST_USE;

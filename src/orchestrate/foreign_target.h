/* A foreign loader's side of a block: every JSON line it prints is a state, stored at once (at least once, DESIGN 6). */
#pragma once

#include "orchestrate/world.h"

/* Reads until the loader closes its standard output. state_id empty: nothing is stored. merge: into the partial state.
 * *ret_states counts them. CANCEL_ABORT ends it. */
bool foreign_states_store(const World *w, int output, Str state_id, bool merge, uint64_t *ret_states,
                          Err *err) MUST_USE;

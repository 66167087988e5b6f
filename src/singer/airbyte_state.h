/*
 * AirbyteState: the newest state of each stream of an Airbyte source, kept over its STATE messages and stored as one
 * Singer state: {"airbyte_state": [messages]}. Values stay as the source wrote them, byte for byte.
 *
 *     AUTO(AirbyteState) state = {0};
 *     airbyte_state_load(&state, stored, err);               the bookmark of the last run, if any
 *     airbyte_state_file(&state, &text);                     for --state
 *     airbyte_state_add(&state, head.body, err);             with each STATE
 *     airbyte_state_write(&state, &value);                   the Singer state so far
 */
#pragma once

#include "base/err.h"
#include "base/node.h"
#include "base/vec.h"

typedef struct AirbyteStateEntry {
    Buf key;  /* type and stream */
    Buf text; /* the message */
} AirbyteStateEntry;

/* Owned: release with airbyte_state_release(). Zeroed: no state. */
typedef struct AirbyteState {
    VEC(AirbyteStateEntry) entries;
} AirbyteState;

void airbyte_state_release(AirbyteState *s);
DEFINE_AUTO(AirbyteState, airbyte_state_release)

static inline bool airbyte_state_is_empty(const AirbyteState *s) {
    return s->entries.len == 0;
}

/* One state message, the body of a STATE: {"type": "STREAM", "stream": {"stream_descriptor": ..., "stream_state": ...}},
 * {"type": "GLOBAL", "global": ...}, or without a type {"data": ...}. Replaces that stream's older one; one without a type
 * replaces everything, and is replaced by anything. Statistics beside it are dropped. */
bool airbyte_state_add(AirbyteState *s, Str message, Err *err) MUST_USE;
/* What airbyte_state_write wrote, or a list or a single message as sources take them. */
bool airbyte_state_load(AirbyteState *s, Str stored, Err *err) MUST_USE;
/* {"airbyte_state":[...]} */
void airbyte_state_write(const AirbyteState *s, Buf *out);
/* What a source's --state takes: the list of messages, or the bare data of a state without a type. */
void airbyte_state_file(const AirbyteState *s, Buf *out);

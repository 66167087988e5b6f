/*
 * Bridge: a thread behind an Airbyte source that turns its messages into Singer's, so that mappers and loaders of any kind can
 * follow. First a SCHEMA for each stream of the configured catalog; a RECORD keeps the bytes of its data; a STATE becomes
 * {"airbyte_state": [the newest of each stream]}; what the source tells people goes to its log.
 *
 *     bridge.catalog = configured;
 *     airbyte_state_load(&bridge.state, stored, err);
 *     if (!bridge_start(&bridge, &(BridgeSpec){.in = ..., .out = ..., .log = ..., .cancel = cancel}, err)) return false;
 *     ... the reader of `out` has come to its end ...
 *     if (!bridge_succeeded(&bridge, err)) return false;
 */
#pragma once

#include <stdatomic.h>

#include "os/io.h"
#include "os/thread.h"
#include "singer/airbyte_state.h"

typedef struct BridgeSpec {
    Fd in, out, log; /* owned by the bridge: closed when one side has gone */
    Cancel *cancel;  /* CANCEL_ABORT ends it */
    Str source;      /* name for errors */
} BridgeSpec;

/* Zeroed: none. */
typedef struct Bridge {
    const Node *catalog; /* configured; NULL: the tap needs no bridge */
    AirbyteState state;  /* of the last run, before the start */
    BridgeSpec spec;
    Pace pace;
    Thread thread;
    uint64_t line_number;
    atomic_bool failed; /* set before `out` is closed; then failure stays as it is */
    Err failure;
} Bridge;

/* Takes the descriptors, also when it fails. *b must stay until bridge_release. */
bool bridge_start(Bridge *b, const BridgeSpec *spec, Err *err) MUST_USE;
/* ERR_CHILD, naming the source: it told of an error, or wrote what is no message. Ask when the reader of `out` has come to its end. */
bool bridge_succeeded(const Bridge *b, Err *err) MUST_USE;
/* Waits for the end of the source's output, or for the reader to go away. */
void bridge_release(Bridge *b);

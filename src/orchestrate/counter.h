/*
 * Counter: a thread between the tap and a foreign loader that hands the bytes on and counts records per stream, so that such a
 * run has figures, too. Message texts are not changed.
 */
#pragma once

#include "load/figures.h"
#include "os/io.h"
#include "os/thread.h"

typedef struct Counter {
    Fd in, out; /* owned while it runs: closed when one side has gone */
    LoadFigures *figures;
    Cancel *cancel; /* CANCEL_ABORT ends it */
    Pace pace;
    Thread thread;
} Counter;

/* Takes both descriptors, also when it fails. *c must stay until counter_join. */
bool counter_start(Counter *c, Fd in, Fd out, LoadFigures *figures, Cancel *cancel, Err *err) MUST_USE;
/* Waits for the end of the input or of the loader. A zeroed Counter: nothing. */
void counter_join(Counter *c);

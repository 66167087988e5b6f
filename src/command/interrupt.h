/*
 * Interrupt: ends the statement that a session runs when the command is canceled. DuckDB knows nothing of our cancel flag, so a
 * thread waits for it meanwhile.
 */
#pragma once

#include "os/io.h"
#include "os/thread.h"
#include "warehouse/warehouse.h"

typedef struct Interrupt {
    Session *session;
    Cancel *cancel;
    Thread thread;
    Pipe wake;
} Interrupt;

/* Session and cancel must live until interrupt_stop. A zeroed Interrupt can be stopped. */
bool interrupt_start(Interrupt *i, Session *s, Cancel *cancel, Err *err) MUST_USE;
void interrupt_stop(Interrupt *i);
DEFINE_AUTO(Interrupt, interrupt_stop)

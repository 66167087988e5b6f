/*
 * Supervisor: the small process of `pond up`. It holds the listening sockets, starts the engine in a child, and starts it again
 * when it dies: a client sees one broken connection, never a refused port. Single-threaded, opens no database.
 */
#pragma once

#include "server/config.h"
#include "server/service.h"

typedef struct SupervisorPlan {
    const ServerConfig *config;
    const Service *const *services; /* ended by NULL */
    Cancel *cancel;                 /* STOP: drain and end; ABORT: end now. Raised by signals in this process */
    Log *log;
    /* The server serves (again, after a restart of the engine): tells the user, once. addresses: as the listeners are. */
    void (*ready)(void *context, const StrVec *addresses);
    void *context;
} SupervisorPlan;

/* Listens, runs the engine, until plan->cancel is raised. ERR_LOCKED: another server has this project. In the engine's process it
 * does not return. */
bool supervisor_run(const SupervisorPlan *plan, Err *err) MUST_USE;

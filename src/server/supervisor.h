/*
 * Supervisor: the small process of `pond up`. It holds the listening sockets, starts the engine in a child, and starts it again
 * when it dies: a client sees one broken connection, never a refused port. Single-threaded, opens no database.
 */
#pragma once

#include "server/config.h"
#include "server/service.h"

/* What may be asked of a supervisor. */
typedef enum SupervisorRequest {
    REQUEST_NONE,
    REQUEST_RELOAD, /* the project's limits, certificate and log file are read anew; nothing is interrupted */
    REQUEST_RESTART, /* the engine ends as at a stop; the program that asked, or its own as it lies on the disk now, goes on
                        with the sockets */
} SupervisorRequest;

typedef struct SupervisorPlan {
    const ServerConfig *config;
    const Service *const *services; /* ended by NULL */
    Cancel *cancel;                 /* STOP: drain and end; ABORT: end now. Raised by signals in this process */
    Log *log;
    Str notify;    /* $NOTIFY_SOCKET (os/notify.h); may be empty */
    Str inherited; /* of the program before a restart: "lock=5 control=6 postgres=7"; empty: none */
    int requests;  /* readable when something is asked of it; -1: never */
    /* The next request, until REQUEST_NONE. */
    SupervisorRequest (*request)(void *context);
    /* The project's settings, read anew into the arena. Called in the engine's process too. */
    bool (*configure)(void *context, Arena *a, ServerConfig *ret, Err *err);
    /* In the engine's process, before anything else: lets go of what is the supervisor's alone. */
    void (*in_engine)(void *context);
    /* The server serves (again, after a restart of the engine): tells the user, once. addresses: as the listeners are. */
    void (*ready)(void *context, const StrVec *addresses);
    /* Becomes a program (empty: its own anew) with these descriptors (as `inherited`) open in it; comes back only when that fails. */
    bool (*become)(void *context, Str program, Str descriptors, Err *err);
    void *context;
} SupervisorPlan;

/* Listens, runs the engine, until plan->cancel is raised. ERR_LOCKED: another server has this project. In the engine's process it
 * does not return. */
bool supervisor_run(const SupervisorPlan *plan, Err *err) MUST_USE;

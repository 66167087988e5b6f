/*
 * Service: a protocol the server speaks. One const struct for each; src/cli hands the table of them to the server, which knows
 * none by name. The server listens, accepts and gives each connection a thread and a place in the registry.
 */
#pragma once

#include "server/engine.h"
#include "server/registry.h"

/* One connection, on a thread of its own. */
typedef struct Connection {
    Engine *engine;
    Registered *me; /* NULL: it is refused */
    int fd;         /* the server closes it when `serve` has returned */
    Str client;     /* where it comes from, as socket_peer */
    bool local;     /* over a Unix socket */
    Arena arena;    /* lives as long as the connection */
} Connection;

typedef struct Service {
    const char *name; /* "postgres": also of its setting, pond.listen.postgres */
    size_t stack;     /* of a connection's thread */
    bool reserved;    /* its sessions are beside pond.limits.sessions: who runs the server is never locked out */
    void (*serve)(Connection *c);
    /* Tells a client that there is no room or the server stops, within some seconds. c->me is NULL. */
    void (*refuse)(Connection *c, const Err *why);
} Service;

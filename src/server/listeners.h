/*
 * Listeners: the sockets a supervisor holds. They outlive the engine, and the program itself at a restart: then they are handed on by
 * number. Single-threaded.
 */
#pragma once

#include "os/io.h"
#include "server/config.h"
#include "server/service.h"

typedef struct Listeners {
    Arena arena;
    VEC(Listener) list;
    StrVec names;     /* of each: "control", "postgres", "postgres-socket" */
    StrVec addresses; /* where people connect: without the control socket */
    StrVec paths;     /* of the sockets that are files */
    Str control;      /* path of the control socket */
} Listeners;

/* The numbers a program before this one has left open (supervisor.h); *ret_lock: of the server's lock, -1 when there is none. */
typedef struct Inherited {
    Str text;
} Inherited;
/* Takes the descriptor of a name; -1: there is none. */
Fd inherited_take(Inherited *i, Str name);
/* Adds " name=fd" and leaves the descriptor open in the next program. */
void inherited_add(Buf *text, Str name, int fd);
/* Closes what nobody took. */
void inherited_close(Inherited *i);

/* Listens at every address of the config: sockets of that name that were inherited and have the same address are used again.
 * Those that a killed server left in the folders are removed. services: ended by NULL. */
bool listeners_open(Listeners *l, const ServerConfig *config, const Service *const *services, Inherited *inherited,
                    Err *err) MUST_USE;
/* The files of Unix sockets are removed. */
void listeners_close(Listeners *l);
/* inherited_add of each. */
void listeners_hand_on(Listeners *l, Buf *text);

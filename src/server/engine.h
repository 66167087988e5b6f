/*
 * Engine: the process that owns the warehouse and serves it. One object that opens and closes, without globals; the supervisor
 * (supervisor.h) starts it again when it dies.
 */
#pragma once

#include "base/log.h"
#include "meta/meta.h"
#include "os/keeper.h"
#include "os/tls.h"
#include "server/advisory.h"
#include "server/config.h"
#include "server/registry.h"
#include "sql/guard.h"

typedef struct Service Service;

/* A listening socket and what is spoken there; the supervisor's, borrowed. */
typedef struct Listener {
    const Service *service;
    int fd;
} Listener;

typedef struct Engine Engine;

typedef struct EnginePlan {
    const ServerConfig *config;
    const Listener *listeners;
    size_t listener_count;
    TlsServer *tls; /* NULL: no TLS */
    Cancel *cancel; /* STOP: drain and end; ABORT: end now */
    Log *log;
    Keeper *keeper;
    /* Readable when its supervisor wants something of it: `order` is called then. */
    int orders;
    void (*order)(void *context, Engine *e);
    void *context;
} EnginePlan;

/* Opens the warehouse and begins to serve. plan must outlive the engine. */
Engine *engine_open(const EnginePlan *plan, Err *err) MUST_USE;
/* Serves until plan->cancel is raised, engine_end was called or the engine is broken. False: broken, err says by what. */
bool engine_serve(Engine *e, Err *err) MUST_USE;
/* It shall end for another one that takes over: who connects from now on waits for that one. */
void engine_end(Engine *e);
/* Sessions are drained, what is left of them is ended; the warehouse is closed. Who connects meanwhile is told that the server stops. */
void engine_close(Engine *e);
DEFINE_AUTO_PTR(Engine, engine_close)

/* Limits that are others now hold from now on, also those of DuckDB; `config` is not kept. */
bool engine_reconfigure(Engine *e, const ServerConfig *config, Err *err) MUST_USE;

/* ---- for services; any thread ---- */
ServerLimits engine_limits(Engine *e);
Warehouse *engine_warehouse(const Engine *e);
/* The file of that name, with what clients need beside it (warehouse_pool_named); to be closed. */
Warehouse *engine_database(Engine *e, Str name, Err *err) MUST_USE;
WarehousePool *engine_pool(const Engine *e);
/* What clients may ask of it; their relative paths begin at the project. */
SqlGuard engine_guard(const Engine *e);
Keeper *engine_keeper(const Engine *e);
Registry *engine_registry(const Engine *e);
Meta *engine_meta(const Engine *e);
AdvisoryLocks *engine_advisory(const Engine *e);
int64_t engine_started_us(const Engine *e); /* time_now_us() */
/* A number that no transaction of this engine had before, nor of one that ran earlier. */
int64_t engine_next_transaction(Engine *e);
/* Random bytes, the same as long as the engine lives. */
Str engine_secret(const Engine *e);
Log *engine_log(const Engine *e);
/* For clients over TCP; with the certificate that is in the files now. NULL: none. */
TlsServer *engine_tls(const Engine *e);
/* Clients over TCP must use it. */
bool engine_wants_tls(const Engine *e);
/* The database has failed (FATAL, INTERNAL): the engine drains and ends with this error, and is started again. */
void engine_broken(Engine *e, const Err *why);

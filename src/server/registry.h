/*
 * Registry: who is connected, what each session does now, and the two ways to end that: the statement alone (a cancel request,
 * its time-out) or the session. A session's own thread says what it does; any other thread may look, cancel or end it.
 *
 *     Registered *me = registry_add(r, &entry, err);              on the acceptor's thread
 *     registry_begin(me, sql, session, deadline);                 on the session's: may be interrupted from now on
 *     InterruptReason why = registry_end(me, SESSION_IDLE);       no interrupt comes any more
 */
#pragma once

#include "os/thread.h"
#include "warehouse/warehouse.h"

typedef struct Registry Registry;
typedef struct Registered Registered;

typedef enum SessionState {
    SESSION_STARTING,
    SESSION_IDLE,
    SESSION_ACTIVE,
    SESSION_IDLE_IN_TRANSACTION,
    SESSION_FAILED_TRANSACTION, /* only ROLLBACK ends it */
} SessionState;

const char *session_state_name(SessionState state); /* as pg_stat_activity.state */

typedef enum InterruptReason {
    INTERRUPT_NONE,
    INTERRUPT_CANCEL,  /* a client asked for it */
    INTERRUPT_TIMEOUT, /* the statement's deadline */
    INTERRUPT_END,     /* the session must end: terminated, or the server stops */
} InterruptReason;

enum { CANCEL_KEY_BYTES = 32, QUERY_SHOWN = 1024 };

/* What others see of a session. Texts are cut. */
typedef struct SessionInfo {
    int32_t id; /* its "process id" */
    SessionState state;
    char user[64], database[64], application[64], client[64], service[16];
    char tls[16], cipher[64];                               /* "TLSv1.3"; empty: in clear */
    int tls_bits;                                           /* of the cipher's key */
    char query[QUERY_SHOWN];                                /* the last one, running when ACTIVE */
    int64_t started_us, state_us, query_us, transaction_us; /* time_now_us(); transaction 0: none */
} SessionInfo;

/* `most`: sessions at once. */
Registry *registry_new(unsigned most);
/* All sessions must have ended. */
void registry_free(Registry *r);

/* Who comes. */
typedef struct RegistryEntry {
    const char *service; /* its name */
    Str client;
    bool reserved; /* it is not counted, and never one too many */
    int fd;        /* a client that hangs up in a statement ends it; -1: is not looked at */
} RegistryEntry;

/* A new session, STARTING. NULL: ERR_FULL when there are too many,
 * ERR_LOCKED while the server stops. The Registered lives until registry_remove. */
Registered *registry_add(Registry *r, const RegistryEntry *entry, Err *err) MUST_USE;
void registry_remove(Registered *s);
int32_t registered_id(const Registered *s);
/* Random bytes that a cancel request must show: the first 4 for protocol 3.0. Borrowed. */
const uint8_t *registered_key(const Registered *s);
/* Raised (STOP) when the session must end: every wait of the session's thread watches it. */
Cancel *registered_cancel(Registered *s);

/* ---- by the session's own thread ---- */
void registered_login(Registered *s, Str user, Str database, Str application);
/* Its bytes are encrypted from now on. */
void registered_tls(Registered *s, Str version, Str cipher, int bits);
void registered_application(Registered *s, Str application);
/* A statement begins. session: what an interrupt is sent to; deadline on clock_us(), NO_DEADLINE = none. */
void registry_begin(Registered *s, Str query, Session *session, int64_t deadline_us);
/* It has ended, or waits for the client only (state). Returns why it was interrupted, if it was; the reason is forgotten. */
InterruptReason registry_end(Registered *s, SessionState state);
/* Whether the running statement was interrupted: for what blocks where DuckDB does not look. Any thread. */
bool registered_interrupted(Registered *s);

/* ---- by anyone ---- */
/* As a cancel request, by somebody who needs no key. False: there is no session of that id. */
bool registry_interrupt(Registry *r, int32_t id);
/* Interrupts what the session `id` runs; nothing when it runs nothing or the key (its length as of the protocol's version) is
 * another one. */
void registry_cancel(Registry *r, int32_t id, const uint8_t *key, size_t key_bytes);
/* Ends a session. False: there is none of that id. */
bool registry_terminate(Registry *r, int32_t id);
/* Another number of sessions at once; those that are open stay. */
void registry_allow(Registry *r, unsigned most);
/* No new sessions; those that are idle end at once, those that log in when they have, the others after their statement or transaction. What is left at the end of
 * `until` (its deadline, or its flag) is interrupted. */
bool registry_drain(Registry *r, Until until);
/* How many there are now, reserved ones not counted. */
size_t registry_count(Registry *r);
/* When the oldest open transaction began, time_now_us(); 0: none is open. */
int64_t registry_oldest_transaction(Registry *r);
/* Copies into an array of room `most`; returns how many. */
size_t registry_list(Registry *r, SessionInfo *ret, size_t most);
/* The body of the thread that keeps deadlines, until registry_stop. */
void registry_watch(Registry *r);
void registry_stop(Registry *r);

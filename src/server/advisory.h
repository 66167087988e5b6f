/*
 * AdvisoryLocks: pg_advisory_lock and its family: locks on numbers that the clients agree on. A session holds one as often as it took it,
 * until it gives it back or ends; or until its transaction ends. Any thread; the lock inside is a leaf.
 *
 *     switch (advisory_take(locks, &(AdvisoryRequest){.owner = me, .key = {42}}, &wait)) ...
 *     advisory_release(locks, me, false);        the transaction has ended
 */
#pragma once

#include "os/thread.h"

/* pair: made of two numbers of 32 bits, which is a key space of its own. */
typedef struct AdvisoryKey {
    int64_t number;
    bool pair;
    int64_t database; /* whose numbers they are */
} AdvisoryKey;

typedef struct AdvisoryRequest {
    int32_t owner; /* the session's id */
    AdvisoryKey key;
    bool shared;
    bool transaction; /* held until the transaction ends, not the session */
} AdvisoryRequest;

/* How long one waits; looked at every COND_TICK_US. */
typedef struct AdvisoryWait {
    int64_t deadline_us; /* on clock_us(); 0: does not wait */
    bool (*give_up)(void *context);
    void *context;
} AdvisoryWait;

typedef enum AdvisoryResult {
    ADVISORY_TAKEN,
    ADVISORY_BUSY,     /* another session has it, up to the deadline */
    ADVISORY_CANCELED, /* give_up said so */
    ADVISORY_DEADLOCK, /* those it would wait for wait for it */
} AdvisoryResult;

typedef struct AdvisoryInfo {
    AdvisoryRequest request;
    bool granted;
} AdvisoryInfo;

typedef struct AdvisoryLocks AdvisoryLocks;

AdvisoryLocks *advisory_new(void);
/* Nobody may hold or want one. */
void advisory_free(AdvisoryLocks *locks);
AdvisoryResult advisory_take(AdvisoryLocks *locks, const AdvisoryRequest *request, const AdvisoryWait *wait);
/* Gives back what the session took once, not of a transaction. False: it does not hold it. */
bool advisory_give_back(AdvisoryLocks *locks, const AdvisoryRequest *request);
/* All of the transaction; all: those of the session instead. */
void advisory_release(AdvisoryLocks *locks, int32_t owner, bool of_session);
/* Copies into an array of room `most`; returns how many. */
size_t advisory_list(AdvisoryLocks *locks, AdvisoryInfo *ret, size_t most);

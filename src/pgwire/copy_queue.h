/*
 * CopyQueue: blocks of whole rows on their way from the thread that reads a client's COPY to DuckDB's workers, and how many lines stand
 * before each, which is known when all blocks before it have been read.
 *
 *     reader:  b = copy_block_new(q, room); ... if (!copy_queue_put(q, b)) ...;  copy_queue_end(q, NULL)
 *     worker:  if (!copy_queue_take(q, true, &b, err)) ...;  copy_queue_read(q, b, lines);  copy_queue_drop(q, b)
 *     session: while (copy_queue_wait(q, &more, err) && more) INSERT ...
 *
 * Nobody waits longer than 50 ms without asking `canceled`.
 */
#pragma once

#include "os/thread.h"
#include "pgwire/copy_cut.h"

typedef struct CopyBlock CopyBlock;
struct CopyBlock {
    CopyBlock *next;
    char *bytes;
    size_t len, cap;
    bool first; /* of all */
    CopyEol eol;
    CopyBlock *next_done; /* of one worker */
    /* Guarded by the queue's lock. */
    bool listed, read, dropped;
    uint64_t lines; /* once it is read */
};

typedef struct CopyQueue {
    bool (*canceled)(void *context); /* any thread, nothing is locked */
    void *context;
    Mutex lock; /* guards what follows; a leaf */
    Cond changed;
    CopyBlock *head, *tail; /* those behind the last one before which all have been read */
    CopyBlock *waiting;     /* the first that nobody has taken */
    CopyBlock *spare;
    size_t spares;
    size_t bytes;         /* of all blocks */
    size_t waiting_bytes; /* of those that nobody has taken */
    uint64_t lines;       /* before head */
    bool ended, pausing, stopped;
    bool failed;  /* by the reader: err is to be told when all rows before it are well */
    bool lost;    /* at once */
    bool problem; /* by a worker: err is that of the lowest line */
    Err err;
} CopyQueue;

void copy_queue_init(CopyQueue *q, bool (*canceled)(void *context), void *context);
/* Nobody uses it any more. */
void copy_queue_release(CopyQueue *q);

/* ---- the reader ---- */

CopyBlock *copy_block_new(CopyQueue *q, size_t room);
void copy_block_free(CopyQueue *q, CopyBlock *b);
/* Waits for room. False: nobody wants it any more; the block is freed. */
bool copy_queue_put(CopyQueue *q, CopyBlock *b) MUST_USE;
/* Nothing more comes. err: why, if that is an error. */
void copy_queue_end(CopyQueue *q, const Err *err);
/* The client cannot be heard any more. */
void copy_queue_lose(CopyQueue *q, const Err *err);

/* ---- workers ---- */

/* *ret NULL: there is none now (wait false), or none any more for this INSERT. False: canceled. */
bool copy_queue_take(CopyQueue *q, bool wait, CopyBlock **ret, Err *err) MUST_USE;
/* All its rows are in chunks. */
void copy_queue_read(CopyQueue *q, CopyBlock *b, uint64_t lines);
/* Its bytes are used no more. */
void copy_queue_drop(CopyQueue *q, CopyBlock *b);
/* A row of the block is wrong: waits until all before are known to be well. *ret_lines: before the block. False: another one was first. */
bool copy_queue_is_first(CopyQueue *q, const CopyBlock *b, uint64_t *ret_lines);
/* err is what the COPY fails with; all that waits ends. */
void copy_queue_fail(CopyQueue *q, const Err *err);

/* ---- the session ---- */

/* Waits until an INSERT has something to do; *ret_more false: nothing more comes. */
bool copy_queue_wait(CopyQueue *q, bool *ret_more, Err *err) MUST_USE;
/* All that waits ends. */
void copy_queue_stop(CopyQueue *q);

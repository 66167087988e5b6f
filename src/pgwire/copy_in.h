/*
 * COPY FROM STDIN at work: a thread reads the client's messages and cuts them into blocks (copy_cut.h), DuckDB's workers read their rows
 * (copy_row.h) through a ChunkSource, and the session runs the INSERT that pulls them:
 *
 *     CopyIn *in = copy_in_new(&(CopyInSpec){...});
 *     bool ok = copy_in_start(in, err) && copy_in_insert(in, db, "t (a, b)", &rows, err);
 *     copy_in_free(in);                    the client's messages belong to the session again
 *
 * It is several INSERTs when the client is slow, so a transaction is open. Nothing but a block's bytes is kept: 32 MB of them, and what
 * a worker has in its hands.
 */
#pragma once

#include "pgwire/copy_row.h"
#include "pgwire/wire.h"
#include "server/registry.h"

typedef struct CopyIn CopyIn;

/* Borrowed, all of it, until copy_in_free. */
typedef struct CopyInSpec {
    Wire *wire;
    Registered *me; /* whose statement it is: interrupted, it ends */
    CopyRowSpec rows;
    Str table; /* its name: for an error's context, and in the condition */
    Str where; /* DuckDB's SQL about columns of these names; empty: all rows */
} CopyInSpec;

CopyIn *copy_in_new(const CopyInSpec *spec);
/* The thread reads from now on: nobody else reads or writes the wire until copy_in_free. */
bool copy_in_start(CopyIn *in, Err *err) MUST_USE;
/* Up to the client's CopyDone. into: the table and perhaps its columns, as SQL. *ret_rows: inserted. False: also the client said that it
 * gives up, or a row was wrong; what it still sends is left to the session. */
bool copy_in_insert(CopyIn *in, Session *db, Str into, uint64_t *ret_rows, Err *err) MUST_USE;
/* Whether an INSERT has begun: after an error only a rollback may follow. */
bool copy_in_has_written(const CopyIn *in);
void copy_in_free(CopyIn *in);
DEFINE_AUTO_PTR(CopyIn, copy_in_free)

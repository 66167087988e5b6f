/*
 * Turns: a load among others in a shared warehouse. It waits until nobody else whom Pond knows writes its tables, and when a client's
 * change comes in the way of staged rows, it merges them again. Inside src/load only; the loader's thread.
 *
 *     if (!loader_begin(l, err)) return false;
 *     ... INSERTs ...
 *     return loader_conclude(l, rest, err);
 */
#pragma once

#include "load/insert.h"

/* What ends a transaction, but for its COMMIT. *ret_state_written: the bookmark is in it. */
typedef bool (*LoadRest)(Loader *l, bool *ret_state_written, Err *err);

/* The tables in _pond are made and cleared by one load at a time. */
bool loader_prepare(Loader *l, Err *err) MUST_USE;
/* Has all tables of the streams that came so far, then begins a transaction. */
bool loader_begin(Loader *l, Err *err) MUST_USE;
/* The table of a stream that came since. */
bool loader_wait_for_table(Loader *l, TableName table, Err *err) MUST_USE;
/* rest and COMMIT. If all that the transaction has is staged rows and others share the warehouse, the stages are committed first and the
 * rest is tried again after a conflict or for want of memory, in the end with all writers held off. *ret_state_written: as rest
 * says, of the one that was committed. */
bool loader_conclude(Loader *l, LoadRest rest, bool *ret_state_written, Err *err) MUST_USE;
/* After a commit: others may write. A table with a shadow stays this load's. */
void loader_give_way(Loader *l);

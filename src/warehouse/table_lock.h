/*
 * Who writes which table of a shared warehouse (DESIGN 5.11): loads into the same table take turns, for DuckDB would have the second
 * fail. It is an agreement between writers that Pond knows; clients' statements take no part, and what they change meanwhile is a
 * conflict as ever.
 *
 *     TableWriter *me = table_writer_new(w, STR("run 12"));
 *     if (!table_writer_lock(me, names, count, &wait, err)) ...             at the begin of a transaction
 *     table_writer_keep(me, NULL, 0);                                        at its end
 *     table_writer_free(me);                                                nothing is held any more
 *
 * All tables of a call are taken at once or none, so writers that hold nothing wait in turn without ever blocking each other. Who holds
 * some and wants more goes before those; two of them that wait for each other are told: the later one gets ERR_CONFLICT.
 *
 * In a warehouse that is not shared nothing is held and nothing waits. One thread for each TableWriter.
 */
#pragma once

#include "os/wait.h"
#include "warehouse/warehouse.h"

typedef struct TableWriter TableWriter;

typedef struct TableWait {
    Cancel *cancel; /* CANCEL_ABORT ends the wait; may be NULL */
    int64_t deadline_us;
    /* Called once when a wait begins: for which table, and who writes it. On the caller's thread, with no lock held; may be NULL. */
    void (*notice)(void *context, Str table, Str who);
    void *context;
} TableWait;

/* who: for others, "run 12". */
TableWriter *table_writer_new(Warehouse *w, Str who);
void table_writer_free(TableWriter *t);
DEFINE_AUTO_PTR(TableWriter, table_writer_free)

/* Names are compared without case. ERR_CANCELED, ERR_TIMEOUT and ERR_CONFLICT name a table and its writer; then nothing more is held than
 * before. */
bool table_writer_lock(TableWriter *t, const Str *tables, size_t count, const TableWait *wait, Err *err) MUST_USE;
/* Gives back all but these. */
void table_writer_keep(TableWriter *t, const Str *tables, size_t count);

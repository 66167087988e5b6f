/*
 * The gate of a warehouse: who may use the file while it is copied, changed for another one, or lent to a foreign program.
 *
 * A Session enters by itself when a statement begins and leaves when nothing of it is left: its rows are read or dropped, its
 * transaction has ended. Outside it holds nothing of DuckDB that cannot be had again: a connection that was closed with the file is
 * opened again at the next statement (session_on_connect sets it up), prepared statements are prepared again. So nobody who has
 * sessions needs to know of the gate, except for what its errors mean: ERR_LOCKED, try again (57P03); ERR_CONFLICT, the transaction
 * wanted to write and cannot any more (40001).
 *
 *     GateOrder order = {.level = GATE_SHUT, .refuse = true, .why = "it is lent to dbt", .deadline_us = deadline_in(patience)};
 *     if (!gate_close(w, &order, err)) return false;            the gate is open again
 *     bool ok = gate_release_file(w, err);                      no descriptor of the file is open in this process, nor its lock held
 *     ... the foreign program runs to its end ...
 *     ok = gate_take_file(w, err) && ok;
 *     gate_open(w);
 *
 * When the time is over, sessions that have a transaction or temporary tables are ended, if they said how (session_set_owner): their
 * Cancel is raised to CANCEL_ABORT and what they run is interrupted. If one is left then, the gate is opened again and the caller gets
 * ERR_LOCKED.
 *
 * Any thread; one order at a time.
 */
#pragma once

#include "os/wait.h"
#include "warehouse/warehouse.h"

typedef enum GateLevel {
    GATE_OPEN,
    GATE_READERS, /* who only reads goes on; who writes waits */
    GATE_SHUT,    /* nobody uses the database */
} GateLevel;

typedef struct GateOrder {
    GateLevel level;
    bool refuse;         /* who comes is refused, else waits until the gate opens */
    const char *why;     /* for those: "it is being compacted". Borrowed until the gate is open */
    int64_t deadline_us; /* how long those inside may go on by themselves */
    Cancel *cancel;      /* of who gives the order: CANCEL_STOP gives up; may be NULL */
} GateOrder;

/* Returns when nobody is inside any more whom the level excludes. ERR_LOCKED: another order holds, or somebody stayed; ERR_CANCELED. */
bool gate_close(Warehouse *w, const GateOrder *order, Err *err) MUST_USE;
/* From GATE_READERS to GATE_SHUT, by the one who closed it. False: it stays at GATE_READERS. */
bool gate_shut(Warehouse *w, const GateOrder *order, Err *err) MUST_USE;
/* GATE_READERS for a session that writes: returns when nobody else is inside who does. Those who do are not ended; when the order's time is
 * over before, the gate is open again. gate_let_writers ends it. */
bool gate_hold_writers(Session *s, const GateOrder *order, Err *err) MUST_USE;
void gate_let_writers(Session *s);
/* Everyone may come again. */
void gate_open(Warehouse *w);

/* The gate is GATE_SHUT. Closes all connections and the file. ERR_INTERNAL: something in this process still has the file open, and the
 * process must end: it would lose the lock. */
bool gate_release_file(Warehouse *w, Err *err) MUST_USE;
/* Opens the file that has the warehouse's path now, with the same options and the limits of the moment. What the owner put beside it
 * is made again (warehouse_on_open). After an error the warehouse has no file: only this function and gate_release_file are of use. */
bool gate_take_file(Warehouse *w, Err *err) MUST_USE;

/* A session that no gate holds, for whoever gave the order. Not across gate_release_file. */
Session *gate_session(Warehouse *w, Err *err) MUST_USE;

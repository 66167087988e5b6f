/* Waiting at the gate, and emptying what lies behind it. */
#include "warehouse/gate.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

#include "warehouse/internal.h"
#include "warehouse/reads.h"

/* ---- coming in; the session's thread ---- */

static bool is_excluded(const Gate *g, bool writes) {
    return g->level == GATE_SHUT || (g->level == GATE_READERS && writes);
}

static bool refused(const Gate *g, Err *err) {
    err_set(err, ERR_LOCKED, "the warehouse cannot be used now: %s", g->why);
    return err_hint(err, "try again in a moment");
}

static bool too_late(const Gate *g, Err *err) {
    err_set(err, ERR_CONFLICT, "this transaction cannot write any more: %s", g->why);
    return err_hint(err, "begin it again");
}

/* The gate's lock is held, and let go meanwhile. */
static bool wait_at(Gate *g, Session *s, Err *err) {
    s->waiting = true;
    s->interrupted = false;
    while (g->level != GATE_OPEN && !s->interrupted && !(s->hold && g->level == GATE_SHUT))
        (void)cond_wait_until(&g->changed, &g->lock, NO_DEADLINE);
    s->waiting = false;
    return !s->interrupted || err_set(err, ERR_CANCELED, "interrupted while waiting: %s", g->why);
}

static void query_nothing(Session *s, const char *sql) {
    duckdb_result result;
    (void)s->warehouse->duck->query(s->connection, sql, &result);
    s->warehouse->duck->destroy_result(&result);
}

/* A transaction that has done nothing yet is begun again later. The gate's lock is held. */
static bool step_back(Gate *g, Session *s) {
    if (!s->in_transaction || s->ran || s->uses) return false;
    mutex_unlock(&g->lock);
    query_nothing(s, "ROLLBACK");
    mutex_lock(&g->lock);
    s->begin_again = true;
    s->hold = HOLD_NONE;
    s->looked = false;
    cond_broadcast(&g->changed);
    return true;
}

/* The gate's lock is held. */
static bool admit(Gate *g, Session *s, bool writes, Err *err) {
    while (is_excluded(g, writes)) {
        if (g->refuse || s->impatient) return refused(g, err);
        if (s->hold && step_back(g, s)) continue;
        if (s->hold && g->level == GATE_SHUT) return too_late(g, err);
        if (!wait_at(g, s, err)) return false;
    }
    s->hold = writes ? HOLD_WRITE : MAX(s->hold, HOLD_READ);
    s->looked = false;
    return true;
}

static bool set_up(Session *s, Err *err) {
    if (!s->on_connect) return true;
    s->connecting = true;
    bool ok = s->on_connect(s->on_connect_context, s, err);
    s->connecting = false;
    return ok;
}

static bool no_connection(const Warehouse *w, Err *err) {
    return err_set(err, ERR_INTERNAL, "cannot connect to the warehouse \"" STR_FMT "\"", STR_ARG(w->path));
}

static bool connect(Session *s, Err *err) {
    Warehouse *w = s->warehouse;
    duckdb_connection made = NULL;
    if (s->connection) return true;
    if (!w->database || w->duck->connect(w->database, &made) != DuckDBSuccess) return no_connection(w, err);
    mutex_lock(&w->gate.lock);
    s->connection = made;
    mutex_unlock(&w->gate.lock);
    if (set_up(s, err)) return true;
    mutex_lock(&w->gate.lock);
    s->connection = NULL;
    mutex_unlock(&w->gate.lock);
    w->duck->disconnect(&made);
    return false;
}

static bool enter(Session *s, bool writes, Err *err) {
    Gate *g = &s->warehouse->gate;
    bool ok = true;
    if (!s->exempt && s->hold < (writes ? HOLD_WRITE : HOLD_READ)) {
        mutex_lock(&g->lock);
        ok = admit(g, s, writes, err);
        mutex_unlock(&g->lock);
    }
    if (!ok) return false;
    s->uses++;
    if (connect(s, err)) {
        if (s->begin_again) query_nothing(s, "BEGIN TRANSACTION");
        s->begin_again = false;
        return true;
    }
    gate_leave(s);
    return false;
}

bool gate_enter(Session *s, bool writes, Err *err) {
    if (s->connecting) {
        s->uses++;
        return true;
    }
    if (enter(s, writes, err)) return true;
    s->failed = s->in_transaction;
    return false;
}

bool gate_enter_for(Session *s, Str sql, Err *err) {
    return gate_enter(s, s->hold != HOLD_WRITE && !sql_only_reads(sql) && !sql_only_sets(sql), err);
}

/* Lets go of the gate when nothing of the session is left behind it. */
static void settle(Session *s) {
    Gate *g = &s->warehouse->gate;
    if (s->uses || s->in_transaction || !s->hold) return;
    mutex_lock(&g->lock);
    s->hold = HOLD_NONE;
    if (g->level != GATE_OPEN) cond_broadcast(&g->changed);
    mutex_unlock(&g->lock);
}

void gate_leave(Session *s) {
    BUG_ON(!s->uses);
    s->uses--;
    settle(s);
}

void gate_transaction_ended(Session *s) {
    s->in_transaction = s->failed = s->ran = s->begin_again = false;
    settle(s);
}

void gate_add(Session *s) {
    Gate *g = &s->warehouse->gate;
    mutex_lock(&g->lock);
    s->next = g->sessions;
    g->sessions = s;
    mutex_unlock(&g->lock);
}

/* With its connection: a file that an order shuts meanwhile would not be closed by that, and a stream that was not read to its end keeps
 * the file from a checkpoint. */
void gate_remove(Session *s) {
    Gate *g = &s->warehouse->gate;
    mutex_lock(&g->lock);
    if (s->connection) s->warehouse->duck->disconnect(&s->connection);
    s->connection = NULL;
    Session **at = &g->sessions;
    while (*at != s) at = &(*at)->next;
    *at = s->next;
    cond_broadcast(&g->changed);
    mutex_unlock(&g->lock);
}

/* ---- those who read other files for a session ---- */

void neighbour_share_owner(Session *s, Session *reader) {
    mutex_lock(&s->warehouse->gate.lock);
    Cancel *owner = s->owner;
    mutex_unlock(&s->warehouse->gate.lock);
    session_set_owner(reader, owner);
}

void neighbour_remember(Session *s, Session *reader) {
    mutex_lock(&s->warehouse->gate.lock);
    reader->next_neighbour = s->neighbours;
    s->neighbours = reader;
    mutex_unlock(&s->warehouse->gate.lock);
}

void neighbour_forget(Session *s, Session *reader) {
    mutex_lock(&s->warehouse->gate.lock);
    Session **at = &s->neighbours;
    while (*at != reader) at = &(*at)->next_neighbour;
    *at = reader->next_neighbour;
    mutex_unlock(&s->warehouse->gate.lock);
}

void gate_interrupt(Session *s) {
    const DuckdbApi *duck = s->warehouse->duck;
    duck->interrupt(s->connection);
    for (const Session *reader = s->neighbours; reader; reader = reader->next_neighbour)
        duck->interrupt(reader->connection);
}

/* ---- orders ---- */

/* What goes with a connection and cannot be made again. Nobody uses it now; the lock is held. */
static bool keeps_something(Session *s) {
    const DuckdbApi *duck = s->warehouse->duck;
    duckdb_result result;
    if (!s->connection || s->looked) return s->connection && s->keeps;
    s->looked = true;
    s->keeps = false;
    if (duck->query(s->connection,
                    "SELECT 1 FROM duckdb_tables() WHERE temporary UNION ALL"
                    " SELECT 1 FROM duckdb_views() WHERE temporary AND NOT internal",
                    &result) == DuckDBSuccess)
        s->keeps = duck->row_count(&result) != 0;
    duck->destroy_result(&result);
    return s->keeps;
}

static bool is_in_the_way(Session *s, GateLevel level) {
    if (s->exempt) return false;
    return level == GATE_READERS ? s->hold == HOLD_WRITE : s->hold || keeps_something(s);
}

static size_t count_in_the_way(Gate *g, GateLevel level) {
    size_t count = 0;
    for (Session *s = g->sessions; s; s = s->next) count += is_in_the_way(s, level);
    return count;
}

static void evict(Gate *g, GateLevel level) {
    for (Session *s = g->sessions; s; s = s->next) {
        if (!s->owner || !is_in_the_way(s, level)) continue;
        cancel_raise(s->owner, CANCEL_ABORT);
        if (s->waiting) s->interrupted = true;
        else if (s->hold && s->connection) gate_interrupt(s);
    }
    cond_broadcast(&g->changed);
}

static size_t wait_until_gone(Gate *g, GateLevel level, Until until) {
    size_t count;
    while ((count = count_in_the_way(g, level)) && clock_us() < until.deadline_us && !until_canceled(until))
        (void)cond_wait_cancel(&g->changed, &g->lock, until);
    return count;
}

static bool drain(Warehouse *w, GateLevel level, const GateOrder *order, Err *err) {
    enum { GRACE_US = 5 * 1000 * 1000 };
    Gate *g = &w->gate;
    GateLevel before = g->level;
    Until until = {order->deadline_us, order->cancel, CANCEL_STOP};
    g->level = level;
    cond_broadcast(&g->changed);
    size_t count = wait_until_gone(g, level, until);
    if (count && !until_canceled(until)) {
        evict(g, level);
        until.deadline_us = deadline_in(GRACE_US);
        count = wait_until_gone(g, level, until);
    }
    if (!count) return true;
    g->level = before;
    cond_broadcast(&g->changed);
    if (until_canceled(until)) return err_set(err, ERR_CANCELED, "stopped while waiting for others to end");
    err_set(err, ERR_LOCKED, "the warehouse \"" STR_FMT "\" is in use: %zu session%s", STR_ARG(w->path), count,
            level == GATE_READERS ? count == 1 ? " still writes" : "s still write"
            : count == 1          ? " does not end"
                                  : "s do not end");
    return err_hint(err, "wait for the loads and transactions that run, then try again");
}

static void set_open(Gate *g) {
    g->busy = g->refuse = false;
    g->level = GATE_OPEN;
    cond_broadcast(&g->changed);
}

bool gate_close(Warehouse *w, const GateOrder *order, Err *err) {
    Gate *g = &w->gate;
    mutex_lock(&g->lock);
    bool ours = !g->busy, ok = ours;
    if (ours) {
        g->busy = true;
        g->refuse = order->refuse;
        g->why = order->why;
        /* Writers first: what they wait for may need somebody who reads. */
        ok = drain(w, GATE_READERS, order, err) && (order->level == GATE_READERS || drain(w, GATE_SHUT, order, err));
        if (!ok) set_open(g);
    } else {
        refused(g, err);
    }
    mutex_unlock(&g->lock);
    return ok;
}

bool gate_hold_writers(Session *s, const GateOrder *order, Err *err) {
    Gate *g = &s->warehouse->gate;
    Until until = {order->deadline_us, order->cancel, CANCEL_STOP};
    mutex_lock(&g->lock);
    bool ok = !g->busy || refused(g, err);
    if (ok) {
        g->busy = s->exempt = true;
        g->why = order->why;
        g->level = GATE_READERS;
        ok =
            !wait_until_gone(g, GATE_READERS, until) ||
            err_set(err, ERR_LOCKED, "the warehouse \"" STR_FMT "\" is written by others", STR_ARG(s->warehouse->path));
        if (!ok) set_open(g), s->exempt = false;
    }
    mutex_unlock(&g->lock);
    return ok;
}

void gate_let_writers(Session *s) {
    mutex_lock(&s->warehouse->gate.lock);
    s->exempt = false;
    set_open(&s->warehouse->gate);
    mutex_unlock(&s->warehouse->gate.lock);
}

bool gate_shut(Warehouse *w, const GateOrder *order, Err *err) {
    Gate *g = &w->gate;
    mutex_lock(&g->lock);
    BUG_ON(g->level != GATE_READERS);
    bool ok = drain(w, GATE_SHUT, order, err);
    mutex_unlock(&g->lock);
    return ok;
}

void gate_open(Warehouse *w) {
    mutex_lock(&w->gate.lock);
    set_open(&w->gate);
    mutex_unlock(&w->gate.lock);
}

/* ---- the file ---- */

/* Whether a descriptor of this process is that file's; nothing is opened but /proc. */
static bool is_open_here(dev_t device, ino_t inode) {
    bool found = false;
    DIR *fds = opendir("/proc/self/fd");
    if (!fds) return false;
    for (const struct dirent *entry; !found && (entry = readdir(fds));) {
        char path[sizeof "/proc/self/fd/" + sizeof entry->d_name];
        struct stat file;
        snprintf(path, sizeof path, "/proc/self/fd/%s", entry->d_name);
        found = stat(path, &file) == 0 && file.st_dev == device && file.st_ino == inode;
    }
    closedir(fds);
    return found;
}

static void close_connection(Session *s) {
    BUG_ON(s->exempt || s->hold);
    for (Statement *st = s->statements; st; st = statement_next(st)) statement_suspend(st);
    if (s->connection) s->warehouse->duck->disconnect(&s->connection);
    s->connection = NULL;
}

bool gate_release_file(Warehouse *w, Err *err) {
    mutex_lock(&w->gate.lock);
    BUG_ON(w->gate.level != GATE_SHUT);
    for (Session *s = w->gate.sessions; s; s = s->next) close_connection(s);
    mutex_unlock(&w->gate.lock);
    database_close(w);
    if (!w->inode || !is_open_here(w->device, w->inode)) return true;
    return err_set(err, ERR_INTERNAL, "the warehouse \"" STR_FMT "\" could not be closed", STR_ARG(w->path));
}

bool gate_take_file(Warehouse *w, Err *err) {
    BUG_ON(w->gate.level != GATE_SHUT);
    return database_open(w, err);
}

Session *gate_session(Warehouse *w, Err *err) {
    Session *s = session_open(w, err);
    if (s) s->exempt = true;
    return s;
}

/* Writers of one warehouse in a list, each with the tables that it has and those that it waits for; one mutex, one condition. */
#include "warehouse/table_lock.h"

#include "base/vec.h"
#include "warehouse/internal.h"

struct TableWriter {
    Warehouse *warehouse;
    Arena arena;
    Str who;
    TableWriter *next; /* guarded by TableLocks.lock, as all below */
    StrVec held;       /* malloced texts */
    const Str *wanted; /* NULL: it does not wait */
    size_t wanted_count;
    uint64_t ticket; /* of its wait */
    bool visited;    /* by waits_for */
};

static bool has(const Str *names, size_t count, Str name) {
    for (size_t i = 0; i < count; i++)
        if (str_equal_nocase(names[i], name)) return true;
    return false;
}

static bool holds(const TableWriter *t, Str name) {
    return has(t->held.at, t->held.len, name);
}

TableWriter *table_writer_new(Warehouse *w, Str who) {
    TableWriter *t = calloc(1, sizeof *t);
    BUG_ON(!t);
    t->warehouse = w;
    t->who = arena_str(&t->arena, who);
    mutex_lock(&w->table_locks.lock);
    t->next = w->table_locks.writers;
    w->table_locks.writers = t;
    mutex_unlock(&w->table_locks.lock);
    return t;
}

void table_writer_free(TableWriter *t) {
    TableLocks *l = &t->warehouse->table_locks;
    table_writer_keep(t, NULL, 0);
    mutex_lock(&l->lock);
    TableWriter **at = &l->writers;
    while (*at != t) at = &(*at)->next;
    *at = t->next;
    mutex_unlock(&l->lock);
    vec_release(&t->held);
    arena_release(&t->arena);
    free(t);
}

/* ---- the lock is held ---- */

/* Who is in the way of a writer, for which table; NULL: nobody. One that holds nothing also lets those go first who came before. */
static TableWriter *blocker(TableLocks *l, const TableWriter *t, Str *ret_table) {
    for (TableWriter *other = l->writers; other; other = other->next) {
        bool earlier = other->wanted && !t->held.len && (other->held.len || other->ticket < t->ticket);
        if (other == t) continue;
        for (size_t i = 0; i < t->wanted_count; i++) {
            *ret_table = t->wanted[i];
            if (holds(other, t->wanted[i])) return other;
            if (earlier && has(other->wanted, other->wanted_count, t->wanted[i])) return other;
        }
    }
    return NULL;
}

/* Whether `from` waits, over others, for a table that `t` holds. */
static bool waits_for(TableLocks *l, TableWriter *from, const TableWriter *t) {
    if (from->visited || !from->wanted) return false;
    from->visited = true;
    for (TableWriter *other = l->writers; other; other = other->next)
        for (size_t i = 0; i < from->wanted_count; i++)
            if (holds(other, from->wanted[i]) && other != from && (other == t || waits_for(l, other, t))) return true;
    return false;
}

static bool is_in_a_ring(TableLocks *l, TableWriter *t) {
    for (TableWriter *other = l->writers; other; other = other->next) other->visited = false;
    return t->held.len && waits_for(l, t, t);
}

static void take(TableWriter *t) {
    for (size_t i = 0; i < t->wanted_count; i++) {
        if (holds(t, t->wanted[i])) continue;
        char *copy = strndup(t->wanted[i].at, t->wanted[i].len);
        BUG_ON(!copy);
        vec_push(&t->held, ((Str){copy, t->wanted[i].len}));
    }
}

static bool give_up(const TableWriter *by, Str table, ErrCode code, const char *why, Err *err) {
    return err_set(err, code, "%s: " STR_FMT " writes table \"" STR_FMT "\"", why, STR_ARG(by->who), STR_ARG(table));
}

static bool wait_turn(TableLocks *l, TableWriter *t, const TableWait *wait, Err *err) {
    AUTO(Arena) a = {0};
    bool told = !wait->notice;
    Until until = {wait->deadline_us, wait->cancel, CANCEL_ABORT};
    TableWriter *by;
    Str table;
    while ((by = blocker(l, t, &table))) {
        if (is_in_a_ring(l, t)) return give_up(by, table, ERR_CONFLICT, "two loads wait for each other", err);
        if (until_canceled(until)) return give_up(by, table, ERR_CANCELED, "stopped while waiting", err);
        if (clock_us() >= until.deadline_us) return give_up(by, table, ERR_TIMEOUT, "waited too long", err);
        if (!told) {
            Str who = arena_str(&a, by->who);
            mutex_unlock(&l->lock);
            wait->notice(wait->context, table, who);
            mutex_lock(&l->lock);
            told = true;
            continue;
        }
        (void)cond_wait_cancel(&l->changed, &l->lock, until);
    }
    return true;
}

bool table_writer_lock(TableWriter *t, const Str *tables, size_t count, const TableWait *wait, Err *err) {
    TableLocks *l = &t->warehouse->table_locks;
    if (!count || !warehouse_is_shared(t->warehouse)) return true;
    mutex_lock(&l->lock);
    t->wanted = tables;
    t->wanted_count = count;
    t->ticket = ++l->last_ticket;
    bool ok = wait_turn(l, t, wait, err);
    if (ok) take(t);
    t->wanted = NULL;
    t->wanted_count = 0;
    cond_broadcast(&l->changed);
    mutex_unlock(&l->lock);
    return ok;
}

void table_writer_keep(TableWriter *t, const Str *tables, size_t count) {
    TableLocks *l = &t->warehouse->table_locks;
    size_t kept = 0;
    mutex_lock(&l->lock);
    for (size_t i = 0; i < t->held.len; i++) {
        if (has(tables, count, t->held.at[i])) t->held.at[kept++] = t->held.at[i];
        else free((void *)(uintptr_t)t->held.at[i].at);
    }
    t->held.len = kept;
    cond_broadcast(&l->changed);
    mutex_unlock(&l->lock);
}

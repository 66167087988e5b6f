/* State of foreign loaders. */
#include "meta/state.h"

#include "base/time.h"
#include "meta/db.h"

static bool read_state(Meta *m, Arena *a, Str state_id, ForeignState *ret, Err *err) {
    AUTO(Statement) s = NULL;
    if (!db_prepare(m, &s, "SELECT completed, partial, updated_at FROM foreign_state WHERE state_id = ?", err))
        return false;
    bind_text(s, 1, state_id);
    bool row;
    if (!db_step(m, s, &row, err)) return false;
    *ret = (ForeignState){0};
    if (row) *ret = (ForeignState){column_text(a, s, 0), column_text(a, s, 1), sqlite3_column_int64(s, 2)};
    return true;
}

bool meta_state_get(Meta *m, Arena *a, Str state_id, ForeignState *ret, Err *err) {
    if (!m) {
        *ret = (ForeignState){0};
        return true;
    }
    mutex_lock(&m->lock);
    bool ok = read_state(m, a, state_id, ret, err);
    mutex_unlock(&m->lock);
    return ok;
}

static bool write_state(Meta *m, Str state_id, const ForeignState *state, Err *err) {
    AUTO(Statement) s = NULL;
    if (!db_prepare(m, &s, "INSERT OR REPLACE INTO foreign_state VALUES (?, ?, ?, ?)", err)) return false;
    bind_text(s, 1, state_id);
    bind_text(s, 2, state->completed);
    bind_text(s, 3, state->partial);
    bind_int(s, 4, time_now_us());
    return db_run(m, s, err);
}

bool meta_state_set(Meta *m, Str state_id, const ForeignState *state, Err *err) {
    mutex_lock(&m->lock);
    bool ok = db_begin(m, KEEP, err) && db_finish(m, write_state(m, state_id, state, err), err);
    mutex_unlock(&m->lock);
    return ok;
}

static bool remove_state(Meta *m, Str state_id, Err *err) {
    AUTO(Statement) s = NULL;
    if (!db_prepare(m, &s, "DELETE FROM foreign_state WHERE state_id = ?", err)) return false;
    bind_text(s, 1, state_id);
    return db_run(m, s, err);
}

bool meta_state_remove(Meta *m, Str state_id, Err *err) {
    mutex_lock(&m->lock);
    bool ok = db_begin(m, KEEP, err) && db_finish(m, remove_state(m, state_id, err), err);
    mutex_unlock(&m->lock);
    return ok;
}

static bool list_states(Meta *m, Arena *a, StrVec *ret, Err *err) {
    AUTO(Statement) s = NULL;
    if (!db_prepare(m, &s,
                    "SELECT state_id FROM foreign_state WHERE completed <> '' OR partial <> '' ORDER BY state_id", err))
        return false;
    bool row, ok;
    while ((ok = db_step(m, s, &row, err)) && row) vec_push(ret, column_text(a, s, 0));
    return ok;
}

bool meta_state_list(Meta *m, Arena *a, StrVec *ret, Err *err) {
    if (!m) return true;
    mutex_lock(&m->lock);
    bool ok = list_states(m, a, ret, err);
    mutex_unlock(&m->lock);
    return ok;
}

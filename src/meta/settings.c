/* Settings stored in pond.db. */
#include "meta/settings.h"

#include "meta/db.h"

static bool list_settings(Meta *m, Str space, Map *ret, Err *err) {
    AUTO(Statement) s = NULL;
    if (!db_prepare(m, &s, "SELECT name, value FROM settings WHERE namespace = ? ORDER BY name", err)) return false;
    bind_text(s, 1, space);
    AUTO(Arena) scratch = {0};
    bool row, ok;
    while ((ok = db_step(m, s, &row, err)) && row)
        map_put_str(ret, column_text(&scratch, s, 0), column_text(&scratch, s, 1));
    return ok;
}

bool meta_setting_list(Meta *m, Str space, Map *ret, Err *err) {
    if (!m) return true;
    mutex_lock(&m->lock);
    bool ok = list_settings(m, space, ret, err);
    mutex_unlock(&m->lock);
    return ok;
}

static bool run_with(Meta *m, const char *sql, const Str *texts, size_t count, Err *err) {
    AUTO(Statement) s = NULL;
    if (!db_prepare(m, &s, sql, err)) return false;
    for (size_t i = 0; i < count; i++) bind_text(s, (int)i + 1, texts[i]);
    return db_run(m, s, err);
}

static bool change(Meta *m, const char *sql, const Str *texts, size_t count, Err *err) {
    mutex_lock(&m->lock);
    bool ok = db_begin(m, KEEP, err) && db_finish(m, run_with(m, sql, texts, count, err), err);
    mutex_unlock(&m->lock);
    return ok;
}

bool meta_setting_set(Meta *m, Str space, Str name, Str value, Err *err) {
    return change(m, "INSERT OR REPLACE INTO settings VALUES (?, ?, ?)", (Str[]){space, name, value}, 3, err);
}

bool meta_setting_unset(Meta *m, Str space, Str name, Err *err) {
    return change(m, "DELETE FROM settings WHERE namespace = ? AND name = ?", (Str[]){space, name}, 2, err);
}

bool meta_setting_reset(Meta *m, Str space, Err *err) {
    return change(m, "DELETE FROM settings WHERE namespace = ?", &space, 1, err);
}

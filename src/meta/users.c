#include "meta/users.h"

#include "base/time.h"
#include "meta/db.h"

bool user_role_is(Str role) {
    static const char *const roles[] = {"view", "analyst", "editor", "admin"};
    for (size_t i = 0; i < ARRAY_LEN(roles); i++)
        if (str_is(role, roles[i])) return true;
    return false;
}

static bool absent(Str name, Err *err) {
    err_set(err, ERR_NOT_FOUND, "there is no user \"" STR_FMT "\"", STR_ARG(name));
    return err_hint(err, "pond user list shows those there are");
}

static User read_user(Arena *a, Statement s) {
    return (User){column_text(a, s, 0), column_text(a, s, 1), column_text(a, s, 2), sqlite3_column_int64(s, 3)};
}

static bool get(Meta *m, Arena *a, Str name, User *ret, Err *err) {
    AUTO(Statement) s = NULL;
    bool row;
    if (!db_prepare(m, &s, "SELECT name, role, verifier, created FROM users WHERE name = ?", err)) return false;
    bind_text(s, 1, name);
    if (!db_step(m, s, &row, err)) return false;
    if (!row) return absent(name, err);
    *ret = read_user(a, s);
    return true;
}

bool meta_user_get(Meta *m, Arena *a, Str name, User *ret, Err *err) {
    if (!m) return absent(name, err);
    mutex_lock(&m->lock);
    bool ok = get(m, a, name, ret, err);
    mutex_unlock(&m->lock);
    return ok;
}

static bool list(Meta *m, Arena *a, UserVec *ret, Err *err) {
    AUTO(Statement) s = NULL;
    bool row, ok;
    if (!db_prepare(m, &s, "SELECT name, role, verifier, created FROM users ORDER BY name", err)) return false;
    while ((ok = db_step(m, s, &row, err)) && row) vec_push(ret, read_user(a, s));
    return ok;
}

bool meta_user_list(Meta *m, Arena *a, UserVec *ret, Err *err) {
    if (!m) return true;
    mutex_lock(&m->lock);
    bool ok = list(m, a, ret, err);
    mutex_unlock(&m->lock);
    return ok;
}

/* *ret_changed: whether a row was. */
static bool change(Meta *m, const char *sql, const Str *texts, size_t count, bool *ret_changed, Err *err) {
    mutex_lock(&m->lock);
    bool ok = db_begin(m, KEEP, err);
    if (ok) {
        AUTO(Statement) s = NULL;
        bool done = db_prepare(m, &s, sql, err);
        for (size_t i = 0; done && i < count; i++) bind_text(s, (int)i + 1, texts[i]);
        done = done && db_run(m, s, err);
        *ret_changed = done && sqlite3_changes(m->db) > 0;
        ok = db_finish(m, done, err);
    }
    mutex_unlock(&m->lock);
    return ok;
}

bool meta_user_add(Meta *m, const User *user, Err *err) {
    bool changed;
    char now[32];
    snprintf(now, sizeof now, "%lld", (long long)time_now_us());
    const Str texts[] = {user->name, user->role, user->verifier, str_of(now)};
    if (!change(m, "INSERT OR IGNORE INTO users VALUES (?, ?, ?, CAST(? AS INTEGER))", texts, ARRAY_LEN(texts),
                &changed, err))
        return false;
    if (changed) return true;
    err_set(err, ERR_CONFIG, "user \"" STR_FMT "\" exists already", STR_ARG(user->name));
    return err_hint(err, "pond user password " STR_FMT " gives it another password", STR_ARG(user->name));
}

bool meta_user_password(Meta *m, Str name, Str verifier, Err *err) {
    bool changed;
    const Str texts[] = {verifier, name};
    if (!change(m, "UPDATE users SET verifier = ? WHERE name = ?", texts, ARRAY_LEN(texts), &changed, err))
        return false;
    return changed || absent(name, err);
}

bool meta_user_remove(Meta *m, Str name, Err *err) {
    bool changed;
    if (!change(m, "DELETE FROM users WHERE name = ?", &name, 1, &changed, err)) return false;
    return changed || absent(name, err);
}

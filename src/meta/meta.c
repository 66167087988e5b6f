/* Opening and closing pond.db. */
#include "meta/meta.h"

#include <errno.h>
#include <fcntl.h>

#include "base/time.h"
#include "meta/alive.h"
#include "meta/db.h"
#include "meta/schema.h"
#include "os/file.h"

static Meta *new_meta(const char *folder) {
    Meta *m = calloc(1, sizeof *m);
    BUG_ON(!m);
    mutex_init(&m->lock);
    m->folder = arena_str(&m->arena, str_of(folder));
    m->path = path_join(&m->arena, m->folder, STR("pond.db"));
    m->alive = m->ask = -1;
    return m;
}

/* For our user alone: it will hold secrets. Never opens a file that is there: closing it again would drop the locks of
 * another connection of this process. */
static bool make_file(const Meta *m, Err *err) {
    if (!dir_make(m->folder.at, 0755, err) || !dir_check_writable(m->folder.at, err)) return false;
    AUTO(Fd) made = open(m->path.at, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return made >= 0 || errno == EEXIST || err_errno(err, errno, "cannot make \"%s\"", m->path.at);
}

static bool is_wal(Meta *m, bool *ret, Err *err) {
    AUTO(Statement) s = NULL;
    bool row;
    if (!db_prepare(m, &s, "PRAGMA journal_mode", err) || !db_step(m, s, &row, err)) return false;
    AUTO(Arena) arena = {0};
    *ret = row && str_is(column_text(&arena, s, 0), "wal");
    return true;
}

/* One process at a time makes or migrates the file; the others find it done. */
static bool prepare(Meta *m, Err *err) {
    bool current, wal;
    if (!schema_check(m, &meta_schema, &current, err) || !is_wal(m, &wal, err)) return false;
    if (current && wal) return true;
    if (!alive_lock_preparing(m->alive, err)) return false;
    bool ok = is_wal(m, &wal, err);
    if (ok && !wal) ok = db_exec(m, "PRAGMA journal_mode = WAL", err);
    if (ok) ok = schema_migrate(m, &meta_schema, err);
    alive_unlock_preparing(m->alive);
    return ok;
}

typedef VEC(int64_t) RunIds;

static bool find_dead(Meta *m, RunIds *ret, Err *err) {
    AUTO(Statement) s = NULL;
    if (!db_prepare(m, &s, "SELECT id FROM runs WHERE state = 'RUNNING'", err)) return false;
    bool row, ok;
    while ((ok = db_step(m, s, &row, err)) && row) {
        int64_t id = sqlite3_column_int64(s, 0);
        if (!alive_is_held(m->ask, id)) vec_push(ret, id);
    }
    return ok;
}

static bool bury(Meta *m, int64_t id, Err *err) {
    AUTO(Statement) s = NULL;
    if (!db_prepare(m, &s,
                    "UPDATE runs SET state = 'DEAD', ended = ?, error = 'its process was killed'"
                    " WHERE id = ? AND state = 'RUNNING'",
                    err))
        return false;
    bind_int(s, 1, time_now_us());
    bind_int(s, 2, id);
    return db_run(m, s, err);
}

static bool bury_dead(Meta *m, Err *err) {
    RunIds dead = {0};
    bool ok = find_dead(m, &dead, err);
    for (size_t i = 0; ok && i < dead.len; i++) ok = bury(m, dead.at[i], err);
    vec_release(&dead);
    return ok;
}

static bool open_to_write(Meta *m, Err *err) {
    if (!make_file(m, err) || !alive_open(m->folder.at, &m->alive, err)) return false;
    m->ask = alive_open_to_ask(m->folder.at);
    return db_open(m, DB_WRITE, err) && prepare(m, err) && bury_dead(m, err);
}

/* A WAL file can only be read by making files beside it; where that is forbidden nobody writes either. */
static bool open_to_read(Meta *m, bool *ret_current, Err *err) {
    m->ask = alive_open_to_ask(m->folder.at);
    if (db_open(m, DB_READ, err) && schema_check(m, &meta_schema, ret_current, err)) return true;
    if (err->code != ERR_DISK) return false;
    db_close(m);
    return db_open(m, DB_IMMUTABLE, err) && schema_check(m, &meta_schema, ret_current, err);
}

bool meta_open(const char *folder, MetaMode mode, Meta **ret, Err *err) {
    Meta *m = new_meta(folder);
    bool current = true;
    bool ok;
    if (mode == META_WRITE) {
        ok = open_to_write(m, err);
    } else if (path_exists(m->path.at)) {
        ok = open_to_read(m, &current, err);
    } else {
        meta_close(m);
        *ret = NULL;
        return true;
    }
    if (!ok || !current) {
        meta_close(m);
        return ok && meta_open(folder, META_WRITE, ret, err);
    }
    *ret = m;
    return true;
}

void meta_close(Meta *m) {
    db_close(m);
    fd_close(&m->alive);
    fd_close(&m->ask);
    mutex_release(&m->lock);
    arena_release(&m->arena);
    free(m);
}

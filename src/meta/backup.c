#include "meta/backup.h"

#include <errno.h>
#include <fcntl.h>

#include "meta/db.h"
#include "meta/schema.h"
#include "os/path.h"

static bool copy_pages(Meta *from, Meta *to, Err *err) {
    enum { RETRY_MS = 20, TRIES = META_PATIENCE_S * 1000 / RETRY_MS };
    sqlite3_backup *b = sqlite3_backup_init(to->db, "main", from->db, "main");
    if (!b) return db_fail(to, err);
    int code = SQLITE_BUSY;
    for (int i = 0; i < TRIES && (code == SQLITE_BUSY || code == SQLITE_LOCKED); i++) {
        if (i) (void)wait_fd(-1, 0, (Until){.deadline_us = deadline_in(RETRY_MS * US_PER_MS)});
        code = sqlite3_backup_step(b, -1);
    }
    int end = sqlite3_backup_finish(b);
    return (code == SQLITE_DONE && end == SQLITE_OK) || db_fail(to, err);
}

static bool is_whole(Meta *m, Err *err) {
    AUTO(Statement) s = NULL;
    AUTO(Arena) a = {0};
    int64_t application;
    bool row;
    if (!db_number(m, "PRAGMA application_id", &application, err)) return false;
    if (application != META_APPLICATION_ID) return err_set(err, ERR_IO, "\"%s\" is no pond.db", m->path.at);
    if (!db_prepare(m, &s, "PRAGMA integrity_check(1)", err) || !db_step(m, s, &row, err)) return false;
    Str text = row ? column_text(&a, s, 0) : (Str){0};
    return str_is(text, "ok") || err_set(err, ERR_IO, "\"%s\" is damaged: " STR_FMT, m->path.at, STR_ARG(text));
}

static bool make(const char *path, Err *err) {
    AUTO(Fd) made = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return made >= 0 || err_errno(err, errno, "cannot make \"%s\"", path);
}

bool meta_backup(const char *folder, const char *to, bool *ret, Err *err) {
    AUTO(Arena) a = {0};
    Meta from = {.folder = str_of(folder), .path = path_join(&a, str_of(folder), STR("pond.db"))};
    Meta copy = {.folder = str_of(folder), .path = str_of(to)};
    *ret = path_exists(from.path.at);
    if (!*ret) return true;
    if (!make(to, err)) return false;
    bool ok = db_open(&from, DB_READ, err);
    ok = ok && db_open(&copy, DB_WRITE, err) && copy_pages(&from, &copy, err);
    /* One file, without a log beside it. */
    ok = ok && db_exec(&copy, "PRAGMA journal_mode = DELETE", err) && is_whole(&copy, err);
    if (from.db) db_close(&from);
    if (copy.db) db_close(&copy);
    return ok || err_context(err, "cannot copy pond.db");
}

bool meta_check(const char *path, Err *err) {
    Meta m = {.folder = path_folder(str_of(path)), .path = str_of(path)};
    bool ok = db_open(&m, DB_READ, err) && is_whole(&m, err);
    if (m.db) db_close(&m);
    return ok;
}

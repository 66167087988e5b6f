/* SQLite: opening, statements, transactions, errors. */
#include "meta/db.h"

#include <errno.h>

#include "os/machine.h"

static const char *uri_of(Arena *a, Str path) {
    AUTO(Buf) uri = {0};
    buf_append_c(&uri, "file:");
    for (size_t i = 0; i < path.len; i++) {
        char c = path.at[i];
        if (c == '%' || c == '?' || c == '#') buf_printf(&uri, "%%%02X", (unsigned)c);
        else buf_put(&uri, c);
    }
    buf_append_c(&uri, "?immutable=1");
    return arena_c(a, buf_str(&uri));
}

bool db_open(Meta *m, DbMode mode, Err *err) {
    int flags = SQLITE_OPEN_NOMUTEX | (mode == DB_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
    const char *name = m->path.at;
    if (mode == DB_IMMUTABLE) {
        name = uri_of(&m->arena, m->path);
        flags |= SQLITE_OPEN_URI;
    }
    if (sqlite3_open_v2(name, &m->db, flags, NULL) != SQLITE_OK) return db_fail(m, err);
    sqlite3_extended_result_codes(m->db, 1);
    sqlite3_busy_timeout(m->db, META_PATIENCE_S * 1000);
    /* Closing must be quick: what is in the WAL is safe, and is moved on by later writes. */
    sqlite3_db_config(m->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_db_config(m->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    return db_exec(m, "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA synchronous = NORMAL", err);
}

void db_close(Meta *m) {
    int code = sqlite3_close(m->db);
    BUG_ON(code != SQLITE_OK); /* a statement was not finalized */
    m->db = NULL;
}

static bool is_full_disk(const Meta *m) {
    int number = sqlite3_system_errno(m->db);
    return number == ENOSPC || number == EDQUOT || number == EROFS;
}

static bool fail_damaged(const Meta *m, const char *what, Err *err) {
    err_set(err, ERR_IO, "\"%s\" is damaged: %s", m->path.at, what);
    return err_hint(
        err,
        "move it away: pond makes a new one, without the history of runs; copies of older ones are in \"%s/backups\"",
        m->folder.at);
}

bool db_fail(const Meta *m, Err *err) {
    AUTO(Arena) a = {0};
    const char *what = sqlite3_errmsg(m->db);
    switch (sqlite3_errcode(m->db) & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_set(err, ERR_LOCKED, "\"%s\" is busy: another process has been writing to it for %d s", m->path.at,
                       META_PATIENCE_S);
    case SQLITE_FULL: return err_set(err, ERR_DISK, "cannot write \"%s\": no space left", m->path.at);
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
        return err_set(err, ERR_DISK, "user " STR_FMT " cannot open or write \"%s\": %s", STR_ARG(machine_user(&a)),
                       m->path.at, what);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return fail_damaged(m, what, err);
    case SQLITE_IOERR:
        return err_set(err, is_full_disk(m) ? ERR_DISK : ERR_IO, "cannot read or write \"%s\": %s", m->path.at, what);
    case SQLITE_NOMEM: BUG_ON(true); break;
    default: break;
    }
    return err_set(err, ERR_INTERNAL, "\"%s\": %s", m->path.at, what);
}

bool db_exec(Meta *m, const char *sql, Err *err) {
    return sqlite3_exec(m->db, sql, NULL, NULL, NULL) == SQLITE_OK || db_fail(m, err);
}

bool db_number(Meta *m, const char *sql, int64_t *ret, Err *err) {
    AUTO(Statement) s = NULL;
    bool row;
    if (!db_prepare(m, &s, sql, err) || !db_step(m, s, &row, err)) return false;
    *ret = row ? sqlite3_column_int64(s, 0) : 0;
    return true;
}

bool db_begin(Meta *m, Durability durability, Err *err) {
    const char *level = durability == KEEP ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL";
    return db_exec(m, level, err) && db_exec(m, "BEGIN IMMEDIATE", err);
}

bool db_finish(Meta *m, bool ok, Err *err) {
    if (ok && db_exec(m, "COMMIT", err)) return true;
    /* After some errors (disk full) SQLite has rolled back by itself. */
    if (!sqlite3_get_autocommit(m->db)) sqlite3_exec(m->db, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

bool db_prepare(Meta *m, Statement *ret, const char *sql, Err *err) {
    return sqlite3_prepare_v2(m->db, sql, -1, ret, NULL) == SQLITE_OK || db_fail(m, err);
}

bool db_step(Meta *m, Statement s, bool *ret_row, Err *err) {
    int code = sqlite3_step(s);
    *ret_row = code == SQLITE_ROW;
    return code == SQLITE_ROW || code == SQLITE_DONE || db_fail(m, err);
}

bool db_run(Meta *m, Statement s, Err *err) {
    bool row;
    return db_step(m, s, &row, err);
}

Str column_text(Arena *a, Statement s, int at) {
    const char *text = (const char *)sqlite3_column_text(s, at);
    return arena_str(a, (Str){text, (size_t)sqlite3_column_bytes(s, at)});
}

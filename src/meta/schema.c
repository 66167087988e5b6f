/* The tables of pond.db: every version's step, and the way from an older file. */
#include "meta/schema.h"

#include "base/time.h"
#include "os/file.h"

/* Times are microseconds since 1970 UTC. */
static const char *const steps[] = {
    /* 1: the first */
    "CREATE TABLE runs ("
    "    id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "    started INTEGER NOT NULL,"
    "    ended INTEGER NOT NULL DEFAULT 0,"
    "    state TEXT NOT NULL,"
    "    exit_code INTEGER NOT NULL DEFAULT 0,"
    "    job TEXT NOT NULL,"
    "    state_id TEXT NOT NULL,"
    "    blocks TEXT NOT NULL,"
    "    environment TEXT NOT NULL,"
    "    \"trigger\" TEXT NOT NULL,"
    "    pid INTEGER NOT NULL,"
    "    log_path TEXT NOT NULL,"
    "    at_least_once INTEGER NOT NULL DEFAULT 0,"
    "    error TEXT NOT NULL DEFAULT ''"
    ") STRICT;"
    "CREATE INDEX runs_state_id ON runs (state_id, id);"
    "CREATE INDEX runs_running ON runs (id) WHERE state = 'RUNNING';"
    "CREATE TABLE run_streams ("
    "    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,"
    "    position INTEGER NOT NULL,"
    "    block INTEGER NOT NULL,"
    "    stream TEXT NOT NULL,"
    "    \"table\" TEXT NOT NULL,"
    "    read INTEGER NOT NULL,"
    "    loaded INTEGER NOT NULL,"
    "    updated INTEGER NOT NULL,"
    "    deleted INTEGER NOT NULL,"
    "    rejected INTEGER NOT NULL,"
    "    bytes INTEGER NOT NULL,"
    "    busy INTEGER NOT NULL,"
    "    PRIMARY KEY (run, position)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE settings ("
    "    namespace TEXT NOT NULL,"
    "    name TEXT NOT NULL,"
    "    value TEXT NOT NULL,"
    "    PRIMARY KEY (namespace, name)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE foreign_state ("
    "    state_id TEXT PRIMARY KEY,"
    "    completed TEXT NOT NULL,"
    "    partial TEXT NOT NULL,"
    "    updated_at INTEGER NOT NULL"
    ") STRICT;",
    /* 2: users of the server */
    "CREATE TABLE users ("
    "    name TEXT PRIMARY KEY,"
    "    role TEXT NOT NULL,"
    "    verifier TEXT NOT NULL,"
    "    created INTEGER NOT NULL"
    ") STRICT;",
};

const Schema meta_schema = {steps, ARRAY_LEN(steps)};

/* Within a transaction. */
static bool read_version(Meta *m, const Schema *schema, int64_t *ret, Err *err) {
    int64_t application, tables;
    if (!db_number(m, "PRAGMA application_id", &application, err) || !db_number(m, "PRAGMA user_version", ret, err) ||
        !db_number(m, "SELECT count(*) FROM sqlite_schema", &tables, err))
        return false;
    if (application != META_APPLICATION_ID && (application || tables || *ret)) {
        err_set(err, ERR_CONFIG, "\"%s\" is a SQLite file, but none of Pond's", m->path.at);
        return err_hint(err, "move it away");
    }
    if (*ret <= (int64_t)schema->count) return true;
    err_set(err, ERR_UNSUPPORTED, "\"%s\" has version %lld; this pond (%s) knows versions up to %zu", m->path.at,
            (long long)*ret, POND_VERSION, schema->count);
    return err_hint(err, "install the newer pond again, or put back the copy that it left in \"%s/backups\"",
                    m->folder.at);
}

/* In one transaction: between two statements another process may make the file. */
bool schema_check(Meta *m, const Schema *schema, bool *ret, Err *err) {
    int64_t version;
    if (!db_exec(m, "BEGIN", err)) return false;
    bool ok = read_version(m, schema, &version, err);
    if (!db_finish(m, ok, err)) return false;
    *ret = version == (int64_t)schema->count;
    return true;
}

/* By a second connection: the first one holds the write lock. */
static bool copy_file(const Meta *m, int64_t version, Err *err) {
    AUTO(Arena) arena = {0};
    Str backups = path_join(&arena, m->folder, STR("backups"));
    if (!dir_make(backups.at, 0700, err)) return false;
    Meta reader = {.folder = m->folder, .path = m->path};
    bool ok = db_open(&reader, DB_READ, err);
    AUTO(Statement) s = NULL;
    if (ok) ok = db_prepare(&reader, &s, "VACUUM INTO ?", err);
    if (ok) {
        bind_text(s, 1,
                  arena_printf(&arena, STR_FMT "/pond-v%lld-%lld.db", STR_ARG(backups), (long long)version,
                               (long long)time_now_us()));
        ok = db_run(&reader, s, err);
    }
    statement_finalize(&s);
    s = NULL;
    db_close(&reader);
    return ok || err_context(err, "cannot copy \"%s\" to \"%s\" before migrating it", m->path.at, backups.at);
}

static bool take_steps(Meta *m, const Schema *schema, int64_t version, Err *err) {
    for (size_t i = (size_t)version; i < schema->count; i++)
        if (!db_exec(m, schema->steps[i], err)) return err_context(err, "while migrating to version %zu", i + 1);
    char sql[96];
    snprintf(sql, sizeof sql, "PRAGMA user_version = %zu; PRAGMA application_id = %d", schema->count,
             META_APPLICATION_ID);
    return db_exec(m, sql, err);
}

bool schema_migrate(Meta *m, const Schema *schema, Err *err) {
    if (!db_begin(m, KEEP, err)) return false;
    int64_t version;
    bool ok = read_version(m, schema, &version, err);
    if (ok && version > 0 && version < (int64_t)schema->count) ok = copy_file(m, version, err);
    if (ok && version < (int64_t)schema->count) ok = take_steps(m, schema, version, err);
    return db_finish(m, ok, err);
}

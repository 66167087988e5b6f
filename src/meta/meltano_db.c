/* Reading Meltano's system database. */
#include "meta/meltano_db.h"

#include "meta/db.h"
#include "os/file.h"

/* Nothing is under way that the file alone does not show. */
static bool is_at_rest(Meta *m) {
    static const char *const endings[] = {"wal", "journal"};
    for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
        uint64_t size;
        Err absent = {0};
        Str path = arena_printf(&m->arena, STR_FMT "-%s", STR_ARG(m->path), endings[i]);
        if (file_size(path.at, &size, &absent) ? size > 0 : absent.code != ERR_NOT_FOUND) return false;
    }
    return true;
}

static bool count_tables(Meta *m, int64_t *ret_all, int64_t *ret_state, Err *err) {
    return db_number(m, "SELECT count(*) FROM sqlite_master WHERE type = 'table'", ret_all, err) &&
           db_number(m, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'state'", ret_state, err);
}

/* Meltano keeps it in WAL mode, which in a folder that we cannot write is only read when nobody else has it open. */
static bool open_to_read(Meta *m, int64_t *ret_all, int64_t *ret_state, Err *err) {
    if (db_open(m, DB_READ, err) && count_tables(m, ret_all, ret_state, err)) return true;
    if (err->code != ERR_DISK || !is_at_rest(m)) return false;
    db_close(m);
    return db_open(m, DB_IMMUTABLE, err) && count_tables(m, ret_all, ret_state, err);
}

/* Sets *ret: there is a table to ask. Meltano makes the file first and its tables later. */
static bool has_states(Meta *m, bool *ret, Err *err) {
    int64_t all, state;
    if (!open_to_read(m, &all, &state, err)) return false;
    *ret = state > 0;
    return *ret || all == 0 ||
           err_set(err, ERR_UNSUPPORTED, "\"%s\" has no table \"state\": it is of an older Meltano", m->path.at);
}

static bool read_one(Meta *m, Arena *a, Str state_id, ForeignState *ret, Err *err) {
    AUTO(Statement) s = NULL;
    bool row;
    if (!db_prepare(m, &s, "SELECT completed_state, partial_state FROM state WHERE state_id = ?", err)) return false;
    bind_text(s, 1, state_id);
    if (!db_step(m, s, &row, err)) return false;
    if (row) *ret = (ForeignState){.completed = column_text(a, s, 0), .partial = column_text(a, s, 1)};
    return true;
}

static bool read_ids(Meta *m, Arena *a, StrVec *ret, Err *err) {
    AUTO(Statement) s = NULL;
    bool row, ok;
    if (!db_prepare(m, &s, "SELECT state_id FROM state ORDER BY state_id", err)) return false;
    while ((ok = db_step(m, s, &row, err)) && row) vec_push(ret, column_text(a, s, 0));
    return ok;
}

/* A connection for one question; this thread alone has it, so its lock is not needed. */
static void close_after(Meta *m) {
    db_close(m);
    arena_release(&m->arena);
}

bool meltano_db_get(Arena *a, Str path, Str state_id, ForeignState *ret, Err *err) {
    Meta m = {.folder = path_folder(path), .path = path};
    bool there;
    *ret = (ForeignState){0};
    bool ok = has_states(&m, &there, err) && (!there || read_one(&m, a, state_id, ret, err));
    close_after(&m);
    return ok;
}

bool meltano_db_list(Arena *a, Str path, StrVec *ret, Err *err) {
    Meta m = {.folder = path_folder(path), .path = path};
    bool there;
    bool ok = has_states(&m, &there, err) && (!there || read_ids(&m, a, ret, err));
    close_after(&m);
    return ok;
}

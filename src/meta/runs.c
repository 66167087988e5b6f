/* Run history. */
#include "meta/runs.h"

#include "base/time.h"
#include "base/vec.h"
#include "meta/alive.h"
#include "meta/db.h"

static const char *const state_names[] = {
#define X(name) [RUN_##name] = #name,
    RUN_STATES(X)
#undef X
};

const char *run_state_name(RunState state) {
    return state_names[state];
}

static RunState state_of(const char *name) {
    for (size_t i = 0; i < ARRAY_LEN(state_names); i++)
        if (strcmp(name, state_names[i]) == 0) return (RunState)i;
    return RUN_DEAD; /* no such name is ever written */
}

/* ---- writing ---- */

static bool insert_run(Meta *m, const RunRecord *run, int64_t *ret_id, Err *err) {
    AUTO(Statement) s = NULL;
    if (!db_prepare(m, &s,
                    "INSERT INTO runs (started, state, job, state_id, blocks, environment, \"trigger\", pid, log_path)"
                    " VALUES (?, 'RUNNING', ?, ?, ?, ?, ?, ?, ?)",
                    err))
        return false;
    bind_int(s, 1, run->started_us ? run->started_us : time_now_us());
    bind_text(s, 2, run->job);
    bind_text(s, 3, run->state_id);
    bind_text(s, 4, run->blocks);
    bind_text(s, 5, run->environment);
    bind_text(s, 6, run->trigger);
    bind_int(s, 7, run->pid);
    bind_text(s, 8, run->log_path);
    if (!db_run(m, s, err)) return false;
    *ret_id = sqlite3_last_insert_rowid(m->db);
    return true;
}

bool meta_run_begin(Meta *m, const RunRecord *run, int64_t *ret_id, Err *err) {
    int64_t id = 0;
    mutex_lock(&m->lock);
    bool ok = db_begin(m, KEEP_NEARLY, err);
    if (ok) {
        /* locked before anybody can see it */
        ok = insert_run(m, run, &id, err) && alive_lock_run(m->alive, id, err);
        ok = db_finish(m, ok, err);
    }
    mutex_unlock(&m->lock);
    if (ok) *ret_id = id;
    return ok;
}

static bool update_run(Meta *m, int64_t id, const RunEnd *end, Err *err) {
    AUTO(Statement) s = NULL;
    if (!db_prepare(m, &s,
                    "UPDATE runs SET ended = ?, state = ?, exit_code = ?, at_least_once = ?, error = ? WHERE id = ?",
                    err))
        return false;
    bind_int(s, 1, time_now_us());
    bind_text(s, 2, str_of(run_state_name(end->state)));
    bind_int(s, 3, end->exit_code);
    bind_int(s, 4, end->at_least_once);
    bind_text(s, 5, end->error);
    bind_int(s, 6, id);
    if (!db_run(m, s, err)) return false;
    return sqlite3_changes(m->db) == 1 || err_set(err, ERR_NOT_FOUND, "run %lld is not in pond.db", (long long)id);
}

static bool insert_streams(Meta *m, int64_t id, const RunEnd *end, Err *err) {
    AUTO(Statement) s = NULL;
    if (!db_prepare(m, &s, "INSERT INTO run_streams VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", err)) return false;
    for (size_t i = 0; i < end->stream_count; i++) {
        const RunStream *stream = &end->streams[i];
        const uint64_t figures[] = {stream->read,    stream->loaded,   stream->updated,
                                    stream->deleted, stream->rejected, stream->bytes};
        bind_int(s, 1, id);
        bind_int(s, 2, (int64_t)i);
        bind_int(s, 3, stream->block);
        bind_text(s, 4, stream->stream);
        bind_text(s, 5, stream->table);
        for (size_t k = 0; k < ARRAY_LEN(figures); k++) bind_int(s, 6 + (int)k, (int64_t)figures[k]);
        bind_int(s, 12, stream->busy_us);
        if (!db_run(m, s, err)) return false;
        sqlite3_reset(s);
    }
    return true;
}

bool meta_run_end(Meta *m, int64_t id, const RunEnd *end, Err *err) {
    mutex_lock(&m->lock);
    bool ok = db_begin(m, KEEP_NEARLY, err);
    if (ok) ok = db_finish(m, update_run(m, id, end, err) && insert_streams(m, id, end, err), err);
    if (ok) alive_unlock_run(m->alive, id);
    mutex_unlock(&m->lock);
    return ok;
}

/* ---- reading ---- */

#define RUN_COLUMNS                                                                                                    \
    "id, started, ended, state, exit_code, job, state_id, blocks, environment, \"trigger\", pid, log_path, "           \
    "at_least_once, error"

static RunRecord read_run(const Meta *m, Arena *a, Statement s) {
    RunRecord run = {
        .id = sqlite3_column_int64(s, 0),
        .started_us = sqlite3_column_int64(s, 1),
        .ended_us = sqlite3_column_int64(s, 2),
        .state = state_of((const char *)sqlite3_column_text(s, 3)),
        .exit_code = sqlite3_column_int(s, 4),
        .job = column_text(a, s, 5),
        .state_id = column_text(a, s, 6),
        .blocks = column_text(a, s, 7),
        .environment = column_text(a, s, 8),
        .trigger = column_text(a, s, 9),
        .pid = (pid_t)sqlite3_column_int64(s, 10),
        .log_path = column_text(a, s, 11),
        .at_least_once = sqlite3_column_int(s, 12) != 0,
        .error = column_text(a, s, 13),
    };
    if (run.state == RUN_RUNNING && !alive_is_held(m->ask, run.id)) run.state = RUN_DEAD;
    return run;
}

static bool select_runs(Meta *m, Statement *ret, const RunFilter *filter, Err *err) {
    const char *sql = "SELECT " RUN_COLUMNS " FROM runs WHERE (?1 = '' OR job = ?1) AND (?2 = '' OR state_id = ?2)"
                      " AND (?3 = 0 OR id < ?3) ORDER BY id DESC";
    if (!db_prepare(m, ret, sql, err)) return false;
    bind_text(*ret, 1, filter->job);
    bind_text(*ret, 2, filter->state_id);
    bind_int(*ret, 3, filter->before_id);
    return true;
}

typedef VEC(RunRecord) RunVec;

static bool collect_runs(Meta *m, Arena *a, const RunFilter *filter, RunVec *ret, Err *err) {
    AUTO(Statement) s = NULL;
    if (!select_runs(m, &s, filter, err)) return false;
    while (!filter->limit || ret->len < filter->limit) {
        bool row;
        if (!db_step(m, s, &row, err)) return false;
        if (!row) break;
        RunRecord run = read_run(m, a, s);
        if (!filter->only_state || run.state == filter->state) vec_push(ret, run);
    }
    return true;
}

bool meta_run_list(Meta *m, Arena *a, const RunFilter *filter, RunList *ret, Err *err) {
    RunVec runs = {0};
    bool ok = true;
    if (m) {
        mutex_lock(&m->lock);
        ok = collect_runs(m, a, filter, &runs, err);
        mutex_unlock(&m->lock);
    }
    if (ok) {
        *ret = (RunList){arena_array(a, RunRecord, runs.len), runs.len};
        if (runs.len) memcpy(ret->at, runs.at, runs.len * sizeof *runs.at);
    }
    vec_release(&runs);
    return ok;
}

static RunStream read_stream(Arena *a, Statement s) {
    return (RunStream){
        .block = sqlite3_column_int(s, 0),
        .stream = column_text(a, s, 1),
        .table = column_text(a, s, 2),
        .read = (uint64_t)sqlite3_column_int64(s, 3),
        .loaded = (uint64_t)sqlite3_column_int64(s, 4),
        .updated = (uint64_t)sqlite3_column_int64(s, 5),
        .deleted = (uint64_t)sqlite3_column_int64(s, 6),
        .rejected = (uint64_t)sqlite3_column_int64(s, 7),
        .bytes = (uint64_t)sqlite3_column_int64(s, 8),
        .busy_us = sqlite3_column_int64(s, 9),
    };
}

static bool read_streams(Meta *m, Arena *a, RunRecord *run, Err *err) {
    AUTO(Statement) s = NULL;
    if (!db_prepare(m, &s,
                    "SELECT block, stream, \"table\", read, loaded, updated, deleted, rejected, bytes, busy, "
                    "count(*) OVER () FROM run_streams WHERE run = ? ORDER BY position",
                    err))
        return false;
    bind_int(s, 1, run->id);
    bool row, ok;
    while ((ok = db_step(m, s, &row, err)) && row) {
        if (!run->streams) run->streams = arena_array(a, RunStream, (size_t)sqlite3_column_int64(s, 10));
        run->streams[run->stream_count++] = read_stream(a, s);
    }
    return ok;
}

/* *ret_found false: no such run. */
static bool find_run(Meta *m, Arena *a, int64_t id, RunRecord *ret, bool *ret_found, Err *err) {
    AUTO(Statement) s = NULL;
    if (!db_prepare(m, &s, "SELECT " RUN_COLUMNS " FROM runs WHERE ?1 = 0 OR id = ?1 ORDER BY id DESC LIMIT 1", err))
        return false;
    bind_int(s, 1, id);
    if (!db_step(m, s, ret_found, err)) return false;
    if (*ret_found) *ret = read_run(m, a, s);
    return true;
}

bool meta_run_get(Meta *m, Arena *a, int64_t id, RunRecord *ret, Err *err) {
    RunRecord run;
    bool found = false, ok = true;
    if (m) {
        mutex_lock(&m->lock);
        ok = find_run(m, a, id, &run, &found, err) && (!found || read_streams(m, a, &run, err));
        mutex_unlock(&m->lock);
    }
    if (!ok) return false;
    if (!found && !id) return err_set(err, ERR_NOT_FOUND, "nothing has been run yet");
    if (!found) return err_set(err, ERR_NOT_FOUND, "there is no run %lld", (long long)id);
    *ret = run;
    return true;
}

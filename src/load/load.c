/* load_run: the loader's loop over transactions. */
#include "load/load.h"

#include "base/crash.h"
#include "load/insert.h"
#include "load/reader.h"
#include "load/spill.h"
#include "load/turns.h"
#include "load/work.h"
#include "os/path.h"
#include "sql/guard.h"
#include "warehouse/disk.h"
#include "warehouse/table.h"
#include "warehouse/table_lock.h"

enum { TICK_US = 50 * 1000, COLUMNS_BEGUN = 4000 };

/* Calls f for each stream's table, also for streams that appear meanwhile. */
static bool each_stream(Loader *l, Portion portion, Err *err) {
    Intake *in = &l->intake;
    for (size_t i = 0;; i++) {
        bool ended;
        mutex_lock(&in->lock);
        LoadStream *s = i < in->streams.len ? in->streams.at[i] : NULL;
        bool work = s && s->first;
        mutex_unlock(&in->lock);
        if (!s) return true;
        if (work && !load_stream(l, s, portion, &ended, err)) return false;
    }
}

static bool each_table(Loader *l, bool (*f)(LoadTable *t, Err *err), Err *err) {
    for (size_t i = 0; i < l->tables.len; i++)
        if (!f(l->tables.at[i], err)) return false;
    return true;
}

static bool state_is_blocked(const Loader *l) {
    return loader_shadow_below(l, l->epoch);
}

static bool straddles(EpochRange range, uint64_t epoch) {
    return range.first < epoch && epoch <= range.last;
}

/* Some of what was put off lies before that cut, some behind it, and cannot be told apart: the cut's STATE must wait for
 * one that all of it lies before. */
static bool put_off_straddles(const Loader *l, uint64_t epoch) {
    for (size_t i = 0; i < l->tables.len; i++) {
        const LoadTable *t = l->tables.at[i];
        if (t->pending && straddles(t->pending_epochs, epoch)) return true;
        if (t->postponed && straddles(t->postponed_epochs, epoch)) return true;
    }
    return false;
}

/* What intake_snapshot would give. */
static uint64_t next_epoch(Loader *l) {
    mutex_lock(&l->intake.lock);
    uint64_t epoch = l->intake.cuts + l->intake.soft_state.there;
    mutex_unlock(&l->intake.lock);
    return epoch;
}

/* ---- transactions ---- */

/* Writes the snapshot's STATE into the transaction; *ret_written: it is to be announced after the commit. */
static bool write_state(Loader *l, bool *ret_written, Err *err) {
    const LoadRequest *q = l->request;
    bool news = l->epoch > l->committed_epoch && buf_str(&l->intake.taken_state).len > 0;
    *ret_written = news && !state_is_blocked(l);
    if (!*ret_written || !l->exactly_once || q->dry_state) return true;
    return bookmark_write(l->session, q->state_id, buf_str(&l->intake.taken_state), q->merge_state, err);
}

/* Tables that wait for a checkpoint hold memory, however little was loaded into them. */
static bool checkpoint(Loader *l, Err *err) {
    l->shared.columns_begun = 0;
    l->rows_unwritten = 0;
    for (size_t i = 0; i < l->tables.len; i++) l->tables.at[i]->columns_begun = 0;
    return warehouse_checkpoint(l->request->warehouse, err);
}

/* rest, COMMIT, and what follows from it. */
static bool commit(Loader *l, LoadRest rest, Err *err) {
    bool state_written = false;
    if (!loader_conclude(l, rest, &state_written, err)) return false;
    crash_point("after_commit");
    loader_give_way(l);
    for (size_t i = 0; i < l->tables.len; i++) l->rows_unwritten += load_table_committed(l->tables.at[i]);
    atomic_fetch_add(&l->figures->commits, 1);
    if (state_written) {
        l->committed_epoch = l->epoch;
        if (l->request->on_state) l->request->on_state(l->request->context, buf_str(&l->intake.taken_state));
    }
    return l->shared.columns_begun <= COLUMNS_BEGUN || checkpoint(l, err);
}

static bool activate_all(Loader *l, uint64_t epoch, Err *err) {
    for (size_t i = 0; i < l->tables.len; i++) {
        l->activated |= l->tables.at[i]->postponed != NULL;
        if (!load_table_activate_postponed(l->tables.at[i], epoch, err)) return false;
    }
    return true;
}

/* With the snapshot's STATE: not while a shadow is left that keeps it from being written. */
static bool activate_postponed(Loader *l, Err *err) {
    for (size_t i = 0; i < l->tables.len; i++) {
        const LoadTable *t = l->tables.at[i];
        bool activated = t->postponed && t->postponed_epochs.last < l->epoch;
        if (t->shadow && t->shadow_epoch < l->epoch && !activated) return true;
    }
    return activate_all(l, l->epoch, err);
}

/* Pending rows that lie before the snapshot's STATE. */
static bool move_covered_pending(Loader *l, Err *err) {
    if (state_is_blocked(l)) return true;
    for (size_t i = 0; i < l->tables.len; i++) {
        LoadTable *t = l->tables.at[i];
        if (t->pending && t->pending_epochs.last < l->epoch && !load_table_move_pending(t, err)) return false;
    }
    return true;
}

/* From here on the transaction takes only what has arrived, or it would never end while the tap is quick; of a stream that gave all
 * that can be merged at once only what the STATE is about. The lock is held. */
static void mark_arrived(Loader *l) {
    for (size_t i = 0; i < l->intake.streams.len; i++) {
        LoadStream *s = l->intake.streams.at[i];
        s->arrived = s->full ? 0 : s->ordinal;
        s->full = false;
    }
}

static bool load_provisional(Loader *l, LoadStream *follow, Err *err);

static bool rest_provisional(Loader *l, bool *ret_state_written, Err *err) {
    *ret_state_written = false;
    return each_table(l, load_table_merge, err) && each_table(l, load_table_delete_marked, err);
}

/* The rest of a transaction without a STATE. */
static bool finish_provisional(Loader *l, Err *err) {
    Portion arrived = {.epoch = 0, .pending = true, .provisional = true};
    return each_stream(l, arrived, err) && commit(l, rest_provisional, err);
}

static bool rest_under_state(Loader *l, bool *ret_state_written, Err *err) {
    return each_table(l, load_table_merge, err) && activate_postponed(l, err) && move_covered_pending(l, err) &&
           each_table(l, load_table_delete_marked, err) && write_state(l, ret_state_written, err);
}

/* Everything before the newest STATE, that STATE, and of the followed stream (may be NULL) what keeps coming. */
static bool transfer_under_state(Loader *l, LoadStream *follow, Err *err) {
    bool ended = false;
    if (put_off_straddles(l, next_epoch(l))) return load_provisional(l, follow, err);
    mutex_lock(&l->intake.lock);
    bool blocked = loader_shadow_below(l, UINT64_MAX) || !intake_arm(&l->intake);
    mutex_unlock(&l->intake.lock);
    if (!loader_begin(l, err)) return false;
    if (follow &&
        !load_stream(l, follow, (Portion){.follow = true, .epoch = UINT64_MAX, .pending = blocked}, &ended, err))
        return false;
    mutex_lock(&l->intake.lock);
    if (!ended) {
        l->epoch = intake_snapshot(&l->intake);
        intake_close_blocks(&l->intake); /* of streams that need no STATE everything is loaded */
    }
    mark_arrived(l);
    mutex_unlock(&l->intake.lock);
    if (blocked && put_off_straddles(l, l->epoch)) return finish_provisional(l, err);
    return each_stream(l, (Portion){.epoch = l->epoch, .pending = blocked}, err) && commit(l, rest_under_state, err);
}

static bool load_under_state(Loader *l, LoadStream *follow, Err *err) {
    bool ok = transfer_under_state(l, follow, err);
    mutex_lock(&l->intake.lock);
    intake_disarm(&l->intake);
    mutex_unlock(&l->intake.lock);
    return ok;
}

/* What waits, without a STATE: memory is short, or rows have waited too long. */
static bool load_provisional(Loader *l, LoadStream *follow, Err *err) {
    bool ended;
    Portion followed = {.follow = true, .epoch = UINT64_MAX, .pending = true, .provisional = true};
    mutex_lock(&l->intake.lock);
    intake_close_blocks(&l->intake);
    mutex_unlock(&l->intake.lock);
    if (!loader_begin(l, err)) return false;
    if (follow && !load_stream(l, follow, followed, &ended, err)) return false;
    mutex_lock(&l->intake.lock);
    mark_arrived(l);
    mutex_unlock(&l->intake.lock);
    return finish_provisional(l, err);
}

static bool do_work(Loader *l, Work work, LoadStream *follow, Err *err) {
    switch (work) {
    case WORK_NONE:
    case WORK_END: break;
    case WORK_UNDER_STATE: return load_under_state(l, follow, err);
    case WORK_PROVISIONAL: return load_provisional(l, follow, err);
    case WORK_CHECKPOINT: return checkpoint(l, err);
    case WORK_SPILL: spill_blocks(&l->intake, l->spill_folder.at);
    }
    return true;
}

/* Between transactions: better a load that stops with what it has than one that a full disk breaks. */
static bool check_disk(Loader *l, Err *err) {
    return warehouse_check_disk(l->request->warehouse, "the load was stopped, what it had committed stays", err);
}

static bool load_all(Loader *l, Err *err) {
    Work work;
    do {
        LoadStream *follow;
        work = work_wait(l, &follow);
        if (!loader_choose_threads(l, work, err) || !do_work(l, work, follow, err)) return false;
        if (work != WORK_END && !check_disk(l, err)) return false;
    } while (work != WORK_END);
    return true;
}

/* ---- the end ---- */

/* A stream without records gets its table too, or an empty one in place of what it overwrites. */
static bool sync_streams(Loader *l, Err *err) {
    for (size_t i = 0; i < l->intake.streams.len; i++) { /* the reader has ended: no lock */
        LoadStream *s = l->intake.streams.at[i];
        bool sync = s->plan && (!s->ordinal || s->plan->route != ROUTE_SHADOW);
        if (sync && !load_table_sync(loader_table(l, s), s->plan, err)) return false;
    }
    return true;
}

static bool rest_of_all(Loader *l, bool *ret_state_written, Err *err) {
    return each_table(l, load_table_merge, err) && each_table(l, load_table_finish_shadow, err) &&
           each_table(l, load_table_move_pending, err) && each_table(l, load_table_delete_marked, err) &&
           write_state(l, ret_state_written, err);
}

/* Everything arrived and the tap ended well. */
static bool finish_all(Loader *l, Err *err) {
    mutex_lock(&l->intake.lock);
    l->epoch = intake_snapshot(&l->intake);
    intake_close_blocks(&l->intake);
    mutex_unlock(&l->intake.lock);
    return loader_begin(l, err) && activate_all(l, UINT64_MAX, err) &&
           each_stream(l, (Portion){.epoch = UINT64_MAX}, err) && sync_streams(l, err) && commit(l, rest_of_all, err);
}

static bool rest_discards(Loader *l, bool *ret_state_written, Err *err) {
    *ret_state_written = false;
    return each_table(l, load_table_discard, err);
}

/* The tap failed or was stopped: what lies under the last STATE stays, with it, and keyed rows whole; shadows and rows that
 * wait for a STATE are given up. */
static bool finish_part(Loader *l, Err *err) {
    return load_under_state(l, NULL, err) && loader_begin(l, err) && commit(l, rest_discards, err);
}

static bool finish(Loader *l, const Reader *reader, Err *err) {
    const LoadRequest *q = l->request;
    Err tap = {0};
    bool stopped = reader_was_stopped(reader), ok = !l->intake.failed && !stopped;
    if (l->intake.failed) tap = l->intake.error;
    if (q->on_end) {
        Err exit_error = {0};
        if (!q->on_end(q->context, &exit_error) && ok) {
            tap = exit_error;
            ok = false;
        }
    }
    if (cancel_level(q->cancel) >= CANCEL_ABORT) return err_set(err, ERR_CANCELED, "canceled");
    if (ok) return finish_all(l, err);
    if (!finish_part(l, err)) return false;
    if (stopped)
        return err_set(err, ERR_CANCELED, "stopped; what had arrived was committed as far as it can be continued");
    *err = tap;
    return false;
}

/* ---- start and end of a load ---- */

static bool read_versions(Loader *l, Map *versions, Err *err);

/* What is set for the whole database is not a load's to change where others work too. */
static bool load_setting_is_left(const Warehouse *w, Str name) {
    return warehouse_is_shared(w) && !sql_setting_is_session(name);
}

void load_settings_warn(const LoadRequest *q, Log *log) {
    const Node *set = q->settings->set;
    for (size_t i = 0; set && i < set->len; i++)
        if (load_setting_is_left(q->warehouse, set->keys[i]))
            log_event(log, LOG_WARN, "load.setting_left", LOG_STR("setting", set->keys[i]),
                      LOG_STR("hint", STR("it is the whole server's: pond.warehouse.memory_limit, threads and "
                                          "temp_limit set what all have")));
}

static bool set_up_session(void *context, Session *s, Err *err) {
    Loader *l = context;
    const LoadSettings *settings = l->request->settings;
    if (!session_exec(s, err, "SET TimeZone = 'UTC'")) return false;
    for (size_t i = 0; settings->set && i < settings->set->len; i++) {
        Str value = node_text(settings->set->items[i]), name = settings->set->keys[i];
        if (settings->set->items[i]->kind == NODE_BOOL)
            value = settings->set->items[i]->truth ? STR("true") : STR("false");
        if (load_setting_is_left(l->request->warehouse, name)) continue;
        warehouse_keep(l->request->warehouse, name);
        if (!session_exec(s, err, "SET %s = %s", sql_ident(&l->arena, name), sql_literal(&l->arena, value)))
            return err_context(err, "setting \"settings." STR_FMT "\"", STR_ARG(name));
    }
    return true;
}

static bool open_session(Loader *l, Err *err) {
    l->session = session_open(l->request->warehouse, err);
    if (!l->session || !session_on_connect(l->session, set_up_session, l, err)) return false;
    l->shared = (LoadTables){.session = l->session, .state_id = l->request->state_id, .settings = l->request->settings};
    return loader_prepare(l, err);
}

static bool read_versions(Loader *l, Map *versions, Err *err) {
    map_init(versions, &l->arena);
    return versions_read(l->session, versions, err);
}

static void reader_body(void *context) {
    reader_run(context);
}

/* A first ctrl-C must reach the reader; a second one statements while they run. */
typedef struct Watch {
    Loader *loader;
    Cancel done, reading; /* the latter ends the reader: ctrl-C, or the load has failed */
} Watch;

static void watch_body(void *context) {
    Watch *w = context;
    Cancel *cancel = w->loader->request->cancel;
    while (cancel_level(&w->done) == CANCEL_NONE) {
        Until until = {deadline_in(TICK_US), &w->done, CANCEL_STOP};
        if (cancel_level(cancel) >= CANCEL_STOP) cancel_raise(&w->reading, CANCEL_STOP);
        if (cancel_level(cancel) >= CANCEL_ABORT) session_interrupt(w->loader->session);
        (void)wait_fd(-1, 0, until);
    }
}

static void stop_reader(Loader *l, Watch *watch) {
    mutex_lock(&l->intake.lock);
    l->intake.ended = true;
    cond_broadcast(&l->intake.room);
    mutex_unlock(&l->intake.lock);
    cancel_raise(&watch->reading, CANCEL_STOP);
}

static bool run_threads(Loader *l, Reader *reader, Watch *watch, Err *err) {
    Thread reading = {0}, watching = {0};
    if (!thread_start(&watching, &(ThreadSpec){.name = "load-watch", .body = watch_body, .context = watch}, err))
        return false;
    bool ok = thread_start(&reading, &(ThreadSpec){.name = "load-reader", .body = reader_body, .context = reader}, err);
    if (ok) {
        ok = load_all(l, err);
        if (!ok) {
            session_rollback(l->session);
            stop_reader(l, watch);
            if (l->request->on_fail) l->request->on_fail(l->request->context);
        }
        thread_join(&reading);
        ok = ok && finish(l, reader, err);
    }
    cancel_raise(&watch->done, CANCEL_STOP);
    thread_join(&watching);
    return ok;
}

/* Beside the file, where DuckDB puts its own temporary files. */
static Str spill_folder(Arena *a, Str path) {
    return str_is(path, ":memory:") ? STR("/tmp") : arena_str(a, path_folder(path));
}

bool load_run(const LoadRequest *request, LoadFigures *figures, Err *err) {
    Loader l = {.request = request, .figures = figures, .exactly_once = request->state_id.len > 0};
    Map versions;
    Watch watch = {.loader = &l};
    StreamMaps *maps = NULL;
    const LoadSettings *settings = request->settings;
    l.sync_started_us = figures->started_us = time_now_us();
    l.worked_us = clock_us();
    figures->at_least_once = !l.exactly_once;
    intake_init(&l.intake, figures, request->settings->buffer_bytes);
    l.spill_folder = spill_folder(&l.arena, warehouse_path(request->warehouse));
    l.writer = table_writer_new(request->warehouse, request->who.len ? request->who : STR("another load"));
    bool ok = cancel_init(&watch.done, err) && cancel_init(&watch.reading, err) &&
              warehouse_check_disk(request->warehouse, "the load does not begin", err) && open_session(&l, err) &&
              read_versions(&l, &versions, err);
    if (ok && settings->stream_maps) {
        maps =
            stream_maps_new(&l.arena, settings->stream_maps, settings->stream_map_config, settings->faker_config, err);
        ok = maps != NULL;
    }
    if (ok) {
        Reader *reader = reader_new(&l.arena, &(ReaderSpec){request, &l.intake, maps, &versions, &watch.reading});
        ok = run_threads(&l, reader, &watch, err);
        if (!ok && l.session) {
            Err ignored;
            session_rollback(l.session);
            table_writer_keep(l.writer, NULL, 0);
            (void)!loader_prepare(&l, &ignored); /* drops what this run left */
        }
        intake_release(&l.intake);
        reader_free(reader);
    } else {
        intake_release(&l.intake);
    }
    for (size_t i = 0; i < l.tables.len; i++) load_table_free(l.tables.at[i]);
    vec_release(&l.tables);
    if (l.session) session_close(l.session);
    table_writer_free(l.writer);
    cancel_release(&watch.done);
    cancel_release(&watch.reading);
    arena_release(&l.arena);
    figures->ended_us = time_now_us();
    return ok;
}

bool load_state_get(Warehouse *warehouse, Arena *a, Str state_id, Str *ret, Err *err) {
    AUTO_PTR(Session) s = session_open(warehouse, err);
    return s && bookmark_read(s, a, state_id, ret, err);
}

bool load_state_set(Warehouse *warehouse, Str state_id, Str value, Err *err) {
    AUTO_PTR(Session) s = session_open(warehouse, err);
    if (!s || !bookmark_prepare(s, STR(""), err) || !session_begin(s, err)) return false;
    return bookmark_write(s, state_id, value, false, err) && session_commit(s, err);
}

bool load_state_list(Warehouse *warehouse, Arena *a, StrVec *ret_ids, Err *err) {
    AUTO_PTR(Session) s = session_open(warehouse, err);
    return s && bookmark_list(s, a, ret_ids, err);
}

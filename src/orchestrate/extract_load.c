#include "orchestrate/extract_load.h"

#include <signal.h>

#include "base/json.h"
#include "load/load.h"
#include "orchestrate/chain.h"
#include "orchestrate/foreign_state.h"
#include "orchestrate/foreign_target.h"
#include "orchestrate/hand_over.h"
#include "orchestrate/limits.h"
#include "orchestrate/meltano_state.h"
#include "orchestrate/opener.h"
#include "orchestrate/watcher.h"
#include "os/file.h"
#include "project/catalog.h"

enum { STATE_LIMIT = 64 * 1024 * 1024 };

/* Everything of one block while it works. */
typedef struct Transfer {
    const World *w;
    const ExtractLoad *el;
    BlockReport *report;
    Chain chain;
    TapCatalog catalog;
    Watcher watcher;
} Transfer;

static bool merges(const ExtractLoad *el) {
    return el->strategy == STATE_MERGE || (el->strategy == STATE_AUTO && el->full_refresh);
}

static bool writes_state(const ExtractLoad *el) {
    return el->state_id.len && !el->keep_state;
}

/* ---- the bookmark ---- */

/* The stored bookmark goes to the tap, or what this run brings is merged into it. */
static bool uses_stored(const ExtractLoad *el) {
    return (!el->full_refresh && !el->state_file.len) || (merges(el) && writes_state(el));
}

/* Nothing of ours is stored: what Meltano has left. Stays empty when that is nothing. */
static bool take_over(Transfer *t, Str *ret, Err *err) {
    const World *w = t->w;
    MeltanoState left;
    if (!uses_stored(t->el)) return true;
    if (!meltano_state_get(w->project, w->meta, t->el->state_id, &left, err)) return false;
    *ret = left.value;
    if (!ret->len) return true;
    log_event(w->log, LOG_INFO, "state.taken_over", LOG_STR("state_id", t->el->state_id), LOG_STR("file", left.place));
    world_note(w, "state taken over from " STR_FMT, STR_ARG(left.place));
    return true;
}

/* Other runs store one with their first STATE, in its transaction; until then Meltano's own stays the newest. */
static bool must_be_stored_first(const Transfer *t, Str taken) {
    return taken.len && merges(t->el) && writes_state(t->el);
}

/* warehouse NULL: a foreign loader's, in pond.db. */
static bool stored_set(const Transfer *t, Warehouse *warehouse, Str value, Err *err) {
    Str id = t->el->state_id;
    return warehouse ? load_state_set(warehouse, id, value, err) : foreign_state_put(t->w->meta, id, value, false, err);
}

/* *state: what is stored, or becomes what Meltano has left. */
static bool find_bookmark(Transfer *t, Warehouse *warehouse, Str *state, Err *err) {
    if (!t->el->state_id.len || state->len) return true;
    if (!take_over(t, state, err)) return false;
    return !must_be_stored_first(t, *state) || stored_set(t, warehouse, *state, err);
}

/* ---- before the start ---- */

/* The bridge goes on from the state; *text becomes what the source takes. */
static bool take_airbyte_state(Transfer *t, Str *text, Err *err) {
    AUTO(Buf) file = {0};
    if (!airbyte_state_load(&t->chain.bridge.state, *text, err)) return false;
    airbyte_state_file(&t->chain.bridge.state, &file);
    *text = arena_str(t->w->arena, buf_str(&file));
    return true;
}

/* The tap's state file; *ret_path stays empty without a state or a tap that takes one. */
static bool write_state_file(Transfer *t, Str stored, Str *ret_path, Err *err) {
    const World *w = t->w;
    const Plugin *tap = t->el->tap;
    Str text = stored;
    bool airbyte = tap->protocol == PLUGIN_AIRBYTE;
    *ret_path = (Str){0};
    if (t->el->full_refresh || (!airbyte && !plugin_has_capability(tap, "state"))) return true;
    if (t->el->state_file.len && !file_read(w->arena, t->el->state_file.at, STATE_LIMIT, &text, err)) return false;
    if (!text.len) return true;
    if (airbyte && !take_airbyte_state(t, &text, err)) return err_context(err, "stored state");
    *ret_path = world_file(w, tap->name, "state");
    return file_write_private(ret_path->at, text, err);
}

/* Tap and mappers with their configuration files. */
static bool add_plugins(Transfer *t, Err *err) {
    const World *w = t->w;
    world_step(w, "preparing " STR_FMT, STR_ARG(t->el->tap->name));
    if (!chain_add(&t->chain, w, t->el->tap, err)) return false;
    for (size_t i = 0; i < t->el->mapper_count; i++) {
        Program *mapper = chain_add(&t->chain, w, t->el->mappers[i], err);
        if (!mapper) return false;
        vec_push(chain_args(&t->chain, i + 1), STR("--config"));
        vec_push(chain_args(&t->chain, i + 1), mapper->config_path);
    }
    return true;
}

static bool find_catalog(Transfer *t, Err *err) {
    return tap_catalog(t->w, &t->chain.programs[0], &t->el->catalog, &t->catalog, err);
}

static bool start(Transfer *t, Str state, Err *err) {
    Str path;
    if (!write_state_file(t, state, &path, err)) return false;
    if (t->el->tap->protocol == PLUGIN_AIRBYTE) t->chain.bridge.catalog = t->catalog.document;
    tap_args(&t->chain.programs[0], &t->catalog, path, chain_args(&t->chain, 0));
    world_step(t->w, "starting " STR_FMT, STR_ARG(t->el->tap->name));
    if (!chain_start(&t->chain, t->w, err)) return false;
    t->watcher = (Watcher){
        .children = t->chain.children,
        .child_count = t->chain.count,
        .tap = t->el->tap->name,
        .cancel = t->w->cancel,
        .deadline_us = t->w->deadline_us,
        .report = t->report,
        .observer = &t->w->observer,
    };
    return watcher_start(&t->watcher, err);
}

/* ---- the end of the input ---- */

/* False: the plugins still have something to say, or may have: nobody will read it. */
static bool output_has_ended(const Transfer *t) {
    char byte;
    Err ignored = {0};
    return io_read(t->chain.output, &byte, 1, (Until){.deadline_us = 0}, &ignored) == 0;
}

/* A chain that was told to end is no failure of its plugins. */
static bool wait_for_chain(void *context, Err *err) {
    Transfer *t = context;
    Err failure = {0};
    if (!output_has_ended(t)) chain_signal(&t->chain, SIGTERM);
    bool ok = chain_wait(&t->chain, t->w, &failure);
    if (atomic_load(&t->watcher.timed_out)) return err_set(err, ERR_TIMEOUT, "stopped: --timeout has passed");
    if (atomic_load(&t->watcher.stopped)) return err_set(err, ERR_CANCELED, "stopped by ctrl-C");
    if (!ok) *err = failure;
    return ok;
}

/* The loader has failed while the plugins still send. */
static void end_chain(void *context) {
    chain_signal(&((Transfer *)context)->chain, SIGTERM);
}

/* ---- the built-in loader ---- */

static bool loader_settings(Transfer *t, LoadSettings *ret, WarehousePath *ret_file, Err *err) {
    const World *w = t->w;
    Settings *s = settings_in_chain(w->project, t->el->loader, &t->chain.env, err);
    const Node *config = s ? settings_config(s, err) : NULL;
    if (!config) return false;
    if (!load_settings_read(ret, w->arena, config, NULL, err))
        return err_context(err, "loader \"" STR_FMT "\"", STR_ARG(t->el->loader->name));
    return project_loader_file(w->project, t->el->loader, &t->chain.env, ret_file, err);
}

static void tell_wait(void *context, Str table, Str who) {
    const Transfer *t = context;
    world_note(t->w, "waiting for " STR_FMT ": " STR_FMT " writes it", STR_ARG(table), STR_ARG(who));
}

static LoadRequest load_request(Transfer *t, Warehouse *warehouse, const LoadSettings *settings) {
    const ExtractLoad *el = t->el;
    return (LoadRequest){
        .warehouse = warehouse,
        .settings = settings,
        .input = t->chain.output,
        .cancel = t->w->cancel,
        .state_id = writes_state(el) ? el->state_id : (Str){0},
        .merge_state = merges(el),
        .on_end = wait_for_chain,
        .on_fail = end_chain,
        .who = arena_printf(t->w->arena, "run %lld", (long long)t->w->number),
        .deadline_us = t->w->deadline_us,
        .on_wait = tell_wait,
        .context = t,
    };
}

/* What is wrong with the input is the doing of the last program before the loader. */
static void name_writer(const Transfer *t, Err *err) {
    err_context(err, STR_FMT, STR_ARG(t->chain.programs[t->chain.count - 1].label));
}

static bool run_built_in(Transfer *t, Err *err) {
    const World *w = t->w;
    AUTO(Opener) opener = {0};
    LoadSettings settings;
    WarehousePath file;
    Str state;
    if (!add_plugins(t, err) || !loader_settings(t, &settings, &file, err)) return false;
    WarehouseOptions options = {.path = file.path, .library = w->library, .pool = w->pool, .loader = true};
    if (!warehouse_limits_read(w->project, &options, err)) return false;
    if (!opener_start(&opener, &options, t->el->state_id, err) || !find_catalog(t, err)) return false;
    AUTO_PTR(Warehouse) warehouse = opener_take(&opener, &w->lock, &state, err);
    if (!warehouse || !find_bookmark(t, warehouse, &state, err) || !start(t, state, err)) return false;
    LoadRequest request = load_request(t, warehouse, &settings);
    load_settings_warn(&request, w->log);
    bool ok = load_run(&request, &t->report->figures, err);
    if (!ok && err->code == ERR_INPUT) name_writer(t, err);
    if (!ok && atomic_load(&t->watcher.timed_out)) err_set(err, ERR_TIMEOUT, "stopped: --timeout has passed");
    watcher_stop(&t->watcher);
    chain_release(&t->chain);
    return ok;
}

/* ---- a foreign loader ---- */

static bool run_foreign(Transfer *t, Err *err) {
    const World *w = t->w;
    const ExtractLoad *el = t->el;
    Str state = {0}, id = el->state_id;
    t->chain.figures = &t->report->figures;
    if (!add_plugins(t, err) || !find_catalog(t, err)) return false;
    Program *loader = chain_add(&t->chain, w, el->loader, err);
    if (!loader) return false;
    vec_push(chain_args(&t->chain, t->chain.count - 1), STR("--config"));
    vec_push(chain_args(&t->chain, t->chain.count - 1), loader->config_path);
    if (id.len && !foreign_state_get(w->meta, w->arena, id, &state, err)) return false;
    if (!find_bookmark(t, NULL, &state, err)) return false;
    Str state_id = writes_state(el) ? el->state_id : (Str){0};
    HandOver lent;
    if (!hand_over_begin(w, loader, &lent, err)) return false;
    bool ok = start(t, state, err) &&
              foreign_states_store(w, t->chain.output, state_id, merges(el), &t->report->states, err) &&
              wait_for_chain(t, err);
    /* Nothing of it may have the file any more. */
    watcher_stop(&t->watcher);
    chain_release(&t->chain);
    return hand_over_end(&lent, err) && ok;
}

/* ---- the end ---- */

/* Properties that the tap was told to leave out, as "stream.property": not all taps do. */
static void list_deselected(const Transfer *t, Map *ret) {
    CatalogEntries entries = {0};
    Err ignored = {0};
    Arena *a = t->w->arena;
    map_init(ret, a);
    bool listed = t->catalog.selected && catalog_list(a, t->catalog.selected, &entries, &ignored);
    for (size_t i = 0; listed && i < entries.len; i++) {
        const CatalogEntry *e = &entries.at[i];
        if (selection_is_sent(e->selection)) continue;
        map_put(ret, arena_printf(a, STR_FMT "." STR_FMT, STR_ARG(e->stream), STR_ARG(e->property)), ret);
    }
    vec_release(&entries);
}

static bool nothing_is_selected(const World *w, const Node *catalog) {
    CatalogEntries entries = {0};
    Err ignored = {0};
    bool nothing = catalog && catalog_list(w->arena, catalog, &entries, &ignored) && entries.len;
    for (size_t i = 0; i < entries.len; i++) nothing = nothing && !selection_is_sent(entries.at[i].of_stream);
    vec_release(&entries);
    return nothing;
}

/* A run that is well and brought nothing: often it is told why, in a log that nobody opens. */
static void explain_no_rows(const Transfer *t) {
    const World *w = t->w;
    Str tap = t->el->tap->name;
    if (!w->observer.note || report_total(t->report).rows) return;
    if (nothing_is_selected(w, t->catalog.selected)) {
        world_note(w, "no stream is selected: pond select " STR_FMT " --list --all", STR_ARG(tap));
        return;
    }
    Str complaint = world_last_complaint(w, tap);
    if (complaint.len) world_note(w, "no rows; " STR_FMT " said: " STR_FMT, STR_ARG(tap), STR_ARG(complaint));
}

/* After a first ctrl-C. A second one finds the load anywhere, and its words are the same everywhere. */
static void tell_kept(const World *w, const BlockReport *r, Err *err) {
    StreamReport total = report_total(r);
    if (cancel_level(w->cancel) >= CANCEL_ABORT) {
        err_set(err, ERR_CANCELED, "canceled");
        return;
    }
    if (!total.rows) return;
    err_set(err, ERR_CANCELED, "stopped by ctrl-C; %llu of %llu rows written%s", (unsigned long long)total.loaded,
            (unsigned long long)total.rows, total.loaded || r->states ? "" : ": the tap had sent no STATE");
}

/* ---- once more ---- */

enum { CONFLICT_TRIES = 1, MEMORY_TRIES = 3, MEMORY_PAUSE_US = 1000 * 1000 };

/* In a server others may change a table under a load (DESIGN 5.11), or have all of the memory for a while. What was committed stays with
 * its bookmark, from which the tap goes on. */
static bool may_begin_again(const Transfer *t, const Err *why, unsigned tries) {
    const World *w = t->w;
    bool from_bookmark = writes_state(t->el) && !t->el->full_refresh && !t->el->state_file.len;
    unsigned most = why->code == ERR_CONFLICT ? CONFLICT_TRIES : why->code == ERR_MEMORY ? MEMORY_TRIES : 0;
    return w->pool && from_bookmark && tries <= most && cancel_level(w->cancel) == CANCEL_NONE &&
           clock_us() < w->deadline_us;
}

static bool run_again(Transfer *t, unsigned tries, Err *err) {
    const World *w = t->w;
    watcher_stop(&t->watcher);
    chain_release(&t->chain);
    world_note(w, "beginning again from the bookmark: %s", err->msg);
    log_event(w->log, LOG_INFO, "load.again", LOG_STR("state_id", t->el->state_id), LOG_ERR(err));
    if (err->code == ERR_MEMORY)
        (void)wait_fd(-1, 0, (Until){deadline_in((int64_t)tries * MEMORY_PAUSE_US), w->cancel, CANCEL_STOP});
    *err = (Err){0};
    report_release(t->report);
    chain_init(&t->chain, w, t->el->mapper_count + 2);
    t->catalog = (TapCatalog){0};
    return run_built_in(t, err);
}

static bool run_with_patience(Transfer *t, Err *err) {
    bool ok = run_built_in(t, err);
    for (unsigned tries = 1; !ok && may_begin_again(t, err, tries); tries++) ok = run_again(t, tries, err);
    if (!ok && err->code == ERR_MEMORY && t->w->pool && !err->hint[0])
        err_hint(err, "other sessions may have had the memory: pond run it again when they are done, or raise "
                      "pond.warehouse.memory_limit");
    return ok;
}

bool extract_load_run(const World *w, const ExtractLoad *el, BlockReport *report, Err *err) {
    Transfer t = {.w = w, .el = el, .report = report};
    Map deselected;
    bool foreign = el->loader->builtin == PLUGIN_FOREIGN;
    chain_init(&t.chain, w, el->mapper_count + 2);
    report->loads = true;
    report->foreign = foreign;
    report->at_least_once = foreign || !writes_state(el);
    report->state_id = el->state_id;
    bool ok = foreign ? run_foreign(&t, err) : run_with_patience(&t, err);
    watcher_stop(&t.watcher);
    chain_release(&t.chain);
    report_update(report);
    report_tables(report);
    list_deselected(&t, &deselected);
    load_figures_warn(&report->figures, &deselected, w->log);
    if (ok) explain_no_rows(&t);
    else if (err->code == ERR_CANCELED && !foreign) tell_kept(w, report, err);
    return ok;
}

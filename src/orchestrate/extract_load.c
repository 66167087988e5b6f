#include "orchestrate/extract_load.h"

#include <signal.h>

#include "base/json.h"
#include "load/load.h"
#include "orchestrate/airbyte.h"
#include "orchestrate/chain.h"
#include "orchestrate/foreign_target.h"
#include "orchestrate/opener.h"
#include "orchestrate/state.h"
#include "orchestrate/watcher.h"
#include "os/file.h"

enum { STATE_MODE = 0600, STATE_LIMIT = 64 * 1024 * 1024 };

/* Everything of one block while it works. */
typedef struct Block {
    const World *w;
    const ExtractLoad *el;
    BlockReport *report;
    Chain chain;
    TapCatalog catalog;
    Watcher watcher;
} Block;

static bool merges(const ExtractLoad *el) {
    return el->strategy == STATE_MERGE || (el->strategy == STATE_AUTO && el->full_refresh);
}

static bool writes_state(const ExtractLoad *el) {
    return el->state_id.len && !el->keep_state;
}

/* ---- before the start ---- */

/* The tap's state file; *ret_path stays empty without a state or a tap that takes one. */
static bool write_state_file(Block *b, Str stored, Str *ret_path, Err *err) {
    const World *w = b->w;
    const Plugin *tap = b->el->tap;
    Str text = stored;
    bool airbyte = tap->protocol == PLUGIN_AIRBYTE;
    *ret_path = (Str){0};
    if (b->el->full_refresh || (!airbyte && !plugin_has_capability(tap, "state"))) return true;
    if (b->el->state_file.len && !file_read(w->arena, b->el->state_file.at, STATE_LIMIT, &text, err)) return false;
    if (!text.len) return true;
    if (airbyte && !airbyte_state(w->arena, text, &text, err)) return false;
    *ret_path = world_file(w, tap->name, "state");
    return file_write_atomic(ret_path->at, text, STATE_MODE, err);
}

/* Tap and mappers with their files, up to the state, which needs the warehouse. */
static bool prepare(Block *b, Err *err) {
    const World *w = b->w;
    world_step(w, "preparing " STR_FMT, STR_ARG(b->el->tap->name));
    Program *tap = chain_add(&b->chain, w, b->el->tap, err);
    if (!tap || !tap_catalog(w, tap, &b->el->catalog, &b->catalog, err)) return false;
    for (size_t i = 0; i < b->el->mapper_count; i++) {
        Program *mapper = chain_add(&b->chain, w, b->el->mappers[i], err);
        if (!mapper) return false;
        vec_push(chain_args(&b->chain, i + 1), STR("--config"));
        vec_push(chain_args(&b->chain, i + 1), mapper->config_path);
    }
    return true;
}

static bool start(Block *b, Str state, Err *err) {
    Str path;
    if (!write_state_file(b, state, &path, err)) return false;
    tap_args(&b->chain.programs[0], &b->catalog, path, chain_args(&b->chain, 0));
    world_step(b->w, "starting " STR_FMT, STR_ARG(b->el->tap->name));
    if (!chain_start(&b->chain, b->w, err)) return false;
    b->watcher = (Watcher){
        .children = b->chain.children,
        .child_count = b->chain.count,
        .tap = b->el->tap->name,
        .cancel = b->w->cancel,
        .deadline_us = b->w->deadline_us,
        .report = b->report,
        .observer = &b->w->observer,
    };
    return watcher_start(&b->watcher, err);
}

/* ---- the end of the input ---- */

/* A chain that was told to end is no failure of its plugins. */
static bool wait_for_chain(void *context, Err *err) {
    Block *b = context;
    Err failure = {0};
    bool ok = chain_wait(&b->chain, b->w, &failure);
    if (atomic_load(&b->watcher.timed_out)) return err_set(err, ERR_TIMEOUT, "stopped: --timeout has passed");
    if (atomic_load(&b->watcher.stopped)) return err_set(err, ERR_CANCELED, "stopped by ctrl-C");
    if (!ok) *err = failure;
    return ok;
}

/* The loader has failed while the plugins still send. */
static void end_chain(void *context) {
    chain_signal(&((Block *)context)->chain, SIGTERM);
}

/* ---- the built-in loader ---- */

static bool loader_settings(Block *b, LoadSettings *ret, WarehousePath *ret_file, Err *err) {
    const World *w = b->w;
    Settings *s = settings_of_plugin(w->project, b->el->loader, err);
    const Node *config = s ? settings_config(s, err) : NULL;
    if (!config || !load_settings_read(ret, w->arena, config, NULL, err)) return false;
    return project_loader_file(w->project, b->el->loader, ret_file, err);
}

static LoadRequest load_request(Block *b, Warehouse *warehouse, const LoadSettings *settings) {
    const ExtractLoad *el = b->el;
    return (LoadRequest){
        .warehouse = warehouse,
        .settings = settings,
        .protocol = el->tap->protocol == PLUGIN_AIRBYTE ? LOAD_AIRBYTE : LOAD_SINGER,
        .airbyte_catalog = el->tap->protocol == PLUGIN_AIRBYTE ? b->catalog.document : NULL,
        .input = b->chain.output,
        .cancel = b->w->cancel,
        .log = b->w->log,
        .state_id = writes_state(el) ? el->state_id : (Str){0},
        .merge_state = merges(el),
        .full_refresh = el->full_refresh,
        .on_end = wait_for_chain,
        .on_fail = end_chain,
        .context = b,
    };
}

static bool run_built_in(Block *b, Err *err) {
    const World *w = b->w;
    AUTO(Opener) opener = {0};
    LoadSettings settings;
    WarehousePath file;
    Str state = {0};
    if (!loader_settings(b, &settings, &file, err)) return err_context(err, STR_FMT, STR_ARG(b->el->loader->name));
    WarehouseOptions options = {.path = file.path, .library = w->library, .loader = true};
    if (!opener_start(&opener, &options, err) || !prepare(b, err)) return false;
    AUTO_PTR(Warehouse) warehouse = opener_take(&opener, &w->lock, err);
    if (!warehouse) return false;
    if (b->el->state_id.len && !load_state_get(warehouse, w->arena, b->el->state_id, &state, err)) return false;
    if (!start(b, state, err)) return false;
    LoadRequest request = load_request(b, warehouse, &settings);
    bool ok = load_run(&request, &b->report->figures, err);
    if (!ok && atomic_load(&b->watcher.timed_out)) err_set(err, ERR_TIMEOUT, "stopped: --timeout has passed");
    watcher_stop(&b->watcher);
    chain_release(&b->chain);
    return ok;
}

/* ---- a foreign loader ---- */

static bool run_foreign(Block *b, Err *err) {
    const World *w = b->w;
    const ExtractLoad *el = b->el;
    Str state = {0};
    b->chain.figures = &b->report->figures;
    if (!prepare(b, err)) return false;
    Program *loader = chain_add(&b->chain, w, el->loader, err);
    if (!loader) return false;
    vec_push(chain_args(&b->chain, b->chain.count - 1), STR("--config"));
    vec_push(chain_args(&b->chain, b->chain.count - 1), loader->config_path);
    if (el->state_id.len && !foreign_state_get(w->meta, w->arena, el->state_id, &state, err)) return false;
    if (!start(b, state, err)) return false;
    Str state_id = writes_state(el) ? el->state_id : (Str){0};
    return foreign_states_store(w, b->chain.output, state_id, merges(el), &b->report->states, err) &&
           wait_for_chain(b, err);
}

bool extract_load_run(const World *w, const ExtractLoad *el, BlockReport *report, Err *err) {
    Block b = {.w = w, .el = el, .report = report};
    bool foreign = el->loader->builtin == PLUGIN_FOREIGN;
    chain_init(&b.chain, w, el->mapper_count + 2);
    report->loads = true;
    report->foreign = foreign;
    report->at_least_once = foreign || !writes_state(el);
    report->state_id = el->state_id;
    bool ok = foreign ? run_foreign(&b, err) : run_built_in(&b, err);
    watcher_stop(&b.watcher);
    chain_release(&b.chain);
    report_update(report);
    report_tables(report);
    return ok;
}

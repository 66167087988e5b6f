#include "orchestrate/hand_over.h"

#include "base/time.h"
#include "orchestrate/limits.h"
#include "os/path.h"
#include "project/dbt_target.h"
#include "warehouse/gate.h"
#include "warehouse/pool.h"

/* ---- which files ---- */

static void add_file(const World *w, Str text, StrVec *ret) {
    if (!text.len || text.len > 4096 || str_find(text, '\n') != STR_NONE) return;
    Str path = project_path(w->project, text);
    if (path_exists(path.at) && !path_is_dir(path.at)) vec_push(ret, path);
}

/* Every text of a configuration that is the path of a file. */
static void add_files(const World *w, const Node *config, StrVec *ret) {
    if (node_is(config, NODE_STRING)) add_file(w, node_text(config), ret);
    if (!node_is(config, NODE_LIST) && !node_is(config, NODE_MAP)) return;
    for (size_t i = 0; i < config->len; i++) add_files(w, config->items[i], ret);
}

static bool is_dbt(const Plugin *plugin) {
    return str_starts(plugin->name, STR("dbt")) || str_starts(path_name(plugin->executable), STR("dbt"));
}

static bool files_of(const World *w, const Program *p, StrVec *ret, Err *err) {
    Str target;
    add_files(w, p->config, ret);
    if (!is_dbt(p->plugin)) return true;
    if (!dbt_target_file(w->project, &target, err)) return false;
    add_file(w, target, ret);
    return true;
}

/* ---- lending ---- */

static bool read_patience(const World *w, int64_t *ret, Err *err) {
    const char *name = "pond.limits.drain_timeout";
    Settings *s = settings_of_project(w->project, err);
    Str text;
    if (!s || !settings_get_text(s, str_of(name), &text, err)) return false;
    return duration_parse(text, ret) || setting_is_wrong(w->project, name, "amount", "30s", err);
}

static bool lend(const World *w, Warehouse *file, const char *why, int64_t patience_us, Err *err) {
    GateOrder order = {
        .level = GATE_SHUT,
        .refuse = true,
        .why = why,
        .deadline_us = deadline_in(patience_us),
        .cancel = w->cancel,
    };
    if (!gate_close(file, &order, err)) return false;
    if (gate_release_file(file, err)) return true;
    warehouse_pool_lost(w->pool, err);
    return false;
}

static bool has(const HandOver *h, const Warehouse *file) {
    for (size_t i = 0; i < h->count; i++)
        if (h->files[i] == file) return true;
    return false;
}

bool hand_over_files(const World *w, const StrVec *paths, Str to, HandOver *ret, Err *err) {
    int64_t patience;
    const char *why = arena_printf(w->arena, "it is lent to " STR_FMT, STR_ARG(to)).at;
    *ret = (HandOver){.world = w};
    if (!read_patience(w, &patience, err)) return false;
    for (size_t i = 0; i < paths->len && ret->count < HAND_OVER_FILES; i++) {
        if (!warehouse_pool_has(w->pool, paths->at[i])) continue;
        const WarehouseOptions options = {.path = paths->at[i], .library = w->library, .pool = w->pool};
        Warehouse *file = warehouse_open(&options, err);
        bool ours = file && warehouse_is_shared(file) && !has(ret, file);
        if (ours && lend(w, file, why, patience, err)) {
            ret->files[ret->count++] = file;
            continue;
        }
        if (file) warehouse_close(file);
        if (file && !ours) continue; /* another name of one that is lent already */
        (void)!hand_over_end(ret, err);
        return false;
    }
    return true;
}

bool hand_over_begin(const World *w, const Program *p, HandOver *ret, Err *err) {
    AUTO(StrVec) paths = {0};
    *ret = (HandOver){0};
    if (p->plugin->builtin != PLUGIN_FOREIGN || (!w->pool && !w->lender)) return true;
    if (!files_of(w, p, &paths, err)) return false;
    if (!paths.len) return true;
    if (w->pool) return hand_over_files(w, &paths, p->label, ret, err);
    *ret = (HandOver){.world = w};
    return w->lender->lend(w->lender_context, &paths, p->label, &ret->lease, err);
}

/* The program has ended, but one that it left behind may have the file still. */
static bool take_back(const World *w, Warehouse *file, Err *err) {
    enum { LOOK_US = 100 * 1000, PATIENCE_US = 10 * 1000 * 1000 };
    int64_t deadline = deadline_in(PATIENCE_US);
    for (;;) {
        Err why = {0};
        bool ok = gate_take_file(file, &why);
        if (!ok && why.code == ERR_LOCKED && clock_us() < deadline) {
            (void)wait_fd(-1, 0, (Until){.deadline_us = deadline_in(LOOK_US)});
            continue;
        }
        if (!ok) warehouse_pool_lost(w->pool, &why);
        if (!ok && !err->code) *err = why;
        gate_open(file);
        return ok;
    }
}

bool hand_over_end(HandOver *h, Err *err) {
    bool ok = !h->lease || h->world->lender->take_back(h->lease, err);
    for (size_t i = 0; i < h->count; i++) {
        ok = take_back(h->world, h->files[i], err) && ok;
        warehouse_close(h->files[i]);
    }
    *h = (HandOver){0};
    return ok;
}

#include "orchestrate/state.h"

#include "load/load.h"
#include "meta/state.h"
#include "orchestrate/foreign_state.h"
#include "orchestrate/limits.h"
#include "orchestrate/meltano_state.h"
#include "os/file.h"
#include "project/settings.h"

Str state_id_of(Arena *a, Str environment, Str tap, Str target, Str suffix) {
    if (!environment.len) return (Str){0};
    return arena_printf(a, STR_FMT ":" STR_FMT "-to-" STR_FMT "%s" STR_FMT, STR_ARG(environment), STR_ARG(tap),
                        STR_ARG(target), suffix.len ? ":" : "", STR_ARG(suffix));
}

/* ---- pond.db ---- */

static bool open_meta(StateBook *b, MetaMode mode, Err *err) {
    if (b->meta && (mode == META_READ || b->meta_writable)) return true;
    if (b->meta) meta_close(b->meta);
    b->meta = NULL;
    b->meta_writable = mode == META_WRITE;
    return meta_open(project_folder_path(b->project, (Str){0}).at, mode, &b->meta, err);
}

/* ---- warehouses ---- */

void state_book_release(StateBook *b) {
    for (size_t i = 0; i < b->shelves.len; i++) {
        if (b->shelves.at[i].warehouse) warehouse_close(b->shelves.at[i].warehouse);
    }
    vec_release(&b->shelves);
    if (b->meta) meta_close(b->meta);
    b->meta = NULL;
}

/* The shelf of a file, added when it is new. */
static StateShelf *shelf(StateBook *b, Str path) {
    for (size_t i = 0; i < b->shelves.len; i++) {
        if (str_equal(b->shelves.at[i].path, path)) return &b->shelves.at[i];
    }
    vec_push(&b->shelves, (StateShelf){.path = path});
    return &vec_last(&b->shelves);
}

static Project *project_in(StateBook *b, Str environment, Err *err) {
    ProjectOptions options = b->options;
    options.cwd = b->project->root;
    options.environment = environment;
    options.no_environment = environment.len == 0;
    Project *p = project_open(b->arena, &options, err);
    if (p) p->store = b->project->store;
    return p;
}

/* What an extractor says to the plugins behind it. */
static bool chain_of(Project *p, const Plugin *tap, Map *ret, Err *err) {
    map_init(ret, p->arena);
    Settings *s = tap ? settings_of_plugin(p, tap, err) : NULL;
    return !tap || (s && settings_to_chain(s, ret, err));
}

/* The files that one loader names, alone and behind each extractor; one whose settings are broken has run nowhere. */
static bool look_at_loader(StateBook *b, Project *p, const Plugin *loader, Err *err) {
    WarehousePath file;
    if (!project_loader_file(p, loader, NULL, &file, err)) return false;
    shelf(b, file.path);
    for (size_t i = 0; i < p->plugins.len; i++) {
        const Plugin *tap = &p->plugins.at[i];
        Map chain;
        Err broken = {0};
        if (tap->type != PLUGIN_EXTRACTORS || !chain_of(p, tap, &chain, &broken)) continue;
        if (project_loader_file(p, loader, &chain, &file, &broken)) shelf(b, file.path);
    }
    return true;
}

/* The files that loaders name in one environment. */
static bool look_in(StateBook *b, Project *p, Err *err) {
    WarehousePath file;
    if (!project_warehouse(p, &file, err)) return false;
    shelf(b, file.path);
    for (size_t i = 0; i < p->plugins.len; i++) {
        const Plugin *plugin = &p->plugins.at[i];
        if (plugin->type != PLUGIN_LOADERS || plugin->builtin != PLUGIN_TARGET_DUCKDB) continue;
        if (!look_at_loader(b, p, plugin, err)) return false;
    }
    return true;
}

static bool look_everywhere(StateBook *b, Err *err) {
    const Node *environments = project_section(b->project, "environments");
    if (b->looked) return true;
    if (!look_in(b, b->project, err)) return false;
    for (size_t i = 0; environments && i < environments->len; i++) {
        Project *p = project_in(b, node_text(node_get_c(environments->items[i], "name")), err);
        if (!p || !look_in(b, p, err)) return false;
    }
    b->looked = true;
    return true;
}

static bool open_shelf(StateBook *b, StateShelf *s, bool writable, Err *err) {
    if (s->warehouse && (s->writable || !writable)) return true;
    if (s->warehouse) warehouse_close(s->warehouse);
    WarehouseOptions options = {.path = s->path, .library = b->library, .pool = b->pool, .read_only = !writable};
    s->warehouse = NULL;
    if (!warehouse_limits_read(b->project, &options, err)) return false;
    s->warehouse = warehouse_open_waiting(&options, &b->lock, err);
    s->writable = writable;
    return s->warehouse != NULL;
}

/* Reading a file that does not exist finds nothing. */
static bool read_shelf(StateBook *b, StateShelf *s, Str id, Str *ret, Err *err) {
    *ret = (Str){0};
    if (!path_exists(s->path.at)) return true;
    return open_shelf(b, s, false, err) && load_state_get(s->warehouse, b->arena, id, ret, err);
}

static bool write_shelf(StateBook *b, StateShelf *s, Str id, Str value, Err *err) {
    return open_shelf(b, s, true, err) && load_state_set(s->warehouse, id, value, err);
}

/* ---- by id ---- */

typedef struct StateHome {
    bool foreign;
    StateShelf *shelf;
} StateHome;

/* "ENV:TAP-to-TARGET[:SUFFIX]" in its parts; false for other ids. */
static bool split_id(Str id, Str *ret_environment, Str *ret_tap, Str *ret_target) {
    Str rest = id;
    size_t to = str_find_str(id, STR("-to-"));
    if (to == STR_NONE || !str_cut(&rest, ':', ret_environment) || !rest.at) return false;
    *ret_tap = str_slice(id, ret_environment->len + 1, to);
    Str target = str_slice(id, to + 4, STR_NONE);
    return str_cut(&target, ':', ret_target);
}

/* The project in the id's environment. */
static Project *project_of(StateBook *b, Str id, Err *err) {
    Str environment, tap, target;
    bool known = split_id(id, &environment, &tap, &target) && project_entry(b->project, "environments", environment);
    return known ? project_in(b, environment, err) : b->project;
}

/* Where a run with this id would look. */
static bool home_of(StateBook *b, Str id, StateHome *ret, Err *err) {
    Str environment, source, target;
    WarehousePath file;
    Project *p = project_of(b, id, err);
    const Plugin *loader = NULL, *tap = NULL;
    Map chain;
    if (!p) return false;
    if (split_id(id, &environment, &source, &target)) {
        loader = plugin_find(p, PLUGIN_LOADERS, target);
        tap = plugin_find(p, PLUGIN_EXTRACTORS, source);
    }
    *ret = (StateHome){.foreign = loader && loader->builtin == PLUGIN_FOREIGN};
    if (ret->foreign) return true;
    if (loader && !chain_of(p, tap, &chain, err)) return false;
    if (!(loader ? project_loader_file(p, loader, &chain, &file, err) : project_warehouse(p, &file, err))) return false;
    ret->shelf = shelf(b, file.path);
    return true;
}

static int by_text(const void *a, const void *b) {
    return str_compare(*(const Str *)a, *(const Str *)b);
}

static bool list_meltanos(StateBook *b, StrVec *ret, Err *err) {
    const Node *environments = project_section(b->project, "environments");
    if (!meltano_state_list(b->project, b->meta, ret, err)) return false;
    for (size_t i = 0; environments && i < environments->len; i++) {
        Project *p = project_in(b, node_text(node_get_c(environments->items[i], "name")), err);
        if (!p || !meltano_state_list(p, b->meta, ret, err)) return false;
    }
    return true;
}

bool state_list(StateBook *b, StrVec *ret, Err *err) {
    if (!look_everywhere(b, err) || !open_meta(b, META_READ, err)) return false;
    for (size_t i = 0; i < b->shelves.len; i++) {
        StateShelf *s = &b->shelves.at[i];
        if (!path_exists(s->path.at)) continue;
        if (!open_shelf(b, s, false, err) || !load_state_list(s->warehouse, b->arena, ret, err)) return false;
    }
    if (!meta_state_list(b->meta, b->arena, ret, err)) return false;
    (void)!list_meltanos(b, ret, &b->unread);
    if (ret->len) qsort(ret->at, ret->len, sizeof *ret->at, by_text);
    size_t kept = 0;
    for (size_t i = 0; i < ret->len; i++) {
        if (!kept || !str_equal(ret->at[kept - 1], ret->at[i])) ret->at[kept++] = ret->at[i];
    }
    ret->len = kept;
    return true;
}

/* The shelf that has it (*ret_shelf NULL: pond.db or nowhere) and its value. */
static bool find(StateBook *b, Str id, StateShelf **ret_shelf, Str *ret, Err *err) {
    *ret_shelf = NULL;
    if (!look_everywhere(b, err) || !open_meta(b, META_READ, err)) return false;
    if (!foreign_state_get(b->meta, b->arena, id, ret, err)) return false;
    for (size_t i = 0; i < b->shelves.len && !ret->len; i++) {
        if (!read_shelf(b, &b->shelves.at[i], id, ret, err)) return false;
        if (ret->len) *ret_shelf = &b->shelves.at[i];
    }
    return true;
}

static bool get_meltanos(StateBook *b, Str id, Str *ret, Err *err) {
    MeltanoState left;
    Project *p = project_of(b, id, err);
    if (!p || !open_meta(b, META_READ, err) || !meltano_state_get(p, b->meta, id, &left, err)) return false;
    *ret = left.value;
    return true;
}

bool state_get(StateBook *b, Str id, Str *ret, Err *err) {
    StateHome home;
    *ret = (Str){0};
    if (!home_of(b, id, &home, err)) return false;
    if (home.shelf && !read_shelf(b, home.shelf, id, ret, err)) return false;
    if (ret->len) return true;
    StateShelf *ignored;
    return find(b, id, &ignored, ret, err) && (ret->len || get_meltanos(b, id, ret, err));
}

bool state_set(StateBook *b, Str id, Str value, Err *err) {
    StateHome home;
    StateShelf *at;
    Str old;
    if (!find(b, id, &at, &old, err)) return false;
    if (!at && !old.len) {
        if (!home_of(b, id, &home, err)) return false;
        at = home.shelf;
    }
    if (at) return write_shelf(b, at, id, value, err);
    return open_meta(b, META_WRITE, err) && foreign_state_put(b->meta, id, value, false, err);
}

bool state_remove(StateBook *b, Str id, bool *ret_found, Err *err) {
    Str value;
    StateShelf *at;
    if (!get_meltanos(b, id, &value, err)) return false;
    *ret_found = value.len > 0;
    if (value.len && (!open_meta(b, META_WRITE, err) || !meltano_state_forget(b->meta, id, err))) return false;
    for (;;) {
        if (!find(b, id, &at, &value, err)) return false;
        if (!value.len) return true;
        *ret_found = true;
        if (at && !write_shelf(b, at, id, (Str){0}, err)) return false;
        if (!at && (!open_meta(b, META_WRITE, err) || !meta_state_remove(b->meta, id, err))) return false;
    }
}

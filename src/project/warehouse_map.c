#include "project/warehouse_map.h"

#include "project/dbt_target.h"
#include "project/settings.h"

typedef struct Reading {
    WarehouseMap *map;
    Project *p; /* in one environment */
    Err *err;
} Reading;

static void add(Reading *r, Str path, Str who, bool warehouse) {
    if (!path.len) return;
    for (size_t i = 0; i < r->map->len; i++) {
        const MappedFile *there = &r->map->at[i];
        if (str_equal(there->path, path) && (str_equal(there->who, who) || there->warehouse)) return;
    }
    vec_push(r->map, (MappedFile){path, who, r->p->environment, warehouse});
}

/* In words, why the project's is the one it is. */
static Str origin_text(const WarehousePath *file, Arena *a) {
    switch (file->origin) {
    case WAREHOUSE_FROM_POND: return STR("pond.warehouse.path");
    case WAREHOUSE_FROM_LOADER: return arena_str(a, file->loader->name);
    case WAREHOUSE_FROM_DBT: return STR("the dbt target");
    case WAREHOUSE_FROM_DEFAULT: break;
    }
    return STR("default");
}

/* What an extractor says to a loader behind it; one whose settings are broken has run nowhere. */
static void add_behind(Reading *r, const Plugin *loader, const Plugin *tap) {
    Map chain;
    Err ignored = {0};
    WarehousePath file;
    map_init(&chain, r->p->arena);
    Settings *s = settings_of_plugin(r->p, tap, &ignored);
    if (!s || !settings_to_chain(s, &chain, &ignored)) return;
    if (project_loader_file(r->p, loader, &chain, &file, &ignored)) add(r, file.path, loader->name, false);
}

static bool add_loader(Reading *r, const Plugin *loader) {
    WarehousePath file;
    if (!project_loader_file(r->p, loader, NULL, &file, r->err)) return false;
    add(r, file.path, loader->name, false);
    for (size_t i = 0; i < r->p->plugins.len; i++)
        if (r->p->plugins.at[i].type == PLUGIN_EXTRACTORS) add_behind(r, loader, &r->p->plugins.at[i]);
    return true;
}

static bool read_environment(Reading *r, bool active) {
    WarehousePath file;
    Str dbt;
    if (!project_warehouse(r->p, &file, r->err)) return false;
    add(r, file.path, origin_text(&file, r->p->arena), active);
    for (size_t i = 0; i < r->p->plugins.len; i++) {
        const Plugin *plugin = &r->p->plugins.at[i];
        bool duckdb = plugin->builtin == PLUGIN_TARGET_DUCKDB || str_is(plugin->executable, "target-duckdb");
        if (plugin->type == PLUGIN_LOADERS && duckdb && !plugin->broken.len && !add_loader(r, plugin)) return false;
    }
    if (!dbt_target_file(r->p, &dbt, r->err)) return false;
    add(r, dbt, STR("the dbt target"), false);
    return true;
}

bool warehouse_map_active(Project *p, WarehouseMap *ret, Err *err) {
    return read_environment(&(Reading){ret, p, err}, true);
}

static bool read_other(const Project *p, const ProjectOptions *options, Str environment, WarehouseMap *ret, Err *err) {
    ProjectOptions other = *options;
    other.cwd = p->root;
    other.environment = environment;
    other.no_environment = false;
    Project *there = project_open(p->arena, &other, err);
    if (there) there->store = p->store;
    return there && read_environment(&(Reading){ret, there, err}, false);
}

bool warehouse_map_read(Project *p, const ProjectOptions *options, WarehouseMap *ret, StrVec *ret_broken, Err *err) {
    const Node *environments = project_section(p, "environments");
    if (!warehouse_map_active(p, ret, err)) return false;
    for (size_t i = 0; environments && i < environments->len; i++) {
        Str name = node_text(node_get_c(environments->items[i], "name"));
        Err failure = {0};
        if (str_equal(name, p->environment)) continue;
        if (!read_other(p, options, name, ret, &failure))
            vec_push(ret_broken, arena_printf(p->arena, "environment " STR_FMT ": %s", STR_ARG(name), failure.msg));
    }
    return true;
}

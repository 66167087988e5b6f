/* Which DuckDB file is the project's warehouse. */
#include "project/warehouse_path.h"

#include "os/file.h"
#include "project/dbt_target.h"
#include "project/settings.h"

bool warehouse_path_check(Str path, Err *err) {
    if (!str_is(path, ":memory:")) return true;
    err_set(err, ERR_CONFIG, "\":memory:\" is no warehouse: its rows would be gone when pond ends");
    return err_hint(err, "give it the path of a file, such as warehouse.duckdb");
}

/* As target-duckdb: `path`, else `filepath`. A MotherDuck database is no file. */
static bool file_of_loader(Project *p, const Plugin *loader, const Map *chain, Str *ret, Err *err) {
    static const char *const names[] = {"path", "filepath"};
    Settings *s = settings_in_chain(p, loader, chain, err);
    if (!s) return false;
    *ret = (Str){0};
    for (size_t i = 0; i < ARRAY_LEN(names) && !ret->len; i++)
        if (settings_find(s, str_of(names[i])) && !settings_get_text(s, str_of(names[i]), ret, err)) return false;
    if (str_starts(*ret, STR("md:")) || str_starts(*ret, STR("motherduck:"))) *ret = (Str){0};
    if (!warehouse_path_check(*ret, err)) return err_context(err, "loader \"" STR_FMT "\"", STR_ARG(loader->name));
    if (ret->len) *ret = project_path(p, *ret);
    return true;
}

static bool is_duckdb_loader(const Plugin *plugin) {
    return plugin->builtin == PLUGIN_TARGET_DUCKDB || str_is(plugin->executable, "target-duckdb") ||
           str_is(plugin->name, "target-duckdb");
}

static bool from_pond(Project *p, WarehousePath *ret, Err *err) {
    Settings *own = settings_of_project(p, err);
    Str path;
    if (!own || !settings_get_text(own, STR("pond.warehouse.path"), &path, err)) return false;
    if (!warehouse_path_check(path, err)) return err_context(err, "pond.warehouse.path");
    if (path.len) *ret = (WarehousePath){.path = project_path(p, path), .origin = WAREHOUSE_FROM_POND};
    return true;
}

static bool from_loader(Project *p, WarehousePath *ret, Err *err) {
    for (size_t i = 0; i < p->plugins.len && !ret->path.len; i++) {
        const Plugin *plugin = &p->plugins.at[i];
        Str path;
        if (plugin->type != PLUGIN_LOADERS || plugin->broken.len || !is_duckdb_loader(plugin)) continue;
        if (!file_of_loader(p, plugin, NULL, &path, err)) return false;
        if (path.len) *ret = (WarehousePath){.path = path, .origin = WAREHOUSE_FROM_LOADER, .loader = plugin};
    }
    return true;
}

static bool from_dbt(Project *p, WarehousePath *ret, Err *err) {
    Str path;
    if (!dbt_target_file(p, &path, err)) return false;
    if (path.len) *ret = (WarehousePath){.path = path, .origin = WAREHOUSE_FROM_DBT};
    return true;
}

static bool from_default(Project *p, WarehousePath *ret, Err *err) {
    (void)err;
    *ret = (WarehousePath){.path = project_path(p, STR("warehouse.duckdb")), .origin = WAREHOUSE_FROM_DEFAULT};
    return true;
}

bool project_warehouse(Project *p, WarehousePath *ret, Err *err) {
    static bool (*const origins[])(Project *, WarehousePath *, Err *) = {from_pond, from_loader, from_dbt,
                                                                         from_default};
    *ret = (WarehousePath){0};
    for (size_t i = 0; i < ARRAY_LEN(origins) && !ret->path.len; i++)
        if (!origins[i](p, ret, err)) return false;
    return true;
}

bool project_loader_file(Project *p, const Plugin *loader, const Map *chain, WarehousePath *ret, Err *err) {
    *ret = (WarehousePath){.origin = WAREHOUSE_FROM_LOADER, .loader = loader};
    if (!file_of_loader(p, loader, chain, &ret->path, err)) return false;
    return ret->path.len || project_warehouse(p, ret, err);
}

/* From the project file's `plugins` to Plugin structs: entries, then what they inherit. */
#include "project/plugin_load.h"

#include "base/json.h"
#include "os/file.h"
#include "project/nest.h"
#include "project/plugin_settings.h"
#include "project/shipped.h"

enum { LOCK_LIMIT = 16 * 1024 * 1024 };

typedef enum Stage { STAGE_NEW, STAGE_BUSY, STAGE_DONE } Stage;

typedef struct Loading {
    Project *p;
    Arena *arena;
    Stage *stages; /* by index of p->plugins; NULL for a single entry */
} Loading;

static void resolve(Loading *l, Plugin *plugin);

/* ---- entries ---- */

static Str own_text(const Plugin *plugin, const char *key) {
    return node_text(node_get(plugin->entry, str_of(key)));
}

static const Node *map_or_null(const Node *n) {
    return node_is(n, NODE_MAP) ? n : NULL;
}

static const Node *list_or_null(const Node *n) {
    return node_is(n, NODE_LIST) ? n : NULL;
}

static const Node *extra_config(Arena *a, const Node *entry) {
    Node *extras = node_new(a, NODE_MAP);
    for (size_t i = 0; i < entry->len; i++)
        if (!plugin_is_attribute(entry->keys[i]))
            node_put(a, extras, arena_printf(a, "_" STR_FMT, STR_ARG(entry->keys[i])), entry->items[i]);
    return extras;
}

static const Node *find_entry(const Node *list, Str name) {
    for (size_t i = 0; list && i < list->len; i++)
        if (str_equal(node_text(node_get_c(list->items[i], "name")), name)) return list->items[i];
    return NULL;
}

static Plugin plugin_of(Loading *l, PluginType type, const Node *entry) {
    const Node *environment = node_get_c(node_get_c(l->p->environment_node, "config"), "plugins");
    Str name = node_text(node_get_c(entry, "name"));
    return (Plugin){
        .type = type,
        .name = name,
        .entry = entry,
        .environment_entry = find_entry(list_or_null(node_get(environment, str_of(plugin_type_name(type)))), name),
        .config = map_or_null(node_get_c(entry, "config")),
        .extra_config = extra_config(l->arena, entry),
        .env = map_or_null(node_get_c(entry, "env")),
    };
}

/* A mapping of a mapper is a plugin of its own: the mapper with the mapping's config. */
static Plugin mapping_of(Loading *l, const Node *entry, const Node *mapping) {
    Plugin plugin = plugin_of(l, PLUGIN_MAPPERS, entry);
    plugin.mapping = node_text(node_get_c(mapping, "name"));
    plugin.config = map_or_null(node_get_c(mapping, "config"));
    Node *extras = node_copy(l->arena, plugin.extra_config);
    node_put(l->arena, extras, STR("_mapping"), node_bool(l->arena, true));
    node_put(l->arena, extras, STR("_mapping_name"), node_string(l->arena, plugin.mapping));
    plugin.extra_config = extras;
    return plugin;
}

/* ---- definitions ---- */

static bool breaks(Loading *l, Plugin *plugin, const char *format, ...) PRINTF_LIKE(3, 4);
static bool breaks(Loading *l, Plugin *plugin, const char *format, ...) {
    va_list args;
    va_start(args, format);
    if (!plugin->broken.len) plugin->broken = arena_vprintf(l->arena, format, args);
    va_end(args);
    return false;
}

static bool read_lock(Loading *l, Plugin *plugin, const char *path) {
    Err err = {0};
    Str text;
    const Node *definition = NULL;
    if (file_read(l->arena, path, LOCK_LIMIT, &text, &err)) definition = json_parse(l->arena, text, &err);
    if (!definition) return breaks(l, plugin, "%s: %s", path, err.msg);
    if (definition->kind != NODE_MAP) return breaks(l, plugin, "%s is no JSON object", path);
    plugin->definition = definition;
    plugin->origin = PLUGIN_FROM_LOCK;
    return true;
}

/* <folder>/<name>--<variant>.lock; without a variant also <name>.lock and the first of whatever variant. */
static bool find_lock(Loading *l, Plugin *plugin, Str name, Str variant) {
    Arena *a = l->arena;
    AUTO(StrVec) names = {0};
    Err ignored = {0};
    Str folder = project_path(l->p, arena_printf(a, "plugins/%s", plugin_type_name(plugin->type)));
    Str exact = variant.len ? arena_printf(a, STR_FMT "--" STR_FMT ".lock", STR_ARG(name), STR_ARG(variant))
                            : arena_printf(a, STR_FMT ".lock", STR_ARG(name));
    Str path = path_join(a, folder, exact);
    if (path_exists(path.at)) return read_lock(l, plugin, path.at);
    if (variant.len || !path_is_dir(folder.at) || !dir_list(a, folder.at, &names, &ignored)) return false;
    Str prefix = arena_printf(a, STR_FMT "--", STR_ARG(name));
    for (size_t i = 0; i < names.len; i++)
        if (str_starts(names.at[i], prefix) && str_ends(names.at[i], STR(".lock")))
            return read_lock(l, plugin, path_join(a, folder, names.at[i]).at);
    return false;
}

static Plugin *find_parent(Loading *l, const Plugin *plugin, Str name) {
    Plugins *all = &l->p->plugins;
    for (size_t i = 0; i < all->len; i++) {
        Plugin *other = &all->at[i];
        if (other != plugin && other->type == plugin->type && !other->mapping.len && str_equal(other->name, name))
            return other;
    }
    return NULL;
}

/* True: plugin->parent, plugin->definition or neither is set. False: it is broken. */
static bool find_definition(Loading *l, Plugin *plugin) {
    Str from = own_text(plugin, "inherit_from"), variant = own_text(plugin, "variant");
    bool inherits = from.len && !str_equal(from, plugin->name);
    plugin->shadowing = !inherits;
    plugin->origin = PLUGIN_FROM_NOTHING;
    if (!inherits && own_text(plugin, "namespace").len) {
        plugin->definition = plugin->entry;
        plugin->origin = PLUGIN_FROM_ENTRY;
        return true;
    }
    Plugin *parent = inherits && !variant.len ? find_parent(l, plugin, from) : NULL;
    if (parent) {
        if (l->stages && l->stages[parent - l->p->plugins.at] == STAGE_BUSY)
            return breaks(l, plugin, "\"" STR_FMT "\" inherits from \"" STR_FMT "\", which inherits from it",
                          STR_ARG(plugin->name), STR_ARG(from));
        resolve(l, parent);
        if (parent->broken.len) return breaks(l, plugin, STR_FMT, STR_ARG(parent->broken));
        plugin->parent = parent;
        plugin->origin = PLUGIN_FROM_PARENT;
        return true;
    }
    Str name = inherits ? from : plugin->name;
    if (find_lock(l, plugin, name, variant)) return true;
    if (plugin->broken.len) return false;
    plugin->definition = shipped_definition(l->arena, plugin->type, name, variant);
    if (plugin->definition) plugin->origin = PLUGIN_FROM_SHIPPED;
    if (plugin->definition || !inherits) return true;
    return breaks(l, plugin, "nothing is known as \"" STR_FMT "\", from which it inherits", STR_ARG(from));
}

/* ---- attributes ---- */

static Str dashes_to_underscores(Arena *a, Str name) {
    char *text = arena_c(a, name);
    for (size_t i = 0; i < name.len; i++)
        if (text[i] == '-') text[i] = '_';
    return (Str){text, name.len};
}

/* The entry's own, else the parent's, else the definition's. */
static Str text_of(const Plugin *plugin, const char *key, Str parents) {
    Str own = own_text(plugin, key);
    if (own.len) return own;
    return plugin->parent ? parents : node_text(node_get(plugin->definition, str_of(key)));
}

static const Node *list_of(const Plugin *plugin, const char *key, const Node *parents) {
    const Node *own = list_or_null(node_get(plugin->entry, str_of(key)));
    if (own) return own;
    return plugin->parent ? parents : list_or_null(node_get(plugin->definition, str_of(key)));
}

static const Node *commands_of(Loading *l, const Plugin *plugin) {
    const Node *own = map_or_null(node_get_c(plugin->entry, "commands"));
    const Node *under =
        plugin->parent ? plugin->parent->commands : map_or_null(node_get_c(plugin->definition, "commands"));
    if (!own || !under) return own ? own : under;
    Node *all = node_copy(l->arena, under);
    for (size_t i = 0; i < own->len; i++) node_put(l->arena, all, own->keys[i], own->items[i]);
    return all;
}

static Str namespace_of(Loading *l, const Plugin *plugin) {
    Str own = own_text(plugin, "namespace");
    if (own.len) return own;
    if (plugin->shadowing) own = text_of(plugin, "namespace", (Str){0});
    return own.len ? own : dashes_to_underscores(l->arena, plugin->name);
}

static Str executable_of(const Plugin *plugin) {
    const Plugin *parent = plugin->parent;
    Str own = text_of(plugin, "executable", parent ? parent->executable : (Str){0});
    if (!own.len) own = node_text(node_get_c(plugin->definition, "name"));
    return own.len ? own : plugin->name;
}

static bool set_protocol(Loading *l, Plugin *plugin) {
    plugin->protocol = plugin->parent ? plugin->parent->protocol : PLUGIN_SINGER;
    Str word = text_of(plugin, "protocol", (Str){0});
    if (!word.len) return true;
    plugin->protocol = str_is(word, "airbyte") ? PLUGIN_AIRBYTE : PLUGIN_SINGER;
    if (plugin->protocol == PLUGIN_AIRBYTE || str_is(word, "singer")) return true;
    return breaks(l, plugin, "protocol is singer or airbyte, not \"" STR_FMT "\"", STR_ARG(word));
}

/* Pond's own implementation, whatever variant it is, unless the project wants the real thing. */
static bool set_builtin(Loading *l, Plugin *plugin) {
    static const struct {
        PluginType type;
        const char *name;
        PluginBuiltin builtin;
    } builtins[] = {{PLUGIN_LOADERS, "target-duckdb", PLUGIN_TARGET_DUCKDB}};
    Str wish = own_text(plugin, "pond"), name = own_text(plugin, "inherit_from");
    if (wish.len && !str_is(wish, "foreign") && !str_is(wish, "builtin"))
        return breaks(l, plugin, "pond is foreign or builtin, not \"" STR_FMT "\"", STR_ARG(wish));
    if (!wish.len && plugin->parent) plugin->builtin = plugin->parent->builtin;
    if (str_is(wish, "foreign") || (!wish.len && plugin->parent)) return true;
    if (!name.len) name = plugin->name;
    for (size_t i = 0; i < ARRAY_LEN(builtins); i++) {
        bool named = str_is(name, builtins[i].name) || str_is(plugin->executable, builtins[i].name);
        if (builtins[i].type == plugin->type && named) plugin->builtin = builtins[i].builtin;
    }
    return true;
}

static void resolve_new(Loading *l, Plugin *plugin) {
    if (!find_definition(l, plugin)) return;
    const Plugin *up = plugin->parent;
    plugin->namespace = namespace_of(l, plugin);
    plugin->variant = text_of(plugin, "variant", up ? up->variant : (Str){0});
    plugin->label = text_of(plugin, "label", up ? up->label : (Str){0});
    plugin->description = text_of(plugin, "description", up ? up->description : (Str){0});
    plugin->docs = text_of(plugin, "docs", up ? up->docs : (Str){0});
    plugin->repo = text_of(plugin, "repo", up ? up->repo : (Str){0});
    plugin->pip_url = text_of(plugin, "pip_url", up ? up->pip_url : (Str){0});
    plugin->python = text_of(plugin, "python", up ? up->python : (Str){0});
    plugin->executable = executable_of(plugin);
    plugin->capabilities = list_of(plugin, "capabilities", up ? up->capabilities : NULL);
    plugin->groups = list_of(plugin, "settings_group_validation", up ? up->groups : NULL);
    plugin->commands = commands_of(l, plugin);
    Err err = {0};
    if (!set_protocol(l, plugin) || !set_builtin(l, plugin)) return;
    if (!plugin_settings_fill(l->arena, plugin, &err)) breaks(l, plugin, "%s", err.msg);
}

static void resolve(Loading *l, Plugin *plugin) {
    Stage *stage = l->stages ? &l->stages[plugin - l->p->plugins.at] : NULL;
    if (stage && *stage == STAGE_DONE) return;
    if (stage) *stage = STAGE_BUSY;
    resolve_new(l, plugin);
    if (!plugin->executable.len) plugin->executable = plugin->name;
    if (stage) *stage = STAGE_DONE;
}

/* ---- the whole ---- */

static bool check_entry(const Project *p, const Node *entry, PluginType type, Err *err) {
    Str name = node_text(node_get_c(entry, "name")), place = project_place(p, entry);
    const char *kind = plugin_type_singular(type);
    if (!node_is(entry, NODE_MAP) || !name.len)
        return err_set(err, ERR_CONFIG, STR_FMT ": %s without a name", STR_ARG(place), kind);
    if (str_find(name, ':') != STR_NONE)
        return err_set(err, ERR_CONFIG, STR_FMT ": the name \"" STR_FMT "\" holds a colon", STR_ARG(place),
                       STR_ARG(name));
    return true;
}

static bool unknown_type(const Project *p, Str key, const Node *list, Err *err) {
    AUTO(StrVec) names = {0};
    for (int i = 0; i < PLUGIN_TYPE_COUNT; i++) vec_push(&names, str_of(plugin_type_name((PluginType)i)));
    err_set(err, ERR_CONFIG, STR_FMT ": \"" STR_FMT "\" is no type of plugins", STR_ARG(project_place(p, list)),
            STR_ARG(key));
    plugin_hint(key, &names, err);
    return false;
}

static size_t mapping_count(PluginType type, const Node *entry) {
    const Node *mappings = list_or_null(node_get_c(entry, "mappings"));
    return type == PLUGIN_MAPPERS && mappings ? mappings->len : 0;
}

static bool check_types(const Project *p, const Node *plugins, Err *err) {
    for (size_t i = 0; plugins && i < plugins->len; i++) {
        PluginType type;
        const Node *list = plugins->items[i];
        if (!plugin_type_parse(plugins->keys[i], &type) || !str_is(plugins->keys[i], plugin_type_name(type)))
            return unknown_type(p, plugins->keys[i], list, err);
        if (!node_is_null(list) && list->kind != NODE_LIST)
            return err_set(err, ERR_CONFIG, STR_FMT ": \"%s\" must be a list of plugins",
                           STR_ARG(project_place(p, list)), plugin_type_name(type));
        for (size_t k = 0; k < list->len; k++)
            if (!check_entry(p, list->items[k], type, err)) return false;
    }
    return true;
}

static void add_entries(Loading *l, PluginType type, const Node *list, Plugins *all) {
    for (size_t i = 0; i < list->len; i++) {
        const Node *entry = list->items[i], *mappings = node_get_c(entry, "mappings");
        all->at[all->len++] = plugin_of(l, type, entry);
        for (size_t k = 0; k < mapping_count(type, entry); k++)
            all->at[all->len++] = mapping_of(l, entry, mappings->items[k]);
    }
}

bool plugins_load(Project *p, Err *err) {
    Loading l = {.p = p, .arena = p->arena};
    const Node *plugins = node_get_c(p->doc, "plugins");
    if (!node_is_null(plugins) && plugins->kind != NODE_MAP)
        return err_set(err, ERR_CONFIG, STR_FMT ": \"plugins\" must be a map of types, as extractors and loaders",
                       STR_ARG(project_place(p, plugins)));
    if (!check_types(p, plugins, err)) return false;
    size_t count = 0;
    for (size_t i = 0; plugins && i < plugins->len; i++) {
        count += plugins->items[i]->len;
        for (size_t k = 0; k < plugins->items[i]->len; k++)
            count += mapping_count(str_is(plugins->keys[i], "mappers") ? PLUGIN_MAPPERS : PLUGIN_FILES,
                                   plugins->items[i]->items[k]);
    }
    p->plugins.at = arena_array(p->arena, Plugin, count);
    for (int type = 0; type < PLUGIN_TYPE_COUNT; type++) {
        const Node *list = node_get(plugins, str_of(plugin_type_name((PluginType)type)));
        if (node_is(list, NODE_LIST)) add_entries(&l, (PluginType)type, list, &p->plugins);
    }
    AUTO(Arena) scratch = {0};
    l.stages = arena_array(&scratch, Stage, count);
    for (size_t i = 0; i < p->plugins.len; i++) resolve(&l, &p->plugins.at[i]);
    return true;
}

Plugin *plugin_load_entry(Project *p, PluginType type, const Node *entry) {
    Loading l = {.p = p, .arena = p->arena};
    Plugin *plugin = arena_new(p->arena, Plugin);
    *plugin = plugin_of(&l, type, entry);
    resolve(&l, plugin);
    return plugin;
}

/* Which settings a plugin has (Meltano: all_settings and extra_settings of project_plugin.py and base.py). */
#include "project/plugin_settings.h"

#include "base/json.h"
#include "project/nest.h"

typedef VEC(SettingDef) Defs;

static void defs_release(Defs *v) {
    vec_release(v);
}
DEFINE_AUTO(Defs, defs_release)

enum { SINGER = 1 << PLUGIN_EXTRACTORS | 1 << PLUGIN_LOADERS | 1 << PLUGIN_MAPPERS };

/* Extras that every plugin of some types has. */
static const struct {
    unsigned types;
    const char *name;
    SettingKind kind;
    const char *value; /* JSON, NULL = none */
    bool alias;        /* the name without "_" */
    const char *processor;
} known_extras[] = {
    {SINGER, "_log_parser", SETTING_NONE, "\"singer-sdk\"", false, NULL},
    {1 << PLUGIN_EXTRACTORS, "_catalog", SETTING_NONE, NULL, false, NULL},
    {1 << PLUGIN_EXTRACTORS, "_state", SETTING_NONE, NULL, false, NULL},
    {1 << PLUGIN_EXTRACTORS, "_load_schema", SETTING_NONE, "\"$MELTANO_EXTRACTOR_NAMESPACE\"", false, NULL},
    {1 << PLUGIN_EXTRACTORS, "_select", SETTING_ARRAY, "[\"*.*\"]", false, NULL},
    {1 << PLUGIN_EXTRACTORS, "_metadata", SETTING_OBJECT, "{}", true, "nest_object"},
    {1 << PLUGIN_EXTRACTORS, "_schema", SETTING_OBJECT, "{}", false, "nest_object"},
    {1 << PLUGIN_EXTRACTORS, "_select_filter", SETTING_ARRAY, "[]", false, NULL},
    {1 << PLUGIN_EXTRACTORS, "_use_cached_catalog", SETTING_BOOLEAN, "true", false, NULL},
    {1 << PLUGIN_LOADERS, "_dialect", SETTING_NONE, "\"$MELTANO_LOADER_NAMESPACE\"", false, NULL},
    {1 << PLUGIN_MAPPERS, "_mappings", SETTING_ARRAY, NULL, true, NULL},
    {1 << PLUGIN_MAPPERS, "_mapping_name", SETTING_STRING, NULL, true, NULL},
    {1 << PLUGIN_TRANSFORMS, "_package_name", SETTING_NONE, "\"$MELTANO_TRANSFORM_NAMESPACE\"", false, NULL},
    {1 << PLUGIN_TRANSFORMS, "_vars", SETTING_OBJECT, "{}", false, NULL},
    {1 << PLUGIN_FILES, "_update", SETTING_OBJECT, "{}", true, NULL},
};

bool plugin_is_attribute(Str key) {
    static const char *const attributes[] = {
        "plugin_type",
        "name",
        "inherit_from",
        "namespace",
        "variant",
        "label",
        "description",
        "logo_url",
        "docs",
        "repo",
        "ext_repo",
        "pip_url",
        "python",
        "executable",
        "settings",
        "settings_group_validation",
        "commands",
        "requires",
        "requires_meltano",
        "env",
        "config",
        "capabilities",
        "annotations",
        "hidden",
        "deprecated",
        "supported_python_versions",
        "default_variant",
        "original",
        "pond",
        "protocol",
    };
    for (size_t i = 0; i < ARRAY_LEN(attributes); i++)
        if (str_is(key, attributes[i])) return true;
    return false;
}

static bool has(const SettingDef *defs, size_t len, Str name) {
    for (size_t i = 0; i < len; i++)
        if (str_equal(defs[i].name, name)) return true;
    return false;
}

static void push_all(Defs *to, const SettingDefs *from) {
    for (size_t i = 0; i < from->len; i++) vec_push(to, from->at[i]);
}

static SettingDefs keep(Arena *a, const Defs *v) {
    SettingDefs kept = {arena_array(a, SettingDef, v->len), v->len};
    if (v->len) memcpy(kept.at, v->at, v->len * sizeof *kept.at);
    return kept;
}

/* Keys of a config that no definition has, opened by dots. */
static void add_missing(Arena *a, Defs *defs, const Node *config) {
    const Node *flat = nest_flatten(a, config);
    size_t known = defs->len;
    for (size_t i = 0; i < flat->len; i++)
        if (!has(defs->at, known, flat->keys[i])) vec_push(defs, setting_custom(flat->keys[i], flat->items[i]));
}

static bool parse_list(Arena *a, const Node *list, Defs *ret, Err *err) {
    if (!node_is(list, NODE_LIST)) return true;
    for (size_t i = 0; i < list->len; i++) {
        const SettingDef *def = setting_parse(a, list->items[i], err);
        if (!def) return false;
        vec_push(ret, *def);
    }
    return true;
}

/* Defined ones; the plugin's own replace those of the same name and stand behind. */
static bool fill_plain(Arena *a, Plugin *plugin, Err *err) {
    AUTO(Defs) under = {0};
    AUTO(Defs) own = {0};
    AUTO(Defs) all = {0};
    if (plugin->parent) push_all(&under, &plugin->parent->plain);
    else if (plugin->definition && !parse_list(a, node_get_c(plugin->definition, "settings"), &under, err))
        return false;
    if (plugin->definition != plugin->entry && !parse_list(a, node_get_c(plugin->entry, "settings"), &own, err))
        return false;
    for (size_t i = 0; i < under.len; i++)
        if (!has(own.at, own.len, under.at[i].name)) vec_push(&all, under.at[i]);
    for (size_t i = 0; i < own.len; i++) vec_push(&all, own.at[i]);
    add_missing(a, &all, plugin->config);
    plugin->plain = keep(a, &all);
    return true;
}

/* A default of the definition: its key without "_". */
static const Node *defined_extra(const Plugin *plugin, Str name) {
    if (!plugin->definition || plugin->definition == plugin->entry) return NULL;
    const Node *value = node_get(plugin->definition, str_slice(name, 1, name.len));
    return node_is_null(value) ? NULL : value;
}

static SettingDef known_extra(Arena *a, const Plugin *plugin, size_t i) {
    Err err;
    Str name = str_of(known_extras[i].name);
    SettingDef def = {.name = name, .kind = known_extras[i].kind, .processor = str_of(known_extras[i].processor)};
    def.value = defined_extra(plugin, name);
    if (!def.value && known_extras[i].value) def.value = json_parse(a, str_of(known_extras[i].value), &err);
    if (known_extras[i].alias) {
        Node *aliases = node_new(a, NODE_LIST);
        node_push(a, aliases, node_string(a, str_slice(name, 1, name.len)));
        def.aliases = aliases;
    }
    return def;
}

/* Keys of a definition that are no attribute are defaults of extras. */
static void add_defined_extras(Arena *a, const Plugin *plugin, Defs *all) {
    const Node *d = plugin->definition;
    if (!d || d == plugin->entry) return;
    Node *unknown = node_new(a, NODE_MAP);
    for (size_t i = 0; i < d->len; i++) {
        if (plugin_is_attribute(d->keys[i])) continue;
        node_put(a, unknown, arena_printf(a, "_" STR_FMT, STR_ARG(d->keys[i])), d->items[i]);
    }
    size_t known = all->len;
    add_missing(a, all, unknown);
    const Node *flat = nest_flatten(a, unknown);
    for (size_t i = known; i < all->len; i++) {
        all->at[i].value = node_get(flat, all->at[i].name);
        all->at[i].custom = false;
    }
}

static void fill_extras(Arena *a, Plugin *plugin) {
    AUTO(Defs) all = {0};
    if (plugin->parent) {
        push_all(&all, &plugin->parent->extras);
    } else {
        for (size_t i = 0; i < ARRAY_LEN(known_extras); i++)
            if (known_extras[i].types & 1u << plugin->type) vec_push(&all, known_extra(a, plugin, i));
        add_defined_extras(a, plugin, &all);
    }
    add_missing(a, &all, plugin->extra_config);
    plugin->extras = keep(a, &all);
}

/* The active environment's config of the plugin, extras as "_key". */
static Node *environment_config(Arena *a, const Plugin *plugin) {
    const Node *entry = plugin->environment_entry, *config = node_get_c(entry, "config");
    Node *all = node_new(a, NODE_MAP);
    for (size_t i = 0; config && i < config->len; i++) node_put(a, all, config->keys[i], config->items[i]);
    for (size_t i = 0; entry && i < entry->len; i++) {
        Str key = entry->keys[i];
        if (str_is(key, "name") || str_is(key, "config") || str_is(key, "env")) continue;
        node_put(a, all, arena_printf(a, "_" STR_FMT, STR_ARG(key)), entry->items[i]);
    }
    return all;
}

bool plugin_settings_fill(Arena *a, Plugin *plugin, Err *err) {
    AUTO(Defs) all = {0};
    if (!fill_plain(a, plugin, err)) return false;
    fill_extras(a, plugin);
    push_all(&all, &plugin->plain);
    push_all(&all, &plugin->extras);
    plugin->environment_config = environment_config(a, plugin);
    add_missing(a, &all, plugin->environment_config);
    plugin->settings = keep(a, &all);
    return true;
}

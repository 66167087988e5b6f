/* Settings: opening, resolving one value, printing many. The layers are in settings_layers.c. */
#include "project/settings.h"

#include "base/time.h"
#include "project/expand.h"
#include "project/nest.h"
#include "project/own_settings.h"
#include "project/settings_parts.h"

static const struct {
    const char *name, *label;
} sources[] = {
#define X(source, name, label) [SETTING_FROM_##source] = {name, label},
    SETTING_SOURCES(X)
#undef X
};

const char *setting_source_name(SettingSource source) {
    return source == SETTING_AUTO ? "auto" : sources[source].name;
}

const char *setting_source_label(SettingSource source) {
    return source == SETTING_AUTO ? "wherever it belongs" : sources[source].label;
}

bool setting_source_parse(Str name, SettingSource *ret) {
    for (size_t i = 0; i <= SETTING_AUTO; i++) {
        if (!str_is(name, setting_source_name((SettingSource)i))) continue;
        *ret = (SettingSource)i;
        return true;
    }
    return false;
}

/* ---- opening ---- */

static void build_index(Settings *s) {
    map_init(&s->index, s->arena);
    for (size_t i = 0; i < s->defs.len; i++) {
        SettingDef *def = &s->defs.at[i];
        if (!map_has(&s->index, def->name)) map_put(&s->index, def->name, def);
        for (size_t k = 0; def->aliases && k < def->aliases->len; k++) {
            Str alias = node_text(def->aliases->items[k]);
            if (!map_has(&s->index, alias)) map_put(&s->index, alias, def);
        }
    }
}

/* Own config first, then extras. */
static Node *join_maps(Arena *a, const Node *first, const Node *second) {
    Node *all = node_new(a, NODE_MAP);
    for (size_t i = 0; first && i < first->len; i++) node_put(a, all, first->keys[i], first->items[i]);
    for (size_t i = 0; second && i < second->len; i++) node_put(a, all, second->keys[i], second->items[i]);
    return all;
}

static Settings *new_settings(Project *p, SettingDefs defs) {
    Settings *s = arena_new(p->arena, Settings);
    *s = (Settings){.project = p, .arena = p->arena, .defs = defs, .now = time_now_us()};
    build_index(s);
    map_init(&s->overrides, s->arena);
    return s;
}

static bool read_strict(Settings *own, Err *err) {
    Str name = STR("ff.strict_env_var_mode");
    Resolved strict;
    if (!settings_resolve(own, name, settings_find(own, name), true, &strict, err)) return false;
    own->strict = node_is(strict.value.value, NODE_BOOL) && strict.value.value->truth;
    return true;
}

Settings *settings_of_project(Project *p, Err *err) {
    if (p->own_settings) return p->own_settings;
    Settings *s = new_settings(p, own_setting_definitions(p->arena));
    Node *config = node_new(s->arena, NODE_MAP);
    for (size_t i = 0; i < p->doc->len; i++)
        if (!own_setting_is_section(p->doc->keys[i])) node_put(s->arena, config, p->doc->keys[i], p->doc->items[i]);
    s->own = s;
    s->flat_project = nest_flatten(s->arena, config);
    s->flat_environment = node_new(s->arena, NODE_MAP);
    if (!settings_build_env(s, NULL, err) || !read_strict(s, err)) return NULL;
    p->own_settings = s;
    return s;
}

static Settings *open_plugin(Project *p, const Plugin *plugin, const Map *chain, Err *err) {
    Settings *s = new_settings(p, plugin->settings);
    s->plugin = plugin;
    s->own = settings_of_project(p, err);
    if (!s->own) return NULL;
    s->strict = s->own->strict;
    s->flat_project = nest_flatten(s->arena, join_maps(s->arena, plugin->config, plugin->extra_config));
    s->flat_environment = nest_flatten(s->arena, plugin->environment_config);
    if (plugin->parent) s->parent = open_plugin(p, plugin->parent, chain, err);
    if (plugin->parent && !s->parent) return NULL;
    return settings_build_env(s, chain, err) ? s : NULL;
}

/* Plugins get them as variables: one that is wrong is the project's, not the first plugin's. */
static bool check_own(Project *p, Err *err) {
    Settings *own = settings_of_project(p, err);
    for (size_t i = 0; own && !own->checked && i < own->defs.len; i++) {
        SettingValue value;
        if (!settings_get(own, own->defs.at[i].name, &value, err)) return false;
    }
    if (own) own->checked = true;
    return own;
}

Settings *settings_in_chain(Project *p, const Plugin *plugin, const Map *chain, Err *err) {
    if (plugin->broken.len) {
        err_set(err, ERR_CONFIG, STR_FMT, STR_ARG(plugin->broken));
        return NULL;
    }
    if (!check_own(p, err)) return NULL;
    Settings *s = open_plugin(p, plugin, chain, err);
    if (!s) err_context(err, "settings of " STR_FMT, STR_ARG(plugin->name));
    return s;
}

Settings *settings_of_plugin(Project *p, const Plugin *plugin, Err *err) {
    return settings_in_chain(p, plugin, NULL, err);
}

const Plugin *settings_plugin(const Settings *s) {
    return s->plugin;
}

void settings_override(Settings *s, Str name, const Node *value) {
    map_put(&s->overrides, name, node_copy(s->arena, value));
}

const SettingDefs *settings_definitions(const Settings *s) {
    return &s->defs;
}

const SettingDef *settings_find(const Settings *s, Str name) {
    return map_get(&s->index, name);
}

Str settings_owner(const Settings *s) {
    if (!s->plugin) return STR("meltano");
    return arena_printf(s->arena, "%s." STR_FMT ".default", plugin_type_name(s->plugin->type),
                        STR_ARG(s->plugin->name));
}

/* ---- one value ---- */

Str setting_place(Project *p, const SettingValue *v) {
    const Node *written = v->unexpanded ? v->unexpanded : v->value;
    if (v->variable.len) return arena_printf(p->arena, "$" STR_FMT, STR_ARG(v->variable));
    if (written && (v->source == SETTING_FROM_PROJECT || v->source == SETTING_FROM_ENVIRONMENT))
        return project_place(p, written);
    return str_of(setting_source_label(v->source));
}

static bool fail_in(Settings *s, Str name, const SettingDef *def, Err *err) {
    Resolved raw;
    Err ignored = {0};
    if (s->plugin)
        return err_context(err, "%s \"" STR_FMT "\"", plugin_type_singular(s->plugin->type), STR_ARG(s->plugin->name));
    if (!settings_look(s, name, def, &raw, &ignored) || !raw.value.value)
        return err_context(err, "settings of the project");
    return err_context(err, STR_FMT, STR_ARG(setting_place(s->project, &raw.value)));
}

/* In extras $VAR also sees the plugin's plain settings. */
static bool expandable_env(Settings *s, const SettingDef *def, const Map **ret, Err *err) {
    *ret = &s->expandable;
    if (!def || !setting_is_extra(def) || !s->plugin) return true;
    *ret = &s->extras_expandable;
    if (s->extras_expandable.len) return true;
    settings_put_all(&s->extras_expandable, &s->expandable);
    return settings_to_env(s, SETTINGS_PLAIN, (Str){0}, &s->extras_expandable, err);
}

/* A text that becomes empty is no value. */
static bool expand(Settings *s, Resolved *r, Err *err) {
    const Map *env;
    const Node *expanded, *old = r->value.value;
    if (!expandable_env(s, r->value.def, &env, err)) return false;
    if (!expand_node(s->arena, old, env, s->strict, &expanded, err)) return false;
    if (expanded != old) r->value.unexpanded = old;
    if (expanded != old && expanded->kind == NODE_STRING && !expanded->text.len) expanded = NULL;
    r->value.value = expanded;
    r->expandable = false;
    return true;
}

/* Values of the settings "name.x", put under their rest "x". */
static bool add_nested(Settings *s, Str name, bool expand_values, Node *object, SettingSource *source, Err *err) {
    Str prefix = arena_printf(s->arena, STR_FMT ".", STR_ARG(name));
    for (size_t i = 0; i < s->defs.len; i++) {
        const SettingDef *def = &s->defs.at[i];
        Resolved r;
        if (!str_starts(def->name, prefix)) continue;
        if (!settings_resolve(s, def->name, def, expand_values, &r, err)) return false;
        Str key = str_slice(def->name, prefix.len, def->name.len);
        if (node_get(object, key)) continue;
        node_put(s->arena, object, key,
                 r.value.value ? node_copy(s->arena, r.value.value) : node_new(s->arena, NODE_NULL));
        *source = MIN(*source, r.value.source);
    }
    return true;
}

/* An object that nobody sets as a whole is made of its parts. */
static bool build_object(Settings *s, bool expand_values, Resolved *r, Err *err) {
    const SettingDef *def = r->value.def;
    Node *object = node_new(s->arena, NODE_MAP);
    SettingSource source = r->value.source;
    if (!add_nested(s, def->name, expand_values, object, &source, err)) return false;
    for (size_t i = 0; def->aliases && i < def->aliases->len; i++)
        if (!add_nested(s, node_text(def->aliases->items[i]), expand_values, object, &source, err)) return false;
    if (!object->len) return true;
    r->value.value = object;
    r->value.source = source;
    return true;
}

bool settings_resolve(Settings *s, Str name, const SettingDef *def, bool expand_value, Resolved *ret, Err *err) {
    Resolved r;
    if (!settings_look(s, name, def, &r, err)) return false;
    if (expand_value && r.expandable && !expand(s, &r, err)) return false;
    bool whole = r.value.source != SETTING_FROM_DEFAULT && r.value.source != SETTING_FROM_INHERITED;
    if (def && def->kind == SETTING_OBJECT && !whole && !build_object(s, expand_value, &r, err)) return false;
    if (def && !r.expandable && !setting_cast(s->arena, def, r.value.value, s->now, &r.value.value, err)) return false;
    *ret = r;
    return true;
}

bool settings_get(Settings *s, Str name, SettingValue *ret, Err *err) {
    const SettingDef *def = settings_find(s, name);
    Resolved r;
    name = def ? def->name : name;
    if (!settings_resolve(s, name, def, true, &r, err)) return fail_in(s, name, def, err);
    *ret = r.value;
    return true;
}

bool settings_get_text(Settings *s, Str name, Str *ret, Err *err) {
    SettingValue value;
    if (!settings_get(s, name, &value, err)) return false;
    SettingDef none = {0};
    *ret = node_is_null(value.value) ? (Str){0} : setting_text(s->arena, value.def ? value.def : &none, value.value);
    return true;
}

/* ---- many ---- */

static bool is_in_part(const SettingDef *def, SettingsPart part) {
    return ((unsigned)part & (setting_is_extra(def) ? SETTINGS_EXTRAS : SETTINGS_PLAIN)) != 0;
}

bool settings_list(Settings *s, SettingsPart part, SettingValues *ret, Err *err) {
    for (size_t i = 0; i < s->defs.len; i++) {
        SettingValue value;
        if (!is_in_part(&s->defs.at[i], part)) continue;
        if (!settings_get(s, s->defs.at[i].name, &value, err)) return false;
        vec_push(ret, value);
    }
    return true;
}

typedef struct PrintStyle {
    Str redacted;      /* stands for sensitive values; empty: they are shown */
    bool post_process; /* as the plugin gets them */
    bool nulls;        /* settings without a value too */
} PrintStyle;

/* Flat names to values. */
static Node *flat_values(Settings *s, SettingsPart part, PrintStyle style, Err *err) {
    Node *flat = node_new(s->arena, NODE_MAP);
    for (size_t i = 0; i < s->defs.len; i++) {
        const SettingDef *def = &s->defs.at[i];
        SettingValue value;
        if (!is_in_part(def, part)) continue;
        if (!settings_get(s, def->name, &value, err)) return NULL;
        const Node *n = value.value;
        bool hide = def->sensitive && style.redacted.len && !node_is_null(n);
        if (hide) n = node_string(s->arena, style.redacted);
        if (!hide && style.post_process && !setting_post_process(s->arena, def, n, s->now, &n, err)) return NULL;
        if (!n && style.nulls) n = node_new(s->arena, NODE_NULL);
        if (!node_is_null(n) || style.nulls) node_put(s->arena, flat, def->name, node_copy(s->arena, n));
    }
    return flat;
}

/* Keys with dots stand for what is nested beside them; `\.` becomes a dot. */
static Node *without_dots(Arena *a, const Node *map) {
    Node *clean = node_new(a, NODE_MAP);
    for (size_t i = 0; i < map->len; i++) {
        if (nest_dot(map->keys[i]) != STR_NONE) continue;
        Node *item = map->items[i];
        node_put(a, clean, nest_unescape(a, map->keys[i]), item->kind == NODE_MAP ? without_dots(a, item) : item);
    }
    return clean;
}

static bool is_singer(const Settings *s) {
    PluginType type = s->plugin ? s->plugin->type : PLUGIN_UTILITIES;
    return type == PLUGIN_EXTRACTORS || type == PLUGIN_LOADERS || type == PLUGIN_MAPPERS;
}

const Node *settings_config(Settings *s, Err *err) {
    const Node *flat = flat_values(s, SETTINGS_PLAIN, (PrintStyle){.post_process = true}, err);
    return flat ? without_dots(s->arena, nest_object(s->arena, flat, false)) : NULL;
}

const Node *settings_print(Settings *s, SettingsPart part, Str redacted, Err *err) {
    bool plain = part == SETTINGS_PLAIN;
    const Node *flat = flat_values(s, part, (PrintStyle){redacted, plain, !plain}, err);
    if (!flat || !plain || (s->plugin && !is_singer(s))) return flat;
    return without_dots(s->arena, nest_object(s->arena, flat, false));
}

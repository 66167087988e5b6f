/* Plugins: types, lookups, commands. How they are made of the project file: plugin_load.c. */
#include "project/plugin.h"

#include "project/expand.h"
#include "project/plugin_load.h"
#include "project/shipped.h"
#include "project/words.h"

static const struct {
    const char *plural, *singular, *verb;
} types[] = {
#define X(name, plural, singular, verb) [PLUGIN_##name] = {plural, singular, verb},
    PLUGIN_TYPES(X)
#undef X
};

const char *plugin_type_name(PluginType type) {
    return types[type].plural;
}

const char *plugin_type_singular(PluginType type) {
    return types[type].singular;
}

const char *plugin_type_verb(PluginType type) {
    return types[type].verb;
}

bool plugin_type_parse(Str word, PluginType *ret) {
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (!str_is(word, types[i].plural) && !str_is(word, types[i].singular)) continue;
        *ret = (PluginType)i;
        return true;
    }
    return false;
}

const Plugin *plugin_find(const Project *p, PluginType type, Str name) {
    for (size_t i = 0; i < p->plugins.len; i++) {
        const Plugin *plugin = &p->plugins.at[i];
        if (type != PLUGIN_TYPE_COUNT && type != plugin->type) continue;
        if (str_equal(plugin->mapping.len ? plugin->mapping : plugin->name, name)) return plugin;
    }
    return NULL;
}

static bool is_shipped(Str name) {
    AUTO(StrVec) names = {0};
    bool found = false;
    shipped_names(PLUGIN_TYPE_COUNT, &names);
    for (size_t i = 0; i < names.len && !found; i++) found = str_equal(names.at[i], name);
    return found;
}

void plugin_hint(Str name, const StrVec *known, Err *err) {
    AUTO(Buf) names = {0};
    Str nearest = {0};
    size_t least = MAX(name.len / 3, (size_t)2) + 1;
    for (size_t i = 0; i < known->len; i++) {
        buf_printf(&names, "%s" STR_FMT, names.len ? ", " : "", STR_ARG(known->at[i]));
        size_t distance = str_distance(known->at[i], name);
        if (distance >= least) continue;
        least = distance;
        nearest = known->at[i];
    }
    if (is_shipped(name)) err_hint(err, "pond add " STR_FMT, STR_ARG(name));
    else if (nearest.len) err_hint(err, "did you mean " STR_FMT "?", STR_ARG(nearest));
    else if (names.len) err_hint(err, "there are: %s", buf_c(&names));
    else err_hint(err, "pond add " STR_FMT, STR_ARG(name));
}

static void hint_names(const Project *p, PluginType type, Str name, Err *err) {
    AUTO(StrVec) names = {0};
    for (size_t i = 0; i < p->plugins.len; i++)
        if (type == PLUGIN_TYPE_COUNT || type == p->plugins.at[i].type) vec_push(&names, p->plugins.at[i].name);
    plugin_hint(name, &names, err);
}

bool plugin_check(const Project *p, const Plugin *plugin, Err *err) {
    if (!plugin->broken.len) return true;
    return err_set(err, ERR_CONFIG, STR_FMT ": %s \"" STR_FMT "\": " STR_FMT, STR_ARG(project_place(p, plugin->entry)),
                   plugin_type_singular(plugin->type), STR_ARG(plugin->name), STR_ARG(plugin->broken));
}

const Plugin *plugin_need(const Project *p, PluginType type, Str name, Err *err) {
    const Plugin *plugin = plugin_find(p, type, name);
    const char *kind = type == PLUGIN_TYPE_COUNT ? "plugin" : plugin_type_singular(type);
    if (!plugin) {
        err_set(err, ERR_NOT_FOUND, "the project has no %s \"" STR_FMT "\"", kind, STR_ARG(name));
        hint_names(p, type, name, err);
        return NULL;
    }
    return plugin_check(p, plugin, err) ? plugin : NULL;
}

const Plugin *plugin_define(Project *p, PluginType type, Str name, Str variant, Err *err) {
    Node *entry = node_new(p->arena, NODE_MAP);
    node_put(p->arena, entry, STR("name"), node_string(p->arena, name));
    if (variant.len) node_put(p->arena, entry, STR("variant"), node_string(p->arena, variant));
    for (int i = 0; i < PLUGIN_TYPE_COUNT; i++) {
        if (type != PLUGIN_TYPE_COUNT && type != (PluginType)i) continue;
        const Plugin *plugin = plugin_load_entry(p, (PluginType)i, entry);
        if (plugin->broken.len) {
            err_set(err, ERR_CONFIG, STR_FMT, STR_ARG(plugin->broken));
            return NULL;
        }
        if (plugin->origin != PLUGIN_FROM_NOTHING) return plugin;
    }
    AUTO(StrVec) known = {0};
    AUTO(Buf) names = {0};
    shipped_names(type, &known);
    for (size_t i = 0; i < known.len; i++) buf_printf(&names, "%s" STR_FMT, i ? ", " : "", STR_ARG(known.at[i]));
    const char *of_variant = variant.len ? " of variant " : "";
    err_set(err, ERR_NOT_FOUND, "nothing is known about \"" STR_FMT "\"%s" STR_FMT, STR_ARG(name), of_variant,
            STR_ARG(variant));
    err_hint(err, "known are: %s; any other is described by --custom or a lock file", buf_c(&names));
    return NULL;
}

bool plugin_has_capability(const Plugin *plugin, const char *name) {
    for (size_t i = 0; plugin->capabilities && i < plugin->capabilities->len; i++)
        if (str_is(node_text(plugin->capabilities->items[i]), name)) return true;
    return false;
}

/* ---- commands ---- */

static bool unknown_command(const Plugin *plugin, Str command, Err *err) {
    AUTO(Buf) names = {0};
    for (size_t i = 0; plugin->commands && i < plugin->commands->len; i++)
        buf_printf(&names, "%s" STR_FMT, i ? ", " : "", STR_ARG(plugin->commands->keys[i]));
    err_set(err, ERR_NOT_FOUND, "%s \"" STR_FMT "\" has no command \"" STR_FMT "\"", plugin_type_singular(plugin->type),
            STR_ARG(plugin->name), STR_ARG(command));
    if (names.len) return err_hint(err, "its commands are: %s", buf_c(&names));
    return err_hint(err, "it defines no commands");
}

bool plugin_command(Arena *a, const Plugin *plugin, Str command, const Map *env, StrVec *ret_args, Str *ret_executable,
                    Err *err) {
    const Node *entry = node_get(plugin->commands, command);
    if (!entry) return unknown_command(plugin, command, err);
    Str executable = node_text(node_get_c(entry, "executable"));
    *ret_executable = executable.len ? executable : plugin->executable;
    AUTO(StrVec) words = {0};
    Str args = entry->kind == NODE_MAP ? node_text(node_get_c(entry, "args")) : node_text(entry);
    if (!words_split(a, args, &words, err)) return err_context(err, "command " STR_FMT, STR_ARG(command));
    for (size_t i = 0; i < words.len; i++) {
        Str word;
        if (!expand_text(a, words.at[i], env, false, &word, err)) return false;
        if (!word.len)
            return err_set(err, ERR_CONFIG, "command \"" STR_FMT "\" needs \"" STR_FMT "\", which is not set",
                           STR_ARG(command), STR_ARG(words.at[i]));
        vec_push(ret_args, word);
    }
    return true;
}

Str plugin_venv_name(const Plugin *plugin) {
    const Plugin *parent = plugin->parent;
    Str own = node_text(node_get_c(plugin->entry, "pip_url"));
    if (!parent) {
        /* a definition by inherit_from gives its own name, unless another thing is installed */
        Str from = node_text(node_get_c(plugin->entry, "inherit_from"));
        bool same = !own.len || str_equal(own, node_text(node_get_c(plugin->definition, "pip_url")));
        return from.len && same ? from : plugin->name;
    }
    return !own.len || str_equal(own, parent->pip_url) ? plugin_venv_name(parent) : plugin->name;
}

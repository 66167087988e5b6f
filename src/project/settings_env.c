/* Settings and environment variables: names, what $VAR sees, what a child process gets. */
#include "project/expand.h"
#include "project/own_settings.h"
#include "project/settings_parts.h"

void settings_put_all(Map *to, const Map *from) {
    for (size_t i = 0; i < from->len; i++) {
        const Str *text = from->entries[i].value;
        map_put_str(to, from->entries[i].key, *text);
    }
}

/* ---- names of variables ---- */

static void push_new(StrVec *names, Str name) {
    for (size_t i = 0; i < names->len; i++)
        if (str_equal(names->at[i], name)) return;
    vec_push(names, name);
}

static void push_prefixed(Arena *a, StrVec *names, const StrVec *prefixes, Str name) {
    for (size_t i = 0; i < prefixes->len; i++) push_new(names, setting_env_name(a, prefixes->at[i], name));
}

static void push_texts(StrVec *names, const Node *list) {
    for (size_t i = 0; list && i < list->len; i++) push_new(names, node_text(list->items[i]));
}

/* Of the project's own settings: pond.a.b is POND_A_B, any other X is POND_X, else MELTANO_X. */
static void own_variables(Settings *s, const SettingDef *def, bool writing, StrVec *ret) {
    if (own_setting_is_ponds(def->name)) {
        push_new(ret, setting_env_name(s->arena, (Str){0}, def->name));
        return;
    }
    if (!writing) push_new(ret, setting_env_name(s->arena, STR("pond"), def->name));
    push_new(ret, setting_env_name(s->arena, STR("meltano"), def->name));
}

bool settings_variables(Settings *s, const SettingDef *def, StrVec *ret) {
    if (!def) return false;
    if (!s->plugin) {
        own_variables(s, def, false, ret);
        return true;
    }
    AUTO(StrVec) prefixes = {0};
    vec_push(&prefixes, s->plugin->name);
    vec_push(&prefixes, s->plugin->namespace);
    push_prefixed(s->arena, ret, &prefixes, def->name);
    for (size_t i = 0; def->aliases && i < def->aliases->len; i++)
        push_prefixed(s->arena, ret, &prefixes, node_text(def->aliases->items[i]));
    if (s->plugin->shadowing) push_texts(ret, def->env_aliases);
    return true;
}

Str settings_written_variable(Settings *s, const SettingDef *def) {
    AUTO(StrVec) names = {0};
    if (s->plugin) settings_variables(s, def, &names);
    else own_variables(s, def, true, &names);
    return names.at[0];
}

/* The plugin's, its parents', and MELTANO_EXTRACT or the like. */
static void writing_prefixes(Arena *a, const Plugin *plugin, StrVec *ret) {
    push_new(ret, plugin->name);
    push_new(ret, plugin->namespace);
    if (plugin->parent) writing_prefixes(a, plugin->parent, ret);
    else if (plugin->definition) {
        Str name = node_text(node_get_c(plugin->definition, "name")),
            space = node_text(node_get_c(plugin->definition, "namespace"));
        if (name.len) push_new(ret, name);
        if (space.len) push_new(ret, space);
    }
    push_new(ret, arena_printf(a, "meltano_%s", plugin_type_verb(plugin->type)));
}

static void written_variables(Settings *s, const SettingDef *def, StrVec *ret) {
    if (!s->plugin) {
        own_variables(s, def, true, ret);
        return;
    }
    AUTO(StrVec) prefixes = {0};
    if (def->env.len) vec_push(ret, def->env);
    writing_prefixes(s->arena, s->plugin, &prefixes);
    push_prefixed(s->arena, ret, &prefixes, def->name);
    for (size_t i = 0; def->env_aliases && i < def->env_aliases->len; i++) {
        Str alias = node_text(def->env_aliases->items[i]);
        if (!str_starts(alias, STR("!"))) push_new(ret, alias);
    }
}

static bool is_in_part(const SettingDef *def, SettingsPart part) {
    return ((unsigned)part & (setting_is_extra(def) ? SETTINGS_EXTRAS : SETTINGS_PLAIN)) != 0;
}

bool settings_to_env(Settings *s, SettingsPart part, Str redacted, Map *ret, Err *err) {
    for (size_t i = 0; i < s->defs.len; i++) {
        const SettingDef *def = &s->defs.at[i];
        AUTO(StrVec) names = {0};
        SettingValue value;
        if (!is_in_part(def, part)) continue;
        if (!settings_get(s, def->name, &value, err)) return false;
        if (node_is_null(value.value)) continue;
        Str text = def->sensitive && redacted.len ? redacted : setting_text(s->arena, def, value.value);
        written_variables(s, def, &names);
        for (size_t k = 0; k < names.len; k++) map_put_str(ret, names.at[k], text);
    }
    return true;
}

/* ---- what $VAR sees ---- */

static void put_project(const Project *p, Map *env) {
    const struct {
        const char *meltano, *pond;
        Str value;
    } rows[] = {
        {"MELTANO_PROJECT_ROOT", "POND_PROJECT_ROOT", p->root},
        {"MELTANO_ENVIRONMENT", "POND_ENVIRONMENT", p->environment.at ? p->environment : STR("")},
        {"MELTANO_SYS_DIR_ROOT", NULL, project_meltano_folder(p)},
        {NULL, "POND_SYS_DIR_ROOT", project_folder_path(p, (Str){0})},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (rows[i].meltano) map_put_str(env, str_of(rows[i].meltano), rows[i].value);
        if (rows[i].pond) map_put_str(env, str_of(rows[i].pond), rows[i].value);
    }
}

/* MELTANO_EXTRACTOR_NAME and its like. */
static void put_plugin_info(Arena *a, const Plugin *plugin, Map *env) {
    const char *type = plugin_type_singular(plugin->type);
    const struct {
        const char *what;
        Str value;
    } rows[] = {{"name", plugin->name},
                {"namespace", plugin->namespace},
                {"variant", plugin->variant.len ? plugin->variant : STR("default")}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        Str prefix = arena_printf(a, "meltano_%s", type);
        map_put_str(env, setting_env_name(a, prefix, str_of(rows[i].what)), rows[i].value);
    }
}

/* The four maps called `env` stack up: each is expanded in what the ones before it set, project, environment, plugin,
 * plugin in the environment. In the result the environment's win over the plugin's. */
static bool expand_stack(Settings *s, const Map *under, Err *err) {
    const Node *levels[] = {node_get_c(s->project->environment_node, "env"), s->plugin->env,
                            node_get_c(s->plugin->environment_entry, "env")};
    Map *rets[] = {&s->environment_env, &s->plugin_env, &s->plugin_environment_env};
    Map seen;
    map_init(&seen, s->arena);
    settings_put_all(&seen, under);
    settings_put_all(&seen, &s->own->env);
    settings_put_all(&seen, &s->project->dotenv);
    for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
        map_init(rets[i], s->arena);
        if (!expand_env(levels[i], &seen, s->strict, rets[i], err)) return false;
        settings_put_all(&seen, rets[i]);
    }
    return true;
}

static bool build_plugin_env(Settings *s, const Map *chain, Err *err) {
    Map made; /* of the project's settings, the chain and the plugin */
    map_init(&made, s->arena);
    if (!settings_to_env(s->own, SETTINGS_ALL, (Str){0}, &made, err)) return false;
    if (chain) settings_put_all(&made, chain);
    put_plugin_info(s->arena, s->plugin, &made);
    if (!expand_stack(s, &made, err)) return false;
    if (s->parent) settings_put_all(&s->env, &s->parent->env);
    const Map *layers[] = {&s->own->env, &made, &s->plugin_env, &s->environment_env, &s->plugin_environment_env};
    for (size_t i = 0; i < ARRAY_LEN(layers); i++) settings_put_all(&s->env, layers[i]);
    return true;
}

static bool build_own_env(Settings *s, Err *err) {
    Map seen;
    map_init(&seen, s->arena);
    settings_put_all(&s->env, s->project->env);
    put_project(s->project, &s->env);
    settings_put_all(&seen, &s->project->dotenv);
    settings_put_all(&seen, &s->env);
    return expand_env(node_get_c(s->project->doc, "env"), &seen, s->strict, &s->env, err);
}

bool settings_build_env(Settings *s, const Map *chain, Err *err) {
    map_init(&s->env, s->arena);
    map_init(&s->expandable, s->arena);
    map_init(&s->extras_expandable, s->arena);
    if (!(s->plugin ? build_plugin_env(s, chain, err) : build_own_env(s, err))) return false;
    settings_put_all(&s->expandable, &s->project->dotenv);
    settings_put_all(&s->expandable, &s->env);
    return true;
}

const Map *settings_env(const Settings *s) {
    return &s->expandable;
}

bool settings_to_chain(Settings *s, Map *chain, Err *err) {
    put_plugin_info(s->arena, s->plugin, chain);
    return settings_to_env(s, SETTINGS_ALL, (Str){0}, chain, err);
}

bool project_state_suffix(Project *p, Str *ret, Err *err) {
    Settings *own = settings_of_project(p, err);
    Str suffix = node_text(node_get_c(p->environment_node, "state_id_suffix"));
    if (!own) return false;
    *ret = suffix;
    return !suffix.len || expand_text(p->arena, suffix, &own->expandable, own->strict, ret, err);
}

/* config list and config print. */
#include "base/json.h"
#include "command/config.h"
#include "command/grid.h"
#include "os/file.h"

Settings *config_settings(Cmd *cmd, Project *p, Str name, Err *err) {
    if (str_is(name, "meltano") || str_is(name, "pond")) return settings_of_project(p, err);
    const Plugin *plugin = cmd_plugin(cmd, p, PLUGIN_TYPE_COUNT, name, err);
    return plugin ? settings_of_plugin(p, plugin, err) : NULL;
}

Str config_redacted(const Cmd *cmd) {
    return cmd_flag(cmd, "unsafe") ? (Str){0} : STR("*****");
}

Str config_source(Cmd *cmd, const Project *p, const Settings *s, const SettingValue *value) {
    Str variable = value->variable;
    Str file = path_name(p->files[0].path);
    switch (value->source) {
    case SETTING_FROM_OVERRIDE: return STR("command line");
    case SETTING_FROM_ENV: return arena_printf(cmd->arena, "$" STR_FMT, STR_ARG(variable));
    case SETTING_FROM_DOTENV: return arena_printf(cmd->arena, "$" STR_FMT " in .env", STR_ARG(variable));
    case SETTING_FROM_ENVIRONMENT: return arena_printf(cmd->arena, "environment " STR_FMT, STR_ARG(p->environment));
    case SETTING_FROM_PROJECT: return file;
    case SETTING_FROM_DB: return STR("pond.db");
    case SETTING_FROM_INHERITED: {
        const Plugin *plugin = settings_plugin(s);
        if (!plugin || !plugin->parent) return STR("inherited");
        return arena_printf(cmd->arena, "inherited from " STR_FMT, STR_ARG(plugin->parent->name));
    }
    case SETTING_FROM_DEFAULT:
    case SETTING_AUTO: break;
    }
    return STR("default");
}

Str config_value_text(Cmd *cmd, const SettingValue *value) {
    if (node_is_null(value->value)) return (Str){0};
    Str redacted = config_redacted(cmd);
    if (value->def && value->def->sensitive && redacted.len) return redacted;
    if (node_is(value->value, NODE_STRING)) return value->value->text;
    AUTO(Buf) text = {0};
    json_write(&text, value->value, JSON_PYTHON);
    return arena_str(cmd->arena, buf_str(&text));
}

/* ---- list ---- */

static bool is_required(const Plugin *plugin, Str name) {
    const Node *groups = plugin ? plugin->groups : NULL;
    for (size_t g = 0; groups && g < groups->len; g++) {
        const Node *group = groups->items[g];
        for (size_t i = 0; node_is(group, NODE_LIST) && i < group->len; i++) {
            if (str_equal(node_text(group->items[i]), name)) return true;
        }
    }
    return false;
}

typedef struct Listing {
    Cmd *cmd;
    Project *p;
    Settings *s;
    SettingValues values;
    size_t hidden; /* optional settings with their default */
} Listing;

/* As Meltano: required, configured and custom ones; the rest with --all or --filter. */
static bool is_listed(Listing *l, const SettingValue *value) {
    Str filter = str_trim(cmd_text(l->cmd, "filter"));
    const SettingDef *def = value->def;
    if (cmd_flag(l->cmd, "extras") != setting_is_extra(def) && !(def->custom && setting_is_extra(def))) return false;
    if (filter.len) return str_find_str(def->name, filter) != STR_NONE;
    bool plain = value->source == SETTING_FROM_DEFAULT && !def->custom;
    if (!plain || cmd_flag(l->cmd, "all") || is_required(settings_plugin(l->s), def->name)) return true;
    l->hidden++;
    return false;
}

static bool open_listing(Listing *l, Err *err) {
    return settings_list(l->s, SETTINGS_ALL, &l->values, err);
}

/* The variable that would set it; the others are in the JSON. */
static Str first_variable(Listing *l, const SettingValue *value) {
    AUTO(StrVec) variables = {0};
    if (!settings_variables(l->s, value->def, &variables) || !variables.len) return (Str){0};
    return variables.at[0];
}

static void add_rows(Listing *l, Grid *grid) {
    for (size_t i = 0; i < l->values.len; i++) {
        const SettingValue *value = &l->values.at[i];
        if (!is_listed(l, value)) continue;
        bool unset = node_is_null(value->value),
             missing = unset && is_required(settings_plugin(l->s), value->def->name);
        Str text = config_value_text(l->cmd, value);
        Str source = unset ? (Str){0} : config_source(l->cmd, l->p, l->s, value);
        const Plugin *plugin = settings_plugin(l->s);
        if (grid->columns.len == 5) grid_styled(grid, STYLE_DIM, plugin ? plugin->name : STR("meltano"));
        grid_styled(grid, STYLE_BOLD, value->def->name);
        grid_styled(grid,
                    missing ? STYLE_RED
                    : unset ? STYLE_DIM
                            : STYLE_PLAIN,
                    missing ? STR("(missing)")
                    : unset ? STR("-")
                            : text);
        grid_styled(grid, STYLE_DIM, source);
        grid_styled(grid, STYLE_DIM, first_variable(l, value));
    }
}

static const char *source_key(const SettingValue *value) {
    return setting_source_name(value->source);
}

static void add_json(Listing *l, Node *list) {
    Arena *a = l->cmd->arena;
    const Plugin *plugin = settings_plugin(l->s);
    for (size_t i = 0; i < l->values.len; i++) {
        const SettingValue *value = &l->values.at[i];
        if (!is_listed(l, value)) continue;
        Node *item = node_new(a, NODE_MAP), *names = node_new(a, NODE_LIST);
        AUTO(StrVec) variables = {0};
        if (settings_variables(l->s, value->def, &variables)) {
            for (size_t k = 0; k < variables.len; k++) node_push(a, names, node_string(a, variables.at[k]));
        }
        bool hide = value->def->sensitive && !node_is_null(value->value) && config_redacted(l->cmd).len;
        node_put(a, item, STR("plugin"), node_string(a, plugin ? plugin->name : STR("meltano")));
        node_put(a, item, STR("name"), node_string(a, value->def->name));
        node_put(a, item, STR("value"), hide ? node_string(a, config_redacted(l->cmd)) : node_copy(a, value->value));
        node_put(a, item, STR("source"), node_string(a, str_of(source_key(value))));
        node_put(a, item, STR("kind"), node_string(a, str_of(setting_kind_name(value->def->kind))));
        node_put(a, item, STR("env"), names);
        node_put(a, item, STR("description"), node_string(a, value->def->description));
        node_push(a, list, item);
    }
}

static bool list_one(Listing *l, Grid *grid, Node *list, Err *err) {
    bool ok = open_listing(l, err);
    if (ok && list) add_json(l, list);
    if (ok && !list) add_rows(l, grid);
    vec_release(&l->values);
    return ok;
}

static bool list_all(Listing *l, Grid *grid, Node *list, Err *err) {
    for (size_t i = 0; i < l->p->plugins.len; i++) {
        l->s = settings_of_plugin(l->p, &l->p->plugins.at[i], err);
        if (!l->s || !list_one(l, grid, list, err)) return false;
    }
    return true;
}

bool config_list_run(Cmd *cmd, Err *err) {
    Listing l = {.cmd = cmd, .p = cmd_project(cmd, ENVIRONMENT_EXPLICIT, err)};
    if (!l.p) return false;
    Str name = cmd_word(cmd, 0);
    AUTO(Grid) grid = {0};
    if (!name.len) grid_column(&grid, "plugin", GRID_LEFT);
    grid_column(&grid, "setting", GRID_LEFT);
    grid_column(&grid, "value", GRID_LEFT);
    grid_column(&grid, "from", GRID_LEFT);
    grid_column(&grid, "variable", GRID_LEFT);
    Node *list = cmd_json(cmd) ? node_new(cmd->arena, NODE_LIST) : NULL;
    if (name.len && !(l.s = config_settings(cmd, l.p, name, err))) return false;
    if (!(name.len ? list_one(&l, &grid, list, err) : list_all(&l, &grid, list, err))) return false;
    if (list) {
        cmd_print_json(cmd, list);
        return true;
    }
    grid_print(&grid, cmd->out);
    if (l.hidden)
        out_styled(cmd->err, STYLE_DIM, "%zu optional settings have their default: --all shows them\n", l.hidden);
    return true;
}

/* ---- print ---- */

/* As python-dotenv writes them: in single quotes. */
static void print_env(Out *out, const Map *env) {
    for (size_t i = 0; i < env->len; i++) {
        Str text = {0}, part;
        map_get_str(env, env->entries[i].key, &text);
        out_printf(out, STR_FMT "='", STR_ARG(env->entries[i].key));
        for (bool first = true; str_cut(&text, '\'', &part); first = false) {
            out_printf(out, "%s" STR_FMT, first ? "" : "\\'", STR_ARG(part));
        }
        out_c(out, "'\n");
    }
}

bool config_print_run(Cmd *cmd, Err *err) {
    Project *p = cmd_project(cmd, ENVIRONMENT_EXPLICIT, err);
    Settings *s = p ? config_settings(cmd, p, cmd_word(cmd, 0), err) : NULL;
    if (!s) return false;
    SettingsPart part = cmd_flag(cmd, "extras") ? SETTINGS_EXTRAS : SETTINGS_PLAIN;
    if (str_is(cmd_text(cmd, "format"), "env")) {
        Map env;
        map_init(&env, cmd->arena);
        if (!settings_to_env(s, part, config_redacted(cmd), &env, err)) return false;
        print_env(cmd->out, &env);
        return true;
    }
    const Node *config = settings_print(s, part, config_redacted(cmd), err);
    if (!config) return false;
    cmd_print_json(cmd, config);
    return true;
}

/* The layers of settings: each looks for one name in one place. */
#include "base/json.h"
#include "project/settings_parts.h"

typedef bool Layer(Settings *s, Str name, const SettingDef *def, Resolved *ret, Err *err);

static Str sensitive_or(const SettingDef *def, Str text) {
    return def->sensitive ? STR("*****") : text;
}

static bool look_override(Settings *s, Str name, const SettingDef *def, Resolved *ret, Err *err) {
    (void)def, (void)err;
    ret->value.value = map_get(&s->overrides, name);
    return true;
}

/* ---- variables ---- */

static bool is_truthy(Str text) {
    static const char *const words[] = {"true", "1", "yes", "on"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_equal_nocase(text, str_of(words[i]))) return true;
    return false;
}

/* "!NAME" is the opposite of NAME. */
static bool read_variable(const Map *env, Str variable, Str *ret) {
    bool negated = str_starts(variable, STR("!"));
    if (!map_get_str(env, negated ? str_slice(variable, 1, variable.len) : variable, ret)) return false;
    if (negated) *ret = is_truthy(*ret) ? STR("False") : STR("True");
    return true;
}

static bool look_in_map(Settings *s, const SettingDef *def, const Map *env, Resolved *ret, Err *err) {
    AUTO(StrVec) names = {0};
    if (!settings_variables(s, def, &names)) return true;
    for (size_t i = 0; i < names.len; i++) {
        Str text;
        if (!read_variable(env, names.at[i], &text)) continue;
        if (ret->value.value) {
            err_set(err, ERR_CONFIG, "setting \"" STR_FMT "\" is set by two variables: " STR_FMT " and " STR_FMT,
                    STR_ARG(def->name), STR_ARG(ret->value.variable), STR_ARG(names.at[i]));
            return err_hint(err, "unset one of them");
        }
        ret->value.value = node_string(s->arena, text);
        ret->value.variable = arena_str(s->arena, names.at[i]);
        if (!s->plugin) break; /* POND_X goes before MELTANO_X */
    }
    return true;
}

static bool look_env(Settings *s, Str name, const SettingDef *def, Resolved *ret, Err *err) {
    (void)name;
    return look_in_map(s, def, &s->env, ret, err);
}

static bool look_dotenv(Settings *s, Str name, const SettingDef *def, Resolved *ret, Err *err) {
    (void)name;
    return look_in_map(s, def, &s->project->dotenv, ret, err);
}

/* ---- the project file ---- */

static bool look_in_config(Settings *s, const Node *flat, Str name, const SettingDef *def, Resolved *ret, Err *err) {
    const Node *found = node_get(flat, def ? def->name : name);
    Str found_as = def ? def->name : name;
    for (size_t i = 0; def && def->aliases && i < def->aliases->len; i++) {
        Str alias = node_text(def->aliases->items[i]);
        const Node *other = node_get(flat, alias);
        if (found && other && !node_equal(found, other))
            return err_set(err, ERR_CONFIG,
                           "setting \"" STR_FMT "\" has two values in the project file: " STR_FMT " and " STR_FMT,
                           STR_ARG(def->name), STR_ARG(found_as), STR_ARG(alias));
        if (!found && other) found_as = alias;
        if (!found) found = other;
    }
    (void)s;
    if (node_is_null(found)) return true;
    ret->value.value = found;
    ret->expandable = true;
    return true;
}

static bool look_environment(Settings *s, Str name, const SettingDef *def, Resolved *ret, Err *err) {
    return look_in_config(s, s->flat_environment, name, def, ret, err);
}

static bool look_project(Settings *s, Str name, const SettingDef *def, Resolved *ret, Err *err) {
    return look_in_config(s, s->flat_project, name, def, ret, err);
}

/* ---- pond.db, parent, default ---- */

static bool look_db(Settings *s, Str name, const SettingDef *def, Resolved *ret, Err *err) {
    const SettingStore *store = &s->project->store;
    Str json = {0};
    if (!store->get) return true;
    if (!store->get(store->context, s->arena, settings_owner(s), name, &json, err)) return false;
    if (!json.len) return true;
    Err broken = {0};
    ret->value.value = json_parse(s->arena, json, &broken);
    if (ret->value.value) return true;
    return err_set(err, ERR_CONFIG, "setting \"" STR_FMT "\" in pond.db is no JSON: " STR_FMT, STR_ARG(name),
                   STR_ARG(def ? sensitive_or(def, json) : json));
}

static bool look_inherited(Settings *s, Str name, const SettingDef *def, Resolved *ret, Err *err) {
    (void)name;
    if (!s->parent || !def) return true;
    const SettingDef *parents = settings_find(s->parent, def->name);
    Resolved inherited;
    if (!parents) return true;
    if (!settings_resolve(s->parent, parents->name, parents, false, &inherited, err)) return false;
    if (!inherited.value.value || inherited.value.source == SETTING_FROM_DEFAULT) return true;
    ret->value.value = inherited.value.value;
    ret->value.variable = inherited.value.variable;
    ret->expandable = inherited.expandable;
    return true;
}

static bool look_default(Settings *s, Str name, const SettingDef *def, Resolved *ret, Err *err) {
    (void)s, (void)name, (void)err;
    ret->value.value = def ? def->value : NULL;
    ret->expandable = ret->value.value != NULL;
    return true;
}

static Layer *const layers[] = {
    [SETTING_FROM_OVERRIDE] = look_override,   [SETTING_FROM_ENV] = look_env,
    [SETTING_FROM_DOTENV] = look_dotenv,       [SETTING_FROM_ENVIRONMENT] = look_environment,
    [SETTING_FROM_PROJECT] = look_project,     [SETTING_FROM_DB] = look_db,
    [SETTING_FROM_INHERITED] = look_inherited, [SETTING_FROM_DEFAULT] = look_default,
};

bool settings_look(Settings *s, Str name, const SettingDef *def, Resolved *ret, Err *err) {
    for (size_t i = 0; i < ARRAY_LEN(layers); i++) {
        *ret = (Resolved){.value = {.def = def, .source = (SettingSource)i}};
        if (!layers[i](s, name, def, ret, err)) return false;
        if (!node_is_null(ret->value.value)) return true;
    }
    return true;
}

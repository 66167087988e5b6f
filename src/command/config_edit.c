/* config set, unset and reset. */
#include "base/json.h"
#include "command/config.h"
#include "command/nearest.h"
#include "os/file.h"

enum { VALUE_LIMIT = 16 * 1024 * 1024 };

/* As Meltano: without --store meltano_yml|meltano_environment means where the active environment says. */
static SettingSource chosen_store(const Cmd *cmd, const Project *p) {
    SettingSource store = SETTING_AUTO;
    if (!setting_source_parse(cmd_text(cmd, "store"), &store)) return SETTING_AUTO;
    if (store != SETTING_FROM_PROJECT && store != SETTING_FROM_ENVIRONMENT) return store;
    return p->environment.len && !p->environment_is_default ? SETTING_FROM_ENVIRONMENT : SETTING_FROM_PROJECT;
}

/* The words [from, to) as the path of a setting. */
static void setting_path(const Cmd *cmd, size_t from, size_t to, StrVec *ret) {
    for (size_t i = from; i < to; i++) vec_push(ret, cmd_word(cmd, i));
}

static Str joined(Cmd *cmd, const StrVec *path) {
    AUTO(Buf) text = {0};
    for (size_t i = 0; i < path->len; i++) buf_printf(&text, "%s" STR_FMT, i ? "." : "", STR_ARG(path->at[i]));
    return arena_str(cmd->arena, buf_str(&text));
}

static bool read_value(Cmd *cmd, Str *ret, Err *err) {
    Str file = cmd_text(cmd, "from-file");
    if (!str_is(file, "-")) return file_read(cmd->arena, cmd_path(cmd, file).at, VALUE_LIMIT, ret, err);
    AUTO(Buf) text = {0};
    if (!io_read_all(cmd->in, VALUE_LIMIT, (Until){NO_DEADLINE, cmd->cancel, CANCEL_STOP}, &text, err)) return false;
    *ret = arena_str(cmd->arena, buf_str(&text));
    return true;
}

/* Allowed, as in Meltano; mostly it is a slip. */
static void warn_unknown(Cmd *cmd, Settings *s, const StrVec *path) {
    AUTO(StrVec) names = {0};
    const SettingDefs *defs = settings_definitions(s);
    for (size_t i = 0; i < defs->len; i++)
        if (!setting_is_extra(&defs->at[i])) vec_push(&names, defs->at[i].name);
    Str name = joined(cmd, path), near = nearest_word(name, &names);
    if (!near.len) near = nearest_word(path->at[0], &names);
    if (near.len && !str_equal(near, path->at[0]))
        cmd_warn(cmd, STR_FMT " defines no setting \"" STR_FMT "\"; did you mean " STR_FMT "?",
                 STR_ARG(cmd_word(cmd, 0)), STR_ARG(name), STR_ARG(near));
    else if (!near.len && !settings_plugin(s)) /* of plugins few are defined in full */
        cmd_warn(cmd, STR_FMT " defines no setting \"" STR_FMT "\"", STR_ARG(cmd_word(cmd, 0)), STR_ARG(name));
}

/* A default environment that is not there would end nearly every command. */
static bool check_environment(const Project *p, const Settings *s, Str name, Str value, Err *err) {
    const Node *ignored;
    if (settings_plugin(s) || !str_is(name, "default_environment") || !value.len || str_is(value, "null")) return true;
    return project_need_environment(p, value, &ignored, err);
}

static const char *store_label(const Project *p, SettingSource store) {
    if (store == SETTING_FROM_PROJECT) return path_name(p->files[0].path).at;
    return setting_source_label(store);
}

/* A value of a higher layer hides the new one. */
static bool say_hidden(Cmd *cmd, Str name, SettingSource store, Err *err) {
    Project *again = cmd_project(cmd, ENVIRONMENT_EXPLICIT, err);
    Settings *s = again ? config_settings(cmd, again, cmd_word(cmd, 0), err) : NULL;
    SettingValue now;
    if (!s || !settings_get(s, name, &now, err)) return false;
    if (now.source >= store || node_is_null(now.value)) return true;
    Str source = config_source(cmd, again, s, &now);
    cmd_warn(cmd, "the value is still " STR_FMT " (" STR_FMT ")", STR_ARG(config_value_text(cmd, &now)),
             STR_ARG(source));
    return true;
}

bool config_set_run(Cmd *cmd, Err *err) {
    bool from_file = cmd_given(cmd, "from-file");
    size_t words = cmd_words(cmd), path_end = from_file ? words : words - 1;
    if (cmd_flag(cmd, "interactive"))
        return err_set(err, ERR_UNSUPPORTED, "config set asks no questions: name and value are words");
    if (path_end < 2) {
        err_set(err, ERR_USAGE, "config set needs a value");
        return err_hint(err, "pond config set " STR_FMT " " STR_FMT " VALUE", STR_ARG(cmd_word(cmd, 0)),
                        STR_ARG(cmd_word(cmd, 1)));
    }
    Project *p = cmd_project(cmd, ENVIRONMENT_EXPLICIT, err);
    Settings *s = p ? config_settings(cmd, p, cmd_word(cmd, 0), err) : NULL;
    if (!s) return false;
    Str text = cmd_word(cmd, words - 1);
    if (from_file && !read_value(cmd, &text, err)) return false;
    AUTO(StrVec) path = {0};
    setting_path(cmd, 1, path_end, &path);
    Str name = joined(cmd, &path);
    const SettingDef *def = settings_find(s, name);
    SettingSource store;
    if (from_file) text = str_trim(text);
    if (!check_environment(p, s, name, text, err)) return false;
    if (!def) warn_unknown(cmd, s, &path);
    Node *value = node_string(cmd->arena, text);
    if (!settings_set(s, &path, value, chosen_store(cmd, p), &store, err)) return false;
    SettingValue stored = {.def = def, .value = value};
    out_printf(cmd->out, STR_FMT " = " STR_FMT " in %s\n", STR_ARG(name), STR_ARG(config_value_text(cmd, &stored)),
               store_label(p, store));
    return say_hidden(cmd, name, store, err);
}

bool config_unset_run(Cmd *cmd, Err *err) {
    Project *p = cmd_project(cmd, ENVIRONMENT_EXPLICIT, err);
    Settings *s = p ? config_settings(cmd, p, cmd_word(cmd, 0), err) : NULL;
    if (!s) return false;
    AUTO(StrVec) path = {0};
    setting_path(cmd, 1, cmd_words(cmd), &path);
    if (!settings_unset(s, &path, chosen_store(cmd, p), err)) return false;
    Str name = joined(cmd, &path);
    out_printf(cmd->out, STR_FMT " is unset\n", STR_ARG(name));
    return say_hidden(cmd, name, SETTING_FROM_DEFAULT, err);
}

bool config_reset_run(Cmd *cmd, Err *err) {
    Project *p = cmd_project(cmd, ENVIRONMENT_EXPLICIT, err);
    Settings *s = p ? config_settings(cmd, p, cmd_word(cmd, 0), err) : NULL;
    if (!s || !cmd_confirm(cmd, "yes", "Forget all settings of this plugin?", err)) return false;
    if (!settings_reset(s, chosen_store(cmd, p), err)) return false;
    out_printf(cmd->out, STR_FMT " has its defaults\n", STR_ARG(cmd_word(cmd, 0)));
    return true;
}

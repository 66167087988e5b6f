/* Environment of a child process that runs a plugin. */
#include "project/environ.h"

#include "os/file.h"
#include "project/settings_parts.h"
#include "project/venv.h"

/* Its bin is searched first, as if somebody had activated it. */
static void enter_venv(const Project *p, const Plugin *plugin, Map *env) {
    map_remove(env, STR("VIRTUAL_ENV"));
    map_remove(env, STR("PYTHONPATH"));
    if (!plugin->pip_url.len || plugin->builtin != PLUGIN_FOREIGN) return;
    Venv venv = venv_of(p, plugin);
    Str path = {0}, bin = path_join(p->arena, venv.path, STR("bin"));
    bool has_path = map_get_str(env, STR("PATH"), &path) && path.len;
    map_put_str(env, STR("VIRTUAL_ENV"), venv.path);
    map_put_str(env, STR("PATH"),
                has_path ? arena_printf(p->arena, STR_FMT ":" STR_FMT, STR_ARG(bin), STR_ARG(path)) : bin);
}

bool environ_of_plugin(Settings *s, const Map *own, Map *ret, Err *err) {
    if (own) settings_put_all(ret, own);
    settings_put_all(ret, &s->expandable);
    if (!settings_to_env(s, SETTINGS_ALL, (Str){0}, ret, err)) return false;
    settings_put_all(ret, &s->plugin_env);
    settings_put_all(ret, &s->environment_env);
    settings_put_all(ret, &s->plugin_environment_env);
    if (!map_has(ret, STR("PYTHONWARNINGS"))) map_put_str(ret, STR("PYTHONWARNINGS"), STR("once"));
    enter_venv(s->project, s->plugin, ret);
    return true;
}

static bool not_installed(const Plugin *plugin, Str executable, Str where, Err *err) {
    err_set(err, ERR_NOT_FOUND, "%s \"" STR_FMT "\": there is no program \"" STR_FMT "\" in " STR_FMT,
            plugin_type_singular(plugin->type), STR_ARG(plugin->name), STR_ARG(executable), STR_ARG(where));
    return err_hint(err, "pond install " STR_FMT, STR_ARG(plugin->name));
}

static bool no_program(const Plugin *plugin, Str path, Err *err) {
    bool file = path_exists(path.at) && !path_is_dir(path.at);
    err_set(err, ERR_NOT_FOUND, "%s \"" STR_FMT "\": \"" STR_FMT "\" %s", plugin_type_singular(plugin->type),
            STR_ARG(plugin->name), STR_ARG(path),
            file                   ? "is not executable"
            : path_exists(path.at) ? "is a folder"
                                   : "does not exist");
    if (file) return err_hint(err, "chmod +x \"" STR_FMT "\"", STR_ARG(path));
    return err_hint(err, "its `executable` is taken from the project's folder");
}

bool environ_executable(const Project *p, const Plugin *plugin, Str executable, const Map *env, Str *ret, Err *err) {
    if (!executable.len) executable = plugin->executable;
    if (plugin->pip_url.len) {
        Venv venv = venv_of(p, plugin);
        *ret = venv_program(p, &venv, executable);
        return path_is_program(ret->at) || not_installed(plugin, executable, venv.path, err);
    }
    if (str_find(executable, '/') != STR_NONE) {
        *ret = project_path(p, executable);
        return path_is_program(ret->at) || no_program(plugin, *ret, err);
    }
    Str search = {0};
    map_get_str(env, STR("PATH"), &search);
    *ret = path_find_program(p->arena, search, p->root, executable);
    if (ret->len) return true;
    err_set(err, ERR_NOT_FOUND, "%s \"" STR_FMT "\": there is no program \"" STR_FMT "\" on PATH",
            plugin_type_singular(plugin->type), STR_ARG(plugin->name), STR_ARG(executable));
    return err_hint(err, "give it a pip_url and `pond install " STR_FMT "`", STR_ARG(plugin->name));
}

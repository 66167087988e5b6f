/* Where the Python environment of a plugin is. */
#include "project/venv.h"

#include "os/file.h"

Str venv_program(const Project *p, const Venv *venv, Str name) {
    return path_join(p->arena, venv->path, path_join(p->arena, STR("bin"), name));
}

static Venv venv_at(const Project *p, Str path, bool ours) {
    Venv venv = {.path = path, .ours = ours};
    venv.there = path_is_program(venv_program(p, &venv, STR("python")).at);
    return venv;
}

Venv venv_ours(const Project *p, const Plugin *plugin) {
    const char *type = plugin_type_name(plugin->type);
    Str sub = arena_printf(p->arena, "venvs/%s-" STR_FMT, type, STR_ARG(plugin_venv_name(plugin)));
    return venv_at(p, project_folder_path(p, sub), true);
}

static Venv venv_meltanos(const Project *p, const Plugin *plugin) {
    const char *type = plugin_type_name(plugin->type);
    Str sub = arena_printf(p->arena, "%s/" STR_FMT "/venv", type, STR_ARG(plugin_venv_name(plugin)));
    return venv_at(p, path_join(p->arena, project_meltano_folder(p), sub), false);
}

Venv venv_of(const Project *p, const Plugin *plugin) {
    Venv ours = venv_ours(p, plugin);
    if (ours.there) return ours;
    Venv meltanos = venv_meltanos(p, plugin);
    return meltanos.there ? meltanos : ours;
}

/* Where the Python environment of a plugin is. */
#include "project/venv.h"

#include "os/file.h"

Str venv_program(const Project *p, const Venv *venv, Str name) {
    return path_join(p->arena, venv->path, path_join(p->arena, STR("bin"), name));
}

static bool look(const Project *p, Venv *venv) {
    venv->there = path_is_program(venv_program(p, venv, STR("python")).at);
    return venv->there;
}

Venv venv_of(const Project *p, const Plugin *plugin) {
    const char *type = plugin_type_name(plugin->type);
    Str name = plugin_venv_name(plugin);
    Venv ours = {.ours = true}, meltanos = {0};
    ours.path = project_folder_path(p, arena_printf(p->arena, "venvs/%s-" STR_FMT, type, STR_ARG(name)));
    meltanos.path = path_join(p->arena, project_meltano_folder(p),
                              arena_printf(p->arena, "%s/" STR_FMT "/venv", type, STR_ARG(name)));
    return !look(p, &ours) && look(p, &meltanos) ? meltanos : ours;
}

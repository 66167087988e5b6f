/*
 * Environment of a child process that runs a plugin (Meltano: plugin_invoker.py). Later wins:
 *   what the caller adds (log configuration...)
 *   `env` of the project file, expanded in the caller's environment; then .env
 *   the caller's environment, the project's own settings, MELTANO_EXTRACTOR_NAME and its like, `env` of plugin and
 *   environment as they are written
 *   the plugin's settings, each under all of its names
 *   `env` of the plugin, of the environment, and of the plugin in the environment, expanded
 * Each of the `env` maps may use the value of the layer before under the same name (`STACKED: ${STACKED}4`).
 *
 * VIRTUAL_ENV and PYTHONPATH of the caller are removed; a plugin with a venv has its bin first on PATH. MELTANO_* and
 * POND_* of the project are always there.
 *
 *     Map env;
 *     map_init(&env, arena);
 *     if (!environ_of_plugin(settings, NULL, &env, err)) return false;
 */
#pragma once

#include "project/settings.h"

/* own: lowest layer, or NULL. *ret: initialised by the caller, texts (map_get_str). */
bool environ_of_plugin(Settings *s, const Map *own, Map *ret, Err *err) MUST_USE;
/* "NAME=value" texts and a NULL behind them, for execve. */
char **environ_array(Arena *a, const Map *env);

/* Program of the plugin (or `executable` of one of its commands): in its venv, a path from the project's root when it has
 * a "/", else found on PATH of env. ERR_NOT_FOUND says which `pond install` is missing. */
bool environ_executable(const Project *p, const Plugin *plugin, Str executable, const Map *env, Str *ret,
                        Err *err) MUST_USE;

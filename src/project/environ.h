/*
 * Environment of a child process that runs a plugin (Meltano: plugin_invoker.py). Later wins:
 *   what the caller adds (log configuration...)
 *   .env
 *   the caller's environment; `env` of the project file; the project's own settings; what plugins before it in a run set;
 *   MELTANO_EXTRACTOR_NAME and its like
 *   the plugin's settings, each under all of its names
 *   `env` of the plugin, of the environment, and of the plugin in the environment
 * Each `env` map is expanded in what the ones before it set (`STACKED: ${STACKED}4`): project, environment, plugin, plugin in
 * the environment.
 *
 * VIRTUAL_ENV and PYTHONPATH of the caller are removed; a plugin with a venv has its bin first on PATH. MELTANO_PROJECT_ROOT,
 * MELTANO_ENVIRONMENT, MELTANO_SYS_DIR_ROOT and their POND_ twins are always there.
 *
 *     Map env;
 *     map_init(&env, arena);
 *     if (!environ_of_plugin(settings, NULL, &env, err)) return false;
 */
#pragma once

#include "project/settings.h"

/* own: lowest layer, or NULL. *ret: initialised by the caller, texts (map_get_str). */
bool environ_of_plugin(Settings *s, const Map *own, Map *ret, Err *err) MUST_USE;

/* Program of the plugin (or `executable` of one of its commands): in its venv, a path from the project's root when it has
 * a "/", else found on PATH of env. ERR_NOT_FOUND says which `pond install` is missing. */
bool environ_executable(const Project *p, const Plugin *plugin, Str executable, const Map *env, Str *ret,
                        Err *err) MUST_USE;

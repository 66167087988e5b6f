/*
 * A YAML file of the project while its settings are edited: where the config of a plugin stands, and changes that keep
 * everything else as it is. For settings_write.c only.
 *
 *     AUTO(ConfigFile) file = {0};
 *     if (!config_file_open(&file, p, plugin, CONFIG_OF_PROJECT, err)) return false;
 *     if (!config_file_set(&file, &path, value, err) || !config_file_write(&file, err)) return false;
 */
#pragma once

#include "base/buf.h"
#include "project/project.h"

typedef enum ConfigWhere { CONFIG_OF_PROJECT, CONFIG_OF_ENVIRONMENT } ConfigWhere;

typedef struct ConfigFile {
    Project *project;
    Str path;
    Buf text;
    StrVec entry; /* keys down to the plugin's entry; none: the project's own settings */
    bool changed;
} ConfigFile;

void config_file_release(ConfigFile *f);
DEFINE_AUTO(ConfigFile, config_file_release)

/* Reads the file as it is now. plugin NULL: the project's own settings. ERR_NOT_FOUND: the plugin is not in a file of the
 * project, or no environment is active. */
bool config_file_open(ConfigFile *f, Project *p, const Plugin *plugin, ConfigWhere where, Err *err) MUST_USE;
/* path: keys of a setting, of an extra beginning with "_". Lists that only grow or lose one item keep their comments. */
bool config_file_set(ConfigFile *f, const StrVec *path, const Node *value, Err *err) MUST_USE;
/* With the maps above it that become empty. Not there: nothing. */
bool config_file_unset(ConfigFile *f, const StrVec *path, Err *err) MUST_USE;
/* All of the plugin's config and extras, or all own settings. */
bool config_file_reset(ConfigFile *f, Err *err) MUST_USE;
/* Nothing changed: nothing is written. */
bool config_file_write(ConfigFile *f, Err *err) MUST_USE;

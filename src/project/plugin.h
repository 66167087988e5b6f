/*
 * Plugins of a project: what the project file says, what they inherit, what a lock file or Pond's own table defines, as
 * one flat struct with every fallback resolved (Meltano: project_plugin.py, base.py).
 *
 * Where the definition of a plugin comes from, first that applies: inherit_from another plugin of the project (unless a
 * variant is given); `namespace` in the entry (a custom definition); plugins/<type>/<name>--<variant>.lock; Pond's table.
 *
 * Beyond Meltano: `pond: foreign` runs the installed program where Pond has its own implementation; `protocol: airbyte`
 * says that an extractor speaks the Airbyte protocol instead of Singer's.
 *
 *     const Plugin *tap = plugin_find(project, PLUGIN_EXTRACTORS, STR("tap-postgres"));
 *     if (tap && plugin_has_capability(tap, "catalog")) ...
 */
#pragma once

#include "base/map.h"
#include "project/setting.h"

struct Project;

/* plural (key in the project file), singular (MELTANO_<SINGULAR>_NAME), verb (MELTANO_<VERB>_<SETTING>) */
#define PLUGIN_TYPES(X)                                                                                                \
    X(EXTRACTORS, "extractors", "extractor", "extract")                                                                \
    X(LOADERS, "loaders", "loader", "load")                                                                            \
    X(TRANSFORMS, "transforms", "transform", "transform")                                                              \
    X(ORCHESTRATORS, "orchestrators", "orchestrator", "orchestrat")                                                    \
    X(TRANSFORMERS, "transformers", "transformer", "transform")                                                        \
    X(FILES, "files", "file", "fi")                                                                                    \
    X(UTILITIES, "utilities", "utility", "utilize")                                                                    \
    X(MAPPERS, "mappers", "mapper", "map")

typedef enum PluginType {
#define X(name, ...) PLUGIN_##name,
    PLUGIN_TYPES(X)
#undef X
        PLUGIN_TYPE_COUNT, /* also: any type */
} PluginType;

typedef enum PluginProtocol { PLUGIN_SINGER, PLUGIN_AIRBYTE } PluginProtocol;

/* Pond's own implementations. */
typedef enum PluginBuiltin {
    PLUGIN_FOREIGN,       /* none: an installed program runs */
    PLUGIN_TARGET_DUCKDB, /* src/load */
} PluginBuiltin;

typedef enum PluginOrigin {
    PLUGIN_FROM_ENTRY,   /* custom definition in the project file */
    PLUGIN_FROM_PARENT,  /* inherit_from another plugin of the project */
    PLUGIN_FROM_LOCK,    /* lock file */
    PLUGIN_FROM_SHIPPED, /* Pond's table */
    PLUGIN_FROM_NOTHING, /* no definition: only what its entry says. Meltano refuses it; enough for `executable` and config */
} PluginOrigin;

typedef struct Plugin Plugin;
struct Plugin {
    PluginType type;
    Str name;
    Str namespace, variant, label, description, docs, repo;
    Str pip_url;    /* empty: nothing to install, executable is on PATH or a path from the project's root */
    Str python;     /* interpreter for the venv, empty = the project's */
    Str executable; /* never empty */
    Str mapping;    /* name of the mapping this entry of a mapper is, else empty */
    PluginProtocol protocol;
    PluginBuiltin builtin;
    bool shadowing; /* no inherit_from: it stands for its definition under the same name */

    PluginOrigin origin;
    const Plugin *parent;   /* the plugin it inherits from, NULL for definitions */
    const Node *entry;      /* in the merged project file */
    const Node *definition; /* entry, lock or table entry its definition is; NULL when parent is set or there is none */
    const Node *environment_entry;  /* of the active environment, or NULL */
    const Node *environment_config; /* its `config`, and its extras as "_key"; a map */

    const Node *capabilities; /* list of texts, or NULL */
    const Node *commands;     /* name -> text or {args, description, executable, ...}, inherited ones too; or NULL */
    const Node *groups;       /* settings_group_validation: list of lists of names, or NULL */
    const Node *config;       /* own `config`, or NULL */
    const Node *extra_config; /* own keys that are no attribute of a plugin, as "_key"; or NULL */
    const Node *env;          /* own `env`, or NULL */

    /* With inherited ones; in Meltano's order: defined ones, then keys of `config` (or of the entry) that nobody defines. */
    SettingDefs plain;    /* for the plugin's config */
    SettingDefs extras;   /* about the plugin: _select, _catalog... */
    SettingDefs settings; /* both, and what only the active environment has */

    Str broken; /* why it cannot be used (its lock file, its parent...), else empty; plugin_need() fails with it */
};

/* In the order of the types, then of the file. */
typedef struct Plugins {
    Plugin *at;
    size_t len;
} Plugins;

const char *plugin_type_name(PluginType type);     /* "extractors" */
const char *plugin_type_singular(PluginType type); /* "extractor" */
const char *plugin_type_verb(PluginType type);     /* "extract" */
/* Either form. False when it is none. */
bool plugin_type_parse(Str word, PluginType *ret);

/* By name, or a mapper by the name of one of its mappings; type PLUGIN_TYPE_COUNT: any, in the order of the types. NULL
 * when there is none. */
const Plugin *plugin_find(const struct Project *p, PluginType type, Str name);
/* The hint of a name that is unknown: the nearest of those there are, else all of them, else `pond add`. */
void plugin_hint(Str name, const StrVec *known, Err *err);
/* False: it is broken; the error says where and why. */
bool plugin_check(const struct Project *p, const Plugin *plugin, Err *err) MUST_USE;
/* As plugin_find; an error says what is there instead, or why the plugin cannot be used. */
const Plugin *plugin_need(const struct Project *p, PluginType type, Str name, Err *err) MUST_USE;
/* A plugin that is not in the project yet, as its lock file or Pond's table defines it; type may be any. NULL when nobody
 * knows it. variant may be empty. */
const Plugin *plugin_define(struct Project *p, PluginType type, Str name, Str variant, Err *err) MUST_USE;

bool plugin_has_capability(const Plugin *plugin, const char *name);
/* Arguments of a command of the plugin, split as a shell would, each word expanded in env; a word that becomes empty is an
 * error. An unknown command's error lists those there are. *ret_executable: the command's own, else the plugin's. */
bool plugin_command(Arena *a, const Plugin *plugin, Str command, const Map *env, StrVec *ret_args, Str *ret_executable,
                    Err *err) MUST_USE;
/* Folder name of its venv: its own name, or the parent's when it installs the same thing. */
Str plugin_venv_name(const Plugin *plugin);

/*
 * Settings of a plugin or of the project itself: which layer each value comes from, what it is after expansion and
 * casting, and writing it back. Layers, first that has a value wins (reference/extract-load.md 1.3):
 *
 *   override     command line
 *   env          <NAME>_<SETTING>, <NAMESPACE>_<SETTING> and aliases; two names set at once are an error.
 *                Own settings: POND_<SETTING>, else MELTANO_<SETTING>
 *   dotenv       the same names in .env
 *   environment  config of the active environment
 *   project      config in the project file
 *   db           pond.db
 *   inherited    all of these of the plugin it inherits from
 *   default      the definition's
 *
 * Values of the project file, inherited ones and defaults are expanded ($VAR, ${VAR}); those of env and .env are not.
 *
 *     Settings *s = settings_of_plugin(project, tap, err);
 *     const Node *config = s ? settings_config(s, err) : NULL;       the JSON of --config
 *     SettingValue select;
 *     if (!settings_get(s, STR("_select"), &select, err)) ...
 *
 * Everything handed out lives as long as the project's arena. Not shared between threads.
 */
#pragma once

#include "project/plugin.h"
#include "project/project.h"

/* name in JSON and --store, what `config list` says */
#define SETTING_SOURCES(X)                                                                                             \
    X(OVERRIDE, "config_override", "a command line flag")                                                              \
    X(ENV, "env", "the environment")                                                                                   \
    X(DOTENV, "dotenv", "`.env`")                                                                                      \
    X(ENVIRONMENT, "meltano_environment", "the active environment in `meltano.yml`")                                   \
    X(PROJECT, "meltano_yml", "`meltano.yml`")                                                                         \
    X(DB, "db", "the system database")                                                                                 \
    X(INHERITED, "inherited", "inherited")                                                                             \
    X(DEFAULT, "default", "the default")

typedef enum SettingSource {
#define X(name, ...) SETTING_FROM_##name,
    SETTING_SOURCES(X)
#undef X
        SETTING_AUTO, /* for writing: where it belongs (sensitive: .env, environment active: there, else project file) */
} SettingSource;

typedef struct SettingValue {
    const SettingDef *def; /* NULL: nobody defines this name */
    const Node *value;     /* NULL: none */
    SettingSource source;
    Str variable;           /* of env and dotenv: the name it was found under */
    const Node *unexpanded; /* NULL, or what it was before $VAR was replaced */
} SettingValue;

typedef VEC(SettingValue) SettingValues;

typedef enum SettingsPart { SETTINGS_PLAIN = 1, SETTINGS_EXTRAS = 2, SETTINGS_ALL = 3 } SettingsPart;

typedef struct Settings Settings;

/* NULL: two plugins inherit from each other, or the environment cannot be expanded in strict mode. */
Settings *settings_of_plugin(Project *p, const Plugin *plugin, Err *err) MUST_USE;
/* The same for a plugin in a run: chain holds what the plugins before it set (settings_to_chain), so that a loader's
 * $MELTANO_EXTRACT__LOAD_SCHEMA is the extractor's. */
Settings *settings_in_chain(Project *p, const Plugin *plugin, const Map *chain, Err *err) MUST_USE;
bool settings_to_chain(Settings *s, Map *chain, Err *err) MUST_USE;
/* Meltano's own settings and those under `pond:`. */
Settings *settings_of_project(Project *p, Err *err) MUST_USE;
const Plugin *settings_plugin(const Settings *s); /* NULL: the project's own */

/* The highest layer. value is borrowed. */
void settings_override(Settings *s, Str name, const Node *value);

const SettingDefs *settings_definitions(const Settings *s);
/* By name or alias; NULL when nobody defines it. */
const SettingDef *settings_find(const Settings *s, Str name);

bool settings_get(Settings *s, Str name, SettingValue *ret, Err *err) MUST_USE;
/* Where a value comes from: "pond.yml:12", "$POND_X", "the system database". */
Str setting_place(Project *p, const SettingValue *v);
/* The text of a setting; the empty Str when it has no value. */
bool settings_get_text(Settings *s, Str name, Str *ret, Err *err) MUST_USE;
/* In the order of the definitions. *ret: release with vec_release. */
bool settings_list(Settings *s, SettingsPart part, SettingValues *ret, Err *err) MUST_USE;

/* What the plugin gets as its config file: nested, without nulls, dates worked out. */
const Node *settings_config(Settings *s, Err *err) MUST_USE;
/* As `config print` shows them: plain ones as settings_config(), extras under their names, also those without a value; sensitive values as `redacted`
 * unless that is the empty Str. */
const Node *settings_print(Settings *s, SettingsPart part, Str redacted, Err *err) MUST_USE;
/* Adds to *ret what a child process gets as environment: each value under each of its names. */
bool settings_to_env(Settings *s, SettingsPart part, Str redacted, Map *ret, Err *err) MUST_USE;
/* Variables a setting is read from, the first is the one to write; "!NAME" is its opposite. Texts in the arena. False: def
 * is NULL. */
bool settings_variables(Settings *s, const SettingDef *def, StrVec *ret);
/* What $VAR sees: .env, the caller's environment, the maps called `env`, MELTANO_*. Texts. */
const Map *settings_env(const Settings *s);
/* Its name in pond.db: "extractors.tap-x.default", "meltano". */
Str settings_owner(const Settings *s);

/* ---- writing. Files are replaced atomically; the project and s keep the old values: open them again ---- */

/* path: one name ("a.b" too) or the keys of a nested value. store SETTING_AUTO or DOTENV, ENVIRONMENT, PROJECT, DB; *ret
 * is where it went. value NULL or null is stored as null. */
bool settings_set(Settings *s, const StrVec *path, const Node *value, SettingSource store, SettingSource *ret,
                  Err *err) MUST_USE;
/* SETTING_AUTO: from all of them. Nothing there is no error. */
bool settings_unset(Settings *s, const StrVec *path, SettingSource store, Err *err) MUST_USE;
/* All settings of this plugin in one store, or in all. */
bool settings_reset(Settings *s, SettingSource store, Err *err) MUST_USE;

const char *setting_source_name(SettingSource source);  /* "meltano_yml" */
const char *setting_source_label(SettingSource source); /* "`meltano.yml`" */
/* False: no such store. "auto" too. */
bool setting_source_parse(Str name, SettingSource *ret);

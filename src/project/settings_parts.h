/* The inside of Settings, shared by settings*.c and environ.c only. */
#pragma once

#include "project/settings.h"

struct Settings {
    Project *project;
    Arena *arena;
    const Plugin *plugin; /* NULL: the project's own */
    Settings *own;        /* the project's own; itself when it is that */
    Settings *parent;     /* of the plugin it inherits from, or NULL */
    SettingDefs defs;
    Map index;                                               /* name or alias -> SettingDef */
    Map overrides;                                           /* name -> Node */
    const Node *flat_project;                                /* config in the project file, names with dots */
    const Node *flat_environment;                            /* config in the active environment */
    Map environment_env, plugin_env, plugin_environment_env; /* the maps called `env`, expanded */
    Map env;               /* the caller's environment, under what project, chain, plugin and environment set */
    Map expandable;        /* env, and .env under it: what $VAR sees */
    Map extras_expandable; /* and the plugin's plain settings: what $VAR sees in extras; empty until needed */
    bool checked;          /* of the project's own: each has a value that is right */
    bool strict;           /* an unknown $VAR is an error */
    int64_t now;           /* microseconds UTC, for relative dates */
};

/* A value with what the next step needs to know. */
typedef struct Resolved {
    SettingValue value;
    bool expandable; /* not expanded and not cast yet */
} Resolved;

/* ---- settings_layers.c ---- */

/* The first layer that has a value, as it stands there. */
bool settings_look(Settings *s, Str name, const SettingDef *def, Resolved *ret, Err *err) MUST_USE;

/* ---- settings.c ---- */

/* With `expand`: $VAR replaced and cast; else as a child that inherits it wants it. */
bool settings_resolve(Settings *s, Str name, const SettingDef *def, bool expand, Resolved *ret, Err *err) MUST_USE;

/* ---- settings_env.c ---- */

/* Fills env and expandable. chain: what earlier plugins of a run set, or NULL. */
bool settings_build_env(Settings *s, const Map *chain, Err *err) MUST_USE;
/* The variable that .env gets for a setting. */
Str settings_written_variable(Settings *s, const SettingDef *def);
/* Copies texts. */
void settings_put_all(Map *to, const Map *from);

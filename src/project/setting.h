/*
 * Definition of one setting of a plugin or of the project, and what its kind does with a value. Rules: Meltano 4
 * (setting_definition.py), reference/extract-load.md 1.2 and 1.3.
 *
 *     SettingDef port = {.name = STR("port"), .kind = SETTING_INTEGER};
 *     if (!setting_cast(arena, &port, node_string(arena, STR("5432")), now, &value, err)) ...     value is the number 5432
 */
#pragma once

#include "base/err.h"
#include "base/node.h"
#include "base/vec.h"

#define SETTING_KINDS(X)                                                                                               \
    X(NONE, "") /* unknown: values are left as they are */                                                             \
    X(STRING, "string")                                                                                                \
    X(INTEGER, "integer")                                                                                              \
    X(BOOLEAN, "boolean")                                                                                              \
    X(DECIMAL, "decimal")                                                                                              \
    X(DATE, "date_iso8601")                                                                                            \
    X(EMAIL, "email")                                                                                                  \
    X(PASSWORD, "password") /* old form of sensitive */                                                                \
    X(OAUTH, "oauth")                                                                                                  \
    X(OPTIONS, "options")                                                                                              \
    X(FILE, "file")                                                                                                    \
    X(ARRAY, "array")                                                                                                  \
    X(OBJECT, "object")                                                                                                \
    X(HIDDEN, "hidden") /* old form of hidden */

typedef enum SettingKind {
#define X(name, text) SETTING_##name,
    SETTING_KINDS(X)
#undef X
} SettingKind;

typedef struct SettingDef {
    Str name; /* "a.b" is the key b of the object a; "_x" is an extra */
    SettingKind kind;
    const Node *value;       /* default; NULL = none */
    const Node *aliases;     /* list of other names, or NULL */
    const Node *options;     /* of SETTING_OPTIONS: [{label, value}], or NULL */
    const Node *env_aliases; /* old: list of further variables it is read from, "!NAME" for its opposite; or NULL */
    Str env;                 /* variable that a child process gets it in, besides the usual ones; not read */
    Str label, description, documentation, placeholder;
    Str processor, post_processor; /* nest_object, upcase_string, stringify, parse_date */
    bool hidden;
    bool sensitive;    /* shown as ***** and stored in .env */
    bool env_specific; /* stored in .env */
    bool custom;       /* not defined by the plugin: a key somebody put into config */
} SettingDef;

typedef struct SettingDefs {
    SettingDef *at;
    size_t len;
} SettingDefs;

const char *setting_kind_name(SettingKind kind); /* "date_iso8601" */
/* A name that begins with "_": not for the plugin, but about it (_select, _catalog...). */
bool setting_is_extra(const SettingDef *def);

/* A definition as projects and lock files write it. NULL: the entry is no map, has no name or an unknown kind. */
SettingDef *setting_parse(Arena *a, const Node *entry, Err *err) MUST_USE;
/* For a config key without definition: its kind is that of the value. */
SettingDef setting_custom(Str name, const Node *value);

/* The value as the kind wants it: texts to boolean, integer, decimal, object and array (JSON, else a Python literal);
 * options are checked; then value_processor. *ret is `value` itself when nothing changes. now: microseconds UTC, for dates
 * ("3 days ago"). */
bool setting_cast(Arena *a, const SettingDef *def, const Node *value, int64_t now, const Node **ret, Err *err) MUST_USE;
/* value_post_processor, for what the plugin gets: dates may be relative. */
bool setting_post_process(Arena *a, const SettingDef *def, const Node *value, int64_t now, const Node **ret,
                          Err *err) MUST_USE;
/* As a variable of the environment holds it. */
Str setting_text(Arena *a, const SettingDef *def, const Node *value);

/* NAME of the variable: every byte but letters and digits is "_", upper case. */
Str setting_env_name(Arena *a, Str prefix, Str name);

/*
 * A project: the folder with pond.yml, else meltano.yml, its included files, .env, active environment and plugins.
 * Reading it writes nothing. Everything lives in the arena given at opening; after opening it is read-only (settings
 * resolve in it, see project/settings.h) and belongs to one thread.
 *
 *     AUTO(Arena) arena = {0};
 *     Project *p = project_open(&arena, &(ProjectOptions){.cwd = cwd, .env = &env}, err);
 *
 * The process' environment and folder come as arguments, never from the process itself.
 */
#pragma once

#include "base/err.h"
#include "base/map.h"
#include "base/node.h"
#include "base/vec.h"
#include "project/plugin.h"
#include "project/warehouse_path.h"

typedef struct ProjectOptions {
    Str cwd;        /* absolute; searched upwards. --cwd DIR: that folder */
    const Map *env; /* the caller's environment; borrowed for the life of the project */
    Str env_file;   /* --env-file, relative to the project; empty = .env */
    /* --environment; at == NULL: not given. Then POND_ENVIRONMENT, MELTANO_ENVIRONMENT, the same in .env, then
     * default_environment. "null" (any of them) is none. */
    Str environment;
    bool no_environment;         /* --no-environment */
    bool no_default_environment; /* commands that ignore default_environment: config, job, schedule, select, state */
} ProjectOptions;

typedef struct ProjectFile {
    Str path; /* absolute */
    Str text;
    const Node *root;
} ProjectFile;

/* Settings kept in pond.db, called with JSON values; a callback, so that reading a project opens no database that
 * nobody made. All zero: there is none. */
typedef struct SettingStore {
    /* *ret: copied into the arena; empty when there is none. */
    bool (*get)(void *context, Arena *a, Str owner, Str name, Str *ret, Err *err);
    /* json empty: removes it; name empty: all of the owner's. */
    bool (*set)(void *context, Str owner, Str name, Str json, Err *err);
    void *context;
} SettingStore;

typedef struct Project {
    Arena *arena;
    const Map *env;     /* of the caller */
    Str root;           /* absolute, no "/" at the end */
    ProjectFile *files; /* [0] is pond.yml or meltano.yml, then the included ones */
    size_t file_count;
    const Node *doc; /* all files merged */
    Str dotenv_path;
    Map dotenv;                   /* name -> Str */
    Str environment;              /* name of the active one, empty = none */
    bool environment_is_default;  /* nobody asked for it */
    const Node *environment_node; /* its entry, NULL = none */
    bool readonly;                /* MELTANO_PROJECT_READONLY or project_readonly: edits are refused */
    Plugins plugins;
    SettingStore store;            /* set by the caller after opening */
    StrVec warnings;               /* texts for the user, in the arena */
    struct Settings *own_settings; /* settings_of_project()\'s, made at first use */
} Project;

/* NULL: none found (ERR_NOT_FOUND with the hint to `pond init`), or a file is wrong (ERR_CONFIG with its place). */
Project *project_open(Arena *a, const ProjectOptions *options, Err *err) MUST_USE;
/* Only where it is: the folder, empty when there is none above cwd. */
bool project_find(Arena *a, Str cwd, const Map *env, Str *ret_root, Err *err) MUST_USE;

/* .pond/<sub> (sub may be "a/b" or empty), made with its .gitignore when it is not there. *ret in the project's arena. */
bool project_folder(const Project *p, Str sub, Str *ret, Err *err) MUST_USE;
/* The same without making it. */
Str project_folder_path(const Project *p, Str sub);
/* .meltano, as MELTANO_SYS_DIR_ROOT says; it need not exist. */
Str project_meltano_folder(const Project *p);
/* `path` as the project file means it: absolute, or from the root. In the project's arena, NUL-terminated. */
Str project_path(const Project *p, Str path);

/* Entries of `jobs`, `schedules`, `environments`: a list, or NULL. */
const Node *project_section(const Project *p, const char *key);
/* The entry of a section by its name, or NULL. */
const Node *project_entry(const Project *p, const char *section, Str name);
/* Where a node of `doc` stands, for messages: "pond.yml:12"; the project file alone for what the program made. */
Str project_place(const Project *p, const Node *n);
/* ERR_CONFIG with the environments there are. */
bool project_need_environment(const Project *p, Str name, const Node **ret, Err *err) MUST_USE;
/* state_id_suffix of the active environment, expanded; else empty. */
bool project_state_suffix(Project *p, Str *ret, Err *err) MUST_USE;
/* A variable of the caller: POND_<name>, else MELTANO_<name>, the same in .env; empty counts as not set. */
bool project_variable(const Project *p, const char *name, Str *ret);

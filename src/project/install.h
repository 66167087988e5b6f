/*
 * Installing plugins: a Python venv for each in .pond/venvs/<type>-<name>, made by uv when it is on PATH (and venv.backend is
 * not virtualenv), else by python3 -m venv and pip. What is there already with the same pip_url and interpreter takes no
 * time; a venv of Meltano's that fits is used as it is; plugins that share a venv (inherit_from) are installed once. A venv
 * that is made anew is kept aside until the new one is whole: when that fails, the old one is back.
 *
 *     InstallItem *items = arena_array(arena, InstallItem, count);
 *     for (size_t i = 0; i < count; i++) items[i].plugin = plugins[i];
 *     if (!install_plugins(&(InstallRequest){.project = p, .keeper = keeper, .items = items, .count = count}, err)) ...
 *
 * Blocks until all have ended; several run at a time. One thread.
 */
#pragma once

#include "os/keeper.h"
#include "project/project.h"

typedef enum InstallState {
    INSTALL_WAITING,
    INSTALL_RUNNING,
    INSTALL_DONE,    /* installed now */
    INSTALL_FRESH,   /* was there already */
    INSTALL_ADOPTED, /* Meltano's venv is used */
    INSTALL_BUILTIN, /* Pond has it built in */
    INSTALL_NOTHING, /* no pip_url: there is nothing to install */
    INSTALL_FAILED,
} InstallState;

typedef struct InstallItem {
    const Plugin *plugin; /* set by the caller, the rest by install_plugins */
    InstallState state;
    const char *step; /* of a running one: "making a venv", "installing" */
    size_t steps;     /* begun so far */
    Str command;      /* the last one, as a shell would take it */
    Str log;          /* absolute path: all that its commands said */
    int64_t begin_us; /* on clock_us(); 0 = nothing was to be done */
    int64_t took_us;
    Err err; /* of a failed one: the last lines of its log; the hint says where the log is, or that there is no network */
} InstallItem;

typedef struct InstallRequest {
    Project *project;
    Keeper *keeper;
    Cancel *cancel; /* may be NULL */
    Str run;        /* SpawnRequest's */
    InstallItem *items;
    size_t count;
    size_t parallelism; /* at a time; 0 = as many as there are */
    bool clean;         /* make venvs anew even where nothing changed; Meltano's are not used */
    bool force;         /* pip ignores which Python a package wants */
    /* Called when an item's state or step changes, and several times a second. May be NULL. */
    void (*progress)(void *context, const InstallItem *item);
    void (*tick)(void *context);
    void *context;
} InstallRequest;

/* False: some failed (ERR_CHILD with their number; the items say more), or it was cancelled. The others are installed. */
bool install_plugins(const InstallRequest *request, Err *err) MUST_USE;
/* What its pip_url asks for is there, or it has none. */
bool install_is_fresh(Project *p, const Plugin *plugin);
/* Its program is missing or was installed by us from another pip_url. False also for an executable that is a path: that is
 * no matter of installing. */
bool install_is_needed(Project *p, const Plugin *plugin);

const char *install_state_name(InstallState state); /* "done", "fresh"... */

/*
 * A plugin made ready to be started: its settings, environment, program and configuration file; and the ways to start it.
 *
 *     PluginProcess tap;
 *     if (!process_prepare(world, plugin, &tap, err) || !process_write_config(world, &tap, err)) return false;
 *     StrVec args = ...;
 *     if (!process_start(world, &tap, &args, (ProcessIo){.in = -1, .out = pipe.write}, &child, err)) return false;
 */
#pragma once

#include "orchestrate/world.h"
#include "project/settings.h"

/* Lives in the world's arena. */
typedef struct PluginProcess {
    const Plugin *plugin;
    Settings *settings;
    const Node *config; /* what --config gets */
    Map env;
    Str executable;  /* absolute */
    Str config_path; /* empty until process_write_config */
} PluginProcess;

/* ERR_NOT_FOUND says which `pond install` is missing. */
bool process_prepare(const World *w, const Plugin *plugin, PluginProcess *ret, Err *err) MUST_USE;
/* 0600 in the run's folder. */
bool process_write_config(const World *w, PluginProcess *p, Err *err) MUST_USE;

typedef struct ProcessIo {
    int in, out;     /* -1 = /dev/null */
    int err;         /* -1 = the plugin's log */
    bool foreground; /* it may use the terminal and gets its ctrl-C */
} ProcessIo;

/* args are those behind the program's name. */
bool process_start(const World *w, const PluginProcess *p, const StrVec *args, ProcessIo io, Child *ret,
                   Err *err) MUST_USE;
/* Runs it to its end and hands over what it wrote to standard output. ERR_CHILD with its last words when it fails. */
bool process_capture(const World *w, const PluginProcess *p, const StrVec *args, Buf *ret, Err *err) MUST_USE;
/* ERR_CHILD "<role> <name> failed: exit code 3" with its last words. Returns false. */
bool process_failed(const World *w, const PluginProcess *p, ExitStatus status, Err *err);

/*
 * A plugin made ready to be started: its settings, environment, program and configuration file; and the ways to start it.
 *
 *     Program tap;
 *     if (!program_prepare(world, plugin, &tap, err) || !program_write_config(world, &tap, err)) return false;
 *     StrVec args = ...;
 *     if (!program_start(world, &tap, &args, (ProgramIo){.in = -1, .out = pipe.write}, &child, err)) return false;
 */
#pragma once

#include "orchestrate/world.h"
#include "project/settings.h"

/* Lives in the world's arena. */
typedef struct Program {
    const Plugin *plugin;
    Str label; /* its name, of a mapper the mapping's: names its files and its log */
    Settings *settings;
    const Node *config; /* what --config gets */
    Map env;
    Str executable;  /* absolute */
    Str config_path; /* empty until program_write_config */
} Program;

/* ERR_NOT_FOUND says which `pond install` is missing. */
bool program_prepare(const World *w, const Plugin *plugin, Program *ret, Err *err) MUST_USE;
/* In a run behind the plugins that set `chain` (settings_in_chain). */
bool program_prepare_in_chain(const World *w, const Plugin *plugin, const Map *chain, Program *ret, Err *err) MUST_USE;
/* 0600 in the run's folder. */
bool program_write_config(const World *w, Program *p, Err *err) MUST_USE;

typedef struct ProgramIo {
    int in, out;     /* -1 = /dev/null */
    int err;         /* -1 = the plugin's log */
    bool foreground; /* it may use the terminal and gets its ctrl-C */
} ProgramIo;

/* args are those behind the program's name. */
bool program_start(const World *w, const Program *p, const StrVec *args, ProgramIo io, Child *ret, Err *err) MUST_USE;
/* Runs it to its end and hands over what it wrote to standard output. ERR_CHILD with its last words when it fails. */
bool program_capture(const World *w, const Program *p, const StrVec *args, Buf *ret, Err *err) MUST_USE;
/* ERR_CHILD "<role> <name> failed: exit code 3" with its last words. Returns false. */
bool program_failed(const World *w, const Program *p, ExitStatus status, Err *err);

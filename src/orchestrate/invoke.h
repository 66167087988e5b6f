/* Running a plugin's program, or one of its commands, to its end: `pond invoke` and the command blocks of a run. */
#pragma once

#include "orchestrate/program.h"

typedef struct Invocation {
    const Plugin *plugin;
    Str command;        /* of `plugin:command`; empty = the program itself */
    const StrVec *args; /* behind the plugin's own */
    int in, out, err;   /* -1 = /dev/null */
    bool foreground;    /* it may use the terminal and gets its ctrl-C itself */
} Invocation;

/* Its exit status, whatever it is, is a success here. A tap gets --config and, unless it is asked for --discover, --help or the
 * like, its catalog. On CANCEL_STOP it gets SIGTERM, 5 s later SIGKILL, and its status then counts. */
bool invoke_run(const World *w, const Invocation *invocation, ExitStatus *ret, Err *err) MUST_USE;

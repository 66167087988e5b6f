/*
 * Installing plugins from a command: `install` itself, `add`, and the commands that install what is missing before they run.
 *
 *     if (!install_missing_one(cmd, project, tap, err)) return false;
 *     if (cmd_flag(cmd, "only-install")) return true;
 */
#pragma once

#include "command/cmd.h"

typedef VEC(const Plugin *) PluginRefs;
static inline void plugin_refs_release(PluginRefs *r) {
    vec_release(r);
}
DEFINE_AUTO(PluginRefs, plugin_refs_release)

typedef struct InstallWay {
    bool clean, force;  /* as InstallRequest's */
    size_t parallelism; /* 0: as many as there are plugins */
    Out *out;           /* lines and progress */
} InstallWay;

/* With a line for each and progress on a terminal; a failed one with the last words of its installer. */
bool install_shown(Cmd *cmd, Project *p, const PluginRefs *plugins, const InstallWay *way, Err *err) MUST_USE;

/* Opens the project again and installs these plugins. */
bool install_named(Cmd *cmd, const StrVec *names, Err *err) MUST_USE;

/* Those whose program is missing or was installed from another pip_url, on the error stream; none: says nothing. Unless
 * --no-install or the setting auto_install is false: then nothing is done. */
bool install_missing(Cmd *cmd, Project *p, const PluginRefs *plugins, Err *err) MUST_USE;
bool install_missing_one(Cmd *cmd, Project *p, const Plugin *plugin, Err *err) MUST_USE;
/* The same for the plugins of run blocks. A word that is no block is an error. */
bool install_blocks(Cmd *cmd, Project *p, const StrVec *words, Err *err) MUST_USE;

/* Rows of commands that call install_missing. --only-install is theirs to heed. */
#define OPTIONS_OF_INSTALLING                                                                                          \
    {.name = "install",                                                                                                \
     .kind = OPTION_SWITCH,                                                                                            \
     .value = "on",                                                                                                    \
     .env = "AUTO_INSTALL",                                                                                            \
     .help = "install plugins that are missing"},                                                                      \
    {                                                                                                                  \
        .name = "only-install", .help = "install what is missing and do nothing else"                                  \
    }

/*
 * Cmd: the world a command body sees. A body is `bool x_run(Cmd *, Err *)` and takes everything from here, nothing from the
 * process: it runs as well in the CLI as in a thread of the server for another caller (DESIGN 4). One thread at a time;
 * only `cancel` is shared.
 *
 *     bool version_run(Cmd *cmd, Err *err) {
 *         (void)err;
 *         out_printf(cmd->out, "pond %s\n", POND_VERSION);
 *         return true;
 *     }
 */
#pragma once

#include <sys/types.h>

#include "base/log.h"
#include "base/map.h"
#include "command/out.h"
#include "command/parse.h"
#include "os/keeper.h"
#include "os/wait.h"
#include "project/project.h"
#include "warehouse/warehouse.h"

struct Cmd {
    Arena *arena; /* for everything that lives as long as the command */
    const CommandLine *line;
    const Map *env; /* the caller's environment */
    Str cwd;        /* absolute */
    Str program;    /* of this pond, absolute: what children may start */
    mode_t umask;
    int in; /* descriptor; read it with os/io.h */
    bool in_terminal;
    Out *out, *err;
    Cancel *cancel;
    const struct Host *host; /* NULL in the server */
    WarehousePool *pool;     /* the server's files; NULL in the CLI */
    Keeper *keeper;          /* NULL unless the command's row says `spawns` */
    Log *log;
    bool log_chosen; /* --log-level or --log-format said what goes to the error stream */
    /* Exit code of a body that returned true: a child's own, or 1 for "looked, and something is wrong". */
    int exit_code;
};

/* What was given on the command line; names as in the command's row. */
static inline bool cmd_flag(const Cmd *cmd, const char *option) {
    return options_flag(&cmd->line->options, option);
}
static inline bool cmd_given(const Cmd *cmd, const char *option) {
    return options_given(&cmd->line->options, option);
}
static inline Str cmd_text(const Cmd *cmd, const char *option) {
    return options_text(&cmd->line->options, option);
}
static inline uint64_t cmd_number(const Cmd *cmd, const char *option) {
    return options_number(&cmd->line->options, option);
}
static inline const StrVec *cmd_list(const Cmd *cmd, const char *option) {
    return options_list(&cmd->line->options, option);
}
/* The words that are no options; the empty Str behind the last. */
Str cmd_word(const Cmd *cmd, size_t i);
size_t cmd_words(const Cmd *cmd);

/* A variable of the caller's environment; the empty Str when it is not set. */
Str cmd_env(const Cmd *cmd, Str name);
/* POND_<name>, else MELTANO_<name>. */
Str cmd_own_env(const Cmd *cmd, const char *name);
/* An absolute path of what the user typed. */
Str cmd_path(const Cmd *cmd, Str path);
/* `--format json`. */
bool cmd_json(const Cmd *cmd);
/* Where warnings of the log go unless the command line says otherwise. Before threads begin. */
void cmd_log_warnings(Cmd *cmd, LogSink sink);
/* A document on standard output, as json.dumps(indent=2), with a line end. */
void cmd_print_json(Cmd *cmd, const Node *document);
/* A line for the user beside the result: to the error stream, "warning: ..." */
void cmd_warn(Cmd *cmd, const char *format, ...) PRINTF_LIKE(2, 3);
/* Asks on a terminal and reads y or n; without a terminal the answer is no and the error says which option to give. */
bool cmd_confirm(Cmd *cmd, const char *option, const char *question, Err *err) MUST_USE;

/* Whether a command works in default_environment when nobody names one (reference 1.1). */
typedef enum EnvironmentRule { ENVIRONMENT_DEFAULT, ENVIRONMENT_EXPLICIT } EnvironmentRule;

/* Opens the project around cwd (or --cwd) with the environment the options choose, and prints its warnings. */
Project *cmd_project(Cmd *cmd, EnvironmentRule rule, Err *err) MUST_USE;
/* --plugin-type, of a command that has it; *ret stays as it is when it is not given. */
bool cmd_plugin_type(const Cmd *cmd, PluginType *ret, Err *err) MUST_USE;
/* The plugin of a word, by --plugin-type when that is given. */
const Plugin *cmd_plugin(const Cmd *cmd, const Project *p, PluginType type, Str name, Err *err) MUST_USE;

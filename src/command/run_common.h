/* What `run`, `el`, `invoke`, `select` and `config test` share: their World, and the options of a run. */
#pragma once

#include "command/cmd.h"
#include "orchestrate/run.h"

/* Fills a World from the command and opens it: pond.db, run and log folders. Close it with run_world_close, also after a
 * failure. */
bool run_world_open(Cmd *cmd, Project *p, World *ret, Err *err) MUST_USE;
void run_world_close(World *w);
DEFINE_AUTO(World, run_world_close)

/* Rows that `run` and `el` have both. */
#define OPTIONS_OF_RUNS                                                                                                \
    {.name = "full-refresh", .env = "RUN_FULL_REFRESH", .help = "the taps get no state"},                              \
        {.name = "refresh-catalog", .env = "RUN_REFRESH_CATALOG", .help = "ask the taps for their catalog again"},     \
        {.name = "force", .letter = 'f', .env = "RUN_FORCE", .help = "although another run works on this state"},      \
        {.name = "state-strategy",                                                                                     \
         .kind = OPTION_CHOICE,                                                                                        \
         .argument = "auto|merge|overwrite",                                                                           \
         .value = "auto",                                                                                              \
         .env = "RUN_STATE_STRATEGY",                                                                                  \
         .help = "how new state meets the stored one"},                                                                \
        {.name = "merge-state", .help = "old name of --state-strategy merge", .hidden = true},                         \
        {.name = "run-id", .kind = OPTION_TEXT, .argument = "UUID", .env = "RUN_ID", .help = "id of this run"},        \
        {.name = "timeout",                                                                                            \
         .kind = OPTION_NUMBER,                                                                                        \
         .argument = "SECONDS",                                                                                        \
         .env = "RUN_TIMEOUT",                                                                                         \
         .help = "stop after so long, as by ctrl-C"},                                                                  \
    {                                                                                                                  \
        .name = "format", .kind = OPTION_CHOICE, .argument = "text|json", .value = "text", .help = "run table"         \
    }

/* What these options say. */
RunRequest run_request(Cmd *cmd);
/* --dry-run: says which blocks it would run, with which state. */
bool run_explain(Cmd *cmd, Project *p, const RunRequest *request, Err *err) MUST_USE;
/* Runs it with progress and table. */
bool run_perform(Cmd *cmd, Project *p, const RunRequest *request, Err *err) MUST_USE;

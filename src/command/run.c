/* pond run: blocks of taps, mappers, loaders and plugin commands, one after the other. */
#include "command/all.h"
#include "command/install.h"
#include "command/run_common.h"

static bool run_run(Cmd *cmd, Err *err) {
    Project *p = cmd_project(cmd, ENVIRONMENT_DEFAULT, err);
    if (!p) return false;
    RunRequest request = run_request(cmd);
    request.words = &cmd->line->words;
    request.keep_state = cmd_flag(cmd, "no-state-update");
    request.state_id_suffix = cmd_text(cmd, "state-id-suffix");
    if (cmd_flag(cmd, "dry-run")) return run_explain(cmd, p, &request, err);
    if (!install_blocks(cmd, p, request.words, err)) return false;
    return cmd_flag(cmd, "only-install") || run_perform(cmd, p, &request, err);
}

static const Option options[] = {
    {.name = "dry-run", .help = "only say what would run"},
    OPTIONS_OF_RUNS,
    {.name = "no-state-update", .env = "RUN_NO_STATE_UPDATE", .help = "read the state, do not write it"},
    {.name = "state-id-suffix",
     .kind = OPTION_TEXT,
     .argument = "TEXT",
     .env = "RUN_STATE_ID_SUFFIX",
     .help = "keep a state of its own: ENV:TAP-to-TARGET:TEXT"},
    OPTIONS_OF_INSTALLING,
    {0},
};

const Command command_run = {
    .name = "run",
    .group = GROUP_LOAD,
    .words = "BLOCK...",
    .summary = "run taps into targets, mappers between them, plugin commands, jobs",
    .details = "  pond run tap-shop target-duckdb\n"
               "  pond run tap-shop hide-emails target-duckdb dbt:run\n"
               "  pond run nightly\n",
    .options = options,
    .run = run_run,
    .warehouse = true,
    .spawns = true,
};

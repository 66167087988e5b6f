/* pond logs: the runs of a project and what their plugins wrote to standard error. */
#include "base/time.h"
#include "command/all.h"
#include "command/cmd.h"
#include "command/grid.h"
#include "command/human.h"
#include "meta/runs.h"
#include "os/file.h"

enum { LOG_LIMIT = 1024 * 1024 * 1024 };

static bool open_meta(Cmd *cmd, Meta **ret, Err *err) {
    Project *p = cmd_project(cmd, ENVIRONMENT_EXPLICIT, err);
    return p && meta_open(project_folder_path(p, (Str){0}).at, META_READ, ret, err);
}

/* ---- list ---- */

static Node *time_node(Arena *a, int64_t us) {
    char text[TIME_TEXT];
    return us ? node_string(a, time_format(us, text)) : node_new(a, NODE_NULL);
}

static Node *run_json(Arena *a, const RunRecord *run) {
    Node *n = node_new(a, NODE_MAP);
    node_put(a, n, STR("id"), node_i64(a, run->id));
    node_put(a, n, STR("run_id"), node_string(a, path_name(run->log_path)));
    node_put(a, n, STR("state"), node_string(a, str_of(run_state_name(run->state))));
    node_put(a, n, STR("blocks"), node_string(a, run->blocks));
    node_put(a, n, STR("state_id"), node_string(a, run->state_id));
    node_put(a, n, STR("environment"), node_string(a, run->environment));
    node_put(a, n, STR("started_at"), time_node(a, run->started_us));
    node_put(a, n, STR("ended_at"), time_node(a, run->ended_us));
    node_put(a, n, STR("exit_code"), node_i64(a, run->exit_code));
    node_put(a, n, STR("error"), node_string(a, run->error));
    node_put(a, n, STR("log"), node_string(a, run->log_path));
    return n;
}

static Style state_style(RunState state) {
    switch (state) {
    case RUN_SUCCESS: return STYLE_GREEN;
    case RUN_FAIL:
    case RUN_DEAD: return STYLE_RED;
    case RUN_RUNNING: return STYLE_CYAN;
    case RUN_CANCELED: break;
    }
    return STYLE_YELLOW;
}

static void print_runs(Cmd *cmd, const RunList *runs) {
    AUTO(Grid) grid = {0};
    grid_column(&grid, "run", GRID_RIGHT);
    grid_column(&grid, "started (UTC)", GRID_LEFT);
    grid_column(&grid, "took", GRID_RIGHT);
    grid_column(&grid, "state", GRID_LEFT);
    grid_column(&grid, "blocks", GRID_LEFT);
    grid_column(&grid, "state id", GRID_LEFT);
    for (size_t i = 0; i < runs->len; i++) {
        const RunRecord *run = &runs->at[i];
        Human started;
        char took[TIME_TEXT];
        grid_printf(&grid, "%lld", (long long)run->id);
        grid_cell(&grid, str_of(human_time(started, run->started_us)));
        grid_cell(&grid, run->ended_us ? duration_format(run->ended_us - run->started_us, took) : STR("-"));
        grid_styled(&grid, state_style(run->state), str_of(run_state_name(run->state)));
        grid_cell(&grid, run->blocks);
        grid_styled(&grid, STYLE_DIM, run->state_id);
    }
    grid_print(&grid, cmd->out);
    if (!runs->len) out_styled(cmd->err, STYLE_DIM, "no runs yet\n");
}

static bool list_run(Cmd *cmd, Err *err) {
    AUTO_PTR(Meta) meta = NULL;
    RunList runs;
    RunFilter filter = {.limit = (size_t)cmd_number(cmd, "limit")};
    if (!open_meta(cmd, &meta, err) || !meta_run_list(meta, cmd->arena, &filter, &runs, err)) return false;
    if (!cmd_json(cmd)) {
        print_runs(cmd, &runs);
        return true;
    }
    Node *list = node_new(cmd->arena, NODE_LIST);
    for (size_t i = 0; i < runs.len; i++) node_push(cmd->arena, list, run_json(cmd->arena, &runs.at[i]));
    cmd_print_json(cmd, list);
    return true;
}

/* ---- show ---- */

static const char list_hint[] = "pond logs list shows the runs";

/* A number, or the UUID of a run, which is its log folder's name; nothing: the newest. */
static bool find_run(Cmd *cmd, Meta *meta, RunRecord *ret, Err *err) {
    Str word = cmd_word(cmd, 0);
    int64_t id = 0;
    if (!word.len || str_to_i64(word, &id))
        return meta_run_get(meta, cmd->arena, id, ret, err) ||
               err_hint(err, word.len ? list_hint : "pond run makes one");
    RunList runs;
    if (!meta_run_list(meta, cmd->arena, &(RunFilter){0}, &runs, err)) return false;
    for (size_t i = 0; i < runs.len; i++) {
        if (!str_starts(path_name(runs.at[i].log_path), word)) continue;
        return meta_run_get(meta, cmd->arena, runs.at[i].id, ret, err);
    }
    err_set(err, ERR_NOT_FOUND, "no run \"" STR_FMT "\"", STR_ARG(word));
    return err_hint(err, list_hint);
}

static Str last_lines(Str text, uint64_t count) {
    size_t at = text.len;
    if (!count) return text;
    while (at > 0 && count > 0) {
        at--;
        if (at == 0 || text.at[at - 1] == '\n') count--;
    }
    return str_slice(text, at, STR_NONE);
}

static bool show_file(Cmd *cmd, Str folder, Str name, Err *err) {
    AUTO(Arena) arena = {0};
    Str text;
    if (!file_read(&arena, path_join(&arena, folder, name).at, LOG_LIMIT, &text, err)) return false;
    text = last_lines(text, cmd_number(cmd, "tail"));
    if (!text.len) return true;
    out_styled(cmd->out, STYLE_BOLD, "== " STR_FMT "\n", STR_ARG(path_stem(name)));
    out_str(cmd->out, text);
    if (text.at[text.len - 1] != '\n') out_c(cmd->out, "\n");
    return true;
}

static bool show_run(Cmd *cmd, Err *err) {
    AUTO_PTR(Meta) meta = NULL;
    AUTO(StrVec) files = {0};
    RunRecord run;
    if (!open_meta(cmd, &meta, err) || !find_run(cmd, meta, &run, err)) return false;
    if (cmd_json(cmd)) {
        cmd_print_json(cmd, run_json(cmd->arena, &run));
        return true;
    }
    if (!path_is_dir(run.log_path.at)) {
        return err_set(err, ERR_NOT_FOUND, "the log of run %lld is gone: " STR_FMT, (long long)run.id,
                       STR_ARG(run.log_path));
    }
    if (!dir_list(cmd->arena, run.log_path.at, &files, err)) return false;
    for (size_t i = 0; i < files.len; i++) {
        if (!show_file(cmd, run.log_path, files.at[i], err)) return false;
    }
    if (run.error.len) out_styled(cmd->out, STYLE_RED, STR_FMT "\n", STR_ARG(run.error));
    return true;
}

static bool dir_run(Cmd *cmd, Err *err) {
    Project *p = cmd_project(cmd, ENVIRONMENT_EXPLICIT, err);
    if (!p) return false;
    out_printf(cmd->out, STR_FMT "\n", STR_ARG(project_folder_path(p, STR("logs"))));
    return true;
}

static const Option list_options[] = {
    {.name = "limit", .kind = OPTION_NUMBER, .argument = "N", .value = "20", .help = "newest runs, 0 for all"},
    {.name = "format", .kind = OPTION_CHOICE, .argument = "text|json", .value = "text", .help = "output"},
    {0},
};

static const Command list_row = {
    .name = "list",
    .words = "",
    .summary = "runs, newest first",
    .options = list_options,
    .run = list_run,
};

static const Option show_options[] = {
    {.name = "tail", .kind = OPTION_NUMBER, .argument = "N", .help = "only the last N lines of each plugin"},
    {.name = "format", .kind = OPTION_CHOICE, .argument = "text|json", .value = "text", .help = "json: its record"},
    {0},
};

static const Command show_row = {
    .name = "show",
    .words = "[RUN]",
    .summary = "what the plugins of a run said; the newest without RUN",
    .options = show_options,
    .run = show_run,
};

static const Command dir_row = {
    .name = "dir",
    .words = "",
    .summary = "print the folder of the logs",
    .run = dir_run,
};

static const Command *const verbs[] = {&list_row, &show_row, &dir_row, NULL};

const Command command_logs = {
    .name = "logs",
    .group = GROUP_LOAD,
    .summary = "runs of the project and their logs",
    .verbs = verbs,
};

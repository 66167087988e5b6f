/* pond target: a Singer target for DuckDB on standard input, alone or as the loader of a real Meltano. Rows and, with
 * --state-id, the bookmark commit together; every STATE line printed stands for rows that are durable. */
#include "command/target.h"

#include <errno.h>
#include <fcntl.h>

#include "command/all.h"
#include "command/open.h"
#include "load/load.h"
#include "os/file.h"
#include "project/warehouse_path.h"

/* A STATE whose records are all durable: its value, byte for byte, is the target's output. */
static void print_state(void *context, Str state) {
    Cmd *cmd = context;
    Err ignored = {0};
    out_str(cmd->out, state);
    out_c(cmd->out, "\n");
    (void)!out_flush(cmd->out, &ignored);
}

static bool open_input(Cmd *cmd, Fd *ret, Err *err) {
    Str file = cmd_text(cmd, "input");
    if (!file.len || str_is(file, "-")) return true;
    *ret = open(cmd_path(cmd, file).at, O_RDONLY | O_CLOEXEC);
    return *ret >= 0 || err_errno(err, errno, "cannot read --input \"" STR_FMT "\"", STR_ARG(file));
}

static bool read_settings(Cmd *cmd, LoadSettings *ret, Err *err) {
    AUTO(StrVec) unknown = {0};
    const Node *config = target_config(cmd, err);
    if (!config || !load_settings_read(ret, cmd->arena, config, &unknown, err)) return false;
    for (size_t i = 0; i < unknown.len; i++) cmd_warn(cmd, "unknown setting \"" STR_FMT "\"", STR_ARG(unknown.at[i]));
    if (ret->path.len) return warehouse_path_check(ret->path, err);
    err_set(err, ERR_CONFIG, "setting \"path\" is missing");
    return err_hint(err, "path names the DuckDB file to load into");
}

static void tell_wait(void *context, Str table, Str who) {
    cmd_warn(context, "waiting for " STR_FMT ": " STR_FMT " writes it", STR_ARG(table), STR_ARG(who));
}

static bool load_input(Cmd *cmd, const LoadSettings *settings, int input, Err *err) {
    WarehouseOptions options = {
        .path = cmd_path(cmd, settings->path),
        .library = cmd_env(cmd, STR("POND_LIBDUCKDB")),
        .pool = cmd->pool,
        .loader = true,
    };
    LockWait wait = open_lock_wait(cmd);
    AUTO_PTR(Warehouse) w = warehouse_open_waiting(&options, &wait, err);
    if (!w) return false;
    LoadRequest request = {
        .warehouse = w,
        .settings = settings,
        .input = input,
        .cancel = cmd->cancel,
        .state_id = cmd_text(cmd, "state-id"),
        .on_state = print_state,
        .who = STR("pond target"),
        .on_wait = tell_wait,
        .context = cmd,
    };
    LoadFigures figures = {0};
    load_settings_warn(&request, cmd->log);
    bool ok = load_run(&request, &figures, err);
    load_figures_warn(&figures, NULL, cmd->log);
    load_figures_release(&figures);
    return ok;
}

static bool target_run(Cmd *cmd, Err *err) {
    if (cmd_flag(cmd, "version")) {
        out_printf(cmd->out, "target-duckdb v%s (pond)\n", POND_VERSION);
        return true;
    }
    if (cmd_flag(cmd, "about")) {
        target_about(cmd);
        return true;
    }
    AUTO(Fd) file = -1;
    LoadSettings settings;
    cmd_log_warnings(cmd, log_to_fd(cmd->err->fd, LOG_TEXT, LOG_WARN));
    if (!read_settings(cmd, &settings, err) || !open_input(cmd, &file, err)) return false;
    return load_input(cmd, &settings, file >= 0 ? file : cmd->in, err);
}

static const Option options[] = {
    {.name = "config",
     .letter = 'c',
     .kind = OPTION_LIST,
     .argument = "FILE|ENV",
     .help = "settings as JSON; again: merged; ENV: TARGET_DUCKDB_* variables"},
    {.name = "input", .kind = OPTION_TEXT, .argument = "FILE", .help = "messages, instead of standard input"},
    {.name = "state-id",
     .kind = OPTION_TEXT,
     .argument = "ID",
     .help = "keep the bookmark in the warehouse, committed with the rows"},
    {.name = "about", .help = "settings and capabilities"},
    {.name = "format", .kind = OPTION_CHOICE, .argument = "text|json|markdown", .value = "text", .help = "of --about"},
    {.name = "version", .help = "print the version"},
    {0},
};

const Command command_target = {
    .name = "target",
    .group = GROUP_LOAD,
    .words = "",
    .summary = "a plain Singer target for DuckDB on standard input",
    .details = "  tap-x --config tap.json | pond target --config target.json\n",
    .options = options,
    .run = target_run,
    .warehouse = true,
};

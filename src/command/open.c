#include "command/open.h"

#include "base/time.h"
#include "orchestrate/limits.h"
#include "os/file.h"

static void say_who(void *context, Str path, int64_t timeout_us, const LockHolder *holder) {
    Cmd *cmd = context;
    Err ignored = {0};
    out_styled(cmd->err, STYLE_DIM,
               "waiting up to %lld s for \"" STR_FMT "\": pid %d has it (%s); with pond up both share it\n",
               (long long)(timeout_us / US_PER_SECOND), STR_ARG(path), (int)holder->pid, holder->command);
    (void)!out_flush(cmd->err, &ignored);
}

static void say_mended(void *context, Str path, unsigned blocks) {
    cmd_warn(context,
             "\"" STR_FMT "\": mended %u block%s that a killed process left half written; no row is touched by that",
             STR_ARG(path), blocks, blocks == 1 ? "" : "s");
}

LockWait open_lock_wait(Cmd *cmd) {
    return (LockWait){
        .timeout_us = (int64_t)MIN(cmd_number(cmd, "lock-timeout"), UINT32_MAX) * US_PER_SECOND,
        .cancel = cmd->cancel,
        .notice = say_who,
        .mended = say_mended,
        .context = cmd,
    };
}

static bool there(OpenMode mode, Str path, Err *err) {
    if (mode == OPEN_WRITE || path_exists(path.at)) return true;
    return err_set(err, ERR_NOT_FOUND, STR_FMT " does not exist", STR_ARG(path));
}

/* options: with the limits. */
static Warehouse *open_as(Cmd *cmd, WarehouseOptions options, Str path, OpenMode mode, Err *err) {
    if (!there(mode, path, err)) return NULL;
    options.path = path;
    options.library = cmd_env(cmd, STR("POND_LIBDUCKDB"));
    options.pool = cmd->pool;
    options.read_only = mode == OPEN_READ;
    LockWait wait = open_lock_wait(cmd);
    return warehouse_open_waiting(&options, &wait, err);
}

Warehouse *open_warehouse_file(Cmd *cmd, Str path, OpenMode mode, Err *err) {
    return open_as(cmd, (WarehouseOptions){0}, path, mode, err);
}

Warehouse *open_project_file(Cmd *cmd, Project *p, Str path, OpenMode mode, Err *err) {
    WarehouseOptions options = {0};
    return warehouse_limits_read(p, &options, err) ? open_as(cmd, options, path, mode, err) : NULL;
}

Warehouse *open_warehouse(Cmd *cmd, Project *p, OpenMode mode, Err *err) {
    WarehousePath file;
    if (!project_warehouse(p, &file, err)) return NULL;
    Warehouse *w = open_project_file(cmd, p, file.path, mode, err);
    if (w || err->code != ERR_NOT_FOUND) return w;
    err_context(err, "no warehouse yet");
    err_hint(err, "pond run TAP TARGET loads something into it");
    return NULL;
}

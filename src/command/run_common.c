#include "command/run_common.h"

#include <ctype.h>

#include "base/time.h"
#include "command/host.h"
#include "command/open.h"
#include "command/run_display.h"
#include "command/state_warning.h"

static void close_log(void *object) {
    fd_close(object);
}

/* Pond's own events of the run, beside the logs of its plugins. */
static bool log_to_run(Cmd *cmd, const World *w, Err *err) {
    Fd *fd = arena_new(cmd->arena, Fd);
    if (!world_log_open(w, STR("pond"), fd, err)) return false;
    arena_defer(cmd->arena, close_log, fd);
    log_add(cmd->log, log_to_fd(*fd, LOG_TEXT, LOG_INFO));
    return true;
}

bool run_world_open(Cmd *cmd, Project *p, World *ret, Err *err) {
    Str folder;
    ret->arena = cmd->arena;
    ret->project = p;
    ret->keeper = cmd->keeper;
    ret->cancel = cmd->cancel;
    ret->log = cmd->log;
    ret->program = cmd->program;
    ret->library = cmd_env(cmd, STR("POND_LIBDUCKDB"));
    ret->pool = cmd->pool;
    ret->lender = cmd->host ? cmd->host->lender : NULL;
    ret->lender_context = cmd;
    ret->lock = open_lock_wait(cmd);
    ret->umask = cmd->umask;
    if (!ret->deadline_us) ret->deadline_us = NO_DEADLINE;
    if (!project_folder(p, (Str){0}, &folder, err)) return false;
    return meta_open(folder.at, META_WRITE, &ret->meta, err) && world_open(ret, err) && log_to_run(cmd, ret, err);
}

void run_world_close(World *w) {
    world_close(w);
    if (w->meta) meta_close(w->meta);
    w->meta = NULL;
}

static StateStrategy strategy(const Cmd *cmd) {
    Str word = cmd_text(cmd, "state-strategy");
    if (cmd_flag(cmd, "merge-state") || str_is(word, "merge")) return STATE_MERGE;
    return str_is(word, "overwrite") ? STATE_OVERWRITE : STATE_AUTO;
}

RunRequest run_request(Cmd *cmd) {
    bool full = cmd_flag(cmd, "full-refresh");
    return (RunRequest){
        .full_refresh = full,
        .force = cmd_flag(cmd, "force"),
        .strategy = strategy(cmd),
        .catalog = {.refresh = full || cmd_flag(cmd, "refresh-catalog")},
        .in = cmd->in,
        .out = cmd->out->fd,
        .err = cmd->err->fd,
    };
}

bool run_explain(Cmd *cmd, Project *p, const RunRequest *request, Err *err) {
    Blocks blocks;
    if (!blocks_parse(p, request->words, &blocks, err)) return false;
    for (size_t i = 0; i < blocks.len; i++) {
        Str id;
        if (!run_state_id(p, request, &blocks.at[i], &id, err)) return false;
        out_printf(cmd->out, "would run: " STR_FMT, STR_ARG(blocks.at[i].name));
        if (id.len) out_printf(cmd->out, "  (state " STR_FMT ")", STR_ARG(id));
        out_c(cmd->out, "\n");
    }
    return true;
}

/* 8-4-4-4-12 hexadecimal digits: it becomes a folder's name. */
static bool is_uuid(Str text) {
    if (text.len != 36) return false;
    for (size_t i = 0; i < text.len; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text.at[i] != '-' : !isxdigit((unsigned char)text.at[i])) return false;
    }
    return true;
}

bool run_perform(Cmd *cmd, Project *p, const RunRequest *request, Err *err) {
    AUTO(World) world = {.run_id = cmd_text(cmd, "run-id")};
    RunDisplay *display = arena_new(cmd->arena, RunDisplay);
    run_display_init(display, cmd);
    world.observer = run_display_observer(display);
    if (world.run_id.len && !is_uuid(world.run_id)) {
        return err_set(err, ERR_USAGE, "--run-id \"" STR_FMT "\": must be a UUID", STR_ARG(world.run_id));
    }
    uint64_t timeout = cmd_number(cmd, "timeout");
    if (timeout) world.deadline_us = deadline_in((int64_t)MIN(timeout, UINT32_MAX) * US_PER_SECOND);
    if (!state_warning(cmd, p, err)) return false;
    bool ok = run_world_open(cmd, p, &world, err) && run_blocks(&world, request, err);
    run_display_finish(display, world.run_id, ok ? NULL : err);
    return ok;
}

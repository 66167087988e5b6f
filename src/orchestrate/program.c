#include "orchestrate/program.h"

#include "base/json.h"
#include "os/file.h"
#include "project/environ.h"
#include "project/required.h"

enum {
    OUTPUT_LIMIT = 512 * 1024 * 1024,
    PIECE = 64 * 1024,
    TICK_US = 100 * 1000,
    STATUS_TEXT = 64,
};

bool program_prepare(const World *w, const Plugin *plugin, Program *ret, Err *err) {
    return program_prepare_in_chain(w, plugin, NULL, ret, err);
}

bool program_prepare_in_chain(const World *w, const Plugin *plugin, const Map *chain, Program *ret, Err *err) {
    *ret = (Program){.plugin = plugin, .label = plugin->mapping.len ? plugin->mapping : plugin->name};
    map_init(&ret->env, w->arena);
    ret->settings = settings_in_chain(w->project, plugin, chain, err);
    if (!ret->settings) return false;
    ret->config = settings_config(ret->settings, err);
    if (!ret->config || !environ_of_plugin(ret->settings, NULL, &ret->env, err)) return false;
    if (plugin->builtin != PLUGIN_FOREIGN) {
        ret->executable = w->program;
        return true;
    }
    return environ_executable(w->project, plugin, (Str){0}, &ret->env, &ret->executable, err);
}

bool program_write_config(const World *w, Program *p, Err *err) {
    AUTO(Buf) text = {0};
    json_write(&text, p->config, JSON_PRETTY);
    buf_put(&text, '\n');
    p->config_path = world_file(w, p->label, "config");
    return file_write_private(p->config_path.at, buf_str(&text), err);
}

bool program_start(const World *w, const Program *p, const StrVec *args, ProgramIo io, Child *ret, Err *err) {
    AUTO(Fd) log = -1;
    AUTO(StrVec) argv = {0};
    if (io.err < 0 && !world_log_open(w, p->label, &log, err)) return false;
    vec_push(&argv, p->executable);
    for (size_t i = 0; i < args->len; i++) vec_push(&argv, args->at[i]);
    SpawnRequest request = {
        .argv = argv.at,
        .argc = argv.len,
        .env = &p->env,
        .cwd = w->project->root,
        .run = world_run_tag(w),
        .in = io.in,
        .out = io.out,
        .err = io.err < 0 ? log : io.err,
        .umask = w->umask,
        .foreground = io.foreground,
    };
    return keeper_spawn(w->keeper, &request, ret, err);
}

bool program_failed(const World *w, const Program *p, ExitStatus status, Err *err) {
    char how[STATUS_TEXT];
    exit_status_text(status, how, sizeof how);
    Str said = world_last_words(w, p->label);
    err_set(err, ERR_CHILD, "%s " STR_FMT " failed: %s" STR_FMT, plugin_type_singular(p->plugin->type),
            STR_ARG(p->label), how, STR_ARG(said));
    if (p->settings && settings_hint_missing(p->settings, err)) return false;
    return world_hint_logs(w, err);
}

/* To the end of the output; when the program itself has ended and a descendant keeps the pipe open, to the end of what it
 * says at once. */
static bool read_output(const World *w, const Child *child, int fd, Buf *ret, Err *err) {
    bool ended = false;
    ret->limit = OUTPUT_LIMIT;
    for (;;) {
        Err failure = {0};
        if (!buf_reserve(ret, PIECE)) return err_set(err, ERR_INPUT, "more than %d bytes of output", OUTPUT_LIMIT);
        Until until = {deadline_in(TICK_US), w->cancel, CANCEL_STOP};
        ssize_t got = io_read(fd, ret->at + ret->len, PIECE, until, &failure);
        if (got == 0 || (got < 0 && failure.code == ERR_TIMEOUT && ended)) return true;
        if (got < 0 && failure.code != ERR_TIMEOUT) {
            *err = failure;
            return false;
        }
        if (got > 0) ret->len += (size_t)got;
        ended = wait_fd(child_fd(child), POLLIN, (Until){.deadline_us = 0}) == WAIT_READY;
    }
}

bool program_capture(const World *w, const Program *p, const StrVec *args, Buf *ret, Err *err) {
    AUTO(Pipe) pipe = {-1, -1};
    AUTO(Child) child = {0};
    ExitStatus status;
    Until until = {NO_DEADLINE, w->cancel, CANCEL_STOP};
    if (!pipe_open(&pipe, err)) return false;
    if (!program_start(w, p, args, (ProgramIo){.in = -1, .out = pipe.write, .err = -1}, &child, err)) return false;
    fd_close(&pipe.write);
    if (!read_output(w, &child, pipe.read, ret, err) || !child_wait(&child, until, &status, err))
        return err->code == ERR_CANCELED && err_set(err, ERR_CANCELED, "stopped by ctrl-C");
    return exit_ok(status) || program_failed(w, p, status, err);
}

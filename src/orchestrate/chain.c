#include "orchestrate/chain.h"

#include <signal.h>

enum { LOST_READER_US = 5 * 1000 * 1000, LAST_MOMENT_US = 500 * 1000 };

void chain_init(Chain *c, const World *w, size_t cap) {
    *c = (Chain){
        .programs = arena_array(w->arena, Program, cap),
        .args = arena_array(w->arena, StrVec, cap),
        .children = arena_array(w->arena, Child, cap),
        .cap = cap,
        .output = -1,
    };
    map_init(&c->env, w->arena);
}

Program *chain_add(Chain *c, const World *w, const Plugin *plugin, Err *err) {
    BUG_ON(c->count == c->cap);
    Program *p = &c->programs[c->count];
    if (!program_prepare_in_chain(w, plugin, &c->env, p, err) || !program_write_config(w, p, err)) return NULL;
    if (!settings_to_chain(p->settings, &c->env, err)) return NULL;
    c->count++;
    return p;
}

/* Puts the counter between *input and the next program. */
static bool count_from(Chain *c, const World *w, Fd *input, Err *err) {
    AUTO(Pipe) pipe = {-1, -1};
    if (!pipe_open(&pipe, err)) return false;
    pipe_widen(pipe.write);
    Fd from = fd_take(input), to = fd_take(&pipe.write);
    if (!counter_start(&c->counter, from, to, c->figures, w->cancel, err)) return false;
    *input = fd_take(&pipe.read);
    return true;
}

/* Puts the bridge behind an Airbyte source. */
static bool bridge_from(Chain *c, const World *w, Fd *input, Err *err) {
    AUTO(Pipe) pipe = {-1, -1};
    AUTO(Fd) log = -1;
    const Program *tap = &c->programs[0];
    if (!world_log_open(w, tap->label, &log, err) || !pipe_open(&pipe, err)) return false;
    pipe_widen(pipe.write);
    BridgeSpec spec = {.in = fd_take(input),
                       .out = fd_take(&pipe.write),
                       .log = fd_take(&log),
                       .cancel = w->cancel,
                       .source = tap->label};
    if (!bridge_start(&c->bridge, &spec, err)) return false;
    *input = fd_take(&pipe.read);
    return true;
}

bool chain_start(Chain *c, const World *w, Err *err) {
    AUTO(Fd) input = -1;
    for (size_t i = 0; i < c->count; i++) {
        AUTO(Pipe) pipe = {-1, -1};
        if (i && i + 1 == c->count && c->figures && !count_from(c, w, &input, err)) return false;
        if (!pipe_open(&pipe, err)) return false;
        pipe_widen(pipe.write);
        ProgramIo io = {.in = input, .out = pipe.write, .err = -1};
        if (!program_start(w, &c->programs[i], &c->args[i], io, &c->children[i], err)) return false;
        fd_close(&input);
        input = fd_take(&pipe.read);
        if (i == 0 && c->bridge.catalog && !bridge_from(c, w, &input, err)) return false;
    }
    c->output = fd_take(&input);
    return true;
}

void chain_signal(const Chain *c, int sig) {
    for (size_t i = 0; i < c->count; i++) child_signal(&c->children[i], sig);
}

/* One that lost its reader, or works on without one. */
static bool wait_briefly(Child *child, ExitStatus *ret, Err *err) {
    Err late = {0};
    if (child_wait(child, (Until){.deadline_us = deadline_in(LOST_READER_US)}, ret, &late)) return true;
    child_signal(child, SIGTERM);
    if (child_wait(child, (Until){.deadline_us = deadline_in(LOST_READER_US)}, ret, &late)) return true;
    child_signal(child, SIGKILL);
    return child_wait(child, UNTIL_DONE, ret, err);
}

bool chain_wait(Chain *c, const World *w, Err *err) {
    bool lost_reader = false;
    for (size_t i = c->count; i-- > 0;) {
        ExitStatus status;
        Child *child = &c->children[i];
        if (lost_reader) {
            if (!wait_briefly(child, &status, err)) return false;
            continue;
        }
        if (!child_wait(child, UNTIL_DONE, &status, err)) return false;
        if (exit_ok(status)) continue;
        program_failed(w, &c->programs[i], status, err);
        lost_reader = true;
    }
    if (!bridge_succeeded(&c->bridge, err)) return world_hint_logs(w, err);
    return !lost_reader;
}

void chain_release(Chain *c) {
    fd_close(&c->output);
    for (size_t i = 0; i < c->count; i++) {
        if (c->children[i].channel && !c->children[i].ended) child_signal(&c->children[i], SIGTERM);
    }
    for (size_t i = 0; i < c->count; i++) {
        ExitStatus status;
        Err late = {0};
        Child *child = &c->children[i];
        if (child->channel && !child->ended) {
            (void)!child_wait(child, (Until){.deadline_us = deadline_in(LAST_MOMENT_US)}, &status, &late);
        }
        child_release(child);
        vec_release(&c->args[i]);
    }
    bridge_release(&c->bridge);
    counter_join(&c->counter);
    c->count = 0;
}

#include "orchestrate/run.h"

#include <unistd.h>

#include "base/time.h"
#include "meta/runs.h"
#include "orchestrate/invoke.h"
#include "orchestrate/state.h"
#include "project/blocks.h"

/* One run while it works: what its blocks did, for the history. */
typedef struct Run {
    World *w;
    const RunRequest *request;
    Blocks blocks;
    VEC(BlockReport) reports;
} Run;

static Str joined(Arena *a, const StrVec *words) {
    AUTO(Buf) text = {0};
    for (size_t i = 0; i < words->len; i++) buf_printf(&text, "%s" STR_FMT, i ? " " : "", STR_ARG(words->at[i]));
    return arena_str(a, buf_str(&text));
}

/* ---- one block ---- */

bool run_state_id(Project *p, const RunRequest *request, const Block *block, Str *ret, Err *err) {
    Str suffix = request->state_id_suffix;
    *ret = block->extractor ? request->state_id : (Str){0};
    if (request->single || !block->extractor) return true;
    if (!suffix.len && !project_state_suffix(p, &suffix, err)) return false;
    if (p->environment.len && str_find(suffix, ':') != STR_NONE)
        return err_set(err, ERR_CONFIG, "state id suffix \"" STR_FMT "\" holds a colon", STR_ARG(suffix));
    *ret = state_id_of(p->arena, p->environment, block->extractor->name, block->loader->name, suffix);
    return true;
}

/* Two runs with a foreign loader would write the same state; the built-in loader's run waits for the warehouse anyway. */
static bool check_alone(const Run *r, const Block *block, Str id, Err *err) {
    RunList running;
    RunFilter filter = {.state_id = id, .only_state = true, .state = RUN_RUNNING};
    if (!id.len || r->request->force || block->loader->builtin != PLUGIN_FOREIGN) return true;
    if (!meta_run_list(r->w->meta, r->w->arena, &filter, &running, err)) return false;
    for (size_t i = 0; i < running.len; i++) {
        if (running.at[i].id == r->w->number) continue;
        err_set(err, ERR_CONFLICT, "run %lld (pid %d) is working on " STR_FMT, (long long)running.at[i].id,
                (int)running.at[i].pid, STR_ARG(id));
        return err_hint(err, "--force runs beside it");
    }
    return true;
}

static bool run_extract_load(Run *r, const Block *block, BlockReport *report, Err *err) {
    const RunRequest *request = r->request;
    ExtractLoad el = {
        .tap = block->extractor,
        .loader = block->loader,
        .mappers = block->mappers,
        .mapper_count = block->mapper_count,
        .full_refresh = request->full_refresh,
        .keep_state = request->keep_state,
        .strategy = request->strategy,
        .state_file = request->state_file,
        .catalog = request->catalog,
    };
    if (!run_state_id(r->w->project, request, block, &el.state_id, err) || !check_alone(r, block, el.state_id, err))
        return false;
    if (!el.state_id.len && !request->single) world_note(r->w, "no environment: this run keeps no state");
    if (block->unheard.len)
        world_note(r->w, STR_FMT ": a chain has no commands; pond invoke " STR_FMT " runs one", STR_ARG(block->unheard),
                   STR_ARG(block->unheard));
    return extract_load_run(r->w, &el, report, err);
}

static bool run_command(Run *r, const Block *block, Err *err) {
    StrVec none = {0};
    ExitStatus status;
    Invocation invocation = {
        .plugin = block->plugin,
        .command = block->command,
        .args = &none,
        .in = r->request->in,
        .out = r->request->out,
        .err = r->request->err,
    };
    if (!invoke_run(r->w, &invocation, &status, err)) return false;
    if (cancel_level(r->w->cancel) >= CANCEL_STOP) return err_set(err, ERR_CANCELED, "stopped by ctrl-C");
    if (exit_ok(status)) return true;
    char how[64];
    exit_status_text(status, how, sizeof how);
    return err_set(err, ERR_CHILD, STR_FMT " failed: %s", STR_ARG(block->name), how);
}

/* No event of level error: whoever started the run tells people of the failure. */
static void log_end(const World *w, const BlockReport *report, const Err *failure) {
    StreamReport total = report_total(report);
    LogField block = LOG_STR("block", report->name);
    LogField seconds = LOG_REAL("seconds", (double)(report->end_us - report->begin_us) / 1e6);
    if (report->ok) {
        log_event(w->log, LOG_INFO, "block.ended", block, seconds, LOG_INT("rows", total.rows),
                  LOG_INT("written", total.loaded), LOG_INT("bytes", total.bytes));
    } else {
        log_event(w->log, LOG_INFO, "block.failed", block, seconds, LOG_ERR(failure));
    }
}

static bool run_block(Run *r, const Block *block, Err *err) {
    const Observer *o = &r->w->observer;
    BlockReport report = {.name = block->name, .begin_us = clock_us()};
    if (o->begin) o->begin(o->context, &report);
    log_event(r->w->log, LOG_INFO, "block.started", LOG_STR("block", report.name));
    bool ok = block->extractor ? run_extract_load(r, block, &report, err) : run_command(r, block, err);
    report.ok = ok;
    report.ended = true;
    report.end_us = clock_us();
    log_end(r->w, &report, err);
    if (o->end) o->end(o->context, &report);
    vec_push(&r->reports, report);
    return ok;
}

/* ---- history ---- */

static bool begin_history(Run *r, Err *err) {
    const World *w = r->w;
    Str id = {0};
    for (size_t i = 0; i < r->blocks.len && !id.len; i++) {
        if (!run_state_id(w->project, r->request, &r->blocks.at[i], &id, err)) return false;
    }
    RunRecord record = {
        .state_id = id,
        .blocks = joined(w->arena, r->request->words),
        .environment = w->project->environment,
        .trigger = STR("cli"),
        .pid = getpid(),
        .log_path = w->log_folder,
    };
    return meta_run_begin(w->meta, &record, &r->w->number, err);
}

static RunState end_state(bool ok, const Err *err) {
    return ok ? RUN_SUCCESS : err->code == ERR_CANCELED ? RUN_CANCELED : RUN_FAIL;
}

static bool end_history(Run *r, bool ok, const Err *failure, Err *err) {
    VEC(RunStream) streams = {0};
    RunEnd end = {
        .state = end_state(ok, failure),
        .exit_code = ok ? 0 : err_exit_code(failure->code),
        .error = ok ? (Str){0} : str_of(failure->msg),
    };
    for (size_t b = 0; b < r->reports.len; b++) {
        const BlockReport *report = &r->reports.at[b];
        end.at_least_once = end.at_least_once || report->at_least_once;
        for (size_t i = 0; i < report->stream_count; i++) {
            const StreamReport *s = &report->streams[i];
            vec_push(&streams, (RunStream){.block = (int)b,
                                           .stream = s->stream,
                                           .table = s->table,
                                           .read = s->rows,
                                           .loaded = s->loaded,
                                           .updated = s->updated,
                                           .deleted = s->deleted,
                                           .rejected = s->rejected,
                                           .bytes = s->bytes,
                                           .busy_us = s->last_us - s->first_us});
        }
    }
    end.streams = streams.at;
    end.stream_count = streams.len;
    bool written = meta_run_end(r->w->meta, r->w->number, &end, err);
    vec_release(&streams);
    return written;
}

static bool run_all(Run *r, Err *err) {
    for (size_t i = 0; i < r->blocks.len; i++) {
        if (!run_block(r, &r->blocks.at[i], err)) return false;
    }
    return true;
}

bool run_blocks(World *w, const RunRequest *request, Err *err) {
    Run r = {.w = w, .request = request};
    Err failure = {0}, late = {0};
    if (!blocks_parse(w->project, request->words, &r.blocks, err)) return false;
    if (!begin_history(&r, err)) return false;
    bool ok = run_all(&r, &failure);
    bool written = end_history(&r, ok, &failure, &late);
    for (size_t i = 0; i < r.reports.len; i++) report_release(&r.reports.at[i]);
    vec_release(&r.reports);
    if (!ok || !written) *err = ok ? late : failure;
    return ok && written;
}

#include "command/run_display.h"

#include "base/time.h"
#include "command/human.h"
#include "command/run_table.h"

enum {
    LIVE_STREAMS = 8,                  /* lines drawn at most; the busiest last */
    PLAIN_EVERY_US = 10 * 1000 * 1000, /* without a terminal */
    NAME_WIDTH = 40,
};

static void flush(RunDisplay *d) {
    Err ignored = {0};
    (void)!out_flush(d->cmd->err, &ignored);
}

/* ---- warnings ---- */

static void keep_warning(const LogSink *sink, Str line) {
    RunDisplay *d = sink->context;
    mutex_lock(&d->lock);
    buf_append(&d->warnings, line);
    mutex_unlock(&d->lock);
}

static void show_warnings(RunDisplay *d) {
    mutex_lock(&d->lock);
    out_str(d->cmd->err, buf_str(&d->warnings));
    buf_clear(&d->warnings);
    mutex_unlock(&d->lock);
}

static void forget_display(void *object) {
    RunDisplay *d = object;
    buf_release(&d->warnings);
    mutex_release(&d->lock);
}

/* ---- live lines ---- */

static void erase(RunDisplay *d) {
    if (d->drawn) out_printf(d->cmd->err, "\033[%zuA\r\033[J", d->drawn);
    d->drawn = 0;
}

static const char *waiting_for(const BlockReport *r) {
    switch (report_slow_side(r)) {
    case SLOW_TAP: return "the tap is the slower side";
    case SLOW_LOADER: return "the loader is the slower side";
    case SLOW_NEITHER: break;
    }
    return "";
}

static void draw_stream(RunDisplay *d, const StreamReport *s, size_t width) {
    Human rows, rate, bytes;
    Out *out = d->cmd->err;
    Str name = text_cut(s->stream, NAME_WIDTH);
    out_printf(out, "  " STR_FMT, STR_ARG(name));
    out_repeat(out, " ", width - text_width(name));
    out_printf(out, "  %12s rows  %10s/s  %8s\n", human_count(rows, s->rows),
               human_rate(rate, s->rows, s->last_us - s->first_us), human_bytes(bytes, s->bytes));
    d->drawn++;
}

/* The streams that moved last: the ones worth a line. */
static size_t first_drawn(const BlockReport *r) {
    return r->stream_count > LIVE_STREAMS ? r->stream_count - LIVE_STREAMS : 0;
}

static void draw(RunDisplay *d, const BlockReport *r) {
    size_t first = first_drawn(r), width = 0;
    char took[TIME_TEXT];
    for (size_t i = first; i < r->stream_count; i++) {
        width = MAX(width, text_width(text_cut(r->streams[i].stream, NAME_WIDTH)));
    }
    if (first) {
        out_styled(d->cmd->err, STYLE_DIM, "  %zu more streams\n", first);
        d->drawn++;
    }
    for (size_t i = first; i < r->stream_count; i++) draw_stream(d, &r->streams[i], width);
    Str since = duration_format(clock_us() - r->begin_us, took);
    out_styled(d->cmd->err, STYLE_DIM, "  " STR_FMT "  %s\n", STR_ARG(since), waiting_for(r));
    d->drawn++;
}

static void say_plainly(RunDisplay *d, const BlockReport *r) {
    Human rows, rate;
    if (clock_us() - d->line_us < PLAIN_EVERY_US) return;
    d->line_us = clock_us();
    StreamReport total = report_total(r);
    const char *waiting = waiting_for(r);
    out_printf(d->cmd->err, STR_FMT ": %s rows, %s rows/s%s%s\n", STR_ARG(r->name), human_count(rows, total.rows),
               human_rate(rate, total.rows, total.last_us - total.first_us), waiting[0] ? "  " : "", waiting);
    flush(d);
}

static void on_tick(void *context, const BlockReport *r) {
    RunDisplay *d = context;
    if (!d->live) {
        say_plainly(d, r);
        return;
    }
    if (!r->stream_count) return;
    erase(d);
    show_warnings(d);
    draw(d, r);
    flush(d);
}

/* ---- single lines ---- */

static void on_begin(void *context, const BlockReport *r) {
    RunDisplay *d = context;
    d->line_us = clock_us();
    out_styled(d->cmd->err, STYLE_BOLD, STR_FMT "\n", STR_ARG(r->name));
    flush(d);
}

static void on_step(void *context, const char *text) {
    RunDisplay *d = context;
    if (!d->live) return;
    erase(d);
    out_styled(d->cmd->err, STYLE_DIM, "  %s\n", text);
    d->drawn = 1;
    flush(d);
}

static void on_note(void *context, const char *text) {
    RunDisplay *d = context;
    erase(d);
    out_styled(d->cmd->err, STYLE_YELLOW, "%s\n", text);
    flush(d);
}

static void on_end(void *context, const BlockReport *r) {
    RunDisplay *d = context;
    Err ignored = {0};
    erase(d);
    show_warnings(d);
    flush(d);
    if (d->blocks) {
        node_push(d->cmd->arena, d->blocks, run_table_json(d->cmd->arena, r));
        return;
    }
    run_table_print(d->cmd->out, r);
    (void)!out_flush(d->cmd->out, &ignored);
}

void run_display_init(RunDisplay *d, Cmd *cmd) {
    *d = (RunDisplay){.cmd = cmd, .live = cmd->err->terminal && cmd->err->colours, .begin_us = clock_us()};
    if (cmd_json(cmd)) d->blocks = node_new(cmd->arena, NODE_LIST);
    mutex_init(&d->lock);
    arena_defer(cmd->arena, forget_display, d);
    LogSink kept = {.write = keep_warning, .context = d, .format = LOG_TEXT, .level = LOG_WARN};
    cmd_log_warnings(cmd, d->live ? kept : log_to_fd(cmd->err->fd, LOG_TEXT, LOG_WARN));
}

Observer run_display_observer(RunDisplay *d) {
    return (Observer){
        .begin = on_begin, .step = on_step, .tick = on_tick, .note = on_note, .end = on_end, .context = d};
}

void run_display_finish(RunDisplay *d, Str run_id, const Err *error) {
    Arena *a = d->cmd->arena;
    erase(d);
    show_warnings(d);
    if (!d->blocks) return;
    Node *document = node_new(a, NODE_MAP);
    node_put(a, document, STR("run_id"), node_string(a, run_id));
    node_put(a, document, STR("success"), node_bool(a, error == NULL));
    node_put(a, document, STR("error"), error ? node_string(a, str_of(error->msg)) : node_new(a, NODE_NULL));
    node_put(a, document, STR("duration_seconds"), run_table_seconds(a, clock_us() - d->begin_us));
    node_put(a, document, STR("blocks"), d->blocks);
    cmd_print_json(d->cmd, document);
}

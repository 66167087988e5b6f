#include "command/install_display.h"

#include "base/time.h"
#include "command/human.h"

#define DRAW_EVERY_US (100 * US_PER_MS)

enum { TYPE_WIDTH = 9 }; /* "extractor" */

static void flush(InstallDisplay *d) {
    Err ignored = {0};
    (void)!out_flush(d->out, &ignored);
}

static void erase(InstallDisplay *d) {
    if (d->drawn) out_printf(d->out, "\033[%zuA\r\033[J", d->drawn);
    d->drawn = 0;
}

static void print_name(InstallDisplay *d, const Plugin *plugin) {
    const char *type = plugin_type_singular(plugin->type);
    out_printf(d->out, "%-*s " STR_FMT, TYPE_WIDTH, type, STR_ARG(plugin->name));
    out_repeat(d->out, " ", d->width - text_width(plugin->name));
}

/* ---- one that has ended ---- */

typedef enum Mark { MARK_GOOD, MARK_QUIET, MARK_BAD } Mark;

static void print_mark(Out *out, Mark mark) {
    static const char *const marks[] = {"✓", "·", "✗"}, *const plain[] = {"ok", "--", "!!"};
    static const Style styles[] = {STYLE_GREEN, STYLE_DIM, STYLE_RED};
    out_styled(out, styles[mark], "%s", (out->utf8 ? marks : plain)[mark]);
    out_c(out, " ");
}

/* What its installer said last, and where all of it is. */
static void print_failure(InstallDisplay *d, const InstallItem *item) {
    Str rest = str_of(item->err.msg), line;
    Str name = item->plugin->name;
    if (str_starts(rest, name) && rest.len > name.len + 2 && rest.at[name.len] == ':')
        rest = str_slice(rest, name.len + 2, STR_NONE);
    str_cut(&rest, '\n', &line);
    out_printf(d->out, STR_FMT "\n", STR_ARG(line));
    while (rest.len && str_cut(&rest, '\n', &line)) out_printf(d->out, "    " STR_FMT "\n", STR_ARG(line));
    if (item->err.hint[0]) out_styled(d->out, STYLE_DIM, "    %s\n", item->err.hint);
}

static void print_end(InstallDisplay *d, const InstallItem *item) {
    char took[TIME_TEXT];
    bool failed = item->state == INSTALL_FAILED, good = item->state == INSTALL_DONE || item->state == INSTALL_FRESH;
    print_mark(d->out, failed ? MARK_BAD : good || item->state == INSTALL_ADOPTED ? MARK_GOOD : MARK_QUIET);
    print_name(d, item->plugin);
    out_c(d->out, "  ");
    if (failed) print_failure(d, item);
    else if (item->state == INSTALL_DONE)
        out_printf(d->out, "installed in " STR_FMT "\n", STR_ARG(duration_format(item->took_us, took)));
    else if (item->state == INSTALL_FRESH) out_c(d->out, "is installed already\n");
    else if (item->state == INSTALL_ADOPTED) out_c(d->out, "is installed already, by Meltano\n");
    else if (item->state == INSTALL_BUILTIN) out_c(d->out, "built into pond: nothing to install\n");
    else out_c(d->out, "has no pip_url: nothing to install\n");
}

/* ---- those at work ---- */

static void print_begin(InstallDisplay *d, const InstallItem *item) {
    print_mark(d->out, MARK_QUIET);
    print_name(d, item->plugin);
    out_printf(d->out, "  installing " STR_FMT "\n", STR_ARG(item->plugin->pip_url));
}

static void draw(InstallDisplay *d) {
    char took[TIME_TEXT];
    for (size_t i = 0; i < d->count; i++) {
        const InstallItem *item = &d->items[i];
        if (item->state != INSTALL_RUNNING) continue;
        out_c(d->out, "  ");
        print_name(d, item->plugin);
        out_styled(d->out, STYLE_DIM, "  %s, " STR_FMT "\n", item->step ? item->step : "",
                   STR_ARG(duration_format(clock_us() - item->begin_us, took)));
        d->drawn++;
    }
    d->drawn_us = clock_us();
    flush(d);
}

/* ---- */

void install_display_init(InstallDisplay *d, Out *out, const InstallItem *items, size_t count) {
    *d =
        (InstallDisplay){.out = out, .items = items, .count = count, .live = out->terminal && out->colours, .width = 1};
    for (size_t i = 0; i < count; i++) d->width = MAX(d->width, text_width(items[i].plugin->name));
}

void install_display_progress(void *context, const InstallItem *item) {
    InstallDisplay *d = context;
    erase(d);
    if (item->state > INSTALL_RUNNING) print_end(d, item);
    else if (!d->live && item->steps == 1) print_begin(d, item);
    if (d->live) draw(d);
    else flush(d);
}

void install_display_tick(void *context) {
    InstallDisplay *d = context;
    if (!d->live || clock_us() - d->drawn_us < DRAW_EVERY_US) return;
    erase(d);
    draw(d);
}

void install_display_finish(InstallDisplay *d) {
    erase(d);
    flush(d);
}

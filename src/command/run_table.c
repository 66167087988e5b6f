#include "command/run_table.h"

#include "base/time.h"
#include "command/grid.h"
#include "command/human.h"

/* Spans shorter than this are not known well enough to say a rate of them. */
enum { TELLING_US = 300 * 1000 };

typedef struct Shown {
    bool written, updated, deleted, rejected; /* columns that have a figure */
} Shown;

static void add_count(Grid *grid, uint64_t n) {
    Human h;
    grid_styled(grid, n ? STYLE_PLAIN : STYLE_DIM, n ? str_of(human_count(h, n)) : STR("-"));
}

static void add_row(Grid *grid, Str name, const StreamReport *s, Shown shown, bool rate) {
    Human h;
    char took[TIME_TEXT];
    int64_t span = s->last_us - s->first_us;
    grid_cell(grid, name);
    grid_cell(grid, str_of(human_count(h, s->rows)));
    if (shown.written) grid_cell(grid, str_of(human_count(h, s->loaded)));
    if (shown.updated) add_count(grid, s->updated);
    if (shown.deleted) add_count(grid, s->deleted);
    if (shown.rejected) add_count(grid, s->rejected);
    grid_cell(grid, str_of(human_bytes(h, s->bytes)));
    grid_cell(grid, rate ? duration_format(span, took) : STR("-"));
    grid_cell(grid, rate ? str_of(human_rate(h, s->rows, span)) : STR("-"));
}

static void print_streams(Out *out, const BlockReport *r) {
    AUTO(Grid) grid = {0};
    StreamReport total = report_total(r);
    Shown shown = {!r->foreign, total.updated > 0, total.deleted > 0, total.rejected > 0};
    grid_column(&grid, "stream", GRID_LEFT);
    grid_column(&grid, "rows", GRID_RIGHT);
    if (shown.written) grid_column(&grid, "written", GRID_RIGHT);
    if (shown.updated) grid_column(&grid, "updated", GRID_RIGHT);
    if (shown.deleted) grid_column(&grid, "deleted", GRID_RIGHT);
    if (shown.rejected) grid_column(&grid, "rejected", GRID_RIGHT);
    grid_column(&grid, "bytes", GRID_RIGHT);
    grid_column(&grid, "time", GRID_RIGHT);
    grid_column(&grid, "rows/s", GRID_RIGHT);
    for (size_t i = 0; r->stream_count > 1 && i < r->stream_count; i++) {
        const StreamReport *s = &r->streams[i];
        add_row(&grid, s->stream, s, shown, s->last_us - s->first_us >= TELLING_US);
    }
    add_row(&grid, r->stream_count > 1 ? STR("total") : r->streams[0].stream, &total, shown, true);
    grid_print(&grid, out);
}

static const char *slow_side(const BlockReport *r) {
    switch (report_slow_side(r)) {
    case SLOW_TAP: return "tap";
    case SLOW_LOADER: return "loader";
    case SLOW_NEITHER: break;
    }
    return NULL;
}

/* "the tap was the slower side; state dev:tap-x-to-target-duckdb" */
static void print_remarks(Out *out, const BlockReport *r) {
    AUTO(Buf) text = {0};
    const char *slow = slow_side(r);
    if (slow) buf_printf(&text, "the %s was the slower side", slow);
    if (r->at_least_once)
        buf_printf(&text, "%sat least once: rows may arrive twice after a failure", text.len ? "; " : "");
    if (r->state_id.len) buf_printf(&text, "%sstate " STR_FMT, text.len ? "; " : "", STR_ARG(r->state_id));
    if (text.len) out_styled(out, STYLE_DIM, "%s\n", buf_c(&text));
}

void run_table_print(Out *out, const BlockReport *r) {
    char took[TIME_TEXT];
    if (r->loads && r->stream_count) {
        print_streams(out, r);
    } else {
        Str time = duration_format(r->end_us - r->begin_us, took);
        const char *what = !r->ok ? "failed after" : r->loads ? "nothing new," : "done in";
        out_printf(out, "%s " STR_FMT "\n", what, STR_ARG(time));
    }
    bool began = r->ok || r->stream_count;
    if (r->loads && began) print_remarks(out, r);
}

/* ---- JSON ---- */

Node *run_table_seconds(Arena *a, int64_t us) {
    return node_number(a, arena_printf(a, "%.3f", (double)us / 1e6));
}

static Node *count(Arena *a, uint64_t n) {
    return node_number(a, arena_printf(a, "%llu", (unsigned long long)n));
}

static Node *stream_json(Arena *a, const StreamReport *s, bool foreign) {
    Node *n = node_new(a, NODE_MAP);
    int64_t span = s->last_us - s->first_us;
    node_put(a, n, STR("stream"), node_string(a, s->stream));
    node_put(a, n, STR("table"), s->table.len ? node_string(a, s->table) : node_new(a, NODE_NULL));
    node_put(a, n, STR("rows"), count(a, s->rows));
    node_put(a, n, STR("written"), foreign ? node_new(a, NODE_NULL) : count(a, s->loaded));
    node_put(a, n, STR("updated"), count(a, s->updated));
    node_put(a, n, STR("deleted"), count(a, s->deleted));
    node_put(a, n, STR("rejected"), count(a, s->rejected));
    node_put(a, n, STR("bytes"), count(a, s->bytes));
    node_put(a, n, STR("duration_seconds"), run_table_seconds(a, span));
    return n;
}

Node *run_table_json(Arena *a, const BlockReport *r) {
    Node *n = node_new(a, NODE_MAP), *streams = node_new(a, NODE_LIST);
    const char *slow = slow_side(r);
    node_put(a, n, STR("block"), node_string(a, r->name));
    node_put(a, n, STR("success"), node_bool(a, r->ok));
    node_put(a, n, STR("duration_seconds"), run_table_seconds(a, r->end_us - r->begin_us));
    if (!r->loads) return n;
    for (size_t i = 0; i < r->stream_count; i++) node_push(a, streams, stream_json(a, &r->streams[i], r->foreign));
    node_put(a, n, STR("state_id"), r->state_id.len ? node_string(a, r->state_id) : node_new(a, NODE_NULL));
    node_put(a, n, STR("at_least_once"), node_bool(a, r->at_least_once));
    node_put(a, n, STR("slower_side"), slow ? node_string(a, str_of(slow)) : node_new(a, NODE_NULL));
    node_put(a, n, STR("commits"), count(a, r->commits));
    node_put(a, n, STR("streams"), streams);
    return n;
}

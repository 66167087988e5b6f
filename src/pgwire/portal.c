#include "pgwire/portal.h"

#include "pgwire/explain.h"
#include "pgwire/session.h"

struct Portal {
    Arena arena;
    Statement *st; /* NULL: of a FETCH */
    PlanHome *home;
    Str sql;
    RowFormat format;
    bool cursor, started, ended; /* ended: the statement gives no more */
    PortalScroll scroll;
    const Vector *columns; /* of the chunk that is being sent */
    size_t chunk_rows, chunk_at;
    RowFormat text, binary; /* of a cursor: its rows are kept in both */
    RowStorePlan kept_plan;
    RowStore *kept;
    Wire *scratch;  /* a row on its way to `kept`; NULL until one is */
    uint64_t base;  /* rows before those that are kept */
    uint64_t at;    /* rows passed: stands on the at-th, or behind it */
    bool at_end;    /* behind the last row */
    uint64_t sent;  /* by this Execute */
    Portal *source; /* of a FETCH; NULL once it has run */
    FetchStatement fetch;
};

Portal *portal_new(const PortalPlan *plan) {
    Portal *p = calloc(1, sizeof *p);
    BUG_ON(!p);
    int16_t *copy = arena_array(&p->arena, int16_t, plan->format_count);
    if (plan->format_count) memcpy(copy, plan->formats, plan->format_count * sizeof *copy);
    p->st = plan->st;
    p->sql = arena_str(&p->arena, plan->sql);
    p->format = (RowFormat){.formats = copy, .format_count = plan->format_count};
    p->cursor = plan->cursor;
    p->scroll = plan->scroll;
    p->kept_plan = plan->kept;
    p->home = plan->home;
    if (!p->home) return p;
    if (p->home->user) p->home->user->home = NULL;
    *p->home = (PlanHome){.user = p};
    return p;
}

Portal *portal_new_fetch(Portal *source, const FetchStatement *fetch, const PortalPlan *plan) {
    Portal *p = portal_new(plan);
    p->source = source;
    p->fetch = *fetch;
    if (p->format.format_count) return p;
    p->format = source->format;
    return p;
}

void plan_home_release(PlanHome *home) {
    if (home->user) home->user->home = NULL;
    if (home->plan) statement_close(home->plan);
    *home = (PlanHome){0};
}

/* Closes the statement, or gives it back to where it was. */
static void leave(Portal *p) {
    PlanHome *home = p->home;
    if (home) home->user = NULL;
    if (home && !home->plan && statement_rest(p->st)) home->plan = p->st;
    else statement_close(p->st);
}

void portal_free(Portal *p) {
    if (p->st) leave(p);
    if (p->kept) row_store_free(p->kept);
    if (p->scratch) wire_release(p->scratch);
    arena_release(&p->arena);
    free(p);
}

bool portal_describe_as(const Portal *p, const RowFormat *format, Wire *w, Err *err) {
    if (!row_format_check(format, statement_columns(p->st), err)) return false;
    row_description(w, p->st, format->format_count ? format : &p->format, p->sql);
    return true;
}

void portal_describe(const Portal *p, Wire *w) {
    const Portal *of = p->source ? p->source : p;
    row_description(w, of->st, &p->format, of->sql);
}

bool portal_start(Portal *p, Err *err) {
    static const int16_t one = 1;
    if (p->started || !p->st) return true;
    if (!statement_start(p->st, err)) return false;
    p->started = true;
    if (statement_kind(p->st) == STATEMENT_EXPLAIN) {
        p->ended = true;
        p->kept = row_store_new(&p->kept_plan);
        return explain_keep(p->st, p->kept, err);
    }
    row_format_bind(&p->format, p->st, &p->arena);
    p->binary = (RowFormat){.formats = &one, .format_count = 1};
    if (!p->cursor) return true;
    row_format_bind(&p->text, p->st, &p->arena);
    row_format_bind(&p->binary, p->st, &p->arena);
    return true;
}

/* ---- rows, one after the other ---- */

/* Where a row is: kept (its bytes), or still in the statement's chunk. */
typedef struct PortalRow {
    bool any, kept;
    Str bytes;
    size_t index;
} PortalRow;

/* A chunk with rows not sent yet; none at the end of the stream. */
static bool next_chunk(Portal *p, Err *err) {
    if (p->chunk_at < p->chunk_rows || p->ended) return true;
    p->chunk_at = p->chunk_rows = 0;
    p->ended = !p->st;
    if (p->ended) return true;
    if (!statement_fetch(p->st, &p->columns, &p->chunk_rows, err)) return false;
    p->ended = p->chunk_rows == 0;
    return true;
}

static bool keep_row(Portal *p, Err *err) {
    if (!p->kept) {
        p->kept = row_store_new(&p->kept_plan);
        p->base = p->at;
    }
    if (!p->scratch) {
        p->scratch = arena_new(&p->arena, Wire);
        p->scratch->fd = -1;
    }
    buf_clear(&p->scratch->out);
    row_put(p->scratch, p->columns, p->cursor ? &p->text : &p->format, p->chunk_at);
    if (p->cursor) row_put(p->scratch, p->columns, &p->binary, p->chunk_at);
    p->chunk_at++;
    return row_store_add(p->kept, buf_str(&p->scratch->out), err);
}

/* How many of all rows can be had without the statement. */
static uint64_t kept_end(const Portal *p) {
    return p->kept ? p->base + row_store_count(p->kept) : 0;
}

/* All that were kept have been sent, and they are too many: from here on there is no way back. */
static void forget_passed(Portal *p) {
    if (p->scroll != SCROLL_CHEAP || !p->kept || row_store_is_cheap(p->kept)) return;
    p->scroll = SCROLL_NO;
    row_store_free(p->kept);
    p->kept = NULL;
}

/* Row 0 is the first of all. */
static bool read_kept(Portal *p, uint64_t row, PortalRow *ret, Err *err) {
    *ret = (PortalRow){.any = true, .kept = true};
    if (!row_store_read(p->kept, row - p->base, &ret->bytes, err)) return false;
    p->at = row + 1;
    p->at_end = false;
    return true;
}

static bool next_row(Portal *p, PortalRow *ret, Err *err) {
    *ret = (PortalRow){0};
    if (p->at_end) return true;
    if (p->at < kept_end(p)) return read_kept(p, p->at, ret, err);
    if (!next_chunk(p, err)) return false;
    if (p->ended) return true;
    forget_passed(p);
    if (p->scroll != SCROLL_NO) return keep_row(p, err) && read_kept(p, p->at, ret, err);
    *ret = (PortalRow){.any = true, .index = p->chunk_at++};
    p->at++;
    return true;
}

/* The row before the one that the portal stands on. */
static bool previous_row(Portal *p, PortalRow *ret, Err *err) {
    uint64_t before = p->at_end ? p->at : p->at ? p->at - 1 : 0;
    *ret = (PortalRow){0};
    if (before) return read_kept(p, before - 1, ret, err);
    p->at = 0;
    p->at_end = false;
    return true;
}

static bool put_row(Portal *p, const PortalRow *row, const RowFormat *format, Wire *w, Err *err) {
    if (!row->kept) row_put(w, p->columns, format, row->index);
    else if (p->cursor) row_put_kept(w, row->bytes, format);
    else wire_put_bytes(w, row->bytes);
    if (wire_flush_some(w)) return true;
    *err = w->failure;
    return false;
}

/* How rows go out: w NULL: they do not. */
typedef struct RowSink {
    Wire *w;
    const RowFormat *format;
} RowSink;

/* Passes `most` rows (UINT64_MAX: all) in a direction; at_end as in PostgreSQL: when fewer were there. */
static bool pass(Portal *p, bool back, uint64_t most, RowSink sink, uint64_t *ret_rows, Err *err) {
    *ret_rows = 0;
    for (PortalRow row; *ret_rows < most; ++*ret_rows) {
        if (!(back ? previous_row(p, &row, err) : next_row(p, &row, err))) return false;
        if (!row.any) {
            if (!back) p->at_end = true;
            return true;
        }
        if (sink.w && !put_row(p, &row, sink.format, sink.w, err)) return false;
    }
    return true;
}

/* ---- FETCH ---- */

static bool may_go_back(const Portal *p, Err *err) {
    if (p->scroll != SCROLL_NO) return true;
    pg_error(err, "55000", "cursor can only scan forward");
    return err_hint(err, "Declare it with SCROLL option to enable backward scan.");
}

/* Stands behind `row` rows. */
static bool go_to(Portal *p, uint64_t row, Err *err) {
    uint64_t passed;
    if (p->at_end ? row > p->at : row >= p->at)
        return p->at_end || pass(p, false, row - p->at, (RowSink){0}, &passed, err);
    if (!may_go_back(p, err)) return false;
    p->at = row;
    p->at_end = false;
    return true;
}

static bool fetch_absolute(Portal *p, int64_t n, RowSink sink, uint64_t *ret_rows, Err *err) {
    uint64_t all;
    if (n > 0) return go_to(p, (uint64_t)n - 1, err) && pass(p, false, 1, sink, ret_rows, err);
    if (n == 0) return go_to(p, 0, err);
    if (!pass(p, false, UINT64_MAX, (RowSink){0}, &all, err) || !may_go_back(p, err)) return false;
    return pass(p, true, -(uint64_t)n - 1, (RowSink){0}, &all, err) && pass(p, true, 1, sink, ret_rows, err);
}

/* The row that the portal stands on, again. */
static bool fetch_again(Portal *p, RowSink sink, uint64_t *ret_rows, Err *err) {
    PortalRow row;
    bool on_row = !p->at_end && p->at;
    *ret_rows = on_row;
    if (!on_row || !sink.w) return true;
    return may_go_back(p, err) && read_kept(p, p->at - 1, &row, err) && put_row(p, &row, sink.format, sink.w, err);
}

static bool fetch_forward(Portal *p, int64_t n, bool all, RowSink sink, uint64_t *ret_rows, Err *err) {
    if (n == 0 && !all) return fetch_again(p, sink, ret_rows, err);
    bool back = n < 0;
    uint64_t rows = back ? -(uint64_t)n : (uint64_t)n;
    return (!back || may_go_back(p, err)) && pass(p, back, all ? UINT64_MAX : rows, sink, ret_rows, err);
}

static bool fetch_relative(Portal *p, int64_t n, RowSink sink, uint64_t *ret_rows, Err *err) {
    uint64_t passed;
    if (n == 0) return fetch_again(p, sink, ret_rows, err);
    bool back = n < 0;
    uint64_t rows = back ? -(uint64_t)n : (uint64_t)n;
    return (!back || may_go_back(p, err)) && pass(p, back, rows - 1, (RowSink){0}, &passed, err) &&
           pass(p, back, 1, sink, ret_rows, err);
}

bool portal_fetch(Portal *p, const FetchStatement *f, const RowFormat *format, Wire *w, uint64_t *ret_rows, Err *err) {
    AUTO(Arena) a = {0};
    RowFormat wanted = format->format_count ? *format : p->format;
    RowSink sink = {w, &wanted};
    *ret_rows = 0;
    if (!portal_start(p, err) || !row_format_check(&wanted, statement_columns(p->st), err)) return false;
    row_format_bind(&wanted, p->st, &a);
    switch (f->direction) {
    case FETCH_FORWARD: return fetch_forward(p, f->all ? 1 : f->count, f->all, sink, ret_rows, err);
    case FETCH_BACKWARD: return fetch_forward(p, f->all ? -1 : -f->count, f->all, sink, ret_rows, err);
    case FETCH_ABSOLUTE: return fetch_absolute(p, f->count, sink, ret_rows, err);
    case FETCH_RELATIVE: return fetch_relative(p, f->count, sink, ret_rows, err);
    }
    return false;
}

/* ---- Execute ---- */

/* Its statement may have a stream open. */
static bool streams(const Portal *p) {
    return p->started && !p->ended;
}

bool portal_keep(Portal *p, Err *err) {
    while (streams(p)) {
        if (!next_chunk(p, err)) return false;
        while (p->chunk_at < p->chunk_rows)
            if (!keep_row(p, err)) return false;
    }
    return true;
}

/* What a FETCH gives, put aside when the client wants it in portions. */
static bool collect(Portal *p, Err *err) {
    AUTO(Wire) w = {.fd = -1};
    uint64_t rows;
    Portal *source = p->source;
    p->source = NULL;
    p->started = true;
    if (!portal_fetch(source, &p->fetch, &p->format, &w, &rows, err)) return false;
    if (!p->kept) p->kept = row_store_new(&p->kept_plan);
    for (Str rest = buf_str(&w.out); rest.len;) {
        uint32_t len;
        memcpy(&len, rest.at + 1, sizeof len);
        size_t bytes = 1 + (size_t)__builtin_bswap32(len);
        if (!row_store_add(p->kept, str_slice(rest, 0, bytes), err)) return false;
        rest = str_slice(rest, bytes, rest.len);
    }
    return true;
}

static bool has_more(Portal *p, bool *ret, Err *err) {
    *ret = !p->at_end && p->at < kept_end(p);
    if (*ret || p->at_end) return true;
    if (!next_chunk(p, err)) return false;
    *ret = !p->ended;
    return true;
}

static bool execute_fetch(Portal *p, Wire *w, Err *err) {
    AUTO(Arena) a = {0};
    Portal *source = p->source;
    p->source = NULL;
    p->started = p->ended = true;
    if (!portal_fetch(source, &p->fetch, &p->format, w, &p->sent, err)) return false;
    pg_complete_tag(w, arena_printf(&a, "FETCH %llu", (unsigned long long)p->sent));
    return true;
}

bool portal_execute(Portal *p, uint64_t most, Wire *w, Err *err) {
    AUTO(Arena) a = {0};
    bool more;
    if (p->source && !most) return execute_fetch(p, w, err);
    if (p->source && !collect(p, err)) return false;
    if (!portal_start(p, err)) return false;
    if (!pass(p, false, most ? most : UINT64_MAX, (RowSink){w, &p->format}, &p->sent, err)) return false;
    if (!has_more(p, &more, err)) return false;
    if (more) {
        wire_begin(w, 's');
        wire_end(w);
    } else if (p->st) {
        pg_complete(w, p->st, p->sql, p->sent);
    } else {
        pg_complete_tag(w, arena_printf(&a, "FETCH %llu", (unsigned long long)p->sent));
    }
    return true;
}

bool portal_is_outdated(const Portal *p) {
    return p->st && statement_is_outdated(p->st);
}

bool portal_only_reads(const Portal *p) {
    if (!p->st) return true;
    StatementKind kind = statement_kind(p->st);
    return kind == STATEMENT_SELECT || kind == STATEMENT_EXPLAIN;
}

bool portal_defines(const Portal *p) {
    return p->st && statement_kind(p->st) == STATEMENT_OTHER;
}

Portal *portal_source(Portal *p) {
    return p->source ? p->source : p;
}

Str portal_sql(const Portal *p) {
    return p->sql;
}

bool portal_started(const Portal *p) {
    return p->started;
}

PortalScroll portal_scroll(const Portal *p) {
    return p->scroll;
}

bool portal_gives_rows(const Portal *p) {
    return !p->st || statement_columns(p->st);
}

bool portal_is_query(const Portal *p) {
    return p->st && statement_kind(p->st) == STATEMENT_SELECT;
}

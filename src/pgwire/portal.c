#include "pgwire/portal.h"

#include "pgwire/rows.h"

struct Portal {
    Arena arena;
    Statement *st;
    Str sql;
    RowFormat format;
    bool started, ended;
    const Vector *columns; /* of the chunk that is being sent */
    size_t chunk_rows, chunk_at;
    Buf kept; /* DataRow messages */
    size_t kept_at;
    uint64_t sent; /* by this Execute */
};

Portal *portal_new(Statement *st, Str sql, const int16_t *formats, size_t format_count) {
    Portal *p = calloc(1, sizeof *p);
    BUG_ON(!p);
    int16_t *copy = arena_array(&p->arena, int16_t, format_count);
    if (format_count) memcpy(copy, formats, format_count * sizeof *copy);
    p->st = st;
    p->sql = arena_str(&p->arena, sql);
    p->format = (RowFormat){.formats = copy, .format_count = format_count};
    return p;
}

void portal_free(Portal *p) {
    statement_close(p->st);
    buf_release(&p->kept);
    arena_release(&p->arena);
    free(p);
}

void portal_describe(const Portal *p, Wire *w) {
    row_description(w, p->st, &p->format, p->sql);
}

static bool start(Portal *p, Err *err) {
    if (p->started) return true;
    if (!statement_start(p->st, err)) return false;
    p->started = true;
    row_format_bind(&p->format, p->st, &p->arena);
    return true;
}

/* A chunk with rows not sent yet; none at the end of the stream. */
static bool next_chunk(Portal *p, Err *err) {
    if (p->chunk_at < p->chunk_rows || p->ended) return true;
    p->chunk_at = 0;
    if (!statement_fetch(p->st, &p->columns, &p->chunk_rows, err)) return false;
    p->ended = p->chunk_rows == 0;
    return true;
}

bool portal_streams(const Portal *p) {
    return p->started && !p->ended;
}

bool portal_keep(Portal *p, Err *err) {
    AUTO(Wire) beside = {.fd = -1};
    if (!portal_streams(p)) return true;
    for (;;) {
        if (!next_chunk(p, err)) return false;
        if (p->ended) break;
        for (; p->chunk_at < p->chunk_rows; p->chunk_at++) row_put(&beside, p->columns, &p->format, p->chunk_at);
        if (beside.out.len > PORTAL_KEPT_LIMIT)
            return err_set(err, ERR_MEMORY,
                           "a cursor has more than %d MB of rows left and another statement begins: read it to its end "
                           "first",
                           PORTAL_KEPT_LIMIT >> 20);
    }
    p->kept = beside.out;
    beside.out = (Buf){0};
    return true;
}

/* Messages that were kept: each has its length behind its first byte. */
static bool send_kept(Portal *p, uint64_t most, Wire *w) {
    while (p->kept_at < p->kept.len && (!most || p->sent < most)) {
        uint32_t len;
        memcpy(&len, p->kept.at + p->kept_at + 1, sizeof len);
        size_t bytes = 1 + (size_t)__builtin_bswap32(len);
        wire_put_bytes(w, str_slice(buf_str(&p->kept), p->kept_at, p->kept_at + bytes));
        p->kept_at += bytes;
        p->sent++;
        if (!wire_flush_some(w)) return false;
    }
    return true;
}

static bool send_rows(Portal *p, uint64_t most, Wire *w, Err *err) {
    while (!most || p->sent < most) {
        if (!next_chunk(p, err)) return false;
        if (p->ended) return true;
        for (; p->chunk_at < p->chunk_rows && (!most || p->sent < most); p->chunk_at++, p->sent++) {
            row_put(w, p->columns, &p->format, p->chunk_at);
            if (!wire_flush_some(w)) {
                *err = w->failure;
                return false;
            }
        }
    }
    return next_chunk(p, err); /* exactly `most` rows: is that all? */
}

bool portal_execute(Portal *p, uint64_t most, Wire *w, Err *err) {
    p->sent = 0;
    if (!start(p, err)) return false;
    if (!send_kept(p, most, w)) {
        *err = w->failure;
        return false;
    }
    if (!send_rows(p, most, w, err)) return false;
    if (p->kept_at < p->kept.len || !p->ended) {
        wire_begin(w, 's');
        wire_end(w);
        return true;
    }
    pg_complete(w, p->st, p->sql, p->sent);
    return true;
}

bool portal_only_reads(const Portal *p) {
    StatementKind kind = statement_kind(p->st);
    return kind == STATEMENT_SELECT || kind == STATEMENT_EXPLAIN;
}

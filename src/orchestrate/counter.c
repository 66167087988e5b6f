#include "orchestrate/counter.h"

#include "base/json.h"

enum { PIECE = 256 * 1024 };

/* ---- one line ---- */

/* `type` and `stream` of a message; empty where it has none. Stops reading at the second of them. */
static void read_head(Str line, Str *ret_type, Str *ret_stream) {
    const char *p = json_space(line.at, line.at + line.len), *end = line.at + line.len;
    *ret_type = *ret_stream = (Str){0};
    if (p == end || *p++ != '{') return;
    while (!ret_type->len || !ret_stream->len) {
        JsonString key, value;
        p = json_space(p, end);
        if (p == end || *p != '"' || !(p = json_scan_string(p, end, &key))) return;
        p = json_space(p, end);
        if (p == end || *p++ != ':') return;
        p = json_space(p, end);
        if (p == end) return;
        bool text = *p == '"' && json_scan_string(p, end, &value);
        if (text && str_is(key.raw, "type")) *ret_type = value.raw;
        if (text && str_is(key.raw, "stream")) *ret_stream = value.raw;
        if (!(p = json_skip(p, end))) return;
        p = json_space(p, end);
        if (p == end || *p++ != ',') return;
    }
}

static StreamFigures *figures_of(Counter *c, Str stream) {
    size_t count = atomic_load(&c->figures->count);
    for (size_t i = 0; i < count; i++) {
        if (str_equal(c->figures->streams[i]->stream, stream)) return c->figures->streams[i];
    }
    return count < FIGURES_STREAMS ? load_figures_add(c->figures, stream) : NULL;
}

static void count_line(Counter *c, Str line) {
    Str type, stream;
    read_head(line, &type, &stream);
    if (!str_is(type, "RECORD")) return;
    StreamFigures *f = figures_of(c, stream);
    if (!f) return;
    atomic_fetch_add(&f->read, 1);
    atomic_fetch_add(&f->bytes, line.len + 1);
}

static void count_lines(Counter *c, Buf *text) {
    Str rest = buf_str(text);
    size_t end;
    while ((end = str_find(rest, '\n')) != STR_NONE) {
        count_line(c, str_slice(rest, 0, end));
        rest = str_slice(rest, end + 1, STR_NONE);
    }
    buf_drop(text, text->len - rest.len);
}

/* ---- the thread ---- */

/* False at the end of one side. */
static bool hand_on(Counter *c, Buf *text) {
    Err gone = {0};
    Until until = {NO_DEADLINE, c->cancel, CANCEL_ABORT};
    int64_t begin = clock_us();
    if (!buf_reserve(text, PIECE)) return false;
    ssize_t got = io_read_paced(&c->pace, c->in, text->at + text->len, PIECE, until, &gone);
    int64_t read = clock_us();
    atomic_fetch_add(&c->figures->input_wait_us, (unsigned long long)(read - begin));
    if (got <= 0 || !io_write_all(c->out, (Str){text->at + text->len, (size_t)got}, until, &gone)) return false;
    atomic_fetch_add(&c->figures->reader_wait_us, (unsigned long long)(clock_us() - read));
    text->len += (size_t)got;
    count_lines(c, text);
    return true;
}

static void count_all(void *context) {
    Counter *c = context;
    AUTO(Buf) text = {0};
    while (hand_on(c, &text)) continue;
    fd_close(&c->out);
    fd_close(&c->in);
}

bool counter_start(Counter *c, Fd in, Fd out, LoadFigures *figures, Cancel *cancel, Err *err) {
    *c = (Counter){.in = in, .out = out, .figures = figures, .cancel = cancel};
    pipe_widen(in);
    if (thread_start(&c->thread, &(ThreadSpec){.name = "counter", .body = count_all, .context = c}, err)) return true;
    fd_close(&c->in);
    fd_close(&c->out);
    return false;
}

void counter_join(Counter *c) {
    thread_join(&c->thread);
}

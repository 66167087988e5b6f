#include "pgwire/wire.h"

#include "os/socket.h"

enum { READ_BYTES = 16 * 1024, KEPT_BYTES = 256 * 1024, WINDOWS_KEPT = 16 };

void wire_release(Wire *w) {
    if (w->tls) tls_close(w->tls);
    w->tls = NULL;
    buf_release(&w->in);
    buf_release(&w->out);
}

/* ---- reading ---- */

static ssize_t receive(Wire *w, char *at, size_t room, Until until, Err *err) {
    return w->tls ? tls_read(w->tls, at, room, until, err) : socket_read(w->fd, at, room, until, err);
}

static bool fill(Wire *w, size_t wanted, Until until, Err *err) {
    while (w->in.len - w->in_at < wanted) {
        if (w->in_at) {
            buf_drop(&w->in, w->in_at);
            w->in_at = 0;
        }
        size_t room = MAX(wanted - w->in.len, MAX(w->window, (size_t)READ_BYTES));
        if (!buf_reserve(&w->in, room)) return err_set(err, ERR_INPUT, "a message is too long");
        ssize_t n = receive(w, w->in.at + w->in.len, room, until, err);
        if (n < 0) return false;
        if (n == 0) return err_set(err, ERR_IO, "the client has gone");
        w->in.len += (size_t)n;
    }
    return true;
}

static uint32_t be32(const char *at) {
    uint32_t v;
    memcpy(&v, at, sizeof v);
    return __builtin_bswap32(v);
}

/* A large message's memory is given back. */
static void forget(Wire *w) {
    if (w->in_at < w->in.len) return;
    w->in_at = 0;
    if (w->in.cap > MAX(WINDOWS_KEPT * w->window, (size_t)KEPT_BYTES)) buf_release(&w->in);
    else buf_clear(&w->in);
}

static bool read_body(Wire *w, size_t header, size_t limit, Until until, Str *ret, Err *err) {
    uint32_t len = be32(w->in.at + w->in_at + header - 4);
    if (len < 4 || len - 4 > limit)
        return err_set(err, ERR_INPUT, "a message of %u bytes: between 4 and %zu are possible", len, limit + 4);
    if (!fill(w, header + len - 4, until, err)) return false;
    *ret = (Str){w->in.at + w->in_at + header, len - 4};
    w->in_at += header + len - 4;
    return true;
}

bool wire_read_startup(Wire *w, Until until, Str *ret_body, Err *err) {
    forget(w);
    return fill(w, 4, until, err) && read_body(w, 4, WIRE_STARTUP_LIMIT, until, ret_body, err);
}

bool wire_read(Wire *w, Until until, char *ret_type, Str *ret_body, Err *err) {
    forget(w);
    if (!fill(w, 5, until, err)) return false;
    *ret_type = w->in.at[w->in_at];
    return read_body(w, 5, WIRE_MESSAGE_LIMIT, until, ret_body, err);
}

static void release(void *buf) {
    buf_release(buf);
}

void wire_keep(Wire *w, Arena *a) {
    Buf *kept = arena_new(a, Buf);
    *kept = w->in;
    arena_defer(a, release, kept);
    w->in = (Buf){.limit = kept->limit};
    buf_append(&w->in, str_slice(buf_str(kept), w->in_at, kept->len));
    w->in_at = 0;
}

bool wire_has_input(const Wire *w) {
    return w->in_at < w->in.len;
}

bool wire_has_single(const Wire *w) {
    enum { HEAD = 5 };
    size_t executes = 0;
    for (size_t at = w->in_at; at + HEAD <= w->in.len; at += 1 + be32(w->in.at + at + 1)) {
        char type = w->in.at[at];
        if (type == 'S') return executes == 1;
        if (!strchr("PBDEC", type) || !type || be32(w->in.at + at + 1) > w->in.len) return false;
        executes += type == 'E';
    }
    return false;
}

bool wire_peek(Wire *w, Until until, char *ret, Err *err) {
    if (!fill(w, 1, until, err)) return false;
    *ret = w->in.at[w->in_at];
    return true;
}

Str wire_take_rest(Wire *w) {
    Str rest = str_slice(buf_str(&w->in), w->in_at, w->in.len);
    w->in_at = w->in.len;
    return rest;
}

/* ---- writing ---- */

void wire_put_raw(Wire *w, char byte) {
    buf_put(&w->out, byte);
}

void wire_begin(Wire *w, char type) {
    buf_put(&w->out, type);
    w->message_at = w->out.len;
    wire_put_i32(w, 0);
}

void wire_end(Wire *w) {
    put_be32(w->out.at + w->message_at, (uint32_t)(w->out.len - w->message_at));
    w->message_at = SIZE_MAX;
}

void wire_put_byte(Wire *w, char byte) {
    buf_put(&w->out, byte);
}

void wire_put_i16(Wire *w, int16_t value) {
    char bytes[2];
    put_be16(bytes, (uint16_t)value);
    buf_append(&w->out, (Str){bytes, sizeof bytes});
}

void wire_put_i32(Wire *w, int32_t value) {
    char bytes[4];
    put_be32(bytes, (uint32_t)value);
    buf_append(&w->out, (Str){bytes, sizeof bytes});
}

void wire_put_bytes(Wire *w, Str bytes) {
    buf_append(&w->out, bytes);
}

void wire_put_text(Wire *w, Str text) {
    buf_append(&w->out, str_slice(text, 0, str_find(text, '\0')));
    buf_put(&w->out, '\0');
}

bool wire_flush(Wire *w) {
    if (!w->failed && w->out.len) {
        int64_t deadline = w->stuck_us ? deadline_in(w->stuck_us) : NO_DEADLINE;
        Until until = {deadline, w->cancel, CANCEL_ABORT};
        Str all = buf_str(&w->out);
        w->failed = w->tls ? !tls_write_all(w->tls, all, until, &w->failure)
                           : !socket_write_all(w->fd, all, until, &w->failure);
    }
    if (w->out.cap > 4 * KEPT_BYTES) buf_release(&w->out);
    else buf_clear(&w->out);
    return !w->failed;
}

bool wire_flush_some(Wire *w) {
    return w->out.len < WIRE_FLUSH_BYTES ? !w->failed : wire_flush(w);
}

/* ---- fields ---- */

Str field_bytes(Fields *f, int32_t n) {
    if (f->bad || n < 0 || f->end - f->at < n) {
        f->bad = true;
        return (Str){0};
    }
    Str bytes = {f->at, (size_t)n};
    f->at += n;
    return bytes;
}

int32_t field_i32(Fields *f) {
    Str bytes = field_bytes(f, 4);
    return f->bad ? 0 : (int32_t)be32(bytes.at);
}

int16_t field_i16(Fields *f) {
    uint16_t v;
    Str bytes = field_bytes(f, 2);
    if (f->bad) return 0;
    memcpy(&v, bytes.at, sizeof v);
    return (int16_t)__builtin_bswap16(v);
}

char field_byte(Fields *f) {
    Str bytes = field_bytes(f, 1);
    return f->bad ? '\0' : bytes.at[0];
}

Str field_text(Fields *f) {
    size_t n = f->bad ? STR_NONE : str_find((Str){f->at, (size_t)(f->end - f->at)}, '\0');
    if (n == STR_NONE) {
        f->bad = true;
        return (Str){0};
    }
    Str text = {f->at, n};
    f->at += n + 1;
    return text;
}

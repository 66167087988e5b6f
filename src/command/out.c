#include "command/out.h"

enum { PIECE = 64 * 1024 };

void out_release(Out *o) {
    buf_release(&o->buf);
}

static void hand_on(Out *o) {
    Until until = {NO_DEADLINE, o->cancel, CANCEL_ABORT};
    if (o->failure.code == ERR_OK && !io_write_all(o->fd, buf_str(&o->buf), until, &o->failure)) {
        err_context(&o->failure, "cannot write the output");
    }
    buf_clear(&o->buf);
}

void out_str(Out *o, Str text) {
    buf_append(&o->buf, text);
    if (o->buf.len >= PIECE) hand_on(o);
}

void out_c(Out *o, const char *text) {
    out_str(o, str_of(text));
}

void out_printf(Out *o, const char *format, ...) {
    va_list args;
    va_start(args, format);
    buf_vprintf(&o->buf, format, args);
    va_end(args);
    if (o->buf.len >= PIECE) hand_on(o);
}

const char *out_style(const Out *o, Style style) {
    static const char *const codes[] = {
        [STYLE_PLAIN] = "\033[0m",  [STYLE_BOLD] = "\033[1m",    [STYLE_DIM] = "\033[2m",   [STYLE_RED] = "\033[31m",
        [STYLE_GREEN] = "\033[32m", [STYLE_YELLOW] = "\033[33m", [STYLE_CYAN] = "\033[36m",
    };
    return o->colours ? codes[style] : "";
}

void out_styled(Out *o, Style style, const char *format, ...) {
    va_list args;
    va_start(args, format);
    out_c(o, out_style(o, style));
    buf_vprintf(&o->buf, format, args);
    out_c(o, out_style(o, STYLE_PLAIN));
    va_end(args);
}

void out_repeat(Out *o, const char *text, size_t n) {
    for (size_t i = 0; i < n; i++) out_c(o, text);
}

bool out_flush(Out *o, Err *err) {
    if (o->buf.len) hand_on(o);
    if (o->failure.code == ERR_OK || o->failure.code == ERR_IO) return true;
    *err = o->failure;
    return false;
}

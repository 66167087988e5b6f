/* Buf: growing text with a limit and a sticky failure. */
#include "base/buf.h"

void buf_release(Buf *b) {
    free(b->at);
    *b = (Buf){0};
}

bool buf_reserve(Buf *b, size_t more) {
    if (b->failed) return false;
    size_t need;
    bool too_much = __builtin_add_overflow(b->len + 1, more, &need);
    if (too_much || (b->limit && need - 1 > b->limit)) {
        b->failed = true;
        return false;
    }
    if (need <= b->cap) return true;
    size_t cap = MAX(b->cap + b->cap / 2, (size_t)64);
    cap = MAX(cap, need);
    char *grown = realloc(b->at, cap);
    BUG_ON(!grown);
    b->at = grown;
    b->cap = cap;
    return true;
}

void buf_append(Buf *b, Str s) {
    if (!buf_reserve(b, s.len)) return;
    if (s.len) memcpy(b->at + b->len, s.at, s.len);
    b->len += s.len;
    b->at[b->len] = '\0';
}

void buf_append_c(Buf *b, const char *c) {
    buf_append(b, str_of(c));
}

void buf_put(Buf *b, char c) {
    if (!buf_reserve(b, 1)) return;
    b->at[b->len++] = c;
    b->at[b->len] = '\0';
}

void buf_vprintf(Buf *b, const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    BUG_ON(n < 0);
    if (buf_reserve(b, (size_t)n)) {
        vsnprintf(b->at + b->len, (size_t)n + 1, format, again);
        b->len += (size_t)n;
    }
    va_end(again);
}

void buf_printf(Buf *b, const char *format, ...) {
    va_list args;
    va_start(args, format);
    buf_vprintf(b, format, args);
    va_end(args);
}

void buf_clear(Buf *b) {
    b->len = 0;
    b->failed = false;
    if (b->at) b->at[0] = '\0';
}

void buf_drop(Buf *b, size_t n) {
    if (!b->at) return;
    n = MIN(n, b->len);
    memmove(b->at, b->at + n, b->len - n + 1);
    b->len -= n;
}

const char *buf_c(const Buf *b) {
    return b->at ? b->at : "";
}

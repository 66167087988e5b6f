/*
 * Buf: growing text. Failure is sticky: past `limit` bytes (0 = none) it stops growing and `failed` stays true, so that
 * one check after many appends is enough. A zeroed Buf is ready to use. Always NUL-terminated behind `len`.
 *
 *     AUTO(Buf) out = {0};
 *     buf_printf(&out, "%d rows", n);
 *     use(buf_str(&out));
 */
#pragma once

#include <stdarg.h>

#include "base/str.h"

typedef struct Buf {
    char *at;
    size_t len, cap;
    size_t limit; /* bytes, 0 = none */
    bool failed;  /* the limit was hit: what is there is a prefix */
} Buf;

void buf_release(Buf *b);
DEFINE_AUTO(Buf, buf_release)

/* Room for `more` bytes behind len; false past the limit. */
bool buf_reserve(Buf *b, size_t more);
void buf_append(Buf *b, Str s);
void buf_append_c(Buf *b, const char *c);
void buf_put(Buf *b, char c);
void buf_printf(Buf *b, const char *format, ...) PRINTF_LIKE(2, 3);
void buf_vprintf(Buf *b, const char *format, va_list args) PRINTF_LIKE(2, 0);
/* Keeps the memory, drops the text and the failure. */
void buf_clear(Buf *b);
/* Removes the first n bytes. */
void buf_drop(Buf *b, size_t n);
/* Borrowed until the next change. */
static inline Str buf_str(const Buf *b) {
    return (Str){b->at ? b->at : "", b->len};
}
/* The text as a C string, borrowed until the next change. */
const char *buf_c(const Buf *b);

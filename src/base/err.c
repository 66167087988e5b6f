/* Err: filling error values, and the one table of codes. */
#include "base/err.h"

#include <errno.h>
#include <string.h>

static const struct {
    const char *name;
    int exit_code;
    const char *sqlstate;
    int http_status;
    bool retryable;
} codes[] = {
#define X(name, exit_code, sqlstate, http, retryable) [ERR_##name] = {#name, exit_code, sqlstate, http, retryable},
    ERR_CODES(X)
#undef X
};

/* A cut text must not end inside a UTF-8 sequence. */
static void trim_sequence(char *text, size_t size) {
    size_t len = strlen(text);
    if (len + 1 < size) return;
    while (len && ((unsigned char)text[len - 1] & 0xC0) == 0x80) len--;
    if (len) text[len - 1] = '\0';
}

bool err_set_at(Err *err, ErrCode code, const char *file, int line, const char *format, ...) {
    char text[sizeof err->msg]; /* the arguments may point into *err */
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    trim_sequence(text, sizeof text);
    memcpy(err->msg, text, strlen(text) + 1);
    err->hint[0] = '\0';
    err->code = code;
    err->file = file;
    err->line = line;
    return false;
}

bool err_errno_at(Err *err, int number, const char *file, int line, const char *format, ...) {
    char text[sizeof err->msg - 256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    trim_sequence(text, sizeof text);
    char reason[128];
    const char *name = strerror_r(number, reason, sizeof reason);
    bool disk = number == ENOSPC || number == EDQUOT || number == EROFS;
    return err_set_at(err, disk ? ERR_DISK : ERR_IO, file, line, "%s: %s", text, name);
}

bool err_context(Err *err, const char *format, ...) {
    char text[sizeof err->msg];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    size_t len = strlen(text);
    snprintf(text + len, sizeof text - len, ": %s", err->msg);
    trim_sequence(text, sizeof text);
    memcpy(err->msg, text, strlen(text) + 1);
    return false;
}

bool err_hint(Err *err, const char *format, ...) {
    char text[sizeof err->hint];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    trim_sequence(text, sizeof text);
    memcpy(err->hint, text, strlen(text) + 1);
    return false;
}

const char *err_name(ErrCode code) {
    return codes[code].name;
}

const char *err_sqlstate(ErrCode code) {
    return codes[code].sqlstate;
}

int err_exit_code(ErrCode code) {
    return codes[code].exit_code;
}

int err_http_status(ErrCode code) {
    return codes[code].http_status;
}

bool err_is_retryable(ErrCode code) {
    return codes[code].retryable;
}

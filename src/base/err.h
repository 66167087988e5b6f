/*
 * Err: an error as a value, on the caller's stack, last parameter, untouched on success. Functions that can fail return
 * bool or a pointer and are MUST_USE. Texts follow PostgreSQL's guide: a short primary message that quotes the value,
 * what to do in the hint.
 *
 *     if (!file_read(path, &text, err)) return err_context(err, "while reading the config of \"%s\"", name);
 *     return err_set(err, ERR_INPUT, "stream \"%s\": key property \"%s\" is missing", ...);
 */
#pragma once

#include <stdarg.h>

#include "base/macros.h"
#include <stdbool.h>

/* code, process exit code, SQLSTATE, HTTP status, whether trying again later may help */
#define ERR_CODES(X)                                                                                                   \
    X(OK, 0, "00000", 200, false)                                                                                      \
    X(INPUT, 1, "22000", 400, false)        /* data or a message is wrong */                                           \
    X(USAGE, 2, "42601", 400, false)        /* a command line is wrong */                                              \
    X(CONFIG, 1, "F0000", 400, false)       /* a project file or setting is wrong */                                   \
    X(INCOMPATIBLE, 3, "0A000", 501, false) /* the project requires another version; 3 as Meltano has it */            \
    X(NOT_FOUND, 1, "42704", 404, false)    /* a named thing does not exist */                                         \
    X(SQL, 1, "42000", 400, false)          /* a statement failed */                                                   \
    X(CONFLICT, 1, "40001", 409, true)      /* another transaction changed the same rows */                            \
    X(MEMORY, 1, "53200", 503, true)        /* the engine's memory limit */                                            \
    X(FULL, 1, "53300", 503, true)          /* too many sessions */                                                    \
    X(DISK, 1, "53100", 507, true)          /* no space, or a file that cannot be written */                           \
    X(LOCKED, 75, "55006", 503, true)       /* another process holds the warehouse; 75 = EX_TEMPFAIL */                \
    X(CHILD, 1, "58000", 500, false)        /* a tap, target or installer failed */                                    \
    X(CANCELED, 130, "57014", 499, false)   /* ctrl-C or a cancel request */                                           \
    X(TIMEOUT, 1, "57014", 504, true)       /* a deadline passed */                                                    \
    X(IO, 1, "58030", 500, false)           /* the operating system refused */                                         \
    X(UNSUPPORTED, 1, "0A000", 501, false)                                                                             \
    X(INTERNAL, 70, "XX000", 500, false) /* ours: please report */

typedef enum ErrCode {
#define X(name, ...) ERR_##name,
    ERR_CODES(X)
#undef X
} ErrCode;

typedef struct Err {
    ErrCode code;
    char msg[2048];
    char hint[512];
    const char *file; /* source of ours, for logs */
    int line;
} Err;

/* Fills *err and returns false, so that `return err_set(...)` ends a bool function. Longer texts are cut. */
#define err_set(err, code, ...) err_set_at((err), (code), __FILE__, __LINE__, __VA_ARGS__)
bool err_set_at(Err *err, ErrCode code, const char *file, int line, const char *format, ...) PRINTF_LIKE(5, 6);
/* As err_set, with strerror(number) behind the text; ENOSPC, EDQUOT and EROFS become ERR_DISK. */
#define err_errno(err, number, ...) err_errno_at((err), (number), __FILE__, __LINE__, __VA_ARGS__)
bool err_errno_at(Err *err, int number, const char *file, int line, const char *format, ...) PRINTF_LIKE(5, 6);
/* Puts "text: " before the message. Returns false. */
bool err_context(Err *err, const char *format, ...) PRINTF_LIKE(2, 3);
/* Sets the hint: what to do now. Returns false. */
bool err_hint(Err *err, const char *format, ...) PRINTF_LIKE(2, 3);

const char *err_name(ErrCode code); /* "INPUT" */
const char *err_sqlstate(ErrCode code);
int err_exit_code(ErrCode code);
int err_http_status(ErrCode code);
bool err_is_retryable(ErrCode code);

/*
 * JSON (RFC 8259) as Python's json module reads it: NaN, Infinity and -Infinity are numbers, control characters inside
 * strings are errors. Three levels: scanning functions that give slices (for the record decoder), a parser to Node, a
 * writer from Node.
 *
 *     const char *p = json_space(text.at, end);
 *     p = json_skip(p, end);                      NULL = no valid value here
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "base/node.h"

enum { JSON_DEPTH_LIMIT = 1000 };

/* ---- scanning: p <= end always; functions that can fail return NULL ---- */

static inline const char *json_space(const char *p, const char *end) {
    while (p < end && (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r')) p++;
    return p;
}

typedef struct JsonString {
    Str raw;      /* between the quotes, escapes as written */
    bool escaped; /* has a backslash: decode with json_unescape */
    bool ascii;   /* no byte >= 0x80 */
} JsonString;

/* p at the opening quote. Returns the place behind the closing quote. Does not check UTF-8 nor escapes. */
const char *json_scan_string(const char *p, const char *end, JsonString *ret);
/* p at '-' or a digit (or N, I of NaN, Infinity). Returns the place behind the number; *ret_integer: no fraction and no
 * exponent. */
const char *json_scan_number(const char *p, const char *end, bool *ret_integer);
/* p at a value: checks and skips it, nested at most JSON_DEPTH_LIMIT deep. */
const char *json_skip(const char *p, const char *end);
/* Decodes escapes of `raw` into out (room for raw.len bytes; the result is never longer). Lone surrogates become
 * U+FFFD. Returns the length, or STR_NONE at a wrong escape. */
size_t json_unescape(Str raw, char *out);

/* ---- documents ---- */

/* One value and nothing behind it. Texts are copied into the arena. NULL: err says line and column. */
Node *json_parse(Arena *a, Str text, Err *err) MUST_USE;

typedef enum JsonStyle {
    JSON_COMPACT, /* {"a":1} */
    JSON_PYTHON,  /* {"a": 1}: as json.dumps */
    JSON_PRETTY,  /* two blanks of indent, newline at the end left to the caller */
} JsonStyle;

/* Writes n (NULL as null). Non-ASCII text is written as it is; bytes that are no UTF-8 as U+FFFD. */
void json_write(Buf *out, const Node *n, JsonStyle style);
/* A quoted, escaped string. */
void json_write_string(Buf *out, Str text);

/*
 * Singer messages: what kind a line is and where its parts lie, without a tree (reference/extract-load.md 2.1). Keys may
 * come in any order; unknown ones are ignored, as singer-python does. A key given twice: the last one counts, but
 * message_peek stops at the first `type` and `stream`.
 *
 *     MessageHead head;
 *     if (!message_peek(line, &head, err)) return false;                     kind and stream, for every line
 *     if (head.kind != MESSAGE_RECORD && !message_scan(line, &head, err)) return false;       all parts
 */
#pragma once

#include "base/err.h"
#include "base/json.h"

/* kind, needs a stream */
#define MESSAGE_KINDS(X)                                                                                               \
    X(RECORD, true)                                                                                                    \
    X(SCHEMA, true)                                                                                                    \
    X(STATE, false)                                                                                                    \
    X(ACTIVATE_VERSION, true)                                                                                          \
    X(BATCH, true)

typedef enum MessageKind {
#define X(name, stream) MESSAGE_##name,
    MESSAGE_KINDS(X)
#undef X
} MessageKind;

/* Parts are slices of the line: JSON as written; at == NULL: absent or null. */
typedef struct MessageHead {
    MessageKind kind;
    JsonString stream; /* decode when .escaped */
    size_t
        decided; /* bytes of the line that message_peek read: a line with the same ones has the same kind and stream */
    Str record;  /* an object */
    Str schema;  /* an object */
    Str key_properties;
    Str value;          /* of STATE: may be `null`, never absent */
    Str time_extracted; /* with its quotes */
    Str encoding, manifest;
    bool has_version;
    int64_t version;
} MessageHead;

/* Kind and stream only: reads no further than it must. False: no JSON object so far, no or an unknown type, no stream; err
 * quotes the beginning of the line. */
bool message_peek(Str line, MessageHead *ret, Err *err) MUST_USE;
/* All of it, checked to be valid JSON: RECORD has a record, SCHEMA a schema, STATE a value, ACTIVATE_VERSION an integer
 * version, BATCH an encoding and a manifest. */
bool message_scan(Str line, MessageHead *ret, Err *err) MUST_USE;

/* The beginning of the last line: the next one mostly begins with the same bytes, which is cheaper to see than to parse.
 *
 *     if (!message_is_like(&memo, line) && !message_peek(...)) ...;  else message_remember(&memo, line, &head); */
typedef struct MessageMemo {
    char start[256];
    size_t len; /* 0 = nothing is remembered */
} MessageMemo;

/* True: the line has the kind and the stream of the remembered one. */
static inline bool message_is_like(const MessageMemo *memo, Str line) {
    return memo->len && line.len > memo->len && memcmp(line.at, memo->start, memo->len) == 0;
}

static inline void message_remember(MessageMemo *memo, Str line, const MessageHead *head) {
    memo->len = head->decided <= sizeof memo->start ? head->decided : 0;
    if (memo->len) memcpy(memo->start, line.at, memo->len);
}

/* "RECORD" */
const char *message_kind_name(MessageKind kind);
/* The stream's name, decoded in the arena when it has escapes, else a slice of the line. False: wrong escapes. */
bool message_stream(const MessageHead *head, Arena *a, Str *ret, Err *err) MUST_USE;

/* The beginning of a line for an error: at most 100 bytes, not cut inside a character, control characters as blanks,
 * "..." when something is left out. */
enum { LINE_SHOWN = 120 };
const char *line_shown(Str line, char out[LINE_SHOWN]);

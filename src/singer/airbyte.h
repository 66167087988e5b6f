/*
 * Messages of the Airbyte protocol (reference/extract-load.md 6): what a line on a source's standard output is and where
 * its parts lie. Lines that are no JSON object are logs.
 *
 *     AirbyteHead head;
 *     if (!airbyte_scan(line, &head, err)) return false;
 *     if (head.kind == AIRBYTE_RECORD) ... head.data
 *     else if (airbyte_note(arena, &head, &note)) log_event(log, note.level, ...)
 *
 * States: singer/airbyte_state.h. Catalogs: singer/airbyte_catalog.h.
 */
#pragma once

#include "base/err.h"
#include "base/log.h"
#include "base/node.h"

typedef enum AirbyteKind {
    AIRBYTE_RECORD,
    AIRBYTE_STATE,
    AIRBYTE_LOG,
    AIRBYTE_TRACE, /* an error, an estimate, the status of a stream */
    AIRBYTE_CATALOG,
    AIRBYTE_SPEC,
    AIRBYTE_CONNECTION_STATUS,
    AIRBYTE_CONTROL, /* the source changed its configuration */
    AIRBYTE_OTHER,   /* a JSON object that is none of these */
    AIRBYTE_TEXT,    /* no JSON object */
} AirbyteKind;

/* Parts are JSON as written, slices of the line; at == NULL: absent. */
typedef struct AirbyteHead {
    AirbyteKind kind;
    Str line;
    Str body;              /* the object that belongs to the kind: "record", "state", "log", ... */
    Str stream, namespace; /* of a RECORD, texts with their quotes; namespace: at == NULL also when null */
    Str data, emitted_at;  /* of a RECORD */
} AirbyteHead;

/* False: the line begins as a JSON object and is none (a line that was cut off must not pass for a log), or a message
 * lacks its body, or a RECORD its stream or data; err quotes the beginning of the line. */
bool airbyte_scan(Str line, AirbyteHead *ret, Err *err) MUST_USE;

/* The name a stream goes by everywhere else: "namespace-name", or "name". In the arena. */
Str airbyte_stream_name(Arena *a, Str namespace, Str name);
/* The same of a RECORD. False: wrong escapes. */
bool airbyte_record_stream(const AirbyteHead *head, Arena *a, Str *ret, Err *err) MUST_USE;

/* What a message says to people. */
typedef struct AirbyteNote {
    LogLevel level;
    Str text;
    Str detail;   /* stack trace or internal message; may be empty */
    bool failure; /* the source says that it fails: a TRACE of type ERROR */
} AirbyteNote;

/* LOG, TRACE, CONTROL, TEXT and OTHER. False: nothing to say. */
bool airbyte_note(Arena *a, const AirbyteHead *head, AirbyteNote *ret);

/* The body of the first message of a kind in what a source has written (`discover`, `spec`, `check`). NULL: there is none,
 * ERR_CHILD with the source's own words when it told of an error. */
Node *airbyte_answer(Arena *a, Str output, AirbyteKind kind, Err *err) MUST_USE;

/* Classifying lines of Singer messages. */
#include "singer/message.h"

#include <stddef.h>

#include "singer/members.h"

static const struct {
    const char *name;
    bool stream;
} kinds[] = {
#define X(name, stream) [MESSAGE_##name] = {#name, stream},
    MESSAGE_KINDS(X)
#undef X
};

const char *message_kind_name(MessageKind kind) {
    return kinds[kind].name;
}

const char *line_shown(Str line, char out[LINE_SHOWN]) {
    enum { SHOWN = 100 };
    size_t len = MIN(line.len, (size_t)SHOWN);
    while (len < line.len && len && ((unsigned char)line.at[len] & 0xC0) == 0x80) len--;
    for (size_t i = 0; i < len; i++) out[i] = (unsigned char)line.at[i] < 0x20 ? ' ' : line.at[i];
    snprintf(out + len, LINE_SHOWN - len, "%s", len < line.len ? "..." : "");
    return out;
}

static bool fail_line(Str line, Err *err, const char *format, ...) PRINTF_LIKE(3, 4);
static bool fail_line(Str line, Err *err, const char *format, ...) {
    char what[256], shown[LINE_SHOWN];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    return err_set(err, ERR_INPUT, "%s: %s", what, line_shown(line, shown));
}

static bool fail_json(Str line, const Members *m, Err *err) {
    size_t column = (size_t)(m->failed_at - line.at) + 1;
    if (column > line.len) return fail_line(line, err, "not valid JSON, it ends in the middle");
    return fail_line(line, err, "not valid JSON at column %zu", column);
}

/* ---- type and stream ---- */

static bool read_kind(Str line, Str value, MessageHead *head, Err *err) {
    JsonString type;
    if (!members_text(value, &type)) return fail_line(line, err, "the message's \"type\" is no text");
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (!members_key_is(type, kinds[i].name)) continue;
        head->kind = (MessageKind)i;
        return true;
    }
    char shown[LINE_SHOWN];
    return fail_line(line, err, "unknown message type \"%s\"", line_shown(str_slice(type.raw, 0, 40), shown));
}

static bool read_stream(Str line, Str value, MessageHead *head, Err *err) {
    return members_text(value, &head->stream) || fail_line(line, err, "the message's \"stream\" is no text");
}

/* What both need, once every member that matters was seen. */
static bool check_head(Str line, bool typed, const MessageHead *head, Err *err) {
    if (!typed) return fail_line(line, err, "the message has no \"type\"");
    if (kinds[head->kind].stream && !head->stream.raw.at)
        return fail_line(line, err, "%s message has no \"stream\"", kinds[head->kind].name);
    return true;
}

bool message_peek(Str line, MessageHead *ret, Err *err) {
    Members m = members_of(line);
    MessageHead head = {0};
    bool typed = false;
    JsonString key;
    Str value;
    while (members_next(&m, &key, &value)) {
        if (!typed && members_key_is(key, "type")) {
            if (!read_kind(line, value, &head, err)) return false;
            typed = true;
        } else if (!head.stream.raw.at && members_key_is(key, "stream")) {
            if (!read_stream(line, value, &head, err)) return false;
        }
        if (typed && (head.stream.raw.at || !kinds[head.kind].stream)) break;
    }
    if (m.failed_at) return fail_json(line, &m, err);
    if (!check_head(line, typed, &head, err)) return false;
    head.decided = (size_t)(m.at - line.at);
    *ret = head;
    return true;
}

/* ---- all parts ---- */

static const struct {
    const char *name;
    size_t at;
} parts[] = {
    {"record", offsetof(MessageHead, record)},
    {"schema", offsetof(MessageHead, schema)},
    {"key_properties", offsetof(MessageHead, key_properties)},
    {"value", offsetof(MessageHead, value)},
    {"time_extracted", offsetof(MessageHead, time_extracted)},
    {"encoding", offsetof(MessageHead, encoding)},
    {"manifest", offsetof(MessageHead, manifest)},
};

static void read_part(JsonString key, Str value, MessageHead *head) {
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if (members_key_is(key, parts[i].name)) *(Str *)(void *)((char *)head + parts[i].at) = value;
}

static bool read_version(Str line, Str value, MessageHead *head, Err *err) {
    head->has_version = !str_is(value, "null");
    if (!head->has_version || str_to_i64(value, &head->version)) return true;
    char shown[LINE_SHOWN];
    return fail_line(line, err, "the message's \"version\" %s is no integer",
                     line_shown(str_slice(value, 0, 40), shown));
}

static bool is_object(Str value) {
    return value.len && value.at[0] == '{';
}

static bool check_parts(Str line, const MessageHead *head, Err *err) {
    switch (head->kind) {
    case MESSAGE_RECORD:
        return is_object(head->record) || fail_line(line, err, "RECORD message has no \"record\" that is an object");
    case MESSAGE_SCHEMA:
        return is_object(head->schema) || fail_line(line, err, "SCHEMA message has no \"schema\" that is an object");
    case MESSAGE_STATE: return head->value.at || fail_line(line, err, "STATE message has no \"value\"");
    case MESSAGE_ACTIVATE_VERSION:
        return head->has_version || fail_line(line, err, "ACTIVATE_VERSION message has no \"version\"");
    case MESSAGE_BATCH:
        return (is_object(head->encoding) && head->manifest.at) ||
               fail_line(line, err, "BATCH message has no \"encoding\" or \"manifest\"");
    }
    return true;
}

static void drop_nulls(MessageHead *head) {
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        Str *part = (Str *)(void *)((char *)head + parts[i].at);
        if (part != &head->value && str_is(*part, "null")) *part = (Str){0};
    }
}

bool message_scan(Str line, MessageHead *ret, Err *err) {
    Members m = members_of(line);
    MessageHead head = {0};
    bool typed = false;
    JsonString key;
    Str value;
    while (members_next(&m, &key, &value)) {
        if (members_key_is(key, "type")) {
            if (!read_kind(line, value, &head, err)) return false;
            typed = true;
        } else if (members_key_is(key, "stream")) {
            if (!read_stream(line, value, &head, err)) return false;
        } else if (members_key_is(key, "version")) {
            if (!read_version(line, value, &head, err)) return false;
        } else {
            read_part(key, value, &head);
        }
    }
    if (m.failed_at) return fail_json(line, &m, err);
    drop_nulls(&head);
    if (!check_head(line, typed, &head, err) || !check_parts(line, &head, err)) return false;
    *ret = head;
    return true;
}

bool message_stream(const MessageHead *head, Arena *a, Str *ret, Err *err) {
    *ret = head->stream.raw;
    if (!head->stream.escaped) return true;
    char *decoded = arena_c(a, head->stream.raw);
    size_t len = json_unescape(head->stream.raw, decoded);
    if (len == STR_NONE) return fail_line(head->stream.raw, err, "wrong escape in the name of a stream");
    *ret = (Str){decoded, len};
    return true;
}

/* Classifying lines of the Airbyte protocol. */
#include "singer/airbyte.h"

#include "singer/members.h"
#include "singer/message.h"

/* type, key of its body */
static const struct {
    const char *type, *body;
} kinds[] = {
    [AIRBYTE_RECORD] = {"RECORD", "record"},
    [AIRBYTE_STATE] = {"STATE", "state"},
    [AIRBYTE_LOG] = {"LOG", "log"},
    [AIRBYTE_TRACE] = {"TRACE", "trace"},
    [AIRBYTE_CATALOG] = {"CATALOG", "catalog"},
    [AIRBYTE_SPEC] = {"SPEC", "spec"},
    [AIRBYTE_CONNECTION_STATUS] = {"CONNECTION_STATUS", "connectionStatus"},
    [AIRBYTE_CONTROL] = {"CONTROL", "control"},
};

/* ---- scanning ---- */

static bool fail_line(Str line, Err *err, const char *what) {
    char shown[LINE_SHOWN];
    return err_set(err, ERR_INPUT, "%s: %s", what, line_shown(line, shown));
}

static bool is_object(Str value) {
    return value.len && value.at[0] == '{';
}

static bool read_record(AirbyteHead *head, Err *err) {
    Members m = members_of(head->body);
    JsonString key, text;
    Str value;
    while (members_next(&m, &key, &value)) {
        if (members_key_is(key, "stream")) head->stream = value;
        else if (members_key_is(key, "namespace") && !str_is(value, "null")) head->namespace = value;
        else if (members_key_is(key, "data")) head->data = value;
        else if (members_key_is(key, "emitted_at")) head->emitted_at = value;
    }
    if (!members_text(head->stream, &text)) return fail_line(head->line, err, "RECORD message has no \"stream\"");
    if (head->namespace.at && !members_text(head->namespace, &text))
        return fail_line(head->line, err, "the \"namespace\" of a RECORD message is no text");
    return is_object(head->data) || fail_line(head->line, err, "RECORD message has no \"data\" that is an object");
}

static AirbyteKind kind_of(Str type) {
    JsonString text;
    if (!members_text(type, &text)) return AIRBYTE_OTHER;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (members_key_is(text, kinds[i].type)) return (AirbyteKind)i;
    return AIRBYTE_OTHER;
}

/* "{" and a quoted key: what follows is meant to be JSON. */
static bool looks_like_message(Str line) {
    const char *end = line.at + line.len, *p = json_space(line.at, end);
    if (p == end || *p != '{') return false;
    p = json_space(p + 1, end);
    return p == end || *p == '"' || *p == '}';
}

/* One pass: the type, and whatever may be its body. */
static bool read_message(AirbyteHead *head, Err *err) {
    Members m = members_of(head->line);
    JsonString key;
    Str value, type = {0}, bodies[ARRAY_LEN(kinds)] = {0};
    while (members_next(&m, &key, &value)) {
        if (members_key_is(key, "type")) type = value;
        for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
            if (members_key_is(key, kinds[i].body)) bodies[i] = value;
    }
    if (m.failed_at) return fail_line(head->line, err, "not valid JSON");
    head->kind = kind_of(type);
    if (head->kind == AIRBYTE_OTHER) return true;
    head->body = bodies[head->kind];
    return is_object(head->body) || fail_line(head->line, err, "the message has no body that is an object");
}

bool airbyte_scan(Str line, AirbyteHead *ret, Err *err) {
    AirbyteHead head = {.kind = AIRBYTE_TEXT, .line = line};
    if (looks_like_message(line) && !read_message(&head, err)) return false;
    if (head.kind == AIRBYTE_RECORD && !read_record(&head, err)) return false;
    *ret = head;
    return true;
}

/* ---- names ---- */

Str airbyte_stream_name(Arena *a, Str namespace, Str name) {
    if (namespace.len == 0) return arena_str(a, name);
    return arena_printf(a, STR_FMT "-" STR_FMT, STR_ARG(namespace), STR_ARG(name));
}

bool airbyte_record_stream(const AirbyteHead *head, Arena *a, Str *ret, Err *err) {
    Str name = members_decoded(a, head->stream), namespace = members_decoded(a, head->namespace);
    if (!name.at || (head->namespace.at && !namespace.at))
        return fail_line(head->line, err, "wrong escape in the name of a stream");
    *ret = airbyte_stream_name(a, namespace, name);
    return true;
}

/* ---- what it says to people ---- */

static LogLevel log_level(Str name) {
    static const struct {
        const char *name;
        LogLevel level;
    } levels[] = {
        {"FATAL", LOG_ERROR}, {"ERROR", LOG_ERROR}, {"WARN", LOG_WARN},
        {"INFO", LOG_INFO},   {"DEBUG", LOG_DEBUG}, {"TRACE", LOG_DEBUG},
    };
    for (size_t i = 0; i < ARRAY_LEN(levels); i++)
        if (str_equal_nocase(name, str_of(levels[i].name))) return levels[i].level;
    return LOG_INFO;
}

static Str text_at(const Node *n, const char *key) {
    return node_text(node_get(n, str_of(key)));
}

static bool note_of_trace(Arena *a, const Node *trace, AirbyteNote *ret) {
    Str type = text_at(trace, "type");
    const Node *error = node_get_c(trace, "error"), *status = node_get_c(trace, "stream_status");
    if (str_is(type, "ERROR")) {
        Str text = text_at(error, "message"), internal = text_at(error, "internal_message");
        Str stack = text_at(error, "stack_trace");
        *ret = (AirbyteNote){LOG_ERROR, text.len ? text : internal, stack.len ? stack : internal, true};
        if (!ret->text.len) ret->text = STR("the source failed without saying why");
        return true;
    }
    if (!str_is(type, "STREAM_STATUS")) return false;
    const Node *stream = node_get_c(status, "stream_descriptor");
    Str name = airbyte_stream_name(a, text_at(stream, "namespace"), text_at(stream, "name"));
    Str state = text_at(status, "status");
    bool incomplete = str_is(state, "INCOMPLETE");
    ret->level = incomplete ? LOG_WARN : LOG_DEBUG;
    ret->text = arena_printf(a, "stream \"" STR_FMT "\": " STR_FMT, STR_ARG(name), STR_ARG(state));
    return true;
}

bool airbyte_note(Arena *a, const AirbyteHead *head, AirbyteNote *ret) {
    Err ignored;
    *ret = (AirbyteNote){.level = LOG_INFO};
    const Node *body = head->body.at ? json_parse(a, head->body, &ignored) : NULL;
    switch (head->kind) {
    case AIRBYTE_LOG:
        ret->level = log_level(text_at(body, "level"));
        ret->text = text_at(body, "message");
        ret->detail = text_at(body, "stack_trace");
        return true;
    case AIRBYTE_TRACE: return note_of_trace(a, body, ret);
    case AIRBYTE_CONTROL:
        ret->level = LOG_WARN;
        ret->text = STR("the source changed its configuration; that is not stored");
        return true;
    case AIRBYTE_TEXT:
    case AIRBYTE_OTHER: ret->text = str_trim(head->line); return ret->text.len > 0;
    case AIRBYTE_RECORD:
    case AIRBYTE_STATE:
    case AIRBYTE_CATALOG:
    case AIRBYTE_SPEC:
    case AIRBYTE_CONNECTION_STATUS: break;
    }
    return false;
}

/* ---- answers of short commands ---- */

Node *airbyte_answer(Arena *a, Str output, AirbyteKind kind, Err *err) {
    Str line, trouble = {0};
    while (str_cut(&output, '\n', &line)) {
        AirbyteHead head;
        AirbyteNote note;
        Err ignored;
        if (!airbyte_scan(line, &head, &ignored)) continue;
        if (head.kind == kind) return json_parse(a, head.body, err);
        if (airbyte_note(a, &head, &note) && note.failure) trouble = note.text;
    }
    if (trouble.len) err_set(err, ERR_CHILD, "the source failed: " STR_FMT, STR_ARG(trouble));
    else err_set(err, ERR_CHILD, "the source gave no %s message", kinds[kind].type);
    return NULL;
}

/* Keeping the newest state of each stream. */
#include "singer/airbyte_state.h"

#include "singer/members.h"
#include "singer/message.h"

static const char legacy[] = "LEGACY";

static void entry_release(AirbyteStateEntry *e) {
    buf_release(&e->key);
    buf_release(&e->text);
}

void airbyte_state_release(AirbyteState *s) {
    for (size_t i = 0; i < s->entries.len; i++) entry_release(&s->entries.at[i]);
    vec_release(&s->entries);
}

/* ---- reading one message ---- */

/* Its parts; at == NULL: absent. */
typedef struct StateMessage {
    Str type, stream, global, data;
} StateMessage;

static bool fail_state(Str message, Err *err, const char *what) {
    char shown[LINE_SHOWN];
    return err_set(err, ERR_INPUT, "%s: %s", what, line_shown(message, shown));
}

static bool read_message(Arena *a, Str text, StateMessage *ret, Err *err) {
    Members m = members_of(text);
    JsonString key;
    Str value;
    *ret = (StateMessage){0};
    while (members_next(&m, &key, &value)) {
        if (str_is(value, "null")) continue;
        if (members_key_is(key, "type")) ret->type = members_decoded(a, value);
        else if (members_key_is(key, "stream")) ret->stream = value;
        else if (members_key_is(key, "global")) ret->global = value;
        else if (members_key_is(key, "data")) ret->data = value;
    }
    return !m.failed_at || fail_state(text, err, "the state is not a JSON object");
}

/* The part of an object, at == NULL when it is absent or null. */
static Str part_of(Str object, const char *name) {
    Members m = members_of(object);
    JsonString key;
    Str value, found = {0};
    while (members_next(&m, &key, &value))
        if (members_key_is(key, name)) found = value;
    return str_is(found, "null") ? (Str){0} : found;
}

static bool stream_key(Arena *a, Str stream, Str *ret, Err *err) {
    Str descriptor = part_of(stream, "stream_descriptor");
    Str name = members_decoded(a, part_of(descriptor, "name"));
    Str namespace = members_decoded(a, part_of(descriptor, "namespace"));
    if (!name.at) return fail_state(stream, err, "the state of a stream has no stream_descriptor with a name");
    *ret = arena_printf(a, "STREAM\x1F" STR_FMT "\x1F" STR_FMT, STR_ARG(namespace), STR_ARG(name));
    return true;
}

/* ---- adding ---- */

static void put(AirbyteState *s, Str key, const char *type, const char *part, Str value) {
    AirbyteStateEntry *entry = NULL;
    bool plain = str_is(key, legacy);
    size_t kept = 0; /* a state without a type stands alone */
    for (size_t i = 0; i < s->entries.len; i++) {
        AirbyteStateEntry *old = &s->entries.at[i];
        bool old_plain = str_is(buf_str(&old->key), legacy);
        if (plain != old_plain) entry_release(old);
        else s->entries.at[kept++] = *old;
    }
    s->entries.len = kept;
    for (size_t i = 0; i < kept && !entry; i++)
        if (str_equal(buf_str(&s->entries.at[i].key), key)) entry = &s->entries.at[i];
    if (!entry) {
        vec_push(&s->entries, (AirbyteStateEntry){0});
        entry = &vec_last(&s->entries);
        buf_append(&entry->key, key);
    }
    buf_clear(&entry->text);
    buf_printf(&entry->text, "{\"type\":\"%s\",\"%s\":", type, part);
    buf_append(&entry->text, value);
    buf_put(&entry->text, '}');
}

bool airbyte_state_add(AirbyteState *s, Str message, Err *err) {
    AUTO(Arena) a = {0};
    StateMessage m;
    Str key;
    if (!read_message(&a, message, &m, err)) return false;
    if (str_is(m.type, "STREAM") || (!m.type.at && m.stream.at)) {
        if (!m.stream.at) return fail_state(message, err, "the state has no \"stream\"");
        if (!stream_key(&a, m.stream, &key, err)) return false;
        put(s, key, "STREAM", "stream", m.stream);
    } else if (str_is(m.type, "GLOBAL")) {
        if (!m.global.at) return fail_state(message, err, "the state has no \"global\"");
        put(s, STR("GLOBAL"), "GLOBAL", "global", m.global);
    } else if (!m.type.at || str_is(m.type, legacy)) {
        if (!m.data.at) return fail_state(message, err, "the state has no \"data\"");
        put(s, STR("LEGACY"), legacy, "data", m.data);
    } else {
        return fail_state(message, err, "unknown type of state");
    }
    return true;
}

/* ---- stored states ---- */

/* `list` is valid JSON. */
static bool load_list(AirbyteState *s, Str list, Err *err) {
    const char *end = list.at + list.len, *p = json_space(list.at + 1, end);
    while (*p != ']') {
        const char *behind = json_skip(p, end);
        if (!airbyte_state_add(s, (Str){p, (size_t)(behind - p)}, err)) return false;
        p = json_space(behind, end);
        if (*p == ',') p = json_space(p + 1, end);
    }
    return true;
}

bool airbyte_state_load(AirbyteState *s, Str stored, Err *err) {
    Str value = str_trim(stored);
    if (value.len == 0 || str_is(value, "{}") || str_is(value, "null")) return true;
    const char *end = value.at + value.len;
    if (!strchr("{[", value.at[0]) || json_skip(value.at, end) != end)
        return fail_state(stored, err, "the stored state is no JSON object or list");
    Str inner = value.at[0] == '{' ? part_of(value, "airbyte_state") : (Str){0};
    if (inner.at) value = inner;
    if (value.at[0] == '[') return load_list(s, value, err);
    bool message = part_of(value, "type").at || part_of(value, "stream").at || part_of(value, "data").at;
    if (message) return airbyte_state_add(s, value, err);
    put(s, STR("LEGACY"), legacy, "data", value); /* tap-airbyte-wrapper stores the bare data */
    return true;
}

static void write_list(const AirbyteState *s, Buf *out) {
    buf_put(out, '[');
    for (size_t i = 0; i < s->entries.len; i++) {
        if (i) buf_put(out, ',');
        buf_append(out, buf_str(&s->entries.at[i].text));
    }
    buf_put(out, ']');
}

void airbyte_state_write(const AirbyteState *s, Buf *out) {
    buf_append_c(out, "{\"airbyte_state\":");
    write_list(s, out);
    buf_put(out, '}');
}

void airbyte_state_file(const AirbyteState *s, Buf *out) {
    bool plain = s->entries.len == 1 && str_is(buf_str(&s->entries.at[0].key), legacy);
    if (plain) buf_append(out, part_of(buf_str(&s->entries.at[0].text), "data"));
    else write_list(s, out);
}

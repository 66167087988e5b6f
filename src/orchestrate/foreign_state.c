#include "orchestrate/foreign_state.h"

#include "base/json.h"
#include "meta/state.h"

static bool read_payload(Arena *a, Str text, const Node **ret, Err *err) {
    *ret = NULL;
    if (!text.len) return true;
    const Node *payload = json_parse(a, text, err);
    *ret = payload ? node_get_c(payload, "singer_state") : NULL;
    return payload != NULL;
}

static Str payload_text(Arena *a, const Node *value) {
    AUTO(Buf) text = {0};
    buf_append_c(&text, "{\"singer_state\": ");
    json_write(&text, value, JSON_PYTHON);
    buf_put(&text, '}');
    return arena_str(a, buf_str(&text));
}

static Str node_json(Arena *a, const Node *n) {
    AUTO(Buf) text = {0};
    json_write(&text, n, JSON_PYTHON);
    return arena_str(a, buf_str(&text));
}

bool foreign_state_get(Meta *m, Arena *a, Str id, Str *ret, Err *err) {
    ForeignState stored;
    const Node *completed, *partial;
    *ret = (Str){0};
    if (!meta_state_get(m, a, id, &stored, err)) return false;
    if (!read_payload(a, stored.completed, &completed, err) || !read_payload(a, stored.partial, &partial, err)) {
        return err_context(err, "state " STR_FMT " in pond.db", STR_ARG(id));
    }
    const Node *value = completed && partial ? node_merge(a, completed, partial) : completed ? completed : partial;
    if (value) *ret = node_json(a, value);
    return true;
}

bool foreign_state_put(Meta *m, Str id, Str value, bool merge, Err *err) {
    AUTO(Arena) arena = {0};
    ForeignState stored = {0};
    const Node *node = json_parse(&arena, value, err), *partial;
    if (!node) return err_context(err, "state of the loader");
    if (merge) {
        if (!meta_state_get(m, &arena, id, &stored, err) || !read_payload(&arena, stored.partial, &partial, err))
            return false;
        stored.partial = payload_text(&arena, partial ? node_merge(&arena, partial, node) : node);
    } else {
        stored = (ForeignState){.completed = payload_text(&arena, node)};
    }
    return meta_state_set(m, id, &stored, err);
}

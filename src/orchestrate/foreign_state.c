#include "orchestrate/foreign_state.h"

#include "base/json.h"

/* *ret stays NULL without a text. */
static bool read_part(Arena *a, Str text, const Node **ret, Err *err) {
    *ret = NULL;
    return !text.len || (*ret = json_parse(a, text, err));
}

static Str node_json(Arena *a, const Node *n) {
    AUTO(Buf) text = {0};
    json_write(&text, n, JSON_PYTHON);
    return arena_str(a, buf_str(&text));
}

static Str part_text(Arena *a, const Node *value) {
    return arena_printf(a, "{\"singer_state\": " STR_FMT "}", STR_ARG(node_json(a, value)));
}

static const Node *value_of(const Node *part) {
    return node_get_c(part, "singer_state");
}

Str foreign_state_merged(Arena *a, const Node *completed, const Node *partial) {
    const Node *under = value_of(completed), *over = value_of(partial);
    const Node *value = under && over ? node_merge(a, under, over) : under ? under : over;
    return value ? node_json(a, value) : (Str){0};
}

bool foreign_state_value(Arena *a, const ForeignState *record, Str *ret, Err *err) {
    const Node *completed, *partial;
    *ret = (Str){0};
    if (!read_part(a, record->completed, &completed, err) || !read_part(a, record->partial, &partial, err))
        return false;
    *ret = foreign_state_merged(a, completed, partial);
    return true;
}

bool foreign_state_get(Meta *m, Arena *a, Str id, Str *ret, Err *err) {
    ForeignState stored;
    *ret = (Str){0};
    if (!meta_state_get(m, a, id, &stored, err)) return false;
    return foreign_state_value(a, &stored, ret, err) || err_context(err, "state " STR_FMT " in pond.db", STR_ARG(id));
}

bool foreign_state_put(Meta *m, Str id, Str value, bool merge, Err *err) {
    AUTO(Arena) arena = {0};
    ForeignState stored = {0};
    const Node *node = json_parse(&arena, value, err), *partial;
    if (!node) return err_context(err, "state of the loader");
    if (merge) {
        if (!meta_state_get(m, &arena, id, &stored, err) || !read_part(&arena, stored.partial, &partial, err))
            return false;
        const Node *under = value_of(partial);
        stored.partial = part_text(&arena, under ? node_merge(&arena, under, node) : node);
    } else {
        stored = (ForeignState){.completed = part_text(&arena, node)};
    }
    return meta_state_set(m, id, &stored, err);
}

/* Dots in the names of settings. */
#include "project/nest.h"

size_t nest_dot(Str name) {
    for (size_t i = 0; i < name.len; i++)
        if (name.at[i] == '.' && (i == 0 || name.at[i - 1] != '\\')) return i;
    return STR_NONE;
}

void nest_split(Str name, StrVec *ret) {
    size_t begin = 0;
    for (size_t i = 0; i < name.len; i++) {
        if (name.at[i] != '.' || (i > 0 && name.at[i - 1] == '\\')) continue;
        vec_push(ret, str_slice(name, begin, i));
        begin = i + 1;
    }
    vec_push(ret, str_slice(name, begin, name.len));
}

Str nest_unescape(Arena *a, Str key) {
    if (str_find_str(key, STR("\\.")) == STR_NONE) return key;
    AUTO(Buf) out = {0};
    for (size_t i = 0; i < key.len; i++)
        if (key.at[i] != '\\' || i + 1 >= key.len || key.at[i + 1] != '.') buf_put(&out, key.at[i]);
    return arena_str(a, buf_str(&out));
}

static void flatten_into(Arena *a, const Node *map, Str prefix, Node *flat) {
    for (size_t i = 0; i < map->len; i++) {
        const Node *item = map->items[i];
        Str key = map->keys[i];
        if (prefix.at) key = arena_printf(a, STR_FMT "." STR_FMT, STR_ARG(prefix), STR_ARG(key));
        if (node_is(item, NODE_MAP) && item->len) flatten_into(a, item, key, flat);
        else node_put(a, flat, key, map->items[i]);
    }
}

Node *nest_flatten(Arena *a, const Node *map) {
    Node *flat = node_new(a, NODE_MAP);
    if (node_is(map, NODE_MAP)) flatten_into(a, map, (Str){0}, flat);
    return flat;
}

static void put_nested(Arena *a, Node *map, const StrVec *path, bool unescape, const Node *value) {
    for (size_t i = 0; i < path->len; i++) {
        Str key = unescape ? nest_unescape(a, path->at[i]) : path->at[i];
        Node *inner = node_get(map, key);
        bool last = i + 1 == path->len;
        if (!inner) {
            inner = last ? node_copy(a, value) : node_new(a, NODE_MAP);
            node_put(a, map, key, inner);
        }
        if (last || inner->kind != NODE_MAP) return;
        map = inner;
    }
}

Node *nest_object(Arena *a, const Node *flat, bool unescape) {
    Node *nested = node_new(a, NODE_MAP);
    for (size_t i = 0; i < flat->len; i++) {
        AUTO(StrVec) path = {0};
        nest_split(flat->keys[i], &path);
        put_nested(a, nested, &path, unescape, flat->items[i]);
    }
    return nested;
}

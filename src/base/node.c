/* Node: building and reading document trees. */
#include "base/node.h"

enum { INDEX_FROM = 16 }; /* keys; in fewer a search is quicker */

/* The slot of the key, or the free one where it would go. */
static uint32_t *find_slot(const Node *n, Str key) {
    size_t mask = n->slot_count - 1;
    for (size_t i = str_hash(key) & mask;; i = (i + 1) & mask) {
        uint32_t *slot = &n->slots[i];
        if (!*slot || str_equal(n->keys[*slot - 1], key)) return slot;
    }
}

static void fill_index(Node *n) {
    memset(n->slots, 0, n->slot_count * sizeof *n->slots);
    for (size_t i = 0; i < n->len; i++) *find_slot(n, n->keys[i]) = (uint32_t)i + 1;
    n->indexed = n->len;
}

/* A key was added at the end. Others may have filled the map without node_put: the index tells how far it goes. */
static void index_last(Arena *a, Node *n) {
    if (n->len <= INDEX_FROM) return;
    if (n->indexed + 1 == n->len && n->len * 2 <= n->slot_count) {
        *find_slot(n, n->keys[n->len - 1]) = (uint32_t)n->len;
        n->indexed = n->len;
        return;
    }
    while (n->slot_count < n->len * 4) n->slot_count = n->slot_count ? n->slot_count * 2 : INDEX_FROM * 4;
    n->slots = arena_array(a, uint32_t, n->slot_count);
    fill_index(n);
}

static size_t find_key(const Node *n, Str key) {
    if (n->indexed && n->indexed == n->len) {
        uint32_t slot = *find_slot(n, key);
        return slot ? slot - 1 : STR_NONE;
    }
    for (size_t i = n->len; i-- > 0;)
        if (str_equal(n->keys[i], key)) return i;
    return STR_NONE;
}

Node *node_get(const Node *n, Str key) {
    if (!node_is(n, NODE_MAP)) return NULL;
    size_t at = find_key(n, key);
    return at == STR_NONE ? NULL : n->items[at];
}

Node *node_at(const Node *n, size_t i) {
    return node_is(n, NODE_LIST) && i < n->len ? n->items[i] : NULL;
}

bool node_is(const Node *n, NodeKind kind) {
    return n && n->kind == kind;
}

bool node_is_null(const Node *n) {
    return !n || n->kind == NODE_NULL;
}

bool node_is_integer(const Node *n) {
    if (!node_is(n, NODE_NUMBER)) return false;
    for (size_t i = 0; i < n->text.len; i++) {
        char c = n->text.at[i];
        if ((c < '0' || c > '9') && c != '-' && c != '+') return false;
    }
    return true;
}

Str node_text(const Node *n) {
    return node_is(n, NODE_STRING) || node_is(n, NODE_NUMBER) ? n->text : (Str){0};
}

static bool map_equal(const Node *a, const Node *b) {
    for (size_t i = 0; i < a->len; i++) {
        const Node *other = node_get(b, a->keys[i]);
        if (!other || !node_equal(a->items[i], other)) return false;
    }
    return true;
}

bool node_equal(const Node *a, const Node *b) {
    if (node_is_null(a) || node_is_null(b)) return node_is_null(a) && node_is_null(b);
    if (a->kind != b->kind || a->len != b->len) return false;
    switch (a->kind) {
    case NODE_NULL: return true;
    case NODE_BOOL: return a->truth == b->truth;
    case NODE_NUMBER:
    case NODE_STRING: return str_equal(a->text, b->text);
    case NODE_MAP: return map_equal(a, b);
    case NODE_LIST: break;
    }
    for (size_t i = 0; i < a->len; i++)
        if (!node_equal(a->items[i], b->items[i])) return false;
    return true;
}

Node *node_new(Arena *a, NodeKind kind) {
    Node *n = arena_new(a, Node);
    n->kind = kind;
    return n;
}

static Node *with_text(Arena *a, NodeKind kind, Str text) {
    Node *n = node_new(a, kind);
    n->text = arena_str(a, text);
    return n;
}

Node *node_string(Arena *a, Str text) {
    return with_text(a, NODE_STRING, text);
}

Node *node_number(Arena *a, Str text) {
    return with_text(a, NODE_NUMBER, text);
}

Node *node_i64(Arena *a, int64_t value) {
    Node *n = node_new(a, NODE_NUMBER);
    n->text = arena_printf(a, "%lld", (long long)value);
    return n;
}

Node *node_bool(Arena *a, bool truth) {
    Node *n = node_new(a, NODE_BOOL);
    n->truth = truth;
    return n;
}

Node *node_copy(Arena *a, const Node *n) {
    if (!n) return NULL;
    Node *copy = node_new(a, n->kind);
    copy->truth = n->truth;
    copy->line = n->line;
    copy->begin = n->begin;
    copy->end = n->end;
    if (n->text.at) copy->text = arena_str(a, n->text);
    for (size_t i = 0; i < n->len; i++) {
        Node *item = node_copy(a, n->items[i]);
        if (n->kind == NODE_MAP) node_put(a, copy, n->keys[i], item);
        else node_push(a, copy, item);
    }
    return copy;
}

static void grow(Arena *a, Node *n) {
    if (n->len < n->cap) return;
    size_t cap = n->cap ? n->cap * 2 : 4;
    Node **items = arena_array(a, Node *, cap);
    if (n->len) memcpy(items, n->items, n->len * sizeof(Node *));
    n->items = items;
    if (n->kind == NODE_MAP) {
        Str *keys = arena_array(a, Str, cap);
        if (n->len) memcpy(keys, n->keys, n->len * sizeof *keys);
        n->keys = keys;
    }
    n->cap = cap;
}

void node_put(Arena *a, Node *map, Str key, Node *value) {
    BUG_ON(map->kind != NODE_MAP);
    size_t at = find_key(map, key);
    if (at != STR_NONE) {
        map->items[at] = value;
        return;
    }
    grow(a, map);
    map->keys[map->len] = arena_str(a, key);
    map->items[map->len++] = value;
    index_last(a, map);
}

bool node_remove(Node *map, Str key) {
    size_t at = node_is(map, NODE_MAP) ? find_key(map, key) : STR_NONE;
    if (at == STR_NONE) return false;
    map->len--;
    memmove(map->items + at, map->items + at + 1, (map->len - at) * sizeof *map->items);
    memmove(map->keys + at, map->keys + at + 1, (map->len - at) * sizeof *map->keys);
    if (map->indexed) fill_index(map);
    return true;
}

void node_push(Arena *a, Node *list, Node *item) {
    BUG_ON(list->kind != NODE_LIST);
    grow(a, list);
    list->items[list->len++] = item;
}

Node *node_merge(Arena *a, const Node *under, const Node *over) {
    if (!node_is(under, NODE_MAP) || !node_is(over, NODE_MAP)) return node_copy(a, over ? over : under);
    Node *merged = node_copy(a, under);
    for (size_t i = 0; i < over->len; i++)
        node_put(a, merged, over->keys[i], node_merge(a, node_get(under, over->keys[i]), over->items[i]));
    return merged;
}

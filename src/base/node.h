/*
 * Node: a document tree, the same for JSON and YAML. Numbers keep their source text, so that nothing is rounded on the
 * way through (STATE values, schema bounds, tap config). Nodes live in an arena; after parsing they are read-only and may
 * be shared between threads.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

typedef enum NodeKind {
    NODE_NULL,
    NODE_BOOL,   /* truth */
    NODE_NUMBER, /* text: as written, JSON syntax or NaN, Infinity, -Infinity */
    NODE_STRING, /* text: decoded, may hold any bytes, NUL-terminated */
    NODE_LIST,   /* items[0..len) */
    NODE_MAP,    /* keys[i] -> items[i], in source order */
} NodeKind;

typedef struct Node Node;
struct Node {
    NodeKind kind;
    bool truth;
    uint32_t line; /* where it begins, from 1; 0 = made by the program */
    Str text;
    size_t len, cap;
    Node **items;
    Str *keys;
    size_t begin, end; /* bytes of the source it came from: [begin, end) */
    /* node.c's own: an index of large maps, over the first `indexed` keys; a slot holds a place + 1, 0 = free */
    uint32_t *slots;
    size_t slot_count, indexed;
};

/* The value of a key, NULL when absent or when n is NULL or no map. A key given twice: the last one wins. */
Node *node_get(const Node *n, Str key);
#define node_get_c(n, literal) node_get((n), STR(literal))
/* The item, NULL outside the list. */
Node *node_at(const Node *n, size_t i);

/* All accept NULL. */
bool node_is(const Node *n, NodeKind kind);
bool node_is_null(const Node *n);    /* absent or null */
bool node_is_integer(const Node *n); /* a number without fraction and exponent */
/* The text of a string or number; the empty Str for everything else. */
Str node_text(const Node *n);
bool node_equal(const Node *a, const Node *b); /* maps: same keys in any order; numbers: same text */

Node *node_new(Arena *a, NodeKind kind);
Node *node_string(Arena *a, Str text); /* copies */
Node *node_number(Arena *a, Str text); /* copies */
Node *node_i64(Arena *a, int64_t value);
Node *node_bool(Arena *a, bool truth);
Node *node_copy(Arena *a, const Node *n); /* deep */
/* Replaces an existing key in place. The key is copied; the value borrowed. */
void node_put(Arena *a, Node *map, Str key, Node *value);
bool node_remove(Node *map, Str key);
void node_push(Arena *a, Node *list, Node *item);
/* Deep merge as Meltano merges state: maps key by key, everything else replaced. Returns a new tree. */
Node *node_merge(Arena *a, const Node *under, const Node *over);

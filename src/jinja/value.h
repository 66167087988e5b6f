/*
 * Value: what an expression works on, by value: Python's none, bool, int, float, str, list, tuple, set, dict, and objects
 * of a type of their own (decimal, datetime, a template's macro). Containers and texts live in the arena of the
 * evaluation; lists, sets and dicts are shared by reference and may be changed by methods, as in Python. Nothing is
 * shared between evaluations, so threads need no locks.
 *
 *     Value v = value_of_node(arena, record, VALUE_FLOATS);
 *     Node *n;
 *     if (!value_to_node(arena, v, &n, err)) return false;
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/node.h"

typedef enum ValueKind {
    VALUE_UNDEFINED, /* no value: an argument that was not given */
    VALUE_NONE,
    VALUE_BOOL,     /* truth */
    VALUE_INT,      /* integer: fits in 64 bits */
    VALUE_BIG,      /* big: any other integer, never one that fits */
    VALUE_FLOAT,    /* real */
    VALUE_STR,      /* text: UTF-8; a byte that is none counts as one character */
    VALUE_LIST,     /* list */
    VALUE_TUPLE,    /* list, never changed */
    VALUE_SET,      /* dict of which only the keys count; iterated in order of insertion */
    VALUE_DICT,     /* dict */
    VALUE_FUNCTION, /* function: a builtin used as a value */
    VALUE_OBJECT,   /* object: behaviour by its type */
} ValueKind;

typedef struct Big Big;
typedef struct List List;
typedef struct Dict Dict;
typedef struct Builtin Builtin;
typedef struct Object Object;

typedef struct Value {
    ValueKind kind;
    union {
        bool truth;
        int64_t integer;
        double real;
        Str text;
        const Big *big;
        List *list;
        Dict *dict;
        const Builtin *function;
        Object *object;
    };
} Value;

struct List {
    Value *items;
    size_t len, cap;
};

typedef struct DictEntry {
    Value key, value;
    uint64_t hash;
} DictEntry;

/* Keyed by any hashable value; 1, 1.0 and true are one key. Entries in order of insertion. */
struct Dict {
    DictEntry *entries;
    size_t len, cap;
    uint32_t *slots; /* index + 1 into entries, 0 = free; NULL while the dict is small */
    size_t slot_count;
};

enum {
    VALUE_DEPTH_LIMIT = 1200, /* containers in containers: a record's 1,000 and what an expression puts around it */
};

/* ---- making ---- */

static inline Value value_none(void) {
    return (Value){.kind = VALUE_NONE};
}
static inline Value value_bool(bool truth) {
    return (Value){.kind = VALUE_BOOL, .truth = truth};
}
static inline Value value_int(int64_t integer) {
    return (Value){.kind = VALUE_INT, .integer = integer};
}
static inline Value value_float(double real) {
    return (Value){.kind = VALUE_FLOAT, .real = real};
}
/* Borrows the text: it must live as long as the value. */
static inline Value value_str(Str text) {
    return (Value){.kind = VALUE_STR, .text = text};
}
Value value_list(Arena *a);
Value value_tuple(Arena *a, const Value *items, size_t len);
Value value_set(Arena *a);
Value value_dict(Arena *a);

void list_push(Arena *a, List *list, Value item);

/* False when the key cannot be hashed (a list, set or dict). A key that is there keeps its place. */
bool dict_put(Arena *a, Dict *dict, Value key, Value value) MUST_USE;
void dict_put_str(Arena *a, Dict *dict, Str key, Value value);
/* NULL when absent or not hashable. Borrowed until the dict changes. */
DictEntry *dict_find(const Dict *dict, Value key);
/* Keeps the order of the others. False when it was absent. */
bool dict_remove(Dict *dict, Value key);
void dict_clear(Dict *dict);

/* ---- asking ---- */

bool value_truth(Value v);
/* As Python's ==: numbers by value across kinds, containers deeply. */
bool value_equal(Value a, Value b);
/* False when it cannot be hashed. */
bool value_hash(Value v, uint64_t *ret);
/* Name of the type as Python prints it: "NoneType", "str", "datetime.date". */
const char *value_type_name(Value v);

/* ---- documents ---- */

typedef enum ValueNumbers {
    VALUE_FLOATS,   /* a number with a fraction or exponent is a float: json.loads, YAML */
    VALUE_DECIMALS, /* it is an exact decimal: records as a Singer SDK target reads them */
} ValueNumbers;

/* Copies; texts are borrowed from the node. NULL gives none. */
Value value_of_node(Arena *a, const Node *n, ValueNumbers numbers);
/* Copies containers, borrows texts. Tuples and sets become lists, a float that is no number null, dates and all other
 * objects their text. False: nested too deep, or a thing that has no place in a document (a function). */
bool value_to_node(Arena *a, Value v, Node **ret, Err *err) MUST_USE;

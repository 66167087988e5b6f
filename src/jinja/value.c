/* Values: making containers, truth, equality, hashing. */
#include "jinja/value.h"

#include <math.h>

#include "jinja/builtins.h"
#include "jinja/number.h"

enum { SMALL_DICT = 8 }; /* up to here entries are compared one by one */

/* ---- containers ---- */

Value value_list(Arena *a) {
    return (Value){.kind = VALUE_LIST, .list = arena_new(a, List)};
}

Value value_tuple(Arena *a, const Value *items, size_t len) {
    List *list = arena_new(a, List);
    list->items = arena_array(a, Value, len);
    if (len) memcpy(list->items, items, len * sizeof *items);
    list->len = list->cap = len;
    return (Value){.kind = VALUE_TUPLE, .list = list};
}

Value value_set(Arena *a) {
    return (Value){.kind = VALUE_SET, .dict = arena_new(a, Dict)};
}

Value value_dict(Arena *a) {
    return (Value){.kind = VALUE_DICT, .dict = arena_new(a, Dict)};
}

static void *grown(Arena *a, const void *at, size_t len, size_t *cap, size_t size) {
    *cap = *cap ? *cap * 2 : 4;
    void *moved = arena_alloc(a, *cap * size);
    if (len) memcpy(moved, at, len * size);
    return moved;
}

void list_push(Arena *a, List *list, Value item) {
    if (list->len == list->cap) list->items = grown(a, list->items, list->len, &list->cap, sizeof item);
    list->items[list->len++] = item;
}

/* ---- dict ---- */

/* NaN as a key is found again, as the same object is in Python. */
static bool is_entry(const DictEntry *e, uint64_t hash, Value key) {
    if (e->hash != hash) return false;
    bool floats = e->key.kind == VALUE_FLOAT && key.kind == VALUE_FLOAT;
    return value_equal(e->key, key) || (floats && isnan(e->key.real) && isnan(key.real));
}

static void place(Dict *d, size_t entry) {
    size_t slot = d->entries[entry].hash & (d->slot_count - 1);
    while (d->slots[slot]) slot = (slot + 1) & (d->slot_count - 1);
    d->slots[slot] = (uint32_t)entry + 1;
}

/* Slots for the entries that are there and may come: at most half of them used. */
static void index_entries(Arena *a, Dict *d) {
    if (d->slot_count < d->cap * 2) {
        d->slot_count = MAX(d->slot_count, (size_t)SMALL_DICT * 4);
        while (d->slot_count < d->cap * 2) d->slot_count *= 2;
        d->slots = arena_array(a, uint32_t, d->slot_count);
    } else {
        memset(d->slots, 0, d->slot_count * sizeof *d->slots);
    }
    for (size_t i = 0; i < d->len; i++) place(d, i);
}

static DictEntry *find_hashed(const Dict *d, uint64_t hash, Value key) {
    if (!d->slots) {
        for (size_t i = 0; i < d->len; i++)
            if (is_entry(&d->entries[i], hash, key)) return &d->entries[i];
        return NULL;
    }
    for (size_t slot = hash & (d->slot_count - 1); d->slots[slot]; slot = (slot + 1) & (d->slot_count - 1)) {
        DictEntry *e = &d->entries[d->slots[slot] - 1];
        if (is_entry(e, hash, key)) return e;
    }
    return NULL;
}

DictEntry *dict_find(const Dict *dict, Value key) {
    uint64_t hash;
    return value_hash(key, &hash) ? find_hashed(dict, hash, key) : NULL;
}

bool dict_put(Arena *a, Dict *dict, Value key, Value value) {
    uint64_t hash;
    if (!value_hash(key, &hash)) return false;
    DictEntry *e = find_hashed(dict, hash, key);
    if (e) {
        e->value = value;
        return true;
    }
    bool full = dict->len == dict->cap;
    if (full) dict->entries = grown(a, dict->entries, dict->len, &dict->cap, sizeof *e);
    dict->entries[dict->len++] = (DictEntry){key, value, hash};
    if (full && dict->cap > SMALL_DICT) index_entries(a, dict);
    else if (dict->slots) place(dict, dict->len - 1);
    return true;
}

void dict_put_str(Arena *a, Dict *dict, Str key, Value value) {
    bool hashable = dict_put(a, dict, value_str(key), value);
    BUG_ON(!hashable);
}

bool dict_remove(Dict *dict, Value key) {
    DictEntry *e = dict_find(dict, key);
    if (!e) return false;
    size_t at = (size_t)(e - dict->entries);
    dict->len--;
    memmove(e, e + 1, (dict->len - at) * sizeof *e);
    if (dict->slots) {
        memset(dict->slots, 0, dict->slot_count * sizeof *dict->slots);
        for (size_t i = 0; i < dict->len; i++) place(dict, i);
    }
    return true;
}

void dict_clear(Dict *dict) {
    *dict = (Dict){0};
}

/* ---- truth ---- */

bool value_truth(Value v) {
    switch (v.kind) {
    case VALUE_UNDEFINED:
    case VALUE_NONE: return false;
    case VALUE_BOOL: return v.truth;
    case VALUE_INT: return v.integer != 0;
    case VALUE_FLOAT: return v.real != 0;
    case VALUE_STR: return v.text.len > 0;
    case VALUE_LIST:
    case VALUE_TUPLE: return v.list->len > 0;
    case VALUE_SET:
    case VALUE_DICT: return v.dict->len > 0;
    case VALUE_OBJECT: return !v.object->type->truth || v.object->type->truth(v.object);
    case VALUE_BIG:
    case VALUE_FUNCTION: break;
    }
    return true;
}

/* ---- equality ---- */

static bool equal(Value a, Value b, int depth);

static bool equal_lists(const List *a, const List *b, int depth) {
    if (a->len != b->len) return false;
    for (size_t i = 0; i < a->len; i++)
        if (!equal(a->items[i], b->items[i], depth)) return false;
    return true;
}

static bool equal_dicts(const Dict *a, const Dict *b, bool values, int depth) {
    if (a->len != b->len) return false;
    for (size_t i = 0; i < a->len; i++) {
        const DictEntry *mine = &a->entries[i], *other = find_hashed(b, mine->hash, mine->key);
        if (!other || (values && !equal(mine->value, other->value, depth))) return false;
    }
    return true;
}

static bool equal(Value a, Value b, int depth) {
    if (depth > VALUE_DEPTH_LIMIT) return false;
    if (number_is(a) && number_is(b)) return number_compare(a, b) == ORDER_SAME;
    if (a.kind == VALUE_OBJECT && a.object->type->equal) return a.object->type->equal(a.object, b);
    if (a.kind != b.kind) return false;
    switch (a.kind) {
    case VALUE_UNDEFINED:
    case VALUE_NONE: return true;
    case VALUE_STR: return str_equal(a.text, b.text);
    case VALUE_LIST:
    case VALUE_TUPLE: return a.list == b.list || equal_lists(a.list, b.list, depth + 1);
    case VALUE_SET:
    case VALUE_DICT: return a.dict == b.dict || equal_dicts(a.dict, b.dict, a.kind == VALUE_DICT, depth + 1);
    case VALUE_FUNCTION: return a.function == b.function;
    case VALUE_OBJECT: return a.object == b.object;
    case VALUE_BOOL:
    case VALUE_INT:
    case VALUE_BIG:
    case VALUE_FLOAT: break;
    }
    return false;
}

bool value_equal(Value a, Value b) {
    return equal(a, b, 0);
}

/* ---- hashing ---- */

static uint64_t mix(uint64_t h) {
    h ^= h >> 33;
    h *= 0xFF51AFD7ED558CCDu;
    return h ^ h >> 33;
}

/* Equal numbers of different kinds have one nearest double. */
static uint64_t hash_double(double real) {
    uint64_t bits;
    if (real == 0) real = 0; /* -0.0 */
    memcpy(&bits, &real, sizeof bits);
    return mix(bits);
}

static bool hash_tuple(const List *list, uint64_t *ret) {
    uint64_t all = mix(list->len + 7), one;
    for (size_t i = 0; i < list->len; i++) {
        if (!value_hash(list->items[i], &one)) return false;
        all = mix(all ^ one) + i;
    }
    *ret = all;
    return true;
}

bool value_hash(Value v, uint64_t *ret) {
    switch (v.kind) {
    case VALUE_LIST:
    case VALUE_SET:
    case VALUE_DICT: return false;
    case VALUE_TUPLE: return hash_tuple(v.list, ret);
    case VALUE_STR: *ret = str_hash(v.text); return true;
    case VALUE_BOOL:
    case VALUE_INT:
    case VALUE_BIG:
    case VALUE_FLOAT: *ret = hash_double(number_to_double(v)); return true;
    case VALUE_FUNCTION: *ret = mix((uintptr_t)v.function); return true;
    case VALUE_OBJECT:
        if (v.object->type->hash) return v.object->type->hash(v.object, ret);
        *ret = mix((uintptr_t)v.object);
        return true;
    case VALUE_UNDEFINED:
    case VALUE_NONE: break;
    }
    *ret = mix(2);
    return true;
}

/* ---- names ---- */

const char *value_type_name(Value v) {
    static const char *const names[] = {
        [VALUE_UNDEFINED] = "undefined",
        [VALUE_NONE] = "NoneType",
        [VALUE_BOOL] = "bool",
        [VALUE_INT] = "int",
        [VALUE_BIG] = "int",
        [VALUE_FLOAT] = "float",
        [VALUE_STR] = "str",
        [VALUE_LIST] = "list",
        [VALUE_TUPLE] = "tuple",
        [VALUE_SET] = "set",
        [VALUE_DICT] = "dict",
        [VALUE_FUNCTION] = "function",
    };
    return v.kind == VALUE_OBJECT ? v.object->type->name : names[v.kind];
}

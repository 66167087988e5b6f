/* Methods of set. */
#include "jinja/builtins.h"

static bool put(Call *c, Dict *set, Value item) {
    return dict_put(c->ev->arena, set, item, value_none()) ||
           eval_fail(c->ev, "unhashable type: '%s'", value_type_name(item));
}

static bool put_all(Call *c, Dict *set, const List *items) {
    for (size_t i = 0; i < items->len; i++)
        if (!put(c, set, items->items[i])) return false;
    return true;
}

/* An argument, of any kind that can be looped over, as a set. */
static bool set_of(Call *c, size_t i, Dict **ret) {
    List *items;
    *ret = value_set(c->ev->arena).dict;
    return call_items(c, i, &items) && put_all(c, *ret, items);
}

static bool copy_of(Call *c, Value *ret) {
    List *items;
    *ret = value_set(c->ev->arena);
    return eval_items(c->ev, c->self, &items) && put_all(c, ret->dict, items);
}

static bool call_add(Call *c, Value *ret) {
    *ret = value_none();
    return put(c, c->self.dict, c->args[0]);
}

static bool call_discard(Call *c, Value *ret) {
    dict_remove(c->self.dict, c->args[0]);
    *ret = value_none();
    return true;
}

static bool call_remove(Call *c, Value *ret) {
    *ret = value_none();
    return dict_remove(c->self.dict, c->args[0]) || eval_fail(c->ev, "remove(): the value is not there");
}

static bool call_pop(Call *c, Value *ret) {
    if (!c->self.dict->len) return eval_fail(c->ev, "pop(): set is empty");
    *ret = c->self.dict->entries[0].key;
    dict_remove(c->self.dict, *ret);
    return true;
}

static bool call_clear(Call *c, Value *ret) {
    dict_clear(c->self.dict);
    *ret = value_none();
    return true;
}

static bool call_update(Call *c, Value *ret) {
    List *items;
    *ret = value_none();
    for (size_t i = 0; i < c->len; i++)
        if (!call_items(c, i, &items) || !put_all(c, c->self.dict, items)) return false;
    return true;
}

static bool call_union(Call *c, Value *ret) {
    if (!copy_of(c, ret)) return false;
    List *items;
    for (size_t i = 0; i < c->len; i++)
        if (!call_items(c, i, &items) || !put_all(c, ret->dict, items)) return false;
    return true;
}

/* What of self is in every argument, or in none. */
static bool keep(Call *c, bool in_others, Value *ret) {
    Value out = value_set(c->ev->arena);
    Dict **others = arena_array(c->ev->arena, Dict *, c->len);
    for (size_t i = 0; i < c->len; i++)
        if (!set_of(c, i, &others[i])) return false;
    for (size_t i = 0; i < c->self.dict->len; i++) {
        bool kept = true;
        for (size_t j = 0; j < c->len; j++)
            kept &= (dict_find(others[j], c->self.dict->entries[i].key) != NULL) == in_others;
        if (kept && !put(c, out.dict, c->self.dict->entries[i].key)) return false;
    }
    *ret = out;
    return true;
}

static bool call_copy(Call *c, Value *ret) {
    return copy_of(c, ret);
}

static bool call_intersection(Call *c, Value *ret) {
    return keep(c, true, ret);
}

static bool call_difference(Call *c, Value *ret) {
    return keep(c, false, ret);
}

static bool call_symmetric_difference(Call *c, Value *ret) {
    Dict *other;
    if (!set_of(c, 0, &other)) return false;
    return eval_binary(c->ev, OP_XOR, c->self, (Value){.kind = VALUE_SET, .dict = other}, ret);
}

static bool subset(const Dict *x, const Dict *y) {
    for (size_t i = 0; i < x->len; i++)
        if (!dict_find(y, x->entries[i].key)) return false;
    return true;
}

static bool call_issubset(Call *c, Value *ret) {
    Dict *other;
    if (!set_of(c, 0, &other)) return false;
    *ret = value_bool(subset(c->self.dict, other));
    return true;
}

static bool call_issuperset(Call *c, Value *ret) {
    Dict *other;
    if (!set_of(c, 0, &other)) return false;
    *ret = value_bool(subset(other, c->self.dict));
    return true;
}

static bool call_isdisjoint(Call *c, Value *ret) {
    Value common;
    if (!keep(c, true, &common)) return false;
    *ret = value_bool(common.dict->len == 0);
    return true;
}

static const Builtin methods[] = {
    {"add", call_add, 1, 1, NULL, NULL},
    {"discard", call_discard, 1, 1, NULL, NULL},
    {"remove", call_remove, 1, 1, NULL, NULL},
    {"pop", call_pop, 0, 0, NULL, NULL},
    {"clear", call_clear, 0, 0, NULL, NULL},
    {"copy", call_copy, 0, 0, NULL, NULL},
    {"update", call_update, 0, BUILTIN_ANY, NULL, NULL},
    {"union", call_union, 0, BUILTIN_ANY, NULL, NULL},
    {"intersection", call_intersection, 0, BUILTIN_ANY, NULL, NULL},
    {"difference", call_difference, 0, BUILTIN_ANY, NULL, NULL},
    {"symmetric_difference", call_symmetric_difference, 1, 1, NULL, NULL},
    {"issubset", call_issubset, 1, 1, NULL, NULL},
    {"issuperset", call_issuperset, 1, 1, NULL, NULL},
    {"isdisjoint", call_isdisjoint, 1, 1, NULL, NULL},
};

const Builtins builtins_set = BUILTINS(methods);

/* Methods of dict. keys(), values() and items() give lists, not views. */
#include "jinja/builtins.h"

static bool unhashable(Call *c, Value key) {
    return eval_fail(c->ev, "unhashable type: '%s'", value_type_name(key));
}

/* The entry of argument 0; NULL when absent. */
static bool find_entry(Call *c, DictEntry **ret) {
    uint64_t hash;
    if (!value_hash(c->args[0], &hash)) return unhashable(c, c->args[0]);
    *ret = dict_find(c->self.dict, c->args[0]);
    return true;
}

static bool call_get(Call *c, Value *ret) {
    DictEntry *e;
    if (!find_entry(c, &e)) return false;
    *ret = e ? e->value : call_has(c, 1) ? c->args[1] : value_none();
    return true;
}

static bool call_keys(Call *c, Value *ret) {
    Value out = value_list(c->ev->arena);
    for (size_t i = 0; i < c->self.dict->len; i++) list_push(c->ev->arena, out.list, c->self.dict->entries[i].key);
    *ret = out;
    return true;
}

static bool call_values(Call *c, Value *ret) {
    Value out = value_list(c->ev->arena);
    for (size_t i = 0; i < c->self.dict->len; i++) list_push(c->ev->arena, out.list, c->self.dict->entries[i].value);
    *ret = out;
    return true;
}

static Value pair_of(Call *c, const DictEntry *e) {
    Value pair[2] = {e->key, e->value};
    return value_tuple(c->ev->arena, pair, 2);
}

static bool call_items_of(Call *c, Value *ret) {
    Value out = value_list(c->ev->arena);
    for (size_t i = 0; i < c->self.dict->len; i++)
        list_push(c->ev->arena, out.list, pair_of(c, &c->self.dict->entries[i]));
    *ret = out;
    return true;
}

static bool call_copy(Call *c, Value *ret) {
    Value out = value_dict(c->ev->arena);
    for (size_t i = 0; i < c->self.dict->len; i++) {
        const DictEntry *e = &c->self.dict->entries[i];
        if (!dict_put(c->ev->arena, out.dict, e->key, e->value)) return unhashable(c, e->key);
    }
    *ret = out;
    return true;
}

static bool call_pop(Call *c, Value *ret) {
    DictEntry *e;
    if (!find_entry(c, &e)) return false;
    if (!e && !call_has(c, 1)) return eval_fail(c->ev, "pop(): the key is not there");
    *ret = e ? e->value : c->args[1];
    if (e) dict_remove(c->self.dict, c->args[0]);
    return true;
}

static bool call_popitem(Call *c, Value *ret) {
    Dict *dict = c->self.dict;
    if (!dict->len) return eval_fail(c->ev, "popitem(): dictionary is empty");
    DictEntry last = dict->entries[dict->len - 1];
    *ret = pair_of(c, &last);
    dict_remove(dict, last.key);
    return true;
}

static bool call_setdefault(Call *c, Value *ret) {
    DictEntry *e;
    if (!find_entry(c, &e)) return false;
    *ret = e ? e->value : call_has(c, 1) ? c->args[1] : value_none();
    return e || dict_put(c->ev->arena, c->self.dict, c->args[0], *ret);
}

static bool update_with(Call *c, Value from) {
    Dict *to = c->self.dict;
    List *pairs, *pair;
    if (from.kind == VALUE_DICT) {
        size_t len = from.dict->len;
        for (size_t i = 0; i < len; i++) {
            DictEntry e = from.dict->entries[i];
            if (!dict_put(c->ev->arena, to, e.key, e.value)) return unhashable(c, e.key);
        }
        return true;
    }
    if (!eval_items(c->ev, from, &pairs)) return false;
    for (size_t i = 0; i < pairs->len; i++) {
        if (!eval_items(c->ev, pairs->items[i], &pair)) return false;
        if (pair->len != 2) return eval_fail(c->ev, "update() needs pairs, item %zu has %zu parts", i, pair->len);
        if (!dict_put(c->ev->arena, to, pair->items[0], pair->items[1])) return unhashable(c, pair->items[0]);
    }
    return true;
}

static bool call_update(Call *c, Value *ret) {
    if (c->len > 1) return eval_fail(c->ev, "update() takes at most 1 argument by position");
    if (c->len && !update_with(c, c->args[0])) return false;
    for (size_t i = 0; i < c->given->named_len; i++)
        dict_put_str(c->ev->arena, c->self.dict, c->given->names[i], c->given->named[i]);
    *ret = value_none();
    return true;
}

static bool call_clear(Call *c, Value *ret) {
    dict_clear(c->self.dict);
    *ret = value_none();
    return true;
}

static const Builtin methods[] = {
    {"get", call_get, 1, 2, NULL, NULL},
    {"keys", call_keys, 0, 0, NULL, NULL},
    {"values", call_values, 0, 0, NULL, NULL},
    {"items", call_items_of, 0, 0, NULL, NULL},
    {"copy", call_copy, 0, 0, NULL, NULL},
    {"pop", call_pop, 1, 2, NULL, NULL},
    {"popitem", call_popitem, 0, 0, NULL, NULL},
    {"setdefault", call_setdefault, 1, 2, NULL, NULL},
    {"update", call_update, 0, BUILTIN_ANY, NULL, NULL},
    {"clear", call_clear, 0, 0, NULL, NULL},
};

const Builtins builtins_dict = BUILTINS(methods);

/* Methods of list and tuple. */
#include "jinja/builtins.h"
#include "jinja/sort.h"

static bool call_append(Call *c, Value *ret) {
    list_push(c->ev->arena, c->self.list, c->args[0]);
    *ret = value_none();
    return true;
}

static bool call_extend(Call *c, Value *ret) {
    List *items;
    if (!call_items(c, 0, &items)) return false;
    for (size_t i = 0; i < items->len; i++) list_push(c->ev->arena, c->self.list, items->items[i]);
    *ret = value_none();
    return eval_memory_left(c->ev);
}

/* Where a new item goes: past the ends is at the ends. */
static bool call_insert(Call *c, Value *ret) {
    List *list = c->self.list;
    int64_t at, len = (int64_t)list->len;
    if (!eval_index(c->ev, c->args[0], &at)) return false;
    if (at < 0) at = at < -len ? 0 : at + len;
    at = MIN(at, len);
    list_push(c->ev->arena, list, c->args[1]);
    memmove(list->items + at + 1, list->items + at, (size_t)(len - at) * sizeof *list->items);
    list->items[at] = c->args[1];
    *ret = value_none();
    return true;
}

static void remove_at(List *list, size_t at) {
    list->len--;
    memmove(list->items + at, list->items + at + 1, (list->len - at) * sizeof *list->items);
}

static bool call_pop(Call *c, Value *ret) {
    List *list = c->self.list;
    int64_t at = -1, len = (int64_t)list->len;
    if (!call_index(c, 0, &at)) return false;
    if (at < 0 && at >= -len) at += len;
    if (at < 0 || at >= len) return eval_fail(c->ev, "pop(): list index out of range");
    *ret = list->items[at];
    remove_at(list, (size_t)at);
    return true;
}

/* First item equal to argument 0 in [start, stop), STR_NONE when there is none. */
static size_t find_item(Call *c, int64_t start, int64_t stop) {
    const List *list = c->self.list;
    int64_t len = (int64_t)list->len;
    if (start < 0) start = start < -len ? 0 : start + len;
    if (stop < 0) stop += len;
    for (int64_t i = start; i < MIN(stop, len); i++)
        if (value_equal(list->items[i], c->args[0])) return (size_t)i;
    return STR_NONE;
}

static bool call_index_of(Call *c, Value *ret) {
    int64_t start = 0, stop = INT64_MAX;
    if (!call_index(c, 1, &start) || !call_index(c, 2, &stop)) return false;
    size_t at = find_item(c, start, MAX(stop, -INT64_MAX));
    if (at == STR_NONE) return eval_fail(c->ev, "index(): the value is not there");
    *ret = value_int((int64_t)at);
    return true;
}

static bool call_remove(Call *c, Value *ret) {
    size_t at = find_item(c, 0, INT64_MAX);
    if (at == STR_NONE) return eval_fail(c->ev, "remove(): the value is not there");
    remove_at(c->self.list, at);
    *ret = value_none();
    return true;
}

static bool call_count(Call *c, Value *ret) {
    int64_t count = 0;
    for (size_t i = 0; i < c->self.list->len; i++) count += value_equal(c->self.list->items[i], c->args[0]);
    *ret = value_int(count);
    return true;
}

static bool call_clear(Call *c, Value *ret) {
    c->self.list->len = 0;
    *ret = value_none();
    return true;
}

static bool call_copy(Call *c, Value *ret) {
    *ret = value_tuple(c->ev->arena, c->self.list->items, c->self.list->len);
    ret->kind = VALUE_LIST;
    return true;
}

static bool call_reverse(Call *c, Value *ret) {
    List *list = c->self.list;
    for (size_t i = 0, j = list->len; i + 1 < j;) {
        Value v = list->items[i];
        list->items[i++] = list->items[--j];
        list->items[j] = v;
    }
    *ret = value_none();
    return true;
}

static bool call_sort(Call *c, Value *ret) {
    List *list = c->self.list;
    *ret = value_none();
    return values_sort(c->ev, list->items, list->len, c->args[0], value_truth(c->args[1]));
}

static const Builtin list_methods[] = {
    {"append", call_append, 1, 1, NULL, NULL},      {"index", call_index_of, 1, 3, NULL, NULL},
    {"count", call_count, 1, 1, NULL, NULL},        {"pop", call_pop, 0, 1, NULL, NULL},
    {"sort", call_sort, 0, 0, "key reverse", NULL}, {"reverse", call_reverse, 0, 0, NULL, NULL},
    {"extend", call_extend, 1, 1, NULL, NULL},      {"insert", call_insert, 2, 2, NULL, NULL},
    {"remove", call_remove, 1, 1, NULL, NULL},      {"clear", call_clear, 0, 0, NULL, NULL},
    {"copy", call_copy, 0, 0, NULL, NULL},
};

static const Builtin tuple_methods[] = {
    {"index", call_index_of, 1, 3, NULL, NULL},
    {"count", call_count, 1, 1, NULL, NULL},
};

const Builtins builtins_list = BUILTINS(list_methods);
const Builtins builtins_tuple = BUILTINS(tuple_methods);

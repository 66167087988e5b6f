/* Merge sort: stable, and safe when a comparison fails half way. */
#include "jinja/sort.h"

#include "jinja/builtins.h"

typedef struct Sortable {
    Value key, item;
} Sortable;

typedef struct Sort {
    Eval *ev;
    Sortable *items, *spare;
    bool reverse;
} Sort;

static bool merge(Sort *s, size_t from, size_t middle, size_t to) {
    size_t left = from, right = middle;
    memcpy(s->spare + from, s->items + from, (to - from) * sizeof *s->items);
    for (size_t at = from; at < to; at++) {
        bool take_right = left == middle;
        if (left < middle && right < to) {
            const Value *l = &s->spare[left].key, *r = &s->spare[right].key;
            if (!eval_compare(s->ev, OP_LESS, s->reverse ? *l : *r, s->reverse ? *r : *l, &take_right)) return false;
        }
        s->items[at] = s->spare[take_right ? right++ : left++];
    }
    return true;
}

static bool sort_range(Sort *s, size_t from, size_t to) {
    size_t middle = from + (to - from) / 2;
    if (to - from < 2) return true;
    return sort_range(s, from, middle) && sort_range(s, middle, to) && merge(s, from, middle, to);
}

bool values_sort(Eval *ev, Value *items, size_t len, Value key, bool reverse) {
    Sort s = {ev, arena_array(ev->arena, Sortable, len), arena_array(ev->arena, Sortable, len), reverse};
    bool by_key = key.kind != VALUE_UNDEFINED && key.kind != VALUE_NONE;
    for (size_t i = 0; i < len; i++) {
        s.items[i] = (Sortable){items[i], items[i]};
        if (by_key && !value_call(ev, key, items[i], &s.items[i].key)) return false;
    }
    if (!sort_range(&s, 0, len)) return false;
    for (size_t i = 0; i < len; i++) items[i] = s.items[i].item;
    return true;
}

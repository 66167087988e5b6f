/* container[key]: items, keys, slices. */
#include "jinja/builtins.h"
#include "jinja/number.h"
#include "jinja/unicode.h"
#include "jinja/write.h"

typedef struct Slice {
    Object head;
    Value start, stop, step;
} Slice;

static const ObjectType slice_type = {.name = "slice"};

Value value_slice(Arena *a, Value start, Value stop, Value step) {
    Slice *s = arena_new(a, Slice);
    *s = (Slice){{&slice_type}, start, stop, step};
    return value_object(&s->head);
}

bool eval_index(Eval *ev, Value v, int64_t *ret) {
    if (!integer_is(v)) return eval_fail(ev, "expected an integer, not %s", value_type_name(v));
    if (!integer_to_i64(v, ret)) *ret = integer_sign(v) < 0 ? INT64_MIN : INT64_MAX;
    return true;
}

/* One bound of a slice: counted from the end when negative, cut to [low, high]. */
static bool slice_bound(Eval *ev, Value v, int64_t len, int64_t low, int64_t high, int64_t *ret) {
    if (v.kind == VALUE_NONE) return true;
    if (!eval_index(ev, v, ret)) return false;
    if (*ret < 0) *ret = *ret < -len ? low : *ret + len;
    *ret = MAX(MIN(*ret, high), low);
    return true;
}

/* First index, step and number of the items of a slice. */
static bool slice_range(Eval *ev, const Slice *s, int64_t len, int64_t *ret_first, int64_t *ret_step,
                        int64_t *ret_count) {
    int64_t step = 1;
    if (s->step.kind != VALUE_NONE && !eval_index(ev, s->step, &step)) return false;
    if (step == 0) return eval_fail(ev, "slice step cannot be zero");
    step = MAX(step, -INT64_MAX);
    int64_t low = step < 0 ? -1 : 0, high = step < 0 ? len - 1 : len;
    int64_t start = step < 0 ? high : low, stop = step < 0 ? low : high;
    if (!slice_bound(ev, s->start, len, low, high, &start) || !slice_bound(ev, s->stop, len, low, high, &stop))
        return false;
    int64_t distance = step < 0 ? start - stop : stop - start, stride = step < 0 ? -step : step;
    *ret_first = start;
    *ret_step = step;
    *ret_count = distance > 0 ? (distance - 1) / stride + 1 : 0;
    return true;
}

static bool slice_text(Eval *ev, Str text, const Slice *s, Value *ret) {
    int64_t first, step, count;
    if (!slice_range(ev, s, (int64_t)utf8_length(text), &first, &step, &count)) return false;
    if (step == 1) {
        size_t from = utf8_offset(text, (size_t)first);
        Str rest = str_slice(text, from, text.len);
        *ret = value_str(str_slice(rest, 0, utf8_offset(rest, (size_t)count)));
        return true;
    }
    List *characters;
    AUTO(Buf) out = eval_buf();
    if (!eval_items(ev, value_str(text), &characters)) return false;
    for (int64_t i = 0; i < count; i++) buf_append(&out, characters->items[first + i * step].text);
    return eval_text(ev, &out, ret);
}

static bool slice_list(Eval *ev, Value v, const Slice *s, Value *ret) {
    int64_t first, step, count;
    if (!slice_range(ev, s, (int64_t)v.list->len, &first, &step, &count)) return false;
    Value out = value_list(ev->arena);
    for (int64_t i = 0; i < count; i++) list_push(ev->arena, out.list, v.list->items[first + i * step]);
    out.kind = v.kind;
    *ret = out;
    return true;
}

static bool item_at(Eval *ev, Value container, Value key, size_t len, size_t *ret) {
    int64_t i;
    if (!integer_is(key))
        return eval_fail(ev, "%s indices must be integers, not %s", value_type_name(container), value_type_name(key));
    if (!eval_index(ev, key, &i)) return false;
    if (i < 0 && i >= -(int64_t)len) i += (int64_t)len;
    if (i < 0 || i >= (int64_t)len) return eval_fail(ev, "%s index out of range", value_type_name(container));
    *ret = (size_t)i;
    return true;
}

static bool dict_item(Eval *ev, const Dict *dict, Value key, Value *ret) {
    const DictEntry *e = dict_find(dict, key);
    if (e) {
        *ret = e->value;
        return true;
    }
    uint64_t hash;
    if (!value_hash(key, &hash)) return eval_fail(ev, "unhashable type: '%s'", value_type_name(key));
    AUTO(Buf) text = {.limit = 200};
    value_write_quoted(&text, key);
    return eval_fail(ev, "key " STR_FMT " is not there", STR_ARG(buf_str(&text)));
}

bool eval_subscript(Eval *ev, Value container, Value key, Value *ret) {
    const Slice *slice = value_is_a(key, &slice_type) ? (const Slice *)key.object : NULL;
    size_t i;
    switch ((int)container.kind) {
    case VALUE_STR: {
        if (slice) return slice_text(ev, container.text, slice, ret);
        if (!item_at(ev, container, key, utf8_length(container.text), &i)) return false;
        Str rest = str_slice(container.text, utf8_offset(container.text, i), container.text.len);
        *ret = value_str(str_slice(rest, 0, utf8_offset(rest, 1)));
        return true;
    }
    case VALUE_LIST:
    case VALUE_TUPLE:
        if (slice) return slice_list(ev, container, slice, ret);
        if (!item_at(ev, container, key, container.list->len, &i)) return false;
        *ret = container.list->items[i];
        return true;
    case VALUE_DICT: return dict_item(ev, container.dict, key, ret);
    default: return eval_fail(ev, "'%s' object is not subscriptable", value_type_name(container));
    }
}

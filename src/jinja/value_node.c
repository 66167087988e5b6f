/* Values from and to document trees. */
#include "jinja/decimal.h"
#include "jinja/number.h"
#include "jinja/value.h"
#include "jinja/write.h"

#include <math.h>

static Value of_number(Arena *a, const Node *n, ValueNumbers numbers) {
    Value v;
    bool negative = str_starts(n->text, STR("-"));
    if (node_is_integer(n) && integer_parse(a, str_slice(n->text, negative, n->text.len), 10, negative, &v)) return v;
    if (numbers == VALUE_DECIMALS && decimal_parse(a, n->text, &v)) return v;
    double real;
    if (float_parse(n->text, &real)) return value_float(real);
    return value_str(n->text); /* cannot be: the reader gives numbers only */
}

static Value of_node(Arena *a, const Node *n, ValueNumbers numbers, int depth) {
    if (node_is_null(n) || depth > VALUE_DEPTH_LIMIT) return value_none();
    Value v;
    switch (n->kind) {
    case NODE_BOOL: return value_bool(n->truth);
    case NODE_NUMBER: return of_number(a, n, numbers);
    case NODE_STRING: return value_str(n->text);
    case NODE_LIST:
        v = value_list(a);
        for (size_t i = 0; i < n->len; i++) list_push(a, v.list, of_node(a, n->items[i], numbers, depth + 1));
        return v;
    case NODE_MAP:
        v = value_dict(a);
        for (size_t i = 0; i < n->len; i++)
            dict_put_str(a, v.dict, n->keys[i], of_node(a, n->items[i], numbers, depth + 1));
        return v;
    case NODE_NULL: break;
    }
    return value_none();
}

Value value_of_node(Arena *a, const Node *n, ValueNumbers numbers) {
    return of_node(a, n, numbers, 0);
}

/* ---- to documents ---- */

static Node *text_node(Arena *a, NodeKind kind, Str text) {
    Node *n = node_new(a, kind);
    n->text = text;
    return n;
}

static Node *written(Arena *a, NodeKind kind, Value v) {
    AUTO(Buf) out = {0};
    if (v.kind == VALUE_OBJECT && v.object->type->write_document) v.object->type->write_document(&out, v.object);
    else value_write(&out, v);
    return text_node(a, kind, arena_str(a, buf_str(&out)));
}

/* The name that json.dumps gives to a key. */
static bool key_text(Arena *a, Value key, Str *ret, Err *err) {
    switch (key.kind) {
    case VALUE_STR: *ret = key.text; return true;
    case VALUE_NONE: *ret = STR("null"); return true;
    case VALUE_BOOL: *ret = key.truth ? STR("true") : STR("false"); return true;
    case VALUE_INT:
    case VALUE_BIG:
    case VALUE_FLOAT: *ret = written(a, NODE_STRING, key)->text; return true;
    case VALUE_UNDEFINED:
    case VALUE_LIST:
    case VALUE_TUPLE:
    case VALUE_SET:
    case VALUE_DICT:
    case VALUE_FUNCTION:
    case VALUE_OBJECT: break;
    }
    return err_set(err, ERR_INPUT, "keys of a document must be texts, numbers, bool or None, not %s",
                   value_type_name(key));
}

static bool to_node(Arena *a, Value v, int depth, Node **ret, Err *err);

static bool items_to_node(Arena *a, Value v, int depth, Node **ret, Err *err) {
    bool dict = v.kind == VALUE_DICT, list = v.kind == VALUE_LIST || v.kind == VALUE_TUPLE;
    size_t len = list ? v.list->len : v.dict->len;
    Node *n = node_new(a, dict ? NODE_MAP : NODE_LIST);
    for (size_t i = 0; i < len; i++) {
        Node *item;
        Str key;
        Value one = list ? v.list->items[i] : dict ? v.dict->entries[i].value : v.dict->entries[i].key;
        if (!to_node(a, one, depth + 1, &item, err)) return false;
        if (dict && !key_text(a, v.dict->entries[i].key, &key, err)) return false;
        if (dict) node_put(a, n, key, item);
        else node_push(a, n, item);
    }
    *ret = n;
    return true;
}

static bool to_node(Arena *a, Value v, int depth, Node **ret, Err *err) {
    if (depth > VALUE_DEPTH_LIMIT)
        return err_set(err, ERR_INPUT, "value is nested more than %d deep", VALUE_DEPTH_LIMIT);
    switch (v.kind) {
    case VALUE_BOOL: *ret = node_bool(a, v.truth); return true;
    case VALUE_INT:
    case VALUE_BIG: *ret = written(a, NODE_NUMBER, v); return true;
    case VALUE_FLOAT: *ret = isfinite(v.real) ? written(a, NODE_NUMBER, v) : node_new(a, NODE_NULL); return true;
    case VALUE_STR: *ret = text_node(a, NODE_STRING, v.text); return true;
    case VALUE_LIST:
    case VALUE_TUPLE:
    case VALUE_SET:
    case VALUE_DICT: return items_to_node(a, v, depth, ret, err);
    case VALUE_OBJECT: *ret = written(a, decimal_is(v) ? NODE_NUMBER : NODE_STRING, v); return true;
    case VALUE_UNDEFINED:
    case VALUE_NONE: *ret = node_new(a, NODE_NULL); return true;
    case VALUE_FUNCTION: break;
    }
    return err_set(err, ERR_INPUT, "a function is no value: call it");
}

bool value_to_node(Arena *a, Value v, Node **ret, Err *err) {
    return to_node(a, v, 0, ret, err);
}

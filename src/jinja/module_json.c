/* The module `json`: dumps() and loads() as Python's. */
#include <math.h>

#include "base/json.h"
#include "jinja/builtins.h"
#include "jinja/number.h"
#include "jinja/sort.h"
#include "jinja/unicode.h"
#include "jinja/write.h"

enum { DUMP_DEPTH_LIMIT = 900 }; /* Python's recursion limit, about */

typedef struct Dump {
    Call *call;
    Buf *out;
    bool ascii, nan, sorted, skip_keys;
    bool indented;
    Str indent; /* of one level */
    Str between, colon;
    Value fallback; /* default=: makes something else of a value that JSON has not */
} Dump;

static bool dump_value(Dump *d, Value v, size_t depth);

static void put_escape(Buf *out, uint32_t c) {
    if (c < 0x10000) {
        buf_printf(out, "\\u%04x", c);
        return;
    }
    c -= 0x10000;
    buf_printf(out, "\\u%04x\\u%04x", 0xD800 + (c >> 10), 0xDC00 + (c & 0x3FF));
}

static void put_text(Dump *d, Str text) {
    if (!d->ascii) {
        json_write_string(d->out, text);
        return;
    }
    AUTO(Buf) quoted = {0};
    json_write_string(&quoted, text);
    for (size_t at = 0; at < quoted.len;) {
        uint32_t c = utf8_next(buf_str(&quoted), &at);
        if (c < 0x7F) buf_put(d->out, (char)c);
        else put_escape(d->out, c);
    }
}

static void put_break(Dump *d, size_t depth) {
    if (!d->indented) return;
    buf_put(d->out, '\n');
    for (size_t i = 0; i < depth && !d->out->failed; i++) buf_append(d->out, d->indent);
}

static bool put_float(Dump *d, double real) {
    if (isfinite(real)) float_write(d->out, real);
    else if (!d->nan) return eval_fail(d->call->ev, "dumps(): the number is not finite");
    else buf_append_c(d->out, isnan(real) ? "NaN" : real < 0 ? "-Infinity" : "Infinity");
    return true;
}

static bool dump_list(Dump *d, const List *list, size_t depth) {
    buf_put(d->out, '[');
    for (size_t i = 0; i < list->len && !d->out->failed; i++) {
        if (i) buf_append(d->out, d->between);
        put_break(d, depth + 1);
        if (!dump_value(d, list->items[i], depth + 1)) return false;
    }
    if (list->len) put_break(d, depth);
    buf_put(d->out, ']');
    return true;
}

/* False: the key is none for JSON. */
static bool dump_key(Dump *d, Value key) {
    AUTO(Buf) text = {0};
    Dump inner = *d;
    inner.out = &text;
    switch ((int)key.kind) {
    case VALUE_STR: put_text(d, key.text); return true;
    case VALUE_NONE: buf_append_c(d->out, "\"null\""); return true;
    case VALUE_BOOL: buf_append_c(d->out, key.truth ? "\"true\"" : "\"false\""); return true;
    case VALUE_INT:
    case VALUE_BIG: integer_write(&text, key, 10); break;
    default:
        if (key.kind != VALUE_FLOAT || !put_float(&inner, key.real)) return false;
    }
    put_text(d, buf_str(&text));
    return true;
}

static bool is_key(Value v) {
    return v.kind == VALUE_STR || v.kind == VALUE_NONE || v.kind == VALUE_FLOAT || integer_is(v);
}

static bool dump_dict(Dump *d, const Dict *dict, size_t depth) {
    Eval *ev = d->call->ev;
    List keys = {0};
    for (size_t i = 0; i < dict->len; i++) list_push(ev->arena, &keys, dict->entries[i].key);
    if (d->sorted && !values_sort(ev, keys.items, keys.len, value_none(), false)) return false;
    bool first = true;
    buf_put(d->out, '{');
    for (size_t i = 0; i < keys.len && !d->out->failed; i++) {
        Value key = keys.items[i];
        if (!is_key(key) && d->skip_keys) continue;
        if (!first) buf_append(d->out, d->between);
        first = false;
        put_break(d, depth + 1);
        if (!is_key(key))
            return eval_fail(ev, "dumps(): keys must be str, int, float, bool or None, not %s", value_type_name(key));
        if (!dump_key(d, key)) return false;
        buf_append(d->out, d->colon);
        if (!dump_value(d, dict_find(dict, key)->value, depth + 1)) return false;
    }
    if (!first) put_break(d, depth);
    buf_put(d->out, '}');
    return true;
}

static bool dump_value(Dump *d, Value v, size_t depth) {
    Value other;
    if (depth > DUMP_DEPTH_LIMIT) return eval_fail(d->call->ev, "dumps(): nested too deep");
    switch (v.kind) {
    case VALUE_NONE: buf_append_c(d->out, "null"); return true;
    case VALUE_BOOL: buf_append_c(d->out, v.truth ? "true" : "false"); return true;
    case VALUE_INT:
    case VALUE_BIG: integer_write(d->out, v, 10); return true;
    case VALUE_FLOAT: return put_float(d, v.real);
    case VALUE_STR: put_text(d, v.text); return true;
    case VALUE_LIST:
    case VALUE_TUPLE: return dump_list(d, v.list, depth);
    case VALUE_DICT: return dump_dict(d, v.dict, depth);
    case VALUE_UNDEFINED:
    case VALUE_SET:
    case VALUE_FUNCTION:
    case VALUE_OBJECT: break;
    }
    if (d->fallback.kind == VALUE_NONE || d->fallback.kind == VALUE_UNDEFINED) {
        eval_fail(d->call->ev, "dumps(): %s has no place in JSON", value_type_name(v));
        return err_hint(d->call->ev->err, "say what to do with it: json.dumps(x, default=str)");
    }
    return value_call(d->call->ev, d->fallback, v, &other) && dump_value(d, other, depth + 1);
}

/* ---- arguments ---- */

enum {
    DUMPS_OBJ,
    DUMPS_SKIPKEYS,
    DUMPS_ASCII,
    DUMPS_CIRCULAR,
    DUMPS_NAN,
    DUMPS_CLS,
    DUMPS_INDENT,
    DUMPS_SEPARATORS,
    DUMPS_DEFAULT,
    DUMPS_SORT
};

static bool flag(const Call *c, size_t i, bool fallback) {
    return call_has(c, i) ? value_truth(c->args[i]) : fallback;
}

static bool read_indent(Call *c, Dump *d) {
    int64_t blanks = 0;
    if (!call_has_value(c, DUMPS_INDENT)) return true;
    d->indented = true;
    d->between = STR(",");
    if (c->args[DUMPS_INDENT].kind == VALUE_STR) return call_str(c, DUMPS_INDENT, &d->indent);
    if (!call_index(c, DUMPS_INDENT, &blanks)) return false;
    if (blanks > EXPR_SHIFT_LIMIT) return eval_fail(c->ev, "dumps(): indent is too large");
    blanks = MAX(blanks, (int64_t)0);
    char *text = arena_alloc(c->ev->arena, (size_t)blanks + 1);
    memset(text, ' ', (size_t)blanks);
    d->indent = (Str){text, (size_t)blanks};
    return true;
}

static bool read_separators(Call *c, Dump *d) {
    List *two;
    if (!call_has_value(c, DUMPS_SEPARATORS)) return true;
    if (!call_items(c, DUMPS_SEPARATORS, &two)) return false;
    if (two->len != 2 || two->items[0].kind != VALUE_STR || two->items[1].kind != VALUE_STR)
        return eval_fail(c->ev, "dumps(): separators must be two texts");
    d->between = two->items[0].text;
    d->colon = two->items[1].text;
    return true;
}

static bool call_dumps(Call *c, Value *ret) {
    AUTO(Buf) out = eval_buf();
    Dump d = {
        .call = c,
        .out = &out,
        .ascii = flag(c, DUMPS_ASCII, true),
        .nan = flag(c, DUMPS_NAN, true),
        .sorted = flag(c, DUMPS_SORT, false),
        .skip_keys = flag(c, DUMPS_SKIPKEYS, false),
        .between = STR(", "),
        .colon = STR(": "),
        .fallback = c->args[DUMPS_DEFAULT],
    };
    if (call_has_value(c, DUMPS_CLS)) return eval_unsupported(c->ev, "dumps(): cls is not built in");
    return read_indent(c, &d) && read_separators(c, &d) && dump_value(&d, c->args[DUMPS_OBJ], 0) &&
           eval_text(c->ev, &out, ret);
}

static bool call_loads(Call *c, Value *ret) {
    Str text;
    if (!call_str(c, 0, &text)) return false;
    const Node *n = json_parse(c->ev->arena, text, c->ev->err);
    if (!n) return err_context(c->ev->err, "column %u: loads()", c->ev->column);
    *ret = value_of_node(c->ev->arena, n, VALUE_FLOATS);
    return eval_memory_left(c->ev);
}

static const Builtin functions[] = {
    {"dumps", call_dumps, 1, 1,
     "obj skipkeys ensure_ascii check_circular allow_nan cls indent separators default sort_keys", NULL},
    {"loads", call_loads, 1, 1, "s", NULL},
};

static const Builtins json_functions = BUILTINS(functions);
static const ObjectType json_type = {.name = "module", .methods = &json_functions};
Object module_json = {&json_type};

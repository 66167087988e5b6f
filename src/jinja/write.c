/* str() and repr(). */
#include "jinja/write.h"

#include "jinja/builtins.h"
#include "jinja/number.h"
#include "jinja/unicode.h"

static void write_escape(Buf *out, uint32_t c) {
    if (c == '\n') buf_append_c(out, "\\n");
    else if (c == '\r') buf_append_c(out, "\\r");
    else if (c == '\t') buf_append_c(out, "\\t");
    else if (c < 0x100) buf_printf(out, "\\x%02x", c);
    else if (c < 0x10000) buf_printf(out, "\\u%04x", c);
    else buf_printf(out, "\\U%08x", c);
}

static void write_quoted_text(Buf *out, Str text) {
    bool single = str_find(text, '\'') == STR_NONE || str_find(text, '"') != STR_NONE;
    uint32_t quote = single ? '\'' : '"';
    buf_put(out, (char)quote);
    for (size_t at = 0; at < text.len && !out->failed;) {
        uint32_t c = utf8_next(text, &at);
        if (c == quote || c == '\\') buf_put(out, '\\');
        if (unicode_is(UNICODE_HIDDEN, c)) write_escape(out, c);
        else utf8_put(out, c);
    }
    buf_put(out, (char)quote);
}

static void write_value(Buf *out, Value v, int depth);

static void write_list(Buf *out, Value v, int depth) {
    bool tuple = v.kind == VALUE_TUPLE;
    buf_put(out, tuple ? '(' : '[');
    for (size_t i = 0; i < v.list->len && !out->failed; i++) {
        if (i) buf_append_c(out, ", ");
        write_value(out, v.list->items[i], depth + 1);
    }
    if (tuple && v.list->len == 1) buf_put(out, ',');
    buf_put(out, tuple ? ')' : ']');
}

static void write_dict(Buf *out, Value v, int depth) {
    if (v.kind == VALUE_SET && !v.dict->len) {
        buf_append_c(out, "set()");
        return;
    }
    buf_put(out, '{');
    for (size_t i = 0; i < v.dict->len && !out->failed; i++) {
        if (i) buf_append_c(out, ", ");
        write_value(out, v.dict->entries[i].key, depth + 1);
        if (v.kind == VALUE_SET) continue;
        buf_append_c(out, ": ");
        write_value(out, v.dict->entries[i].value, depth + 1);
    }
    buf_put(out, '}');
}

/* repr() */
static void write_value(Buf *out, Value v, int depth) {
    if (depth > VALUE_DEPTH_LIMIT) {
        buf_append_c(out, "...");
        return;
    }
    switch (v.kind) {
    case VALUE_UNDEFINED: return;
    case VALUE_NONE: buf_append_c(out, "None"); return;
    case VALUE_BOOL: buf_append_c(out, v.truth ? "True" : "False"); return;
    case VALUE_INT:
    case VALUE_BIG: integer_write(out, v, 10); return;
    case VALUE_FLOAT: float_write(out, v.real); return;
    case VALUE_STR: write_quoted_text(out, v.text); return;
    case VALUE_LIST:
    case VALUE_TUPLE: write_list(out, v, depth); return;
    case VALUE_SET:
    case VALUE_DICT: write_dict(out, v, depth); return;
    case VALUE_FUNCTION:
        buf_printf(out, "<%s '%s'>", v.function->methods ? "class" : "function", v.function->name);
        return;
    case VALUE_OBJECT: break;
    }
    if (v.object->type->write) v.object->type->write(out, v.object, true);
    else buf_printf(out, "<%s>", v.object->type->name);
}

void value_write_quoted(Buf *out, Value v) {
    write_value(out, v, 0);
}

void value_write(Buf *out, Value v) {
    if (v.kind == VALUE_STR) buf_append(out, v.text);
    else if (v.kind == VALUE_OBJECT && v.object->type->write) v.object->type->write(out, v.object, false);
    else write_value(out, v, 0);
}

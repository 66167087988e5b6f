/* Values for JSON Schema. */
#include "singer/json_value.h"

#include "base/json.h"

enum { SHOWN_BYTES = 80 };

unsigned json_value_types(const Node *value) {
    Exact n;
    switch (value->kind) {
    case NODE_NULL: return JSON_TYPE_NULL;
    case NODE_BOOL: return JSON_TYPE_BOOLEAN;
    case NODE_STRING: return JSON_TYPE_STRING;
    case NODE_LIST: return JSON_TYPE_ARRAY;
    case NODE_MAP: return JSON_TYPE_OBJECT;
    case NODE_NUMBER: break;
    }
    bool integer = exact_read(value->text, &n) && exact_is_integer(n);
    return integer ? JSON_TYPE_NUMBER | JSON_TYPE_INTEGER : JSON_TYPE_NUMBER;
}

bool json_value_equal(const Node *a, const Node *b) {
    Exact left, right;
    if (a->kind != b->kind || a->len != b->len) return false;
    switch (a->kind) {
    case NODE_NULL: return true;
    case NODE_BOOL: return a->truth == b->truth;
    case NODE_STRING: return str_equal(a->text, b->text);
    case NODE_NUMBER:
        if (!exact_read(a->text, &left) || !exact_read(b->text, &right)) return str_equal(a->text, b->text);
        return exact_compare(left, right) == 0;
    case NODE_LIST:
    case NODE_MAP: break;
    }
    for (size_t i = 0; i < a->len; i++) {
        const Node *other = a->kind == NODE_MAP ? node_get(b, a->keys[i]) : b->items[i];
        if (!other || !json_value_equal(a->items[i], other)) return false;
    }
    return true;
}

bool json_value_compare(const Node *number, Exact bound, int *ret) {
    Exact n;
    if (exact_read(number->text, &n)) *ret = exact_compare(n, bound);
    else if (str_is(number->text, "Infinity")) *ret = 1;
    else if (str_is(number->text, "-Infinity")) *ret = -1;
    else return false;
    return true;
}

/* The start of a text, not cut inside a character. */
static Str shorten(Str text, size_t most) {
    if (text.len <= most) return text;
    while (most && ((unsigned char)text.at[most] & 0xC0) == 0x80) most--;
    return str_slice(text, 0, most);
}

void json_value_show(Buf *out, const Node *value) {
    AUTO(Buf) text = {.limit = SHOWN_BYTES};
    Node start = *value;
    if (value->kind == NODE_STRING) {
        start.text = shorten(value->text, SHOWN_BYTES / 2);
        text.limit = 0;
    }
    json_write(&text, &start, JSON_COMPACT);
    buf_append(out, buf_str(&text));
    if (text.failed || start.text.len < value->text.len) buf_append_c(out, "...");
}

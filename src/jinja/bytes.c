/* The bytes type: as little of it as stream maps use. */
#include "jinja/bytes.h"

#include "jinja/builtins.h"

typedef struct Bytes {
    Object head;
    Str bytes;
} Bytes;

static const ObjectType bytes_type;

Value value_bytes(Arena *a, Str bytes) {
    Bytes *b = arena_new(a, Bytes);
    *b = (Bytes){{&bytes_type}, bytes};
    return value_object(&b->head);
}

bool bytes_is(Value v) {
    return value_is_a(v, &bytes_type);
}

Str bytes_of(Value v) {
    return ((const Bytes *)v.object)->bytes;
}

static Str of(const Object *o) {
    return ((const Bytes *)o)->bytes;
}

static bool truth(const Object *o) {
    return of(o).len > 0;
}

static bool equal(const Object *o, Value other) {
    return bytes_is(other) && str_equal(of(o), bytes_of(other));
}

static bool hash(const Object *o, uint64_t *ret) {
    *ret = str_hash(of(o));
    return true;
}

static bool compare(const Object *o, Value other, Order *ret) {
    if (!bytes_is(other)) return false;
    int sign = str_compare(of(o), bytes_of(other));
    *ret = sign < 0 ? ORDER_LESS : sign > 0 ? ORDER_GREATER : ORDER_SAME;
    return true;
}

static void write_bytes(Buf *out, const Object *o, bool quoted) {
    (void)quoted;
    Str bytes = of(o);
    char quote = str_find(bytes, '\'') == STR_NONE || str_find(bytes, '"') != STR_NONE ? '\'' : '"';
    buf_put(out, 'b');
    buf_put(out, quote);
    for (size_t i = 0; i < bytes.len; i++) {
        char c = bytes.at[i];
        if (c == quote || c == '\\') buf_printf(out, "\\%c", c);
        else if (c == '\n') buf_append_c(out, "\\n");
        else if (c == '\r') buf_append_c(out, "\\r");
        else if (c == '\t') buf_append_c(out, "\\t");
        else if (c < ' ' || c > '~') buf_printf(out, "\\x%02x", (unsigned)(unsigned char)c);
        else buf_put(out, c);
    }
    buf_put(out, quote);
}

static bool call_decode(Call *c, Value *ret) {
    Str name = STR("utf-8");
    if (call_has(c, 0) && !call_str(c, 0, &name)) return false;
    Str bytes = bytes_of(c->self);
    bool ascii = str_equal_nocase(name, STR("ascii"));
    if (!ascii && !str_equal_nocase(name, STR("utf-8")) && !str_equal_nocase(name, STR("utf8")))
        return eval_unsupported(c->ev, "encoding \"" STR_FMT "\" is not built in", STR_ARG(name));
    for (size_t i = 0; ascii && i < bytes.len; i++)
        if ((unsigned char)bytes.at[i] >= 0x80) return eval_fail(c->ev, "bytes are not ASCII");
    if (!str_is_utf8(bytes)) return eval_fail(c->ev, "bytes are not UTF-8");
    *ret = value_str(bytes);
    return true;
}

static bool call_hex(Call *c, Value *ret) {
    AUTO(Buf) out = eval_buf();
    Str bytes = bytes_of(c->self);
    for (size_t i = 0; i < bytes.len; i++) buf_printf(&out, "%02x", (unsigned)(unsigned char)bytes.at[i]);
    return eval_text(c->ev, &out, ret);
}

static const Builtin methods[] = {
    {"decode", call_decode, 0, 1, "encoding", NULL},
    {"hex", call_hex, 0, 0, NULL, NULL},
};

static const Builtins bytes_methods = BUILTINS(methods);

static const ObjectType bytes_type = {
    .name = "bytes",
    .truth = truth,
    .equal = equal,
    .hash = hash,
    .compare = compare,
    .write = write_bytes,
    .methods = &bytes_methods,
};

/* jinja/expr and stream maps: any text is an expression or refused; evaluating ends, within its memory, in a value or a
 * message. The same text is also the stream map of a property and of a filter. */
#include "base/json.h"
#include "jinja/expr.h"
#include "jinja/write.h"
#include "singer/stream_maps.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MEMORY = 16 * 1024 * 1024 };

static const char record_text[] =
    "{\"id\": 5, \"f\": 1.5, \"s\": \"\\u00e4 b,c\", \"l\": [3, 1, \"2\"], \"d\": {\"k\": null, \"t\": true}, "
    "\"at\": \"2013-01-01T05:00:00Z\"}";

static bool look_up(void *record, Arena *a, Str name, Value *ret) {
    const Node *n = node_get(record, name);
    if (n) *ret = value_of_node(a, n, VALUE_FLOATS);
    return n != NULL;
}

static void check_eval(const Expr *e, Node *record) {
    AUTO(Arena) a = {0};
    AUTO(Buf) out = {.limit = MEMORY};
    Err err = {0};
    Value v;
    Node *n;
    ExprScope scope = {look_up, record, MEMORY};
    if (!expr_eval(e, &scope, &a, &v, &err)) {
        BUG_ON(err.code == ERR_OK || !err.msg[0]);
        return;
    }
    value_write(&out, v);
    if (!value_to_node(&a, v, &n, &err)) BUG_ON(!err.msg[0]);
}

static Node *map_of(Arena *a, const char *key, Node *value) {
    Node *map = node_new(a, NODE_MAP);
    node_put(a, map, str_of(key), value);
    return map;
}

static void check_map(Arena *a, const char *key, Str text, const Node *record) {
    Err err = {0};
    StreamMapOutputs outputs;
    Node *schema =
        json_parse(a, STR("{\"properties\":{\"id\":{\"type\":\"integer\"},\"s\":{\"type\":\"string\"}}}"), &err);
    const Node *maps = map_of(a, "t", map_of(a, key, node_string(a, text)));
    StreamMaps *made = stream_maps_new(a, maps, NULL, NULL, &err);
    if (!made || !stream_maps_apply_schema(made, a, STR("t"), schema, NULL, &outputs, &err)) {
        BUG_ON(!err.msg[0]);
        return;
    }
    for (size_t i = 0; i < outputs.len; i++) {
        AUTO(Arena) scratch = {0};
        Node *mapped;
        if (outputs.items[i].map && !stream_map_apply(outputs.items[i].map, &scratch, record, &mapped, &err))
            BUG_ON(!err.msg[0]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AUTO(Arena) a = {0};
    Err err = {0};
    Str text = {(const char *)data, size};
    if (size > 4096) return 0;
    Node *record = json_parse(&a, str_of(record_text), &err);
    Expr *e = expr_parse(&a, text, &err);
    BUG_ON(!e && !err.msg[0]);
    if (!e) return 0;
    check_eval(e, record);
    check_map(&a, "new", text, record);
    check_map(&a, "__filter__", text, record);
    return 0;
}

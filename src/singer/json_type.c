/* The `type` keyword of JSON Schema. */
#include "singer/json_type.h"

static const struct {
    const char *name;
    JsonType type;
} names[] = {
    {"null", JSON_TYPE_NULL},     {"boolean", JSON_TYPE_BOOLEAN}, {"integer", JSON_TYPE_INTEGER},
    {"number", JSON_TYPE_NUMBER}, {"string", JSON_TYPE_STRING},   {"array", JSON_TYPE_ARRAY},
    {"object", JSON_TYPE_OBJECT},
};

static unsigned type_of_name(const Node *name) {
    if (!node_is(name, NODE_STRING)) return JSON_TYPE_OTHER;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_is(name->text, names[i].name)) return names[i].type;
    return JSON_TYPE_OTHER;
}

unsigned json_types(const Node *schema) {
    const Node *type = node_get_c(schema, "type");
    if (node_is_null(type)) return 0;
    if (!node_is(type, NODE_LIST)) return type_of_name(type);
    unsigned types = 0;
    for (size_t i = 0; i < type->len; i++) types |= type_of_name(type->items[i]);
    return types;
}

const char *json_type_name(JsonType type) {
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (names[i].type == type) return names[i].name;
    return "?";
}

/* The types of JSON Schema as a set of bits, and the `type` keyword read into one. */
#pragma once

#include "base/node.h"

typedef enum JsonType {
    JSON_TYPE_NULL = 1,
    JSON_TYPE_BOOLEAN = 2,
    JSON_TYPE_INTEGER = 4,
    JSON_TYPE_NUMBER = 8,
    JSON_TYPE_STRING = 16,
    JSON_TYPE_ARRAY = 32,
    JSON_TYPE_OBJECT = 64,
    JSON_TYPE_OTHER = 128, /* a name that JSON Schema does not know */
} JsonType;

/* `type` of a schema: a name or a list of names. 0 when the schema is no map or has none. */
unsigned json_types(const Node *schema);
/* The name of one type: "integer". */
const char *json_type_name(JsonType type);

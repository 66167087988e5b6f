/* Schemas behind stream maps: which type an expression gives is told from how its text begins, as the SDK does. */
#include "singer/stream_map_rule.h"

typedef struct TypeRule {
    const char *begins, *ends; /* either may be NULL */
    const char *type, *format;
} TypeRule;

static const TypeRule type_rules[] = {
    {"float(", NULL, "number", NULL},
    {"int(", NULL, "integer", NULL},
    {"str(", NULL, "string", NULL},
    {"bool(", NULL, "boolean", NULL},
    {"json.dumps(", NULL, "string", NULL},
    {"datetime.date.", NULL, "string", "date"},
    {"datetime.date(", NULL, "string", "date"},
    {NULL, ".date()", "string", "date"},
    {"datetime.datetime.", NULL, "string", "date-time"},
    {"datetime.datetime(", NULL, "string", "date-time"},
    {"'", "'", "string", NULL},
};

static Node *type_node(Arena *a, const char *type, const char *format) {
    Node *schema = node_new(a, NODE_MAP), *types = node_new(a, NODE_LIST);
    node_push(a, types, node_string(a, str_of(type)));
    node_put(a, schema, STR("type"), types);
    if (format) node_put(a, schema, STR("format"), node_string(a, str_of(format)));
    return schema;
}

static bool has_null(const Node *type) {
    if (node_is(type, NODE_STRING)) return str_is(type->text, "null");
    for (size_t i = 0; node_is(type, NODE_LIST) && i < type->len; i++)
        if (has_null(type->items[i])) return true;
    return false;
}

/* Branches of anyOf or oneOf: one of them takes null. */
static void add_null_branch(Arena *a, Node *branches) {
    for (size_t i = 0; i < branches->len; i++)
        if (has_null(node_get_c(branches->items[i], "type"))) return;
    Node *null = node_new(a, NODE_MAP);
    node_put(a, null, STR("type"), node_string(a, STR("null")));
    node_push(a, branches, null);
}

/* What an expression gives may always be null. */
static Node *nullable(Arena *a, Node *schema) {
    Node *branches = node_get_c(schema, "anyOf"), *type = node_get_c(schema, "type");
    if (!branches) branches = node_get_c(schema, "oneOf");
    if (node_is(branches, NODE_LIST)) {
        add_null_branch(a, branches);
        return schema;
    }
    if (!type || has_null(type)) return schema;
    if (!node_is(type, NODE_LIST)) {
        Node *list = node_new(a, NODE_LIST);
        node_push(a, list, type);
        node_put(a, schema, STR("type"), list);
        type = list;
    }
    node_push(a, type, node_string(a, STR("null")));
    return schema;
}

/* The schema of a property made by the expression `text`; `existing` is that of the property it may stand for. */
static Node *expression_schema(Arena *a, Str text, const Node *existing, const Node *raw) {
    if (str_is(text, "record")) return node_copy(a, raw);
    for (size_t i = 0; i < ARRAY_LEN(type_rules); i++) {
        const TypeRule *rule = &type_rules[i];
        bool begins = !rule->begins || str_starts(text, str_of(rule->begins));
        if (begins && (!rule->ends || str_ends(text, str_of(rule->ends))))
            return type_node(a, rule->type, rule->format);
    }
    return existing ? node_copy(a, existing) : type_node(a, "string", NULL);
}

static const Node *filled(const Node *schema) {
    return schema && (!node_is(schema, NODE_MAP) || schema->len) ? schema : NULL;
}

static Node *without_name(Arena *a, const Node *names, Str name) {
    Node *kept = node_new(a, NODE_LIST);
    for (size_t i = 0; i < names->len; i++)
        if (!str_equal(node_text(names->items[i]), name)) node_push(a, kept, names->items[i]);
    return kept;
}

/*
 * Unless only what is listed stays, the mapped schema and the one that expressions look into share their properties, in
 * the SDK and so here: a property removed by an earlier step has lost its type for a later one.
 */
Node *stream_rule_schema(const StreamRule *rule, Arena *a, const Node *schema) {
    Node *raw = node_copy(a, schema), *raw_properties = node_get_c(raw, "properties");
    if (!raw_properties) raw_properties = node_new(a, NODE_MAP);
    Node *mapped = node_new(a, NODE_MAP), *properties = raw_properties;
    if (rule->listed_only) {
        properties = node_new(a, NODE_MAP);
        node_put(a, mapped, STR("type"), node_string(a, STR("object")));
    } else {
        for (size_t i = 0; i < raw->len; i++) node_put(a, mapped, raw->keys[i], raw->items[i]);
    }
    node_put(a, mapped, STR("properties"), properties);
    for (size_t i = 0; i < rule->step_count; i++) {
        const PropertyStep *step = &rule->steps[i];
        if (step->expr) {
            const Node *existing = filled(node_get(properties, step->name));
            if (!existing) existing = filled(node_get(raw_properties, step->text));
            node_put(a, properties, step->name, nullable(a, expression_schema(a, step->text, existing, raw)));
            continue;
        }
        node_remove(properties, step->name);
        const Node *required = node_get_c(mapped, "required");
        if (required) node_put(a, mapped, STR("required"), without_name(a, required, step->name));
    }
    return mapped;
}

/* Validator: a schema compiled to lists of checks, one per keyword, from one table of keywords. */
#include "singer/validate.h"

#include "base/map.h"
#include "singer/exact.h"
#include "singer/json_value.h"
#include "singer/pattern.h"

typedef struct Keyword Keyword;
typedef struct Check Check;

/* A schema. */
typedef struct Rule {
    bool never; /* the schema `false` */
    Check *checks;
} Rule;

struct Check {
    const Keyword *keyword;
    const Check *next;
    const Node *argument;
    unsigned types;
    Exact number;
    bool exclusive;
    const Pattern *pattern;
    const Rule *rule;
    const Rule **rules; /* of anyOf, prefixItems, ...; beside patterns */
    const Pattern **patterns;
    size_t count; /* of rules; or minLength and its like */
    Map *names;   /* property -> Rule */
};

struct Validator {
    Arena *arena;
    StrVec *unchecked;
    const Rule *root;
};

/* Where in the record, from the leaf to the root. */
typedef struct Place {
    const struct Place *parent;
    Str name; /* at == NULL: an item of a list */
    size_t index;
} Place;

typedef struct Run {
    Buf *report; /* NULL: only whether there are violations */
    size_t violations;
} Run;

struct Keyword {
    const char *name;
    /* False: the argument is not understood. Reads siblings from `schema`. */
    bool (*compile)(Validator *v, Check *check, const Node *schema);
    void (*check)(Run *run, const Check *check, const Node *value, const Place *place);
};

static const Rule *compile_rule(Validator *v, const Node *schema);
static void check_rule(Run *run, const Rule *rule, const Node *value, const Place *place);

/* ---- reporting ---- */

static void put_place(Buf *out, const Place *place) {
    if (!place) return;
    put_place(out, place->parent);
    if (!place->name.at) {
        buf_printf(out, "[%zu]", place->index);
        return;
    }
    if (place->parent) buf_put(out, '.');
    buf_append(out, place->name);
}

/* "price: -5 " and the words behind it. value NULL: the words speak for themselves. */
static void PRINTF_LIKE(4, 5) violate(Run *run, const Place *place, const Node *value, const char *format, ...) {
    if (run->violations++ >= VALIDATE_SHOWN || !run->report) return;
    if (run->violations > 1) buf_append_c(run->report, "; ");
    put_place(run->report, place);
    if (place) buf_append_c(run->report, ": ");
    if (value) {
        json_value_show(run->report, value);
        buf_put(run->report, ' ');
    }
    va_list args;
    va_start(args, format);
    buf_vprintf(run->report, format, args);
    va_end(args);
}

static bool passes(const Rule *rule, const Node *value) {
    Run quiet = {0};
    check_rule(&quiet, rule, value, NULL);
    return quiet.violations == 0;
}

/* ---- type, enum, const ---- */

static bool compile_type(Validator *v, Check *check, const Node *schema) {
    (void)v;
    check->types = json_types(schema);
    return check->types && !(check->types & JSON_TYPE_OTHER);
}

static void check_type(Run *run, const Check *check, const Node *value, const Place *place) {
    if (json_value_types(value) & check->types) return;
    AUTO(Buf) names = {0};
    for (unsigned type = JSON_TYPE_NULL; type < JSON_TYPE_OTHER; type <<= 1) {
        if (!(check->types & type)) continue;
        if (names.len) buf_append_c(&names, " or ");
        buf_append_c(&names, json_type_name((JsonType)type));
    }
    violate(run, place, value, "is not of type %s", buf_c(&names));
}

static bool compile_list(Validator *v, Check *check, const Node *schema) {
    (void)v, (void)schema;
    return node_is(check->argument, NODE_LIST);
}

static void check_enum(Run *run, const Check *check, const Node *value, const Place *place) {
    for (size_t i = 0; i < check->argument->len; i++)
        if (json_value_equal(check->argument->items[i], value)) return;
    AUTO(Buf) choices = {0};
    json_value_show(&choices, check->argument);
    violate(run, place, value, "is not one of %s", buf_c(&choices));
}

static bool compile_any_value(Validator *v, Check *check, const Node *schema) {
    (void)v, (void)check, (void)schema;
    return true;
}

static void check_const(Run *run, const Check *check, const Node *value, const Place *place) {
    if (json_value_equal(check->argument, value)) return;
    AUTO(Buf) expected = {0};
    json_value_show(&expected, check->argument);
    violate(run, place, value, "is not %s", buf_c(&expected));
}

/* ---- numbers ---- */

static bool compile_number(Validator *v, Check *check, const Node *schema) {
    (void)v, (void)schema;
    return node_is(check->argument, NODE_NUMBER) && exact_read(check->argument->text, &check->number);
}

static bool is_true(const Node *flag) {
    return node_is(flag, NODE_BOOL) && flag->truth;
}

static bool compile_minimum(Validator *v, Check *check, const Node *schema) {
    check->exclusive = is_true(node_get_c(schema, "exclusiveMinimum"));
    return compile_number(v, check, schema);
}

static bool compile_maximum(Validator *v, Check *check, const Node *schema) {
    check->exclusive = is_true(node_get_c(schema, "exclusiveMaximum"));
    return compile_number(v, check, schema);
}

/* A number; or draft 4's flag beside the bound, which is then read by that one. */
static bool compile_exclusive(Validator *v, Check *check, const Node *schema) {
    check->exclusive = true;
    if (!node_is(check->argument, NODE_BOOL)) return compile_number(v, check, schema);
    check->keyword = NULL;
    return true;
}

static void check_minimum(Run *run, const Check *check, const Node *value, const Place *place) {
    int order;
    if (value->kind != NODE_NUMBER || !json_value_compare(value, check->number, &order)) return;
    if (order > 0 || (order == 0 && !check->exclusive)) return;
    violate(run, place, value, "is less than %s" STR_FMT, check->exclusive ? "or equal to " : "the minimum of ",
            STR_ARG(check->argument->text));
}

static void check_maximum(Run *run, const Check *check, const Node *value, const Place *place) {
    int order;
    if (value->kind != NODE_NUMBER || !json_value_compare(value, check->number, &order)) return;
    if (order < 0 || (order == 0 && !check->exclusive)) return;
    violate(run, place, value, "is greater than %s" STR_FMT, check->exclusive ? "or equal to " : "the maximum of ",
            STR_ARG(check->argument->text));
}

static void check_multiple(Run *run, const Check *check, const Node *value, const Place *place) {
    Exact n;
    if (value->kind != NODE_NUMBER || !exact_read(value->text, &n) || exact_is_multiple(n, check->number)) return;
    violate(run, place, value, "is not a multiple of " STR_FMT, STR_ARG(check->argument->text));
}

/* ---- sizes ---- */

static bool compile_count(Validator *v, Check *check, const Node *schema) {
    Exact zero;
    int64_t count;
    if (!compile_number(v, check, schema) || !exact_is_integer(check->number)) return false;
    if (!exact_read(STR("0"), &zero) || exact_compare(check->number, zero) < 0) return false;
    double value; /* 5.0 is a count too */
    if (str_to_i64(check->argument->text, &count)) check->count = (size_t)count;
    else if (str_to_double(check->argument->text, &value)) check->count = value < 1e15 ? (size_t)value : SIZE_MAX;
    else return false;
    return true;
}

static void check_min_length(Run *run, const Check *check, const Node *value, const Place *place) {
    if (value->kind == NODE_STRING && str_characters(value->text) < check->count)
        violate(run, place, value, "is shorter than %zu characters", check->count);
}

static void check_max_length(Run *run, const Check *check, const Node *value, const Place *place) {
    if (value->kind == NODE_STRING && str_characters(value->text) > check->count)
        violate(run, place, value, "is longer than %zu characters", check->count);
}

static void check_min_items(Run *run, const Check *check, const Node *value, const Place *place) {
    if (value->kind == NODE_LIST && value->len < check->count)
        violate(run, place, value, "has fewer than %zu items", check->count);
}

static void check_max_items(Run *run, const Check *check, const Node *value, const Place *place) {
    if (value->kind == NODE_LIST && value->len > check->count)
        violate(run, place, value, "has more than %zu items", check->count);
}

static void check_min_properties(Run *run, const Check *check, const Node *value, const Place *place) {
    if (value->kind == NODE_MAP && value->len < check->count)
        violate(run, place, value, "has fewer than %zu properties", check->count);
}

static void check_max_properties(Run *run, const Check *check, const Node *value, const Place *place) {
    if (value->kind == NODE_MAP && value->len > check->count)
        violate(run, place, value, "has more than %zu properties", check->count);
}

/* ---- texts ---- */

static bool compile_pattern(Validator *v, Check *check, const Node *schema) {
    (void)schema;
    if (!node_is(check->argument, NODE_STRING)) return false;
    check->pattern = pattern_new(v->arena, check->argument->text);
    return check->pattern != NULL;
}

static void check_pattern(Run *run, const Check *check, const Node *value, const Place *place) {
    if (value->kind == NODE_STRING && !pattern_matches(check->pattern, value->text))
        violate(run, place, value, "does not match \"" STR_FMT "\"", STR_ARG(check->argument->text));
}

/* ---- lists ---- */

static bool compile_rules(Validator *v, Check *check, const Node *list) {
    if (!node_is(list, NODE_LIST)) return false;
    check->count = list->len;
    check->rules = arena_array(v->arena, const Rule *, list->len);
    for (size_t i = 0; i < list->len; i++) check->rules[i] = compile_rule(v, list->items[i]);
    return true;
}

static bool compile_branches(Validator *v, Check *check, const Node *schema) {
    (void)schema;
    return compile_rules(v, check, check->argument);
}

/* A schema for the items behind those of prefixItems; or older drafts' list of schemas, item by item. */
static bool compile_items(Validator *v, Check *check, const Node *schema) {
    if (node_is(check->argument, NODE_LIST)) return compile_rules(v, check, check->argument);
    const Node *prefix = node_get_c(schema, "prefixItems");
    check->count = node_is(prefix, NODE_LIST) ? prefix->len : 0;
    check->rule = compile_rule(v, check->argument);
    return true;
}

static void check_prefix_items(Run *run, const Check *check, const Node *value, const Place *place) {
    for (size_t i = 0; value->kind == NODE_LIST && i < MIN(value->len, check->count); i++)
        check_rule(run, check->rules[i], value->items[i], &(Place){.parent = place, .index = i});
}

static void check_items(Run *run, const Check *check, const Node *value, const Place *place) {
    if (!check->rule) {
        check_prefix_items(run, check, value, place);
        return;
    }
    for (size_t i = check->count; value->kind == NODE_LIST && i < value->len; i++)
        check_rule(run, check->rule, value->items[i], &(Place){.parent = place, .index = i});
}

static bool compile_flag(Validator *v, Check *check, const Node *schema) {
    (void)v, (void)schema;
    if (!node_is(check->argument, NODE_BOOL)) return false;
    if (!check->argument->truth) check->keyword = NULL;
    return true;
}

static void check_unique(Run *run, const Check *check, const Node *value, const Place *place) {
    (void)check;
    if (value->kind != NODE_LIST || value->len > VALIDATE_UNIQUE_LIMIT) return;
    for (size_t i = 0; i < value->len; i++) {
        for (size_t k = 0; k < i; k++) {
            if (!json_value_equal(value->items[i], value->items[k])) continue;
            violate(run, place, value->items[i], "is in the list more than once");
            return;
        }
    }
}

/* ---- objects ---- */

static bool compile_properties(Validator *v, Check *check, const Node *schema) {
    (void)schema;
    if (!node_is(check->argument, NODE_MAP)) return false;
    check->names = arena_new(v->arena, Map);
    map_init(check->names, v->arena);
    for (size_t i = 0; i < check->argument->len; i++) {
        const Rule *rule = compile_rule(v, check->argument->items[i]);
        map_put(check->names, check->argument->keys[i], (void *)(uintptr_t)rule);
    }
    return true;
}

static void check_properties(Run *run, const Check *check, const Node *value, const Place *place) {
    for (size_t i = 0; value->kind == NODE_MAP && i < value->len; i++) {
        const Rule *rule = map_get(check->names, value->keys[i]);
        if (rule) check_rule(run, rule, value->items[i], &(Place){.parent = place, .name = value->keys[i]});
    }
}

static bool compile_pattern_properties(Validator *v, Check *check, const Node *schema) {
    (void)schema;
    const Node *argument = check->argument;
    if (!node_is(argument, NODE_MAP)) return false;
    check->count = argument->len;
    check->rules = arena_array(v->arena, const Rule *, argument->len);
    check->patterns = arena_array(v->arena, const Pattern *, argument->len);
    for (size_t i = 0; i < argument->len; i++) {
        check->patterns[i] = pattern_new(v->arena, argument->keys[i]);
        if (!check->patterns[i]) return false;
        check->rules[i] = compile_rule(v, argument->items[i]);
    }
    return true;
}

static void check_pattern_properties(Run *run, const Check *check, const Node *value, const Place *place) {
    for (size_t i = 0; value->kind == NODE_MAP && i < value->len; i++)
        for (size_t k = 0; k < check->count; k++)
            if (pattern_matches(check->patterns[k], value->keys[i]))
                check_rule(run, check->rules[k], value->items[i], &(Place){.parent = place, .name = value->keys[i]});
}

/* Knows its siblings: what they name is not additional. */
static bool compile_additional(Validator *v, Check *check, const Node *schema) {
    const Node *known = node_get_c(schema, "properties"), *patterns = node_get_c(schema, "patternProperties");
    check->rule = compile_rule(v, check->argument);
    check->names = arena_new(v->arena, Map);
    map_init(check->names, v->arena);
    for (size_t i = 0; node_is(known, NODE_MAP) && i < known->len; i++) map_put(check->names, known->keys[i], check);
    if (!node_is(patterns, NODE_MAP)) return true;
    check->count = patterns->len;
    check->patterns = arena_array(v->arena, const Pattern *, patterns->len);
    for (size_t i = 0; i < patterns->len; i++) {
        check->patterns[i] = pattern_new(v->arena, patterns->keys[i]);
        if (!check->patterns[i]) return false;
    }
    return true;
}

static bool is_additional(const Check *check, Str name) {
    if (map_has(check->names, name)) return false;
    for (size_t i = 0; i < check->count; i++)
        if (pattern_matches(check->patterns[i], name)) return false;
    return true;
}

static void check_additional(Run *run, const Check *check, const Node *value, const Place *place) {
    for (size_t i = 0; value->kind == NODE_MAP && i < value->len; i++) {
        Str name = value->keys[i];
        if (!is_additional(check, name)) continue;
        if (check->rule->never) violate(run, place, NULL, "\"" STR_FMT "\" is not in the schema", STR_ARG(name));
        else check_rule(run, check->rule, value->items[i], &(Place){.parent = place, .name = name});
    }
}

static void check_required(Run *run, const Check *check, const Node *value, const Place *place) {
    for (size_t i = 0; value->kind == NODE_MAP && i < check->argument->len; i++) {
        Str name = node_text(check->argument->items[i]);
        if (!node_get(value, name)) violate(run, place, NULL, "\"" STR_FMT "\" is required but missing", STR_ARG(name));
    }
}

/* ---- combinations ---- */

static size_t count_passes(const Check *check, const Node *value) {
    size_t passed = 0;
    for (size_t i = 0; i < check->count; i++) passed += passes(check->rules[i], value);
    return passed;
}

static void check_any_of(Run *run, const Check *check, const Node *value, const Place *place) {
    for (size_t i = 0; i < check->count; i++)
        if (passes(check->rules[i], value)) return;
    violate(run, place, value, "matches no schema of anyOf");
}

static void check_one_of(Run *run, const Check *check, const Node *value, const Place *place) {
    size_t passed = count_passes(check, value);
    if (passed == 0) violate(run, place, value, "matches no schema of oneOf");
    if (passed > 1) violate(run, place, value, "matches %zu schemas of oneOf", passed);
}

static void check_all_of(Run *run, const Check *check, const Node *value, const Place *place) {
    for (size_t i = 0; i < check->count; i++) check_rule(run, check->rules[i], value, place);
}

static bool compile_not(Validator *v, Check *check, const Node *schema) {
    (void)schema;
    check->rule = compile_rule(v, check->argument);
    return true;
}

static void check_not(Run *run, const Check *check, const Node *value, const Place *place) {
    if (passes(check->rule, value)) violate(run, place, value, "matches the schema of not");
}

/* ---- the table ---- */

static const Keyword keywords[] = {
    {"type", compile_type, check_type},
    {"enum", compile_list, check_enum},
    {"const", compile_any_value, check_const},
    {"minimum", compile_minimum, check_minimum},
    {"maximum", compile_maximum, check_maximum},
    {"exclusiveMinimum", compile_exclusive, check_minimum},
    {"exclusiveMaximum", compile_exclusive, check_maximum},
    {"multipleOf", compile_number, check_multiple},
    {"minLength", compile_count, check_min_length},
    {"maxLength", compile_count, check_max_length},
    {"minItems", compile_count, check_min_items},
    {"maxItems", compile_count, check_max_items},
    {"minProperties", compile_count, check_min_properties},
    {"maxProperties", compile_count, check_max_properties},
    {"pattern", compile_pattern, check_pattern},
    {"prefixItems", compile_branches, check_prefix_items},
    {"items", compile_items, check_items},
    {"uniqueItems", compile_flag, check_unique},
    {"required", compile_list, check_required},
    {"properties", compile_properties, check_properties},
    {"patternProperties", compile_pattern_properties, check_pattern_properties},
    {"additionalProperties", compile_additional, check_additional},
    {"anyOf", compile_branches, check_any_of},
    {"oneOf", compile_branches, check_one_of},
    {"allOf", compile_branches, check_all_of},
    {"not", compile_not, check_not},
    /* Not understood: no check. */
    {"$ref", NULL, NULL},
    {"$dynamicRef", NULL, NULL},
    {"if", NULL, NULL},
    {"contains", NULL, NULL},
    {"dependencies", NULL, NULL},
    {"dependentRequired", NULL, NULL},
    {"dependentSchemas", NULL, NULL},
    {"propertyNames", NULL, NULL},
    {"unevaluatedItems", NULL, NULL},
    {"unevaluatedProperties", NULL, NULL},
};

static const Keyword *find_keyword(Str name) {
    for (size_t i = 0; i < ARRAY_LEN(keywords); i++)
        if (str_is(name, keywords[i].name)) return &keywords[i];
    return NULL;
}

static void add_unchecked(Validator *v, Str keyword, const Node *argument) {
    if (!v->unchecked) return;
    AUTO(Buf) text = {0};
    buf_append(&text, keyword);
    if (node_is(argument, NODE_STRING)) {
        buf_put(&text, ' ');
        json_value_show(&text, argument);
    }
    for (size_t i = 0; i < v->unchecked->len; i++)
        if (str_equal(v->unchecked->at[i], buf_str(&text))) return;
    vec_push(v->unchecked, arena_str(v->arena, buf_str(&text)));
}

static const Rule *compile_rule(Validator *v, const Node *schema) {
    Rule *rule = arena_new(v->arena, Rule);
    rule->never = node_is(schema, NODE_BOOL) && !schema->truth;
    Check *last = NULL;
    for (size_t i = 0; node_is(schema, NODE_MAP) && i < schema->len; i++) {
        const Keyword *keyword = find_keyword(schema->keys[i]);
        if (!keyword) continue;
        Check *check = arena_new(v->arena, Check);
        check->keyword = keyword;
        check->argument = schema->items[i];
        if (!keyword->compile || !keyword->compile(v, check, schema)) {
            add_unchecked(v, schema->keys[i], check->argument);
            continue;
        }
        if (!check->keyword) continue; /* says nothing here */
        if (last) last->next = check;
        else rule->checks = check;
        last = check;
    }
    return rule;
}

static void check_rule(Run *run, const Rule *rule, const Node *value, const Place *place) {
    if (!run->report && run->violations) return;
    if (rule->never) violate(run, place, value, "is not allowed");
    for (const Check *check = rule->checks; check; check = check->next) check->keyword->check(run, check, value, place);
}

Validator *validator_new(Arena *a, const Node *schema, StrVec *ret_unchecked) {
    Validator *v = arena_new(a, Validator);
    v->arena = a;
    v->unchecked = ret_unchecked;
    v->root = compile_rule(v, schema);
    v->unchecked = NULL;
    return v;
}

bool validator_check(const Validator *v, const Node *record, Err *err) {
    AUTO(Buf) report = {0};
    Run run = {.report = &report};
    check_rule(&run, v->root, record, NULL);
    if (run.violations == 0) return true;
    if (run.violations > VALIDATE_SHOWN) buf_printf(&report, "; and %zu more", run.violations - VALIDATE_SHOWN);
    return err_set(err, ERR_INPUT, "the record does not match the stream's schema: %s", buf_c(&report));
}

bool record_validate(const Node *schema, const Node *record, Arena *scratch, Err *err) {
    return validator_check(validator_new(scratch, schema, NULL), record, err);
}

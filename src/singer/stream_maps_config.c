/* Reads the settings of stream maps into rules. */
#include "singer/stream_map_rule.h"

bool is_null_rule(const Node *n) {
    return node_is_null(n) || (node_is(n, NODE_STRING) && str_is(n->text, "__NULL__"));
}

static const char *kind_name(const Node *n) {
    static const char *const names[] = {
        [NODE_NULL] = "null",     [NODE_BOOL] = "a truth value", [NODE_NUMBER] = "a number",
        [NODE_STRING] = "a text", [NODE_LIST] = "a list",        [NODE_MAP] = "a map",
    };
    return names[n->kind];
}

static bool refuse(const StreamRule *rule, Str option, const Node *value, const char *expected, Err *err) {
    return err_set(err, ERR_CONFIG, "stream_maps \"" STR_FMT "\": \"" STR_FMT "\" must be %s, not %s",
                   STR_ARG(rule->key), STR_ARG(option), expected, kind_name(value));
}

static bool read_expression(Arena *a, const StreamRule *rule, Str option, const Node *value, const Expr **ret,
                            Err *err) {
    if (!node_is(value, NODE_STRING)) return refuse(rule, option, value, "an expression (a text) or null", err);
    *ret = expr_parse(a, value->text, err);
    return *ret || err_context(err, "stream_maps \"" STR_FMT "\": \"" STR_FMT "\": expression `" STR_FMT "`",
                               STR_ARG(rule->key), STR_ARG(option), STR_ARG(value->text));
}

static bool read_step(Arena *a, StreamRule *rule, Str name, const Node *value, Err *err) {
    PropertyStep step = {.name = name};
    if (!is_null_rule(value)) {
        if (!read_expression(a, rule, name, value, &step.expr, err)) return false;
        step.text = value->text;
    }
    rule->steps[rule->step_count++] = step;
    return true;
}

static bool read_option(Arena *a, StreamRule *rule, Str name, const Node *value, Err *err) {
    if (str_is(name, "__filter__"))
        return node_is_null(value) || read_expression(a, rule, name, value, &rule->filter, err);
    if (str_is(name, "__else__")) {
        rule->listed_only = is_null_rule(value);
        return rule->listed_only || refuse(rule, name, value, "null", err);
    }
    if (str_is(name, "__key_properties__")) {
        rule->has_keys = true;
        rule->keys = value;
        return node_is_null(value) || node_is(value, NODE_LIST) ||
               refuse(rule, name, value, "a list of names or null", err);
    }
    return read_step(a, rule, name, value, err);
}

/* `__source__` and `__alias__` say where the rule applies; with a source, an alias is taken for a property. */
static bool read_names(StreamRule *rule, const Node *map, Err *err) {
    const Node *source = node_get_c(map, "__source__"), *alias = node_get_c(map, "__alias__");
    rule->source = rule->key;
    if (source) {
        rule->copies = true;
        rule->source = node_text(source);
        return node_is(source, NODE_STRING) || refuse(rule, STR("__source__"), source, "the name of a stream", err);
    }
    if (!alias) return true;
    rule->alias = node_text(alias);
    return node_is(alias, NODE_STRING) || refuse(rule, STR("__alias__"), alias, "a name or an expression", err);
}

static bool read_rule(Arena *a, StreamRule *rule, Str key, const Node *map, Err *err) {
    rule->key = rule->source = key;
    rule->drops = is_null_rule(map);
    if (rule->drops) return true;
    if (!node_is(map, NODE_MAP))
        return err_set(err, ERR_CONFIG, "stream_maps \"" STR_FMT "\" must be a map of properties or null, not %s",
                       STR_ARG(key), kind_name(map));
    if (!read_names(rule, map, err)) return false;
    rule->steps = arena_array(a, PropertyStep, map->len);
    for (size_t i = 0; i < map->len; i++) {
        bool name = str_is(map->keys[i], "__source__") || (!rule->copies && str_is(map->keys[i], "__alias__"));
        if (!name && !read_option(a, rule, map->keys[i], map->items[i], err)) return false;
    }
    return true;
}

static bool read_rules(StreamMaps *maps, Arena *a, const Node *settings, Err *err) {
    maps->rules = arena_array(a, StreamRule, settings->len);
    for (size_t i = 0; i < settings->len; i++) {
        Str key = settings->keys[i];
        if (str_is(key, "__else__")) {
            maps->drops_others = true;
            if (is_null_rule(settings->items[i])) continue;
            return err_set(err, ERR_CONFIG, "stream_maps: \"__else__\" must be null, not %s",
                           kind_name(settings->items[i]));
        }
        if (str_starts(key, STR("__")))
            return err_set(err, ERR_CONFIG, "stream_maps: unknown option \"" STR_FMT "\"", STR_ARG(key));
        if (!read_rule(a, &maps->rules[maps->rule_count], key, settings->items[i], err)) return false;
        maps->rule_count++;
    }
    return true;
}

StreamMaps *stream_maps_new(Arena *a, const Node *stream_maps, const Node *stream_map_config, const Node *faker_config,
                            Err *err) {
    (void)faker_config; /* only `fake` would use it, which is refused where it stands in an expression */
    StreamMaps *maps = arena_new(a, StreamMaps);
    maps->config = stream_map_config;
    if (node_is_null(stream_maps)) return maps;
    if (!node_is(stream_maps, NODE_MAP)) {
        err_set(err, ERR_CONFIG, "stream_maps must be a map of streams, not %s", kind_name(stream_maps));
        return NULL;
    }
    return read_rules(maps, a, stream_maps, err) ? maps : NULL;
}

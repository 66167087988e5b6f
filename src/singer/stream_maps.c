/* Stream maps at work: which rules a stream meets, and what they make of its records. */
#include "singer/stream_maps.h"

#include "base/vec.h"
#include "singer/stream_map_rule.h"

/* ---- outputs of a stream ---- */

/* Where __alias__ is evaluated: only the name of the stream is known. */
static bool alias_lookup(void *context, Arena *a, Str name, Value *ret) {
    (void)a;
    if (!str_is(name, "__stream_name__")) return false;
    *ret = value_str(*(const Str *)context);
    return true;
}

/* An alias that mentions anything else is no expression but the name itself: `persons`, `my-persons`. */
static bool is_plain_alias(const Expr *e) {
    const StrVec *names = expr_names(e);
    for (size_t i = 0; i < names->len; i++)
        if (!str_is(names->at[i], "__stream_name__")) return true;
    return false;
}

static bool read_alias(Arena *a, const StreamRule *rule, Str stream, Str *ret, Err *err) {
    ExprScope scope = {.lookup = alias_lookup, .context = &stream};
    Value v = {0};
    const Expr *e = expr_parse(a, rule->alias, err);
    if (e && is_plain_alias(e)) {
        *ret = rule->alias;
        return true;
    }
    if (e && expr_eval(e, &scope, a, &v, err)) {
        if (v.kind == VALUE_STR && v.text.len) {
            *ret = arena_str(a, v.text);
            return true;
        }
        err_set(err, ERR_CONFIG, "it is %s, and a name must be a text", value_type_name(v));
    }
    err_context(err, "stream_maps \"" STR_FMT "\": alias `" STR_FMT "`", STR_ARG(rule->key), STR_ARG(rule->alias));
    return err_hint(err, "a name that is no plain word stands in quotes of its own: \"'my stream'\"");
}

/* The name of the stream that a rule makes of `stream`. */
static bool output_name(Arena *a, const StreamRule *rule, Str stream, Str *ret, Err *err) {
    if (rule->alias.at) return read_alias(a, rule, stream, ret, err);
    *ret = rule->copies || str_equal(rule->source, stream) ? rule->key : stream;
    return true;
}

static bool built_in(const StreamRule *rule, Str property, const Expr *e, const Node *schema, Err *err) {
    const StrVec *names = expr_names(e), *calls = expr_calls(e);
    bool own = node_get(node_get_c(schema, "properties"), STR("fake")) != NULL;
    Str missing = {0};
    for (size_t i = 0; i < names->len && !own; i++)
        if (str_is(names->at[i], "fake")) missing = names->at[i];
    for (size_t i = 0; i < calls->len && !missing.at; i++)
        if (!expr_is_builtin(calls->at[i])) missing = calls->at[i];
    if (!missing.at) return true;
    err_set(err, ERR_UNSUPPORTED, "stream_maps \"" STR_FMT "\": \"" STR_FMT "\": `" STR_FMT "` is not built in",
            STR_ARG(rule->key), STR_ARG(property), STR_ARG(missing));
    return err_hint(err, "use a mapper plugin such as meltano-map-transformer");
}

static bool rule_is_built_in(const StreamRule *rule, const Node *schema, Err *err) {
    if (rule->filter && !built_in(rule, STR("__filter__"), rule->filter, schema, err)) return false;
    for (size_t i = 0; i < rule->step_count; i++)
        if (rule->steps[i].expr && !built_in(rule, rule->steps[i].name, rule->steps[i].expr, schema, err)) return false;
    return true;
}

static bool is_key(const Node *keys, Str name) {
    for (size_t i = 0; node_is(keys, NODE_LIST) && i < keys->len; i++)
        if (str_equal(node_text(keys->items[i]), name)) return true;
    return false;
}

static bool check_keys(const StreamRule *rule, Str stream, const Node *keys, const Node *schema, Err *err) {
    for (size_t i = 0; i < rule->step_count; i++) {
        if (rule->steps[i].expr || !is_key(keys, rule->steps[i].name)) continue;
        err_set(err, ERR_CONFIG, "stream_maps \"" STR_FMT "\": the key property \"" STR_FMT "\" cannot be removed",
                STR_ARG(rule->key), STR_ARG(rule->steps[i].name));
        return err_hint(err, "say what the keys are then: __key_properties__: [names] or null");
    }
    const Node *properties = node_get_c(schema, "properties");
    for (size_t i = 0; node_is(keys, NODE_LIST) && i < keys->len; i++) {
        Str key = node_text(keys->items[i]);
        if (node_get(properties, key)) continue;
        err_set(err, ERR_CONFIG,
                "stream_maps \"" STR_FMT "\": stream \"" STR_FMT "\" has no property \"" STR_FMT "\" for its key",
                STR_ARG(rule->key), STR_ARG(stream), STR_ARG(key));
        return rule->listed_only
                   ? err_hint(err,
                              "with __else__: null the key has to be listed as well: \"" STR_FMT "\": \"" STR_FMT "\"",
                              STR_ARG(key), STR_ARG(key))
                   : false;
    }
    return true;
}

static bool apply_rule(const StreamMaps *maps, const StreamRule *rule, Arena *a, const StreamMapOutput *source,
                       StreamMapOutput *ret, Err *err) {
    if (!node_is(source->schema, NODE_MAP))
        return err_set(err, ERR_INPUT, "stream \"" STR_FMT "\": SCHEMA without a schema", STR_ARG(source->stream));
    StreamMap *map = arena_new(a, StreamMap);
    *map = (StreamMap){.maps = maps, .rule = rule, .source = source->stream};
    map->keys = rule->has_keys ? rule->keys : source->key_properties;
    if (!output_name(a, rule, source->stream, &map->alias, err) || !rule_is_built_in(rule, source->schema, err))
        return false;
    Node *schema = stream_rule_schema(rule, a, source->schema);
    if (!check_keys(rule, map->alias, map->keys, schema, err)) return false;
    *ret = (StreamMapOutput){.stream = map->alias, .schema = schema, .key_properties = map->keys, .map = map};
    return true;
}

bool stream_maps_apply_schema(const StreamMaps *maps, Arena *a, Str stream, const Node *schema,
                              const Node *key_properties, StreamMapOutputs *ret, Err *err) {
    StreamMapOutput same = {.stream = stream, .schema = schema, .key_properties = key_properties};
    StreamMapOutput *outputs = arena_array(a, StreamMapOutput, maps->rule_count + 1);
    size_t len = 1; /* the first place is the stream's own: the last rule for it counts */
    bool dropped = maps->drops_others;
    outputs[0] = same;
    for (size_t i = 0; i < maps->rule_count; i++) {
        const StreamRule *rule = &maps->rules[i];
        if (!str_equal(rule->source, stream) && !str_glob(rule->source, stream)) continue;
        size_t at = rule->copies ? len++ : 0;
        if (!rule->copies) dropped = rule->drops;
        if (!rule->drops && !apply_rule(maps, rule, a, &same, &outputs[at], err)) return false;
    }
    *ret = (StreamMapOutputs){dropped ? outputs + 1 : outputs, dropped ? len - 1 : len};
    return true;
}

/* ---- records ---- */

/* One record on its way through a map: what its expressions see. */
typedef struct Mapping {
    const StreamMap *map;
    const Node *record;
    Str self;            /* the record's property that the current step makes anew; at == NULL: none */
    Value whole, config; /* made when an expression asks for them: UNDEFINED until then */
} Mapping;

static Value whole_record(Mapping *m, Arena *a) {
    if (m->whole.kind == VALUE_UNDEFINED) m->whole = value_of_node(a, m->record, VALUE_DECIMALS);
    return m->whole;
}

/* A list or map is the one in `record`, so that a method that changes it is seen by both names. */
static bool find_property(Mapping *m, Arena *a, Str name, Value *ret) {
    const Node *property = node_get(m->record, name);
    bool shared = node_is(property, NODE_LIST) || node_is(property, NODE_MAP);
    const DictEntry *e = shared ? dict_find(whole_record(m, a).dict, value_str(name)) : NULL;
    if (property) *ret = e ? e->value : value_of_node(a, property, VALUE_DECIMALS);
    return property != NULL;
}

static bool find_name(void *context, Arena *a, Str name, Value *ret) {
    Mapping *m = context;
    if (m->self.at && str_is(name, "self")) return find_property(m, a, m->self, ret);
    if (str_is(name, "_") || str_is(name, "record")) {
        *ret = whole_record(m, a);
    } else if (str_is(name, "config")) {
        if (m->config.kind == VALUE_UNDEFINED)
            m->config = m->map->maps->config ? value_of_node(a, m->map->maps->config, VALUE_FLOATS) : value_dict(a);
        *ret = m->config;
    } else if (str_is(name, "__stream_name__")) {
        *ret = value_str(m->map->alias);
    } else if (str_is(name, "__original_stream_name__")) {
        *ret = value_str(m->map->source);
    } else {
        return find_property(m, a, name, ret);
    }
    return true;
}

static bool evaluate(Mapping *m, Arena *scratch, Str property, const Expr *e, Value *ret, Err *err) {
    ExprScope scope = {.lookup = find_name, .context = m};
    if (expr_eval(e, &scope, scratch, ret, err)) return true;
    if (err->code == ERR_NOT_FOUND) err_hint(err, "a property that records may lack is read by record.get('name')");
    return err_context(err, "stream \"" STR_FMT "\": \"" STR_FMT "\": expression `" STR_FMT "`",
                       STR_ARG(m->map->source), STR_ARG(property), STR_ARG(str_slice(expr_text(e), 0, 300)));
}

/* A map with room for `more` entries, which shares keys and values with the record. */
static Node *start_record(const StreamMap *map, Arena *a, const Node *record, size_t more) {
    Node *out = node_new(a, NODE_MAP);
    out->cap = record->len + more;
    out->keys = arena_array(a, Str, out->cap);
    out->items = arena_array(a, Node *, out->cap);
    for (size_t i = 0; i < record->len; i++) {
        if (map->rule->listed_only && !is_key(map->keys, record->keys[i])) continue;
        out->keys[out->len] = record->keys[i];
        out->items[out->len++] = record->items[i];
    }
    return out;
}

bool stream_map_apply(const StreamMap *map, Arena *scratch, const Node *record, Node **ret, Err *err) {
    Mapping m = {.map = map, .record = record};
    const StreamRule *rule = map->rule;
    Value v;
    *ret = NULL;
    if (rule->filter) {
        if (!evaluate(&m, scratch, STR("__filter__"), rule->filter, &v, err)) return false;
        if (!value_truth(v)) return true;
    }
    Node *out = start_record(map, scratch, record, rule->step_count);
    for (size_t i = 0; i < rule->step_count; i++) {
        const PropertyStep *step = &rule->steps[i];
        Node *value;
        if (!step->expr) {
            node_remove(out, step->name);
            continue;
        }
        m.self = node_get(record, step->name) ? step->name : (Str){0};
        if (!evaluate(&m, scratch, step->name, step->expr, &v, err)) return false;
        if (!value_to_node(scratch, v, &value, err))
            return err_context(err, "stream \"" STR_FMT "\": \"" STR_FMT "\"", STR_ARG(map->source),
                               STR_ARG(step->name));
        node_put(scratch, out, step->name, value);
    }
    if (out->len) *ret = out;
    return true;
}

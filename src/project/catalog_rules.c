/* Rules from the extras of an extractor. */
#include "project/catalog_rules.h"

#include "base/json.h"

/* ---- making rules ---- */

static void set_breadcrumb(Arena *a, CatalogRule *rule, const Str *properties, size_t count) {
    AUTO(Buf) joined = {0};
    rule->depth = 2 * count;
    rule->steps = arena_array(a, Str, rule->depth + 1);
    for (size_t i = 0; i < count; i++) {
        rule->steps[2 * i] = STR("properties");
        rule->steps[2 * i + 1] = properties[i];
        buf_printf(&joined, "%sproperties.", i ? "." : "");
        buf_append(&joined, properties[i]);
    }
    rule->breadcrumb = arena_str(a, buf_str(&joined));
}

static CatalogRule rule_for(Arena *a, Str stream, const Str *properties, size_t count) {
    CatalogRule rule = {.streams = arena_new(a, Str), .stream_count = 1};
    rule.streams[0] = stream;
    set_breadcrumb(a, &rule, properties, count);
    return rule;
}

static void add_selection(Arena *a, CatalogRuleVec *ret, Str stream, const Str *properties, size_t count,
                          bool selected) {
    CatalogRule rule = rule_for(a, stream, properties, count);
    rule.key = STR("selected");
    rule.value = node_bool(a, selected);
    vec_push(ret, rule);
}

static void split_dots(Str text, StrVec *ret) {
    Str part;
    while (str_cut(&text, '.', &part)) vec_push(ret, part);
}

/* ---- select ---- */

typedef struct SelectPattern {
    Str stream;
    Str properties; /* "" = none: the whole stream */
    bool negated;
} SelectPattern;

static size_t unescaped_dot(Str text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] == '.' && (i == 0 || text.at[i - 1] != '\\')) return i;
    return STR_NONE;
}

static SelectPattern read_pattern(Arena *a, Str text) {
    SelectPattern pattern = {.negated = str_starts(text, STR("!"))};
    if (pattern.negated) text = str_slice(text, 1, text.len);
    size_t dot = unescaped_dot(text);
    Str stream = str_slice(text, 0, dot);
    if (dot != STR_NONE) pattern.properties = str_slice(text, dot + 1, text.len);
    AUTO(Buf) plain = {0};
    for (size_t i = 0; i < stream.len; i++) {
        bool escape = stream.at[i] == '\\' && i + 1 < stream.len && stream.at[i + 1] == '.';
        if (!escape) buf_put(&plain, stream.at[i]);
    }
    pattern.stream = arena_str(a, buf_str(&plain));
    return pattern;
}

void catalog_rules_pattern(Arena *a, Str text, CatalogRuleVec *ret) {
    SelectPattern p = read_pattern(a, text);
    bool selected = !p.negated;
    Str star = STR("*");
    if (p.properties.len == 0) { /* as stream.* */
        add_selection(a, ret, p.stream, NULL, 0, selected);
        add_selection(a, ret, p.stream, &star, 1, selected);
        return;
    }
    AUTO(StrVec) properties = {0};
    split_dots(p.properties, &properties);
    if (selected || str_is(p.properties, "*")) add_selection(a, ret, p.stream, NULL, 0, selected);
    add_selection(a, ret, p.stream, properties.at, properties.len, selected);
    for (size_t i = 1; selected && i < properties.len; i++) add_selection(a, ret, p.stream, properties.at, i, true);
}

static bool check_patterns(const Node *patterns, const char *extra, Err *err) {
    if (node_is_null(patterns)) return true;
    if (!node_is(patterns, NODE_LIST)) return err_set(err, ERR_CONFIG, "%s is not a list of patterns", extra);
    for (size_t i = 0; i < patterns->len; i++) {
        if (node_is(patterns->items[i], NODE_STRING)) continue;
        AUTO(Buf) text = {0};
        json_write(&text, patterns->items[i], JSON_COMPACT);
        return err_set(err, ERR_CONFIG, "%s: %.80s is not a pattern", extra, buf_c(&text));
    }
    return true;
}

bool catalog_rules_select(Arena *a, const Node *patterns, CatalogRuleVec *ret, Err *err) {
    if (!check_patterns(patterns, "select", err)) return false;
    for (int negated = 0; negated <= 1; negated++)
        for (size_t i = 0; patterns && i < patterns->len; i++)
            if (str_starts(patterns->items[i]->text, STR("!")) == (negated == 1))
                catalog_rules_pattern(a, patterns->items[i]->text, ret);
    return true;
}

bool catalog_rules_filter(Arena *a, const Node *patterns, CatalogRuleVec *ret, Err *err) {
    if (!check_patterns(patterns, "select_filter", err)) return false;
    for (int negated = 0; negated <= 1; negated++) {
        CatalogRule rule = {.negated = negated == 0, .is_filter = true, .key = STR("selected")};
        rule.value = node_bool(a, false);
        rule.streams = arena_array(a, Str, patterns ? patterns->len : 0);
        set_breadcrumb(a, &rule, NULL, 0);
        for (size_t i = 0; patterns && i < patterns->len; i++) {
            SelectPattern p = read_pattern(a, patterns->items[i]->text);
            if (p.negated == (negated == 1)) rule.streams[rule.stream_count++] = p.stream;
        }
        if (rule.stream_count) vec_push(ret, rule);
    }
    return true;
}

/* ---- metadata ---- */

/* The parts of "stream.property.key", from the keys on the way and the dots in them. */
static bool add_metadata(Arena *a, Str path, const Node *value, CatalogRuleVec *ret, Err *err) {
    AUTO(StrVec) parts = {0};
    split_dots(path, &parts);
    if (parts.len < 2)
        return err_set(err, ERR_CONFIG, "metadata: \"" STR_FMT "\" is a value, not a stream's keys", STR_ARG(path));
    CatalogRule rule = rule_for(a, parts.at[0], parts.at + 1, parts.len - 2);
    rule.key = vec_last(&parts);
    rule.value = value;
    vec_push(ret, rule);
    return true;
}

static bool flatten_metadata(Arena *a, Str path, const Node *value, CatalogRuleVec *ret, Err *err) {
    if (!node_is(value, NODE_MAP) || value->len == 0) return add_metadata(a, path, value, ret, err);
    for (size_t i = 0; i < value->len; i++) {
        Str inner = arena_printf(a, STR_FMT "." STR_FMT, STR_ARG(path), STR_ARG(value->keys[i]));
        if (!flatten_metadata(a, inner, value->items[i], ret, err)) return false;
    }
    return true;
}

static bool check_map(const Node *config, const char *extra, Err *err) {
    return node_is_null(config) || node_is(config, NODE_MAP) || err_set(err, ERR_CONFIG, "%s is not a map", extra);
}

bool catalog_rules_metadata(Arena *a, const Node *config, CatalogRuleVec *ret, Err *err) {
    if (!check_map(config, "metadata", err)) return false;
    for (size_t i = 0; config && i < config->len; i++)
        if (!flatten_metadata(a, config->keys[i], config->items[i], ret, err)) return false;
    return true;
}

/* ---- schema ---- */

bool catalog_rules_schema(Arena *a, const Node *config, CatalogRuleVec *ret, Err *err) {
    if (!check_map(config, "schema", err)) return false;
    for (size_t i = 0; config && i < config->len; i++) {
        const Node *properties = config->items[i];
        if (!node_is(properties, NODE_MAP))
            return err_set(err, ERR_CONFIG, "schema: \"" STR_FMT "\" has no map of properties",
                           STR_ARG(config->keys[i]));
        for (size_t k = 0; k < properties->len; k++) {
            if (!node_is(properties->items[k], NODE_MAP))
                return err_set(err, ERR_CONFIG, "schema: \"" STR_FMT "." STR_FMT "\" is not a JSON schema",
                               STR_ARG(config->keys[i]), STR_ARG(properties->keys[k]));
            CatalogRule rule = rule_for(a, config->keys[i], &properties->keys[k], 1);
            rule.value = properties->items[k];
            vec_push(ret, rule);
        }
    }
    return true;
}

/* ---- matching ---- */

bool catalog_rule_matches_stream(const CatalogRule *rule, Str tap_stream_id) {
    for (size_t i = 0; i < rule->stream_count; i++)
        if (str_glob(rule->streams[i], tap_stream_id)) return !rule->negated;
    return rule->negated;
}

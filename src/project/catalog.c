/* Walking a catalog and applying rules. Meltano recognises streams, properties and metadata by the path it came by; the
 * same is done here, so that the same nodes are seen in the same order. */
#include "project/catalog.h"

#include "base/map.h"
#include "project/catalog_rules.h"

typedef struct Walk Walk;

/* What is done to the nodes. False: w->err is set. */
typedef struct Visitor {
    bool (*stream)(Walk *w, Node *node);
    bool (*property)(Walk *w, Node *node);
    bool (*metadata)(Walk *w, Node *node);
} Visitor;

/* A schema rule and how deep the property is that it was applied to. */
typedef struct Applied {
    const CatalogRule *rule;
    size_t depth;
} Applied;

struct Walk {
    Arena *arena;
    const Visitor *visitor;
    const CatalogRule *rules;
    size_t rule_count;
    Buf path; /* ".streams[0].schema.properties.id" */
    size_t depth;
    Err *err;
    /* of the stream that was visited last */
    Node *stream;
    Str stream_id;
    VEC(const CatalogRule *) stream_rules; /* those that match it */
    Map breadcrumbs;                       /* of its metadata, joined */
    VEC(Applied) applied;                  /* schema rules inside of whose schemas the walk is */
    void *context;
};

/* ---- paths ---- */

/* "...name[12]" */
static bool ends_in_item(Str path, const char *name) {
    size_t open = str_find_last(path, '[');
    if (open == STR_NONE || path.at[path.len - 1] != ']' || path.len - open < 3) return false;
    for (size_t i = open + 1; i + 1 < path.len; i++)
        if (path.at[i] < '0' || path.at[i] > '9') return false;
    return str_ends(str_slice(path, 0, open), str_of(name));
}

static bool is_word_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

/* "...schema.properties.a.properties.b": Meltano's schema(\.properties\.\w*)+$ */
static bool is_property_path(Str path) {
    Str step = STR(".properties.");
    for (;;) {
        while (path.len && is_word_byte(path.at[path.len - 1])) path.len--;
        if (!str_ends(path, step)) return false;
        path.len -= step.len;
        if (str_ends(path, STR("schema"))) return true;
    }
}

/* The breadcrumb of a property's path: everything from its first "properties". */
static Str path_breadcrumb(const Walk *w) {
    Str path = buf_str(&w->path);
    return str_slice(path, str_find_str(path, STR("properties")), path.len);
}

/* ---- the walk ---- */

static bool walk(Walk *w, Node *node);

static bool walk_child(Walk *w, Node *child, Str key, size_t index) {
    size_t len = w->path.len;
    if (key.at) {
        buf_put(&w->path, '.');
        buf_append(&w->path, key);
    } else {
        buf_printf(&w->path, "[%zu]", index);
    }
    bool ok = walk(w, child);
    w->path.len = len;
    return ok;
}

static bool walk_map(Walk *w, Node *node) {
    Str path = buf_str(&w->path);
    bool stream = ends_in_item(path, "streams"), property = is_property_path(path);
    bool metadata = ends_in_item(path, "metadata") && node_get_c(node, "breadcrumb");
    if (stream || property || metadata) {
        bool (*visit)(Walk *, Node *) = metadata   ? w->visitor->metadata
                                        : property ? w->visitor->property
                                                   : w->visitor->stream;
        if (!visit(w, node)) return false;
    }
    for (size_t i = 0; i < node->len; i++) {
        bool skipped = property && !metadata && (str_is(node->keys[i], "anyOf") || str_is(node->keys[i], "type"));
        if (!skipped && !walk_child(w, node->items[i], node->keys[i], 0)) return false;
    }
    return true;
}

static bool walk(Walk *w, Node *node) {
    w->depth++;
    bool ok = true;
    if (node->kind == NODE_MAP) ok = walk_map(w, node);
    for (size_t i = 0; ok && node->kind == NODE_LIST && i < node->len; i++)
        ok = walk_child(w, node->items[i], (Str){0}, i);
    w->depth--;
    return ok;
}

/* ---- streams ---- */

static bool enter_stream(Walk *w, Node *node) {
    const Node *id = node_get_c(node, "tap_stream_id");
    if (!node_is(id, NODE_STRING)) return err_set(w->err, ERR_CHILD, "the catalog has a stream without tap_stream_id");
    w->stream = node;
    w->stream_id = id->text;
    w->stream_rules.len = 0;
    for (size_t i = 0; i < w->rule_count; i++)
        if (catalog_rule_matches_stream(&w->rules[i], id->text)) vec_push(&w->stream_rules, &w->rules[i]);
    return true;
}

static bool in_stream(Walk *w) {
    return w->stream || err_set(w->err, ERR_CHILD, "the catalog has metadata or a schema outside of a stream");
}

/* ---- metadata ---- */

static bool join_breadcrumb(Walk *w, const Node *breadcrumb, Str *ret) {
    AUTO(Buf) joined = {0};
    bool texts = node_is(breadcrumb, NODE_LIST);
    for (size_t i = 0; texts && i < breadcrumb->len; i++) {
        texts = node_is(breadcrumb->items[i], NODE_STRING);
        if (i) buf_put(&joined, '.');
        buf_append(&joined, node_text(breadcrumb->items[i]));
    }
    if (!texts) return err_set(w->err, ERR_CHILD, "the catalog has metadata whose breadcrumb is not a list of names");
    *ret = arena_str(w->arena, buf_str(&joined));
    return true;
}

/* A breadcrumb as a key that tells ["a.b"] from ["a", "b"]. */
static Str breadcrumb_key(Arena *a, const Node *breadcrumb) {
    AUTO(Buf) key = {0};
    for (size_t i = 0; i < breadcrumb->len; i++) {
        buf_append(&key, node_text(breadcrumb->items[i]));
        buf_put(&key, '\x1F');
    }
    return arena_str(a, buf_str(&key));
}

static Node *split_breadcrumb(Arena *a, Str joined) {
    Node *breadcrumb = node_new(a, NODE_LIST);
    Str part;
    if (joined.len == 0) return breadcrumb;
    while (str_cut(&joined, '.', &part)) node_push(a, breadcrumb, node_string(a, part));
    return breadcrumb;
}

static bool index_metadata(Walk *w) {
    Node *list = node_get_c(w->stream, "metadata");
    map_init(&w->breadcrumbs, w->arena);
    if (!node_is(list, NODE_LIST))
        return err_set(w->err, ERR_CHILD, "stream \"" STR_FMT "\": metadata is not a list", STR_ARG(w->stream_id));
    for (size_t i = 0; i < list->len; i++) {
        const Node *breadcrumb = node_get_c(list->items[i], "breadcrumb");
        Str joined;
        if (!join_breadcrumb(w, breadcrumb, &joined))
            return err_context(w->err, "stream \"" STR_FMT "\"", STR_ARG(w->stream_id));
        map_put(&w->breadcrumbs, breadcrumb_key(w->arena, breadcrumb), list);
    }
    return true;
}

static void ensure_metadata(Walk *w, Str joined) {
    Node *breadcrumb = split_breadcrumb(w->arena, joined), *list = node_get_c(w->stream, "metadata");
    Str key = breadcrumb_key(w->arena, breadcrumb);
    if (map_has(&w->breadcrumbs, key)) return;
    Node *entry = node_new(w->arena, NODE_MAP), *metadata = node_new(w->arena, NODE_MAP);
    Str inclusion = breadcrumb->len <= 2 ? STR("automatic") : STR("available");
    node_put(w->arena, metadata, STR("inclusion"), node_string(w->arena, inclusion));
    node_put(w->arena, entry, STR("breadcrumb"), breadcrumb);
    node_put(w->arena, entry, STR("metadata"), metadata);
    node_push(w->arena, list, entry);
    map_put(&w->breadcrumbs, key, list);
}

static bool is_true(const Node *n) {
    return node_is(n, NODE_BOOL) && n->truth;
}

static void set_metadata(Walk *w, Node *node, Str key, const Node *value) {
    bool unsupported = str_is(node_text(node_get_c(node, "inclusion")), "unsupported");
    if (unsupported && is_true(value) && str_is(key, "selected")) return;
    node_put(w->arena, node, key, node_copy(w->arena, value));
}

static Str underscored(Arena *a, Str key) {
    char *copy = arena_c(a, key);
    for (size_t i = 0; i < key.len; i++)
        if (copy[i] == '-') copy[i] = '_';
    return (Str){copy, key.len};
}

static bool metadata_of_stream(Walk *w, Node *node) {
    if (!enter_stream(w, node)) return false;
    if (!node_get_c(node, "metadata")) node_put(w->arena, node, STR("metadata"), node_new(w->arena, NODE_LIST));
    if (!index_metadata(w)) return false;
    ensure_metadata(w, (Str){0});
    for (size_t i = 0; i < w->stream_rules.len; i++) {
        const CatalogRule *rule = w->stream_rules.at[i];
        if (catalog_rule_matches_breadcrumb(rule, STR("")))
            set_metadata(w, node, underscored(w->arena, rule->key), rule->value);
    }
    return true;
}

static bool metadata_of_property(Walk *w, Node *node) {
    (void)node;
    if (!in_stream(w)) return false;
    ensure_metadata(w, path_breadcrumb(w));
    return true;
}

static bool metadata_of_metadata(Walk *w, Node *node) {
    Str joined;
    Node *metadata = node_get_c(node, "metadata");
    if (!in_stream(w) || !join_breadcrumb(w, node_get_c(node, "breadcrumb"), &joined)) return false;
    if (!node_is(metadata, NODE_MAP))
        return err_set(w->err, ERR_CHILD, "stream \"" STR_FMT "\": metadata of \"" STR_FMT "\" is not a map",
                       STR_ARG(w->stream_id), STR_ARG(joined));
    for (size_t i = 0; i < w->stream_rules.len; i++) {
        const CatalogRule *rule = w->stream_rules.at[i];
        if (catalog_rule_matches_breadcrumb(rule, joined)) set_metadata(w, metadata, rule->key, rule->value);
    }
    return true;
}

static const Visitor metadata_visitor = {metadata_of_stream, metadata_of_property, metadata_of_metadata};

/* ---- schema ---- */

/* Creates what the rule names, unless that begins like a glob. */
static bool ensure_property(Walk *w, const CatalogRule *rule) {
    Node *at = node_get_c(w->stream, "schema");
    for (size_t i = 0; i < rule->depth; i++) {
        Str step = rule->steps[i];
        if (step.len && strchr("*?[]", step.at[0])) return true;
        if (!node_is(at, NODE_MAP))
            return err_set(w->err, ERR_CHILD, "stream \"" STR_FMT "\": its schema is not a map of properties",
                           STR_ARG(w->stream_id));
        Node *next = node_get(at, step);
        if (!next) {
            next = node_new(w->arena, NODE_MAP);
            node_put(w->arena, at, step, next);
        }
        at = next;
    }
    return true;
}

static bool schema_of_stream(Walk *w, Node *node) {
    if (!enter_stream(w, node)) return false;
    if (!node_get_c(node, "schema")) {
        Node *schema = node_new(w->arena, NODE_MAP);
        node_put(w->arena, schema, STR("type"), node_string(w->arena, STR("object")));
        node_put(w->arena, node, STR("schema"), schema);
    }
    for (size_t i = 0; i < w->stream_rules.len; i++)
        if (!ensure_property(w, w->stream_rules.at[i])) return false;
    return true;
}

/* A rule that matches a property of its own schema would go on for ever. */
static bool note_applied(Walk *w, const CatalogRule *rule) {
    for (size_t i = 0; i < w->applied.len; i++)
        if (w->applied.at[i].rule == rule)
            return err_set(w->err, ERR_CONFIG, "schema: \"" STR_FMT "\" matches a property inside of itself",
                           STR_ARG(rule->breadcrumb));
    vec_push(&w->applied, (Applied){rule, w->depth});
    return true;
}

static bool schema_of_property(Walk *w, Node *node) {
    if (!in_stream(w)) return false;
    Str breadcrumb = path_breadcrumb(w);
    while (w->applied.len && vec_last(&w->applied).depth >= w->depth) w->applied.len--;
    for (size_t i = 0; i < w->stream_rules.len; i++) {
        const CatalogRule *rule = w->stream_rules.at[i];
        if (!catalog_rule_matches_breadcrumb(rule, breadcrumb)) continue;
        if (!note_applied(w, rule)) return false;
        *node = *node_copy(w->arena, rule->value);
    }
    return true;
}

static bool nothing(Walk *w, Node *node) {
    (void)w, (void)node;
    return true;
}

static const Visitor schema_visitor = {schema_of_stream, schema_of_property, nothing};

static bool run_walk(Walk *w, Node *catalog) {
    bool ok = walk(w, catalog);
    buf_release(&w->path);
    vec_release(&w->stream_rules);
    vec_release(&w->applied);
    return ok;
}

static bool apply(Arena *a, Node *catalog, const Visitor *visitor, const CatalogRuleVec *rules, Err *err) {
    if (rules->len == 0) return true;
    Walk w = {.arena = a, .visitor = visitor, .rules = rules->at, .rule_count = rules->len, .err = err};
    return run_walk(&w, catalog);
}

/* ---- rules that match nothing ---- */

/* "properties.a.properties.b" -> "a.b": what stands behind each "properties." up to the next dot. */
static Str property_name(Arena *a, Str joined) {
    AUTO(Buf) name = {0};
    Str step = STR("properties.");
    for (size_t at; (at = str_find_str(joined, step)) != STR_NONE;) {
        joined = str_slice(joined, at + step.len, joined.len);
        size_t end = MIN(str_find(joined, '.'), joined.len);
        if (end == 0) continue;
        if (name.len) buf_put(&name, '.');
        buf_append(&name, str_slice(joined, 0, end));
        joined = str_slice(joined, end, joined.len);
    }
    return arena_str(a, buf_str(&name));
}

static const Node *find_stream(const Node *catalog, Str id) {
    const Node *streams = node_get_c(catalog, "streams"), *found = NULL;
    for (size_t i = 0; node_is(streams, NODE_LIST) && i < streams->len; i++) {
        const Node *other = node_get_c(streams->items[i], "tap_stream_id");
        if (node_is(other, NODE_STRING) && str_equal(other->text, id)) found = streams->items[i];
    }
    return found;
}

static bool has_star(Str s) {
    return str_find(s, '*') != STR_NONE;
}

/* Follows the steps before the first glob. True when there is something. */
static bool has_property(const Node *stream, const CatalogRule *rule) {
    const Node *at = node_get_c(stream, "schema");
    size_t steps = 0;
    while (steps < rule->depth && !has_star(rule->steps[steps])) steps++;
    if (steps <= 1) return true;
    for (size_t i = 0; i < steps; i++) at = node_get(at, rule->steps[i]);
    return at && !(at->kind == NODE_MAP && at->len == 0);
}

static void list_unmatched(Arena *a, const Node *catalog, const CatalogRuleVec *rules, StrVec *ret) {
    Map said;
    map_init(&said, a);
    for (size_t i = 0; i < rules->len; i++) {
        const CatalogRule *rule = &rules->at[i];
        if (rule->is_filter || has_star(rule->streams[0])) continue;
        const Node *stream = find_stream(catalog, rule->streams[0]);
        Str text;
        if (!stream) {
            text = arena_printf(a, "stream \"" STR_FMT "\" is not in the catalog", STR_ARG(rule->streams[0]));
        } else if (!has_property(stream, rule)) {
            Str name = property_name(a, rule->breadcrumb);
            text = arena_printf(a, "property \"" STR_FMT "\" is not in the schema of stream \"" STR_FMT "\"",
                                STR_ARG(name), STR_ARG(rule->streams[0]));
        } else {
            continue;
        }
        if (map_has(&said, text)) continue;
        map_put(&said, text, ret);
        vec_push(ret, text);
    }
}

/* ---- applying ---- */

static bool read_rules(Arena *a, const CatalogRules *rules, CatalogRuleVec *schema, CatalogRuleVec *metadata,
                       Err *err) {
    if (!rules->custom) {
        catalog_rules_pattern(a, STR("!*.*"), metadata);
        if (node_is_null(rules->select)) catalog_rules_pattern(a, STR("*.*"), metadata);
        if (!catalog_rules_select(a, rules->select, metadata, err)) return false;
        if (!catalog_rules_metadata(a, rules->metadata, metadata, err)) return false;
        if (!catalog_rules_schema(a, rules->schema, schema, err)) return false;
    }
    return catalog_rules_filter(a, rules->select_filter, metadata, err);
}

Node *catalog_apply(Arena *a, const Node *discovered, const CatalogRules *rules, StrVec *ret_unmatched, Err *err) {
    CatalogRuleVec schema = {0}, metadata = {0};
    Node *catalog = node_copy(a, discovered);
    bool ok = read_rules(a, rules, &schema, &metadata, err) && apply(a, catalog, &schema_visitor, &schema, err);
    if (ok && ret_unmatched) list_unmatched(a, catalog, &metadata, ret_unmatched);
    ok = ok && apply(a, catalog, &metadata_visitor, &metadata, err);
    vec_release(&schema);
    vec_release(&metadata);
    return ok ? catalog : NULL;
}

/* ---- listing ---- */

const char *selection_name(Selection s) {
    static const char *const names[] = {
        [SELECTION_SELECTED] = "selected",
        [SELECTION_EXCLUDED] = "excluded",
        [SELECTION_AUTOMATIC] = "automatic",
        [SELECTION_UNSUPPORTED] = "unsupported",
    };
    return names[s];
}

static bool is_truthy(const Node *n) {
    if (node_is_null(n)) return false;
    if (n->kind == NODE_BOOL) return n->truth;
    return n->kind == NODE_NUMBER ? !str_is(n->text, "0") : n->text.len + n->len > 0;
}

static Selection selection_of(const Node *node) {
    const Node *metadata = node_get_c(node, "metadata"), *selected = node_get_c(metadata, "selected");
    Str inclusion = node_text(node_get_c(metadata, "inclusion"));
    if (str_is(inclusion, "automatic")) return SELECTION_AUTOMATIC;
    if (str_is(inclusion, "unsupported")) return SELECTION_UNSUPPORTED;
    bool by_default = node_is_null(selected) && is_truthy(node_get_c(metadata, "selected-by-default"));
    return is_true(selected) || by_default ? SELECTION_SELECTED : SELECTION_EXCLUDED;
}

static Selection combine(Selection a, Selection b) {
    static const Selection strongest[] = {SELECTION_EXCLUDED, SELECTION_AUTOMATIC, SELECTION_UNSUPPORTED};
    for (size_t i = 0; i < ARRAY_LEN(strongest); i++)
        if (a == strongest[i] || b == strongest[i]) return strongest[i];
    return SELECTION_SELECTED;
}

/* One stream's entries; those of streams without metadata of their own are left out. */
typedef struct Listing {
    CatalogEntries *entries;
    Map selections; /* stream -> Selection * */
} Listing;

static bool list_stream(Walk *w, Node *node) {
    Listing *l = w->context;
    if (!enter_stream(w, node)) return false;
    size_t kept = 0; /* a second stream of one id takes the place of the first */
    for (size_t i = 0; i < l->entries->len; i++)
        if (!str_equal(l->entries->at[i].stream, w->stream_id)) l->entries->at[kept++] = l->entries->at[i];
    l->entries->len = kept;
    return true;
}

static bool list_metadata(Walk *w, Node *node) {
    Listing *l = w->context;
    Str joined;
    if (!in_stream(w) || !join_breadcrumb(w, node_get_c(node, "breadcrumb"), &joined)) return false;
    if (node_get_c(node, "breadcrumb")->len == 0) {
        Selection *selection = arena_new(w->arena, Selection);
        *selection = selection_of(node);
        map_put(&l->selections, w->stream_id, selection);
        return true;
    }
    vec_push(l->entries, (CatalogEntry){.stream = w->stream_id,
                                        .property = property_name(w->arena, joined),
                                        .selection = selection_of(node)});
    return true;
}

static const Visitor list_visitor = {list_stream, nothing, list_metadata};

static int by_name(const void *a, const void *b) {
    const CatalogEntry *left = a, *right = b;
    int order = str_compare(left->stream, right->stream);
    if (!order) order = str_compare(left->property, right->property);
    return order ? order : strcmp(selection_name(left->selection), selection_name(right->selection));
}

static void finish_list(const Listing *l) {
    CatalogEntries *entries = l->entries;
    size_t kept = 0;
    if (entries->len) qsort(entries->at, entries->len, sizeof *entries->at, by_name);
    for (size_t i = 0; i < entries->len; i++) {
        const Selection *of_stream = map_get(&l->selections, entries->at[i].stream);
        bool again = i && by_name(&entries->at[i], &entries->at[i - 1]) == 0;
        if (of_stream && !again) entries->at[kept++] = entries->at[i];
    }
    entries->len = kept;
    for (size_t i = 0; i < kept; i++) {
        CatalogEntry *entry = &entries->at[i];
        entry->of_stream = *(const Selection *)map_get(&l->selections, entry->stream);
        entry->selection = combine(entry->of_stream, entry->selection);
    }
}

bool catalog_list(Arena *a, const Node *catalog, CatalogEntries *ret, Err *err) {
    Listing l = {.entries = ret};
    map_init(&l.selections, a);
    Walk w = {.arena = a, .visitor = &list_visitor, .err = err, .context = &l};
    if (!run_walk(&w, node_copy(a, catalog))) return false;
    finish_list(&l);
    return true;
}

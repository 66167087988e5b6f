/* YAML documents as Node trees: scalars resolved, aliases shared, `<<` merged, keys given twice refused. */
#include "base/yaml.h"

#include "base/map.h"
#include "base/yaml_scalar.h"
#include "base/yaml_tree.h"

/* An anchored node and how much stands under it: aliases count with that against the limits. */
typedef struct Anchor {
    Node *node; /* NULL: still being read */
    size_t weight;
    int height;
} Anchor;

typedef struct Resolver {
    Arena *arena;
    Arena *scratch; /* for this parse only */
    Str name;
    YamlDialect dialect;
    Map anchors;
    size_t weight; /* nodes so far */
    int height;    /* of the subtree just read */
    Err *err;
} Resolver;

static Node *resolve(Resolver *r, const YamlTree *t, int depth);

static bool is_core_tag(const YamlTree *t, const char *kind) {
    Str prefix = STR("tag:yaml.org,2002:");
    return str_starts(t->tag, prefix) && str_is(str_slice(t->tag, prefix.len, t->tag.len), kind);
}

static Node *fail(Resolver *r, const YamlTree *at, const char *what, Str quoted) {
    yaml_tree_fail(r->err, r->name, at, quoted.at ? "%s \"%.*s\"" : "%s", what, STR_ARG(quoted));
    return NULL;
}

/* What a scalar with a !!tag of its own is; `plain` when it has none. */
static bool obey_tag(const YamlTree *t, YamlValue *value) {
    if (t->tag.len == 0 || str_is(t->tag, "!")) return true;
    static const struct {
        const char *tag;
        NodeKind kind;
    } tags[] = {{"int", NODE_NUMBER}, {"float", NODE_NUMBER}, {"bool", NODE_BOOL}, {"null", NODE_NULL}};
    for (size_t i = 0; i < ARRAY_LEN(tags); i++)
        if (is_core_tag(t, tags[i].tag)) return value->kind == tags[i].kind;
    *value = (YamlValue){NODE_STRING, false, t->text};
    return true;
}

static Node *resolve_scalar(Resolver *r, const YamlTree *t) {
    YamlValue value = {NODE_STRING, false, t->text};
    bool tagged = t->tag.len && !str_is(t->tag, "!");
    YamlDialect dialect = tagged && is_core_tag(t, "bool") ? YAML_11 : r->dialect;
    if (tagged || (t->style == YAML_PLAIN && !t->tag.len)) value = yaml_scalar(r->scratch, t->text, dialect);
    if (!obey_tag(t, &value)) return fail(r, t, "the value does not fit its tag", t->text);
    Node *n = node_new(r->arena, value.kind);
    n->truth = value.truth;
    if (value.text.at) n->text = arena_str(r->arena, value.text);
    return n;
}

static Node *resolve_alias(Resolver *r, const YamlTree *t, int depth) {
    const Anchor *anchor = map_get(&r->anchors, t->text);
    if (!anchor) return fail(r, t, "nothing is anchored as", t->text);
    if (!anchor->node) return fail(r, t, "an alias inside its own anchor:", t->text);
    r->weight += anchor->weight;
    r->height = anchor->height;
    if (depth + anchor->height > YAML_DEPTH_LIMIT) return fail(r, t, "nested too deep through the alias", t->text);
    return anchor->node;
}

/* ---- maps ---- */

/* A map while it is filled; the index makes long ones quick. */
typedef struct Filling {
    Node *node;
    Map index;
} Filling;

static Filling filling_of(Resolver *r, Node *node) {
    Filling f = {.node = node};
    map_init(&f.index, r->scratch);
    return f;
}

/* key is borrowed. False: it is there already. */
static bool put_new(Resolver *r, Filling *f, Str key, Node *item) {
    if (map_has(&f->index, key)) return false;
    Node *n = f->node;
    if (n->len == n->cap) {
        size_t cap = n->cap ? n->cap * 2 : 4;
        Node **items = arena_array(r->arena, Node *, cap);
        Str *keys = arena_array(r->arena, Str, cap);
        if (n->len) memcpy(items, n->items, n->len * sizeof *items);
        if (n->len) memcpy(keys, n->keys, n->len * sizeof *keys);
        n->items = items;
        n->keys = keys;
        n->cap = cap;
    }
    map_put(&f->index, key, item);
    n->keys[n->len] = key;
    n->items[n->len++] = item;
    return true;
}

static bool key_text(Resolver *r, const YamlTree *t, Str *ret) {
    if (t->kind == YAML_LIST || t->kind == YAML_MAP) return fail(r, t, "a list or map as a key", (Str){0});
    const Node *key = resolve(r, t, 0);
    if (!key) return false;
    switch (key->kind) {
    case NODE_NULL: *ret = STR("null"); return true;
    case NODE_BOOL: *ret = key->truth ? STR("true") : STR("false"); return true;
    case NODE_NUMBER:
    case NODE_STRING: *ret = key->text; return true;
    case NODE_LIST:
    case NODE_MAP: break;
    }
    return fail(r, t, "a list or map as a key", (Str){0});
}

static bool is_merge(const YamlTree *key) {
    return key->kind == YAML_SCALAR && key->style == YAML_PLAIN && !key->tag.len && str_is(key->text, "<<");
}

/* Keys of `from` that are not there yet; from a list of maps, in their order. */
static bool merge(Resolver *r, const YamlTree *at, Filling *f, const Node *from) {
    if (from->kind == NODE_LIST) {
        for (size_t i = 0; i < from->len; i++) {
            if (from->items[i]->kind != NODE_MAP) return fail(r, at, "only a map can be merged by <<", (Str){0});
            if (!merge(r, at, f, from->items[i])) return false;
        }
        return true;
    }
    if (from->kind != NODE_MAP) return fail(r, at, "only a map can be merged by <<", (Str){0});
    for (size_t i = 0; i < from->len; i++) put_new(r, f, from->keys[i], from->items[i]);
    return true;
}

static bool fill_map(Resolver *r, const YamlTree *t, Node *n, int depth, int *height) {
    Filling f = filling_of(r, n);
    const Node *merged = NULL;
    const YamlTree *merged_at = NULL;
    for (size_t i = 0; i < t->len; i++) {
        bool merging = is_merge(t->keys[i]);
        Str key = {0};
        if (!merging && !key_text(r, t->keys[i], &key)) return false;
        Node *item = resolve(r, t->items[i], depth + 1);
        if (!item) return false;
        *height = MAX(*height, r->height + 1);
        if (merging && merged) return fail(r, t->keys[i], "the key is given twice:", STR("<<"));
        if (!merging && !put_new(r, &f, key, item)) return fail(r, t->keys[i], "the key is given twice:", key);
        if (merging) merged = item;
        if (merging) merged_at = t->items[i];
    }
    return !merged || merge(r, merged_at, &f, merged);
}

static bool fill_list(Resolver *r, const YamlTree *t, Node *n, int depth, int *height) {
    n->items = arena_array(r->arena, Node *, t->len);
    n->cap = t->len;
    for (size_t i = 0; i < t->len; i++) {
        Node *item = resolve(r, t->items[i], depth + 1);
        if (!item) return false;
        *height = MAX(*height, r->height + 1);
        n->items[n->len++] = item;
    }
    return true;
}

static Node *resolve(Resolver *r, const YamlTree *t, int depth) {
    if (++r->weight > YAML_NODE_LIMIT) return fail(r, t, "too many values, counting those behind aliases", (Str){0});
    if (t->kind == YAML_ALIAS) return resolve_alias(r, t, depth);
    size_t weight = r->weight;
    int height = 0;
    Anchor *anchor = NULL;
    if (t->anchor.len) {
        anchor = arena_new(r->arena, Anchor);
        map_put(&r->anchors, t->anchor, anchor);
    }
    Node *n =
        t->kind == YAML_SCALAR ? resolve_scalar(r, t) : node_new(r->arena, t->kind == YAML_MAP ? NODE_MAP : NODE_LIST);
    if (!n) return NULL;
    n->line = t->line;
    n->begin = t->begin;
    n->end = t->end;
    if (t->kind == YAML_MAP && !fill_map(r, t, n, depth, &height)) return NULL;
    if (t->kind == YAML_LIST && !fill_list(r, t, n, depth, &height)) return NULL;
    r->height = height;
    if (anchor) *anchor = (Anchor){n, r->weight - weight + 1, height};
    return n;
}

Node *yaml_parse(Arena *a, Str name, Str text, YamlDialect dialect, Err *err) {
    AUTO(Arena) scratch = {0};
    YamlDocument document;
    if (!yaml_tree_parse(&scratch, name, text, &document, err)) return NULL;
    if (!document.root) return node_new(a, NODE_NULL);
    Resolver r = {
        .arena = a, .scratch = &scratch, .name = name, .dialect = document.version_11 ? YAML_11 : dialect, .err = err};
    map_init(&r.anchors, &scratch);
    return resolve(&r, document.root, 0);
}

/* Comparing the syntax trees before and after an edit. */
#include "base/yaml_check.h"

#include "base/yaml_scalar.h"

static YamlValue value_of(Arena *a, const YamlTree *t) {
    if (t->style != YAML_PLAIN || t->tag.len) return (YamlValue){NODE_STRING, false, t->text};
    return yaml_scalar(a, t->text, YAML_CORE_12);
}

bool yaml_tree_is_null(const YamlTree *t) {
    AUTO(Arena) a = {0};
    return t->kind == YAML_SCALAR && !t->anchor.len && value_of(&a, t).kind == NODE_NULL;
}

size_t yaml_tree_find(const YamlTree *map, Str key) {
    for (size_t i = 0; i < map->len; i++) {
        const YamlTree *t = map->keys[i];
        if (t->kind != YAML_SCALAR) continue;
        AUTO(Arena) a = {0};
        YamlValue value = value_of(&a, t);
        if (str_equal(value.kind == NODE_NUMBER ? value.text : t->text, key)) return i;
    }
    return STR_NONE;
}

size_t yaml_tree_index(const YamlTree *list, Str index) {
    uint64_t at;
    return str_to_u64(index, &at) && at < list->len ? (size_t)at : STR_NONE;
}

static bool same(const YamlTree *a, const YamlTree *b) {
    if (a == b) return true;
    if (!a || !b || a->kind != b->kind || a->len != b->len || (a->style == YAML_PLAIN) != (b->style == YAML_PLAIN))
        return false;
    if (!str_equal(a->text, b->text) || !str_equal(a->anchor, b->anchor) || !str_equal(a->tag, b->tag)) return false;
    for (size_t i = 0; i < a->len; i++)
        if ((a->keys[i] && !same(a->keys[i], b->keys[i])) || !same(a->items[i], b->items[i])) return false;
    return true;
}

static bool says_scalar(const YamlTree *t, const Node *n) {
    AUTO(Arena) a = {0};
    YamlValue value = value_of(&a, t);
    if (value.kind != n->kind) return false;
    if (n->kind == NODE_BOOL) return value.truth == n->truth;
    if (n->kind != NODE_NUMBER) return n->kind == NODE_NULL || str_equal(value.text, n->text);
    double ours, wanted; /* 1_0 was written for 10 by nobody; -0 reads as 0 */
    return str_equal(value.text, n->text) ||
           (str_to_double(value.text, &ours) && str_to_double(n->text, &wanted) && ours == wanted);
}

/* t, written by us, reads as n. */
static bool says(const YamlTree *t, const Node *n) {
    static const Node null_node = {.kind = NODE_NULL};
    if (!n) n = &null_node;
    if (t->anchor.len || t->tag.len || t->kind == YAML_ALIAS) return false;
    if (t->kind == YAML_SCALAR) return says_scalar(t, n);
    if (n->kind != (t->kind == YAML_MAP ? NODE_MAP : NODE_LIST) || t->len != n->len) return false;
    for (size_t i = 0; i < t->len; i++) {
        if (t->kind == YAML_MAP && !str_equal(t->keys[i]->text, n->keys[i])) return false;
        if (!says(t->items[i], n->items[i])) return false;
    }
    return true;
}

static size_t child_of(const YamlTree *t, Str part) {
    return t->kind == YAML_MAP ? yaml_tree_find(t, part) : t->kind == YAML_LIST ? yaml_tree_index(t, part) : STR_NONE;
}

typedef bool Compare(const YamlTree *before, const YamlTree *after, YamlPath path, const Node *node);

/* All children but number `at` are the same; that one is as `compare` wants it. With at == before->len a key is new. */
static bool same_but(const YamlTree *before, const YamlTree *after, size_t at, YamlPath path, const Node *node,
                     Compare *compare) {
    bool added = at == before->len;
    if (after->kind != before->kind || after->len != before->len + added) return false;
    if (!str_equal(before->anchor, after->anchor) || !str_equal(before->tag, after->tag)) return false;
    for (size_t i = 0; i < before->len; i++) {
        if (before->keys[i] && !same(before->keys[i], after->keys[i])) return false;
        if (i != at && !same(before->items[i], after->items[i])) return false;
    }
    YamlPath rest = {path.at + 1, path.len - 1};
    if (added && !str_equal(after->keys[at]->text, path.at[0])) return false;
    return compare(added ? NULL : before->items[at], after->items[at], rest, node);
}

/* One step of the path downwards, then `inner`. */
static bool descend(const YamlTree *before, const YamlTree *after, YamlPath path, const Node *node, Compare *inner) {
    if (!after) return false;
    if (before && !yaml_tree_is_null(before)) {
        size_t at = child_of(before, path.at[0]);
        if (at == STR_NONE && before->kind != YAML_MAP) return false;
        return same_but(before, after, at == STR_NONE ? before->len : at, path, node, inner);
    }
    if (after->kind != YAML_MAP || after->len != 1 || !str_equal(after->keys[0]->text, path.at[0])) return false;
    return inner(NULL, after->items[0], (YamlPath){path.at + 1, path.len - 1}, node);
}

static bool compare_set(const YamlTree *before, const YamlTree *after, YamlPath path, const Node *node) {
    return path.len ? descend(before, after, path, node, compare_set) : after && says(after, node);
}

static bool compare_append(const YamlTree *before, const YamlTree *after, YamlPath path, const Node *node) {
    if (path.len) return descend(before, after, path, node, compare_append);
    if (!after || after->kind != YAML_LIST) return false;
    size_t old = before && before->kind == YAML_LIST ? before->len : 0;
    if (after->len != old + 1 || (before && !str_equal(before->anchor, after->anchor))) return false;
    for (size_t i = 0; i < old; i++)
        if (!same(before->items[i], after->items[i])) return false;
    return says(after->items[old], node);
}

bool yaml_check_set(const YamlTree *before, const YamlTree *after, YamlPath path, const Node *value) {
    return compare_set(before, after, path, value);
}

bool yaml_check_append(const YamlTree *before, const YamlTree *after, YamlPath path, const Node *item) {
    return compare_append(before, after, path, item);
}

static bool lacks(const YamlTree *before, const YamlTree *after, size_t gone) {
    if (after->kind != before->kind || after->len + 1 != before->len) return false;
    if (!str_equal(before->anchor, after->anchor)) return false;
    for (size_t i = 0; i < after->len; i++) {
        size_t from = i < gone ? i : i + 1;
        if (before->keys[from] && !same(before->keys[from], after->keys[i])) return false;
        if (!same(before->items[from], after->items[i])) return false;
    }
    return true;
}

static bool compare_remove(const YamlTree *before, const YamlTree *after, YamlPath path, const Node *node) {
    size_t at = before && after ? child_of(before, path.at[0]) : STR_NONE;
    if (at == STR_NONE) return false;
    if (path.len == 1) return lacks(before, after, at);
    return same_but(before, after, at, path, node, compare_remove);
}

bool yaml_check_remove(const YamlTree *before, const YamlTree *after, YamlPath path) {
    return compare_remove(before, after, path, NULL);
}

/* include_paths: finding the files and merging them. */
#include "project/include.h"

#include "os/file.h"

enum { DEPTH_LIMIT = 32 };

typedef struct Search {
    Arena *arena;
    Str skip;
    StrVec *found;
    Err *err;
} Search;

static bool add_match(Search *s, Str path) {
    if (str_equal(path, s->skip)) return true;
    for (size_t i = 0; i < s->found->len; i++)
        if (str_equal(s->found->at[i], path)) return true;
    if (path_is_dir(path.at))
        return err_set(s->err, ERR_CONFIG, "included path \"" STR_FMT "\" is no file", STR_ARG(path));
    vec_push(s->found, path);
    return true;
}

static bool is_hidden_folder(Str name) {
    return str_is(name, ".pond") || str_is(name, ".meltano") || str_is(name, ".git");
}

static bool search(Search *s, Str folder, Str pattern, int depth);

/* The rest of the pattern in every folder below. */
static bool search_below(Search *s, Str folder, const StrVec *names, Str pattern, int depth) {
    for (size_t i = 0; i < names->len; i++) {
        Str path = path_join(s->arena, folder, names->at[i]);
        if (is_hidden_folder(names->at[i]) || !path_is_dir(path.at)) continue;
        if (!search(s, path, pattern, depth + 1)) return false;
    }
    return true;
}

static bool search(Search *s, Str folder, Str pattern, int depth) {
    AUTO(StrVec) names = {0};
    Str rest = pattern, part = {0};
    if (depth > DEPTH_LIMIT || !str_cut(&rest, '/', &part)) return true;
    if (part.len == 0 || str_is(part, ".")) return !rest.at || search(s, folder, rest, depth);
    if (!dir_list(s->arena, folder.at, &names, s->err)) return false;
    if (str_is(part, "**")) {
        if (rest.at && !search(s, folder, rest, depth)) return false;
        return search_below(s, folder, &names, pattern, depth);
    }
    for (size_t i = 0; i < names.len; i++) {
        if (!str_glob(part, names.at[i])) continue;
        Str path = path_join(s->arena, folder, names.at[i]);
        bool ok = !rest.at ? add_match(s, path) : !path_is_dir(path.at) || search(s, path, rest, depth + 1);
        if (!ok) return false;
    }
    return true;
}

static bool leads_out(Str pattern) {
    Str rest = pattern, part;
    while (str_cut(&rest, '/', &part))
        if (str_is(part, "..")) return true;
    return str_starts(pattern, STR("/"));
}

bool include_find(Arena *a, Str root, const Node *patterns, Str skip, StrVec *ret, Err *err) {
    Search s = {a, skip, ret, err};
    if (node_is_null(patterns)) return true;
    if (patterns->kind != NODE_LIST) return err_set(err, ERR_CONFIG, "include_paths must be a list");
    for (size_t i = 0; i < patterns->len; i++) {
        Str pattern = node_text(patterns->items[i]);
        if (leads_out(pattern))
            return err_set(err, ERR_CONFIG, "include path \"" STR_FMT "\" leads out of the project", STR_ARG(pattern));
        if (!search(&s, root, pattern, 0)) return false;
    }
    return true;
}

static Node *merge_lists(Arena *a, const Node *under, const Node *over) {
    Node *merged = node_new(a, NODE_LIST);
    for (size_t i = 0; i < under->len; i++) node_push(a, merged, under->items[i]);
    for (size_t i = 0; i < over->len; i++) node_push(a, merged, over->items[i]);
    return merged;
}

Node *include_merge(Arena *a, const Node *under, const Node *over) {
    if (node_is(under, NODE_LIST) && node_is(over, NODE_LIST)) return merge_lists(a, under, over);
    if (!node_is(under, NODE_MAP) || !node_is(over, NODE_MAP)) return node_copy(a, over);
    Node *merged = node_new(a, NODE_MAP);
    for (size_t i = 0; i < under->len; i++) node_put(a, merged, under->keys[i], under->items[i]);
    for (size_t i = 0; i < over->len; i++) {
        const Node *there = node_get(under, over->keys[i]);
        node_put(a, merged, over->keys[i], there ? include_merge(a, there, over->items[i]) : over->items[i]);
    }
    return merged;
}

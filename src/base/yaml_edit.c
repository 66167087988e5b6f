/* Edits of a YAML text: finding the place in the syntax tree, patching the bytes, checking the result. */
#include "base/yaml_edit.h"

#include "base/yaml_check.h"
#include "base/yaml_write.h"

typedef struct Edit {
    Arena arena;          /* of this edit */
    Buf *text;            /* patched in place */
    Str original, before; /* before: with a newline at its end */
    YamlTree *root;       /* of `before`; NULL = nothing but comments */
    YamlLayout layout;
    bool crlf;
    Err *err;
} Edit;

/* A value and where it hangs. */
typedef struct Spot {
    YamlTree *parent; /* NULL: the root */
    size_t index;     /* in the parent */
    YamlTree *tree;   /* NULL: the root of an empty document */
} Spot;

static void edit_release(Edit *e) {
    arena_release(&e->arena);
}
DEFINE_AUTO(Edit, edit_release)

/* ---- text ---- */

static char byte_at(const Edit *e, size_t at) {
    return at < e->before.len ? e->before.at[at] : '\0';
}

static size_t line_start(const Edit *e, size_t at) {
    while (at > 0 && byte_at(e, at - 1) != '\n') at--;
    return at;
}

/* Before the line's "\n" or "\r\n". */
static size_t line_end(const Edit *e, size_t at) {
    while (at < e->before.len && byte_at(e, at) != '\n') at++;
    return at > 0 && byte_at(e, at) == '\n' && byte_at(e, at - 1) == '\r' ? at - 1 : at;
}

static size_t next_line(const Edit *e, size_t at) {
    size_t end = line_end(e, at);
    if (byte_at(e, end) == '\r') end++;
    return byte_at(e, end) == '\n' ? end + 1 : end;
}

static size_t skip_blanks(const Edit *e, size_t at) {
    while (byte_at(e, at) == ' ' || byte_at(e, at) == '\t') at++;
    return at;
}

static bool only_blanks(const Edit *e, size_t from, size_t to) {
    return skip_blanks(e, from) >= to;
}

/* White space, line ends and comments. */
static size_t skip_space(const Edit *e, size_t at) {
    for (;;) {
        at = skip_blanks(e, at);
        if (byte_at(e, at) == '#') at = line_end(e, at);
        else if (byte_at(e, at) == '\n' || byte_at(e, at) == '\r') at++;
        else return at;
    }
}

/* Puts `with` in the place of [from, to); places are those of the text before all patches, later ones first. */
static void splice(Edit *e, size_t from, size_t to, Str with) {
    AUTO(Buf) out = {0};
    Str text = buf_str(e->text);
    buf_append(&out, str_slice(text, 0, from));
    for (size_t i = 0; i < with.len; i++) {
        if (e->crlf && with.at[i] == '\n') buf_put(&out, '\r');
        buf_put(&out, with.at[i]);
    }
    buf_append(&out, str_slice(text, to, text.len));
    Buf old = *e->text;
    *e->text = out;
    out = old;
}

/* ---- style of the neighbours ---- */

/* The first nested map and the first list inside a map decide. */
static void learn_layout(Edit *e, const YamlTree *t, bool *map_seen, bool *list_seen) {
    for (size_t i = 0; i < t->len && !(*map_seen && *list_seen); i++) {
        const YamlTree *item = t->items[i];
        if (t->kind == YAML_MAP && item->style == YAML_BLOCK && item->len && item->line > t->keys[i]->line) {
            uint32_t column = t->keys[i]->column;
            bool deeper = item->column > column;
            if (item->kind == YAML_MAP && !*map_seen && deeper && item->keys[0]->column > column) {
                *map_seen = true;
                e->layout.step = item->keys[0]->column - column;
            } else if (item->kind == YAML_LIST && !*list_seen) {
                *list_seen = true;
                e->layout.indent_lists = deeper;
            }
        }
        learn_layout(e, item, map_seen, list_seen);
    }
}

static bool take_back(Edit *e) {
    buf_clear(e->text);
    buf_append(e->text, e->original);
    return false;
}

static bool edit_open(Edit *e, Buf *text, Err *err) {
    *e = (Edit){.text = text, .layout = {.step = 2}, .err = err};
    e->original = arena_str(&e->arena, buf_str(text));
    if (text->len && !str_ends(buf_str(text), STR("\n"))) buf_put(text, '\n');
    e->before = arena_str(&e->arena, buf_str(text));
    size_t first = str_find(e->before, '\n');
    e->crlf = first != STR_NONE && first > 0 && e->before.at[first - 1] == '\r';
    YamlDocument document;
    if (!yaml_tree_parse(&e->arena, STR("before the edit"), e->before, &document, err)) return take_back(e);
    e->root = document.root;
    bool map_seen = false, list_seen = false;
    if (e->root) learn_layout(e, e->root, &map_seen, &list_seen);
    return true;
}

static bool unsupported(Edit *e, const YamlTree *at, const char *why) {
    err_set(e->err, ERR_UNSUPPORTED, "line %u: %s", at ? at->line : 1, why);
    return err_hint(e->err, "edit the file by hand");
}

/* Parses the patched text; the caller compares the trees. On failure the old text comes back. */
static bool parse_result(Edit *e, YamlTree **ret) {
    YamlDocument document;
    Err broken = {0};
    Str name = STR("after the edit"), text = buf_str(e->text);
    if (yaml_tree_parse(&e->arena, name, text, &document, &broken) &&
        yaml_parse(&e->arena, name, text, YAML_CORE_12, &broken)) {
        *ret = document.root;
        return true;
    }
    err_set(e->err, ERR_UNSUPPORTED, "the edit would break the file: %s", broken.msg);
    return err_hint(e->err, "edit the file by hand");
}

static bool finish(Edit *e, bool patched, bool right) {
    if (patched && right) return true;
    if (patched) {
        err_set(e->err, ERR_UNSUPPORTED, "the file is written in a way that Pond cannot edit");
        err_hint(e->err, "edit the file by hand");
    }
    return take_back(e);
}

/* ---- places ---- */

static bool is_flow(const Spot *s) {
    return s->parent && s->parent->style == YAML_FLOW;
}

/* Behind an anchor and a tag. */
static size_t skip_properties(const Edit *e, size_t at) {
    while (byte_at(e, at) == '&' || byte_at(e, at) == '!') {
        while (at < e->before.len && !strchr(" \t\r\n", byte_at(e, at))) at++;
        at = skip_space(e, at);
    }
    return at;
}

/* The "-" of an item of a block list. */
static size_t dash_of(const Edit *e, const YamlTree *list, size_t i) {
    return i ? skip_space(e, list->items[i - 1]->end) : skip_properties(e, list->begin);
}

/* Behind the ":" or "-" that stands before the value; STR_NONE for a form with "?". */
static size_t behind_sign(const Edit *e, const Spot *s) {
    if (s->parent->kind == YAML_LIST) return dash_of(e, s->parent, s->index) + 1;
    size_t at = skip_blanks(e, s->parent->keys[s->index]->end);
    return byte_at(e, at) == ':' ? at + 1 : STR_NONE;
}

/* Column of the key, or of what stands behind the dash: what nested lines are measured by. */
static size_t spot_column(const Edit *e, const Spot *s) {
    if (!s->parent) return 0;
    if (s->parent->kind == YAML_MAP) return s->parent->keys[s->index]->column;
    size_t dash = dash_of(e, s->parent, s->index);
    return dash - line_start(e, dash) + 2;
}

/* Where lines that follow a value go: the end of its last line, behind comments that are indented deeper than `column`. */
static size_t behind_lines(const Edit *e, size_t end, size_t column) {
    if (end > 0 && byte_at(e, end - 1) == '\n') return end; /* |+ */
    size_t at = line_end(e, end);
    for (;;) {
        size_t next = next_line(e, at), text = skip_blanks(e, next);
        if (next <= at || byte_at(e, text) != '#' || text - next <= column) return at;
        at = line_end(e, text);
    }
}

/* ---- patches ---- */

/* Inserts lines (without their newline) behind `at`, which behind_lines() gave. */
static void insert_lines(Edit *e, size_t at, size_t column, Str lines) {
    AUTO(Buf) out = {0};
    bool fresh = at == 0 || byte_at(e, at - 1) == '\n';
    if (!fresh) buf_put(&out, '\n');
    buf_printf(&out, "%*s", (int)column, "");
    buf_append(&out, lines);
    if (fresh) buf_put(&out, '\n');
    splice(e, at, at, buf_str(&out));
}

static bool replace_in_flow(Edit *e, const Spot *s, const Node *value) {
    AUTO(Buf) out = {0};
    const YamlTree *old = s->tree;
    bool left_out = old->begin == old->end;
    bool colon = left_out && byte_at(e, old->begin - 1) == ':';
    if (left_out) buf_append_c(&out, colon || s->parent->kind == YAML_LIST ? " " : ": ");
    yaml_write_flow(&out, value);
    splice(e, old->begin, old->end, buf_str(&out));
    return true;
}

/* Without the line ends that belong to a |+ scalar. */
static size_t text_end(const Edit *e, const YamlTree *t) {
    size_t end = t->end;
    while (end > t->begin && strchr("\r\n", byte_at(e, end - 1))) end--;
    return end;
}

/* A value of a block map: behind the colon stands nothing, a text that begins on the line, or lines below, which may have
 * comments above them that stay. */
static bool replace_in_map(Edit *e, const Spot *s, const Node *value) {
    const YamlTree *old = s->tree;
    size_t colon = behind_sign(e, s);
    if (colon == STR_NONE) return unsupported(e, old, "a key written with \"?\"");
    AUTO(Buf) out = {0};
    yaml_write_value(&out, value, spot_column(e, s), e->layout);
    bool below = old->begin > line_end(e, colon);
    size_t head_end = below || old->begin == old->end ? colon : text_end(e, old);
    size_t lines_from = line_end(e, below ? line_start(e, old->begin) - 1 : head_end);
    size_t lines_to = below ? text_end(e, old) : lines_from;
    Str lines = buf_str(&out), head = {0};
    if (!yaml_is_block(value)) { /* " value", or " |" and lines */
        size_t first = str_find(lines, '\n');
        head = str_slice(lines, 0, first);
        lines = first == STR_NONE ? (Str){0} : str_slice(lines, first, lines.len);
    }
    splice(e, lines_from, lines_to, lines);
    splice(e, colon, head_end, head);
    return true;
}

/* An item of a block list, or the root. */
static bool replace_whole(Edit *e, const Spot *s, const Node *value) {
    AUTO(Buf) out = {0};
    const YamlTree *old = s->tree;
    if (s->parent && old->begin == old->end) buf_put(&out, ' ');
    size_t column = s->parent ? spot_column(e, s) : 0;
    yaml_write(&out, value, column, e->layout);
    splice(e, old->begin, text_end(e, old), buf_str(&out));
    return true;
}

static bool replace(Edit *e, const Spot *s, const Node *value) {
    if (!s->tree) {
        AUTO(Buf) out = {0};
        yaml_write(&out, value, 0, e->layout);
        insert_lines(e, e->before.len, 0, buf_str(&out));
        return true;
    }
    if (is_flow(s)) return replace_in_flow(e, s, value);
    return s->parent && s->parent->kind == YAML_MAP ? replace_in_map(e, s, value) : replace_whole(e, s, value);
}

/* Adds "key: value" (key != NULL) or an item behind the last one of a list or map that is not empty. */
static bool add_child(Edit *e, const YamlTree *to, const Str *key, const Node *value) {
    AUTO(Buf) out = {0};
    Arena *a = &e->arena;
    Node *one = node_new(a, key ? NODE_MAP : NODE_LIST); /* written as its only entry */
    if (key) node_put(a, one, *key, node_copy(a, value));
    else node_push(a, one, node_copy(a, value));
    size_t end = to->items[to->len - 1]->end;
    if (to->style == YAML_FLOW) {
        buf_append_c(&out, ", ");
        yaml_write_flow(&out, one);
        Str entry = buf_str(&out); /* without its brackets */
        AUTO(Buf) bare = {0};
        buf_append(&bare, STR(", "));
        buf_append(&bare, str_slice(entry, 3, entry.len - 1));
        splice(e, end, end, buf_str(&bare));
        return true;
    }
    size_t dash = key ? 0 : dash_of(e, to, 0);
    size_t column = key ? to->keys[0]->column : dash - line_start(e, dash);
    yaml_write(&out, one, column, e->layout);
    insert_lines(e, behind_lines(e, end, column), column, buf_str(&out));
    return true;
}

/* ---- set and append ---- */

/* The value, or a map of one key for each part of the path above it. */
static const Node *nest(Edit *e, YamlPath path, const Node *value) {
    for (size_t i = path.len; i-- > 0;) {
        Node *map = node_new(&e->arena, NODE_MAP);
        node_put(&e->arena, map, path.at[i], node_copy(&e->arena, value));
        value = map;
    }
    return value;
}

/* Goes down the path as far as it exists. */
static Spot descend(const Edit *e, YamlPath path, size_t *ret_depth) {
    Spot s = {.tree = e->root};
    size_t depth = 0;
    for (; depth < path.len && s.tree; depth++) {
        YamlTree *t = s.tree;
        size_t at = t->kind == YAML_MAP    ? yaml_tree_find(t, path.at[depth])
                    : t->kind == YAML_LIST ? yaml_tree_index(t, path.at[depth])
                                           : STR_NONE;
        if (at == STR_NONE) break;
        s = (Spot){t, at, t->items[at]};
    }
    *ret_depth = depth;
    return s;
}

static bool is_missing(const YamlTree *t) {
    return !t || yaml_tree_is_null(t);
}

/* The path ends at s, which does not hold its next part: puts it there. */
static bool set_below(Edit *e, const Spot *s, YamlPath rest, const Node *value) {
    if (is_missing(s->tree) || (s->tree->kind == YAML_MAP && !s->tree->len)) return replace(e, s, nest(e, rest, value));
    if (s->tree->kind == YAML_ALIAS) return unsupported(e, s->tree, "the value is an alias");
    if (s->tree->kind != YAML_MAP)
        return err_set(e->err, ERR_CONFIG, "line %u: \"" STR_FMT "\" cannot be set in what is no map", s->tree->line,
                       STR_ARG(rest.at[0]));
    YamlPath below = {rest.at + 1, rest.len - 1};
    return add_child(e, s->tree, &rest.at[0], nest(e, below, value));
}

bool yaml_edit_set(Buf *text, YamlPath path, const Node *value, Err *err) {
    AUTO(Edit) e;
    if (!edit_open(&e, text, err)) return false;
    size_t depth;
    Spot s = descend(&e, path, &depth);
    YamlPath rest = {path.at + depth, path.len - depth};
    YamlTree *after = NULL;
    bool patched = rest.len ? set_below(&e, &s, rest, value) : replace(&e, &s, value);
    patched = patched && parse_result(&e, &after);
    return finish(&e, patched, patched && yaml_check_set(e.root, after, path, value));
}

bool yaml_edit_append(Buf *text, YamlPath path, const Node *item, Err *err) {
    AUTO(Edit) e;
    if (!edit_open(&e, text, err)) return false;
    size_t depth;
    Spot s = descend(&e, path, &depth);
    YamlPath rest = {path.at + depth, path.len - depth};
    Node *list = node_new(&e.arena, NODE_LIST);
    node_push(&e.arena, list, node_copy(&e.arena, item));
    bool patched;
    YamlTree *after = NULL;
    if (rest.len) patched = set_below(&e, &s, rest, list);
    else if (is_missing(s.tree) || (s.tree->kind == YAML_LIST && !s.tree->len)) patched = replace(&e, &s, list);
    else if (s.tree->kind == YAML_LIST) patched = add_child(&e, s.tree, NULL, item);
    else patched = err_set(err, ERR_CONFIG, "line %u: the value is no list", s.tree->line);
    patched = patched && parse_result(&e, &after);
    return finish(&e, patched, patched && yaml_check_append(e.root, after, path, item));
}

/* ---- remove ---- */

static size_t entry_begin(const Edit *e, const YamlTree *t, size_t i) {
    if (t->kind == YAML_MAP) return t->keys[i]->begin;
    return t->style == YAML_FLOW ? t->items[i]->begin : dash_of(e, t, i);
}

static bool remove_in_flow(Edit *e, const YamlTree *t, size_t i) {
    if (i > 0) splice(e, t->items[i - 1]->end, t->items[i]->end, (Str){0});
    else splice(e, entry_begin(e, t, 0), entry_begin(e, t, 1), (Str){0});
    return true;
}

static bool remove_lines(Edit *e, const YamlTree *t, size_t i) {
    size_t begin = entry_begin(e, t, i), start = line_start(e, begin);
    /* "- name: x": the next one takes its place on the line. A lone CR ends a line, too: then there may be none. */
    if (!only_blanks(e, start, begin)) {
        if (i + 1 < t->len) splice(e, begin, entry_begin(e, t, i + 1), (Str){0});
        else splice(e, t->items[i - 1]->end, t->items[i]->end, (Str){0});
        return true;
    }
    size_t end = t->items[i]->end;
    bool whole_lines = end > 0 && byte_at(e, end - 1) == '\n';
    splice(e, start, whole_lines ? end : next_line(e, behind_lines(e, end, begin - start)), (Str){0});
    return true;
}

bool yaml_edit_remove(Buf *text, YamlPath path, Err *err) {
    AUTO(Edit) e;
    if (!edit_open(&e, text, err)) return false;
    size_t depth;
    Spot s = descend(&e, path, &depth);
    if (!path.len || depth < path.len) {
        err_set(err, ERR_NOT_FOUND, "there is no such key to remove");
        return take_back(&e);
    }
    YamlTree *t = s.parent, *after = NULL;
    bool patched;
    if (t->len == 1) {
        size_t above;
        Spot whole = descend(&e, (YamlPath){path.at, path.len - 1}, &above);
        patched = replace(&e, &whole, node_new(&e.arena, t->kind == YAML_MAP ? NODE_MAP : NODE_LIST));
    } else {
        patched = t->style == YAML_FLOW ? remove_in_flow(&e, t, s.index) : remove_lines(&e, t, s.index);
    }
    patched = patched && parse_result(&e, &after);
    return finish(&e, patched, patched && yaml_check_remove(e.root, after, path));
}

/* $VAR and ${VAR} in values of the project file. */
#include "project/expand.h"

#include "project/python.h"

typedef struct Reference {
    Str name;
    size_t len; /* with `$`, braces and backslash */
    bool braces, escaped;
} Reference;

static bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Python's \w: letters and digits of any script. */
static bool is_word(char c) {
    return is_upper(c) || is_digit(c) || c == '_' || (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* Whether a reference begins at text.at[0]. */
static bool match(Str text, Reference *ret) {
    Reference r = {.escaped = text.at[0] == '\\'};
    size_t at = r.escaped ? 1 : 0;
    if (at >= text.len || text.at[at] != '$' || ++at >= text.len) return false;
    r.braces = text.at[at] == '{';
    if (r.braces) at++;
    size_t begin = at;
    if (!r.braces && (at >= text.len || !is_upper(text.at[at]))) return false;
    while (at < text.len) {
        char c = text.at[at];
        if (!(r.braces ? is_word(c) : is_upper(c) || is_digit(c) || c == '_')) break;
        at++;
    }
    r.name = str_slice(text, begin, at);
    if (r.name.len == 0) return false;
    if (r.braces && (at >= text.len || text.at[at++] != '}')) return false;
    r.len = at;
    *ret = r;
    return true;
}

bool expand_text(Arena *a, Str text, const Map *env, bool strict, Str *ret, Err *err) {
    if (str_find(text, '$') == STR_NONE) {
        *ret = text;
        return true;
    }
    AUTO(Buf) out = {0};
    for (size_t i = 0; i < text.len;) {
        Reference r;
        Str value = {0};
        if (!match(str_slice(text, i, text.len), &r)) {
            buf_put(&out, text.at[i++]);
            continue;
        }
        if (r.escaped) buf_append(&out, str_slice(text, i + 1, i + r.len));
        else if (map_get_str(env, r.name, &value)) buf_append(&out, value);
        else if (strict) {
            err_set(err, ERR_CONFIG, "the environment variable \"" STR_FMT "\" is not set", STR_ARG(r.name));
            return err_hint(err, "set it, or take ff.strict_env_var_mode off");
        }
        i += r.len;
    }
    *ret = arena_str(a, buf_str(&out));
    return true;
}

static bool expand_children(Arena *a, const Node *n, const Map *env, bool strict, const Node **ret, Err *err) {
    Node *copy = NULL;
    for (size_t i = 0; i < n->len; i++) {
        const Node *item;
        if (!expand_node(a, n->items[i], env, strict, &item, err)) return false;
        if (item == n->items[i]) continue;
        if (!copy) copy = node_copy(a, n);
        copy->items[i] = node_copy(a, item);
    }
    *ret = copy ? copy : n;
    return true;
}

bool expand_node(Arena *a, const Node *n, const Map *env, bool strict, const Node **ret, Err *err) {
    *ret = n;
    if (node_is(n, NODE_LIST) || node_is(n, NODE_MAP)) return expand_children(a, n, env, strict, ret, err);
    if (!node_is(n, NODE_STRING)) return true;
    Str text;
    if (!expand_text(a, n->text, env, strict, &text, err)) return false;
    if (text.at != n->text.at) *ret = node_string(a, text);
    return true;
}

bool expand_env(const Node *env_node, const Map *env, bool strict, Map *ret, Err *err) {
    if (!node_is(env_node, NODE_MAP)) return true;
    for (size_t i = 0; i < env_node->len; i++) {
        if (node_is_null(env_node->items[i])) continue;
        Str text = python_str(ret->arena, env_node->items[i]);
        if (env && !expand_text(ret->arena, text, env, strict, &text, err)) return false;
        map_put_str(ret, env_node->keys[i], text);
    }
    return true;
}

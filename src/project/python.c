/* Python's str(), repr() and literals. */
#include "project/python.h"

#include "base/json.h"
#include "base/yaml_scalar.h"

enum { DEPTH_LIMIT = 100 };

static void write_repr(Buf *out, const Node *n);

static void write_string(Buf *out, Str s) {
    char quote = str_find(s, '\'') != STR_NONE && str_find(s, '"') == STR_NONE ? '"' : '\'';
    buf_put(out, quote);
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        const char *escapes = "\nn\rr\tt\\\\", *known = strchr("\n\r\t\\", c);
        if (known && c) buf_printf(out, "\\%c", strchr(escapes, c)[1]);
        else if (c == quote) buf_printf(out, "\\%c", c);
        else if ((unsigned char)c < 0x20 || c == 0x7F) buf_printf(out, "\\x%02x", (unsigned char)c);
        else buf_put(out, c);
    }
    buf_put(out, quote);
}

static void write_items(Buf *out, const Node *n) {
    bool map = n->kind == NODE_MAP;
    buf_put(out, map ? '{' : '[');
    for (size_t i = 0; i < n->len; i++) {
        if (i) buf_append_c(out, ", ");
        if (map) write_string(out, n->keys[i]);
        if (map) buf_append_c(out, ": ");
        write_repr(out, n->items[i]);
    }
    buf_put(out, map ? '}' : ']');
}

static void write_repr(Buf *out, const Node *n) {
    if (node_is_null(n)) buf_append_c(out, "None");
    else if (n->kind == NODE_BOOL) buf_append_c(out, n->truth ? "True" : "False");
    else if (n->kind == NODE_NUMBER) buf_append(out, n->text);
    else if (n->kind == NODE_STRING) write_string(out, n->text);
    else write_items(out, n);
}

Str python_str(Arena *a, const Node *n) {
    if (node_is(n, NODE_STRING)) return n->text;
    AUTO(Buf) out = {0};
    write_repr(&out, n);
    return arena_str(a, buf_str(&out));
}

/* ---- literals ---- */

typedef struct Reader {
    Arena *arena;
    Str rest;
    int depth;
} Reader;

static Node *read_value(Reader *r);

static char peek(Reader *r) {
    while (r->rest.len && strchr(" \t\r\n", r->rest.at[0])) r->rest = str_slice(r->rest, 1, r->rest.len);
    return r->rest.len ? r->rest.at[0] : '\0';
}

static bool take(Reader *r, char c) {
    if (peek(r) != c) return false;
    r->rest = str_slice(r->rest, 1, r->rest.len);
    return true;
}

/* The escapes of one character; others (octal, \N{...}) are left as written. */
static size_t read_escape(Str s, Buf *out) {
    static const char plain[256] = {['\\'] = '\\', ['\''] = '\'', ['"'] = '"',  ['a'] = '\a', ['b'] = '\b',
                                    ['f'] = '\f',  ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t', ['v'] = '\v'};
    unsigned char c = s.len > 1 ? (unsigned char)s.at[1] : 0;
    if (plain[c]) {
        buf_put(out, plain[c]);
        return 2;
    }
    char decoded[8];
    AUTO(Buf) json = {0}; /* \xNN and \uNNNN as JSON writes them */
    size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : 0;
    if (digits && s.len >= 2 + digits) {
        buf_printf(&json, "\\u%s%.*s", c == 'x' ? "00" : "", (int)digits, s.at + 2);
        size_t len = json_unescape(buf_str(&json), decoded);
        if (len != STR_NONE) {
            buf_append(out, (Str){decoded, len});
            return 2 + digits;
        }
    }
    buf_put(out, '\\');
    return 1;
}

static Node *read_string(Reader *r, char quote) {
    AUTO(Buf) out = {0};
    size_t i = 1;
    while (i < r->rest.len && r->rest.at[i] != quote) {
        if (r->rest.at[i] == '\n') return NULL;
        if (r->rest.at[i] == '\\') i += read_escape(str_slice(r->rest, i, r->rest.len), &out);
        else buf_put(&out, r->rest.at[i++]);
    }
    if (i >= r->rest.len) return NULL;
    r->rest = str_slice(r->rest, i + 1, r->rest.len);
    return node_string(r->arena, buf_str(&out));
}

static Node *read_word(Reader *r) {
    size_t n = 0;
    while (n < r->rest.len && !strchr(" \t\r\n,:[]{}()'\"#", r->rest.at[n])) n++;
    Str word = str_slice(r->rest, 0, n);
    r->rest = str_slice(r->rest, n, r->rest.len);
    if (str_is(word, "None")) return node_new(r->arena, NODE_NULL);
    if (str_is(word, "True") || str_is(word, "False")) return node_bool(r->arena, word.at[0] == 'T');
    if (!word.len || !strchr("+-.0123456789", word.at[0])) return NULL;
    YamlValue number = yaml_scalar(r->arena, word, YAML_CORE_12);
    bool special = str_find_str(number.text, STR("n")) != STR_NONE;
    return number.kind == NODE_NUMBER && !special ? node_number(r->arena, number.text) : NULL;
}

/* Behind the opening sign. `(1)` is 1, `(1,)` a tuple. */
static Node *read_list(Reader *r, char close) {
    Node *list = node_new(r->arena, NODE_LIST);
    bool comma = false;
    while (!take(r, close)) {
        if (list->len && !comma) return NULL;
        Node *item = read_value(r);
        if (!item) return NULL;
        node_push(r->arena, list, item);
        comma = take(r, ',');
    }
    return close == ')' && list->len == 1 && !comma ? list->items[0] : list;
}

static Node *read_dict(Reader *r) {
    Node *map = node_new(r->arena, NODE_MAP);
    bool comma = true;
    while (!take(r, '}')) {
        if (!comma) return NULL;
        Node *key = read_value(r);
        if (!key || key->kind == NODE_LIST || key->kind == NODE_MAP || !take(r, ':')) return NULL;
        Node *item = read_value(r);
        if (!item) return NULL;
        node_put(r->arena, map, python_str(r->arena, key), item);
        comma = take(r, ',');
    }
    return map;
}

static Node *read_value(Reader *r) {
    char c = peek(r);
    if (c == '\'' || c == '"') return read_string(r, c);
    if (!c || !strchr("[({", c)) return read_word(r);
    if (++r->depth > DEPTH_LIMIT) return NULL;
    take(r, c);
    Node *n = c == '{' ? read_dict(r) : read_list(r, c == '[' ? ']' : ')');
    r->depth--;
    return n;
}

Node *python_literal(Arena *a, Str text) {
    Reader r = {.arena = a, .rest = text};
    Node *n = read_value(&r);
    return n && !peek(&r) && !r.rest.len ? n : NULL;
}

/* Node as YAML text. */
#include "base/yaml_write.h"

#include "base/yaml_scalar.h"

/* A key may have 1,024 characters without "?" before it; an escape takes six. */
enum { SHORT_KEY = 1024 / 6 };

/* Decodes one character; 0xFFFD with *width 1 where the bytes are none. */
static unsigned decode(Str s, size_t at, size_t *width) {
    unsigned char c = (unsigned char)s.at[at];
    *width = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    if (!str_is_utf8(str_slice(s, at, at + *width))) {
        *width = 1;
        return 0xFFFD;
    }
    if (*width == 1) return c;
    unsigned value = c & (0xFFu >> (*width + 1));
    for (size_t i = 1; i < *width; i++) value = value << 6 | ((unsigned char)s.at[at + i] & 0x3Fu);
    return value;
}

/* Characters that YAML allows only as an escape, or that would end a line. */
static bool needs_escape(unsigned c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 || c == 0xFEFF || c == 0xFFFD ||
           c == 0xFFFE || c == 0xFFFF;
}

/* No byte that must be escaped, apart from line ends when `lines`. */
static bool is_printable(Str s, bool lines) {
    for (size_t i = 0, width; i < s.len; i += width) {
        unsigned c = decode(s, i, &width);
        if (needs_escape(c) && !(lines && c == '\n')) return false;
    }
    return true;
}

static bool is_plain(Str s) {
    if (!s.len || yaml_scalar_is_ambiguous(s)) return false;
    if (strchr("-?:,[]{}#&*!|>'\"%@`= ", s.at[0]) || s.at[s.len - 1] == ' ' || s.at[s.len - 1] == ':') return false;
    if (str_starts(s, STR("...")) || !is_printable(s, false)) return false;
    if (str_find_str(s, STR(": ")) != STR_NONE || str_find_str(s, STR(" #")) != STR_NONE) return false;
    for (size_t i = 0; i < s.len; i++)
        if (strchr(",[]{}", s.at[i])) return false;
    return true;
}

static void write_single_quoted(Buf *out, Str s) {
    buf_put(out, '\'');
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] == '\'') buf_put(out, '\'');
        buf_put(out, s.at[i]);
    }
    buf_put(out, '\'');
}

static void write_double_quoted(Buf *out, Str s) {
    buf_put(out, '"');
    for (size_t i = 0, width; i < s.len; i += width) {
        unsigned c = decode(s, i, &width);
        if (c == '\n') buf_append_c(out, "\\n");
        else if (c == '\t') buf_append_c(out, "\\t");
        else if (c == '"' || c == '\\') buf_printf(out, "\\%c", (char)c);
        else if (needs_escape(c)) buf_printf(out, "\\u%04X", c);
        else buf_append(out, str_slice(s, i, i + width));
    }
    buf_put(out, '"');
}

static void write_string(Buf *out, Str s) {
    if (is_plain(s)) buf_append(out, s);
    else if (is_printable(s, false)) write_single_quoted(out, s);
    else write_double_quoted(out, s);
}

static void write_key(Buf *out, Str key) {
    if (key.len > SHORT_KEY) buf_append_c(out, "? ");
    write_string(out, key);
}

static void write_scalar(Buf *out, const Node *n) {
    if (node_is_null(n)) buf_append_c(out, "null");
    else if (n->kind == NODE_BOOL) buf_append_c(out, n->truth ? "true" : "false");
    else if (n->kind == NODE_STRING) write_string(out, n->text);
    else if (str_is(n->text, "NaN")) buf_append_c(out, ".nan");
    else if (str_is(n->text, "Infinity")) buf_append_c(out, ".inf");
    else if (str_is(n->text, "-Infinity")) buf_append_c(out, "-.inf");
    else buf_append(out, n->text);
}

void yaml_write_flow(Buf *out, const Node *n) {
    if (!node_is(n, NODE_LIST) && !node_is(n, NODE_MAP)) {
        write_scalar(out, n);
        return;
    }
    bool map = n->kind == NODE_MAP;
    buf_put(out, map ? '{' : '[');
    for (size_t i = 0; i < n->len; i++) {
        if (i) buf_append_c(out, ", ");
        if (map) write_key(out, n->keys[i]);
        if (map) buf_append_c(out, n->keys[i].len > SHORT_KEY ? " : " : ": ");
        yaml_write_flow(out, n->items[i]);
    }
    buf_put(out, map ? '}' : ']');
}

bool yaml_is_block(const Node *n) {
    return (node_is(n, NODE_LIST) || node_is(n, NODE_MAP)) && n->len;
}

/* Text of several lines that a | block keeps exactly, without an indentation sign or |+. */
static bool is_block_text(const Node *n) {
    if (!node_is(n, NODE_STRING)) return false;
    Str s = n->text;
    if (str_find(s, '\n') == STR_NONE || strchr(" \t\n", s.at[0]) || str_ends(s, STR("\n\n"))) return false;
    return is_printable(s, true) && str_trim(s).len > 0;
}

static void start_line(Buf *out, size_t column) {
    buf_printf(out, "\n%*s", (int)column, "");
}

static void write_block_text(Buf *out, Str s, size_t column) {
    bool newline = str_ends(s, STR("\n"));
    buf_append_c(out, newline ? "|" : "|-");
    Str rest = newline ? str_slice(s, 0, s.len - 1) : s, line;
    while (str_cut(&rest, '\n', &line)) {
        if (line.len) start_line(out, MAX(column, (size_t)1));
        else buf_put(out, '\n');
        buf_append(out, line);
    }
}

void yaml_write_value(Buf *out, const Node *n, size_t column, YamlLayout layout) {
    if (yaml_is_block(n)) {
        bool under = n->kind == NODE_LIST && !layout.indent_lists;
        size_t inner = under ? column : column + layout.step;
        start_line(out, inner);
        yaml_write(out, n, inner, layout);
        return;
    }
    buf_put(out, ' ');
    if (is_block_text(n)) write_block_text(out, n->text, column + layout.step);
    else yaml_write_flow(out, n);
}

void yaml_write(Buf *out, const Node *n, size_t column, YamlLayout layout) {
    if (!yaml_is_block(n)) {
        if (is_block_text(n)) write_block_text(out, n->text, column);
        else yaml_write_flow(out, n);
        return;
    }
    for (size_t i = 0; i < n->len; i++) {
        if (i) start_line(out, column);
        if (n->kind == NODE_MAP) {
            write_key(out, n->keys[i]);
            if (n->keys[i].len > SHORT_KEY) start_line(out, column);
            buf_put(out, ':');
            yaml_write_value(out, n->items[i], column, layout);
        } else {
            buf_append_c(out, "- ");
            yaml_write(out, n->items[i], column + 2, layout);
        }
    }
}

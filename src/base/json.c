/* JSON: scanning values in place, parsing to and writing from Node. */
#include "base/json.h"

#include "base/bytes8.h"

const char *json_scan_string(const char *p, const char *end, JsonString *ret) {
    const char *from = ++p;
    bool escaped = false;
    uint64_t high = 0;
    for (;;) {
        while (end - p >= 8) {
            uint64_t w = bytes8_at(p);
            uint64_t stop = bytes8_equal(w, '"') | bytes8_equal(w, '\\') | bytes8_control(w);
            if (stop) {
                high |= w & BYTES8_HIGHS & ((stop & -stop) - 1);
                p += bytes8_first(stop);
                break;
            }
            high |= w & BYTES8_HIGHS;
            p += 8;
        }
        if (p >= end) return NULL;
        unsigned char c = (unsigned char)*p;
        if (c == '"') break;
        if (c < 0x20) return NULL;
        if (c == '\\') {
            escaped = true;
            if (end - p < 2) return NULL;
            if ((unsigned char)p[1] < 0x20) return NULL;
            high |= (unsigned char)p[1] & 0x80u;
            p += 2;
            continue;
        }
        high |= c & 0x80u;
        p++;
    }
    *ret = (JsonString){{from, (size_t)(p - from)}, escaped, high == 0};
    return p + 1;
}

static const char *skip_digits(const char *p, const char *end) {
    while (p < end && (unsigned)(unsigned char)*p - '0' <= 9) p++;
    return p;
}

static const char *skip_word(const char *p, const char *end, Str word) {
    return (size_t)(end - p) >= word.len && memcmp(p, word.at, word.len) == 0 ? p + word.len : NULL;
}

const char *json_scan_number(const char *p, const char *end, bool *ret_integer) {
    *ret_integer = false;
    const char *digits = p < end && *p == '-' ? p + 1 : p;
    if (digits < end && *digits == 'I') return skip_word(digits, end, STR("Infinity"));
    if (digits < end && *digits == 'N' && digits == p) return skip_word(p, end, STR("NaN"));
    p = skip_digits(digits, end);
    if (p == digits || (*digits == '0' && p - digits > 1)) return NULL;
    *ret_integer = true;
    if (p < end && *p == '.') {
        *ret_integer = false;
        const char *fraction = p + 1;
        p = skip_digits(fraction, end);
        if (p == fraction) return NULL;
    }
    if (p < end && (*p == 'e' || *p == 'E')) {
        *ret_integer = false;
        p++;
        if (p < end && (*p == '+' || *p == '-')) p++;
        const char *exponent = p;
        p = skip_digits(exponent, end);
        if (p == exponent) return NULL;
    }
    return p;
}

static bool is_hex(char c) {
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'f');
}

static bool escapes_are_valid(Str raw) {
    for (size_t i = 0; i < raw.len; i++) {
        if (raw.at[i] != '\\') continue;
        char c = raw.at[++i];
        if (c == 'u') {
            for (size_t k = 1; k <= 4; k++)
                if (i + k >= raw.len || !is_hex(raw.at[i + k])) return false;
            i += 4;
        } else if (!memchr("\"\\/bfnrt", c, 8)) {
            return false;
        }
    }
    return true;
}

static const char *skip_value(const char *p, const char *end, int depth);

static const char *skip_string(const char *p, const char *end) {
    JsonString s;
    p = json_scan_string(p, end, &s);
    return p && s.escaped && !escapes_are_valid(s.raw) ? NULL : p;
}

static const char *skip_container(const char *p, const char *end, int depth) {
    bool map = *p == '{';
    char close = map ? '}' : ']';
    if (depth >= JSON_DEPTH_LIMIT) return NULL;
    p = json_space(p + 1, end);
    if (p < end && *p == close) return p + 1;
    for (;;) {
        if (map) {
            if (p >= end || *p != '"') return NULL;
            p = skip_string(p, end);
            if (!p) return NULL;
            p = json_space(p, end);
            if (p >= end || *p != ':') return NULL;
            p = json_space(p + 1, end);
        }
        p = skip_value(p, end, depth + 1);
        if (!p) return NULL;
        p = json_space(p, end);
        if (p >= end) return NULL;
        if (*p == close) return p + 1;
        if (*p != ',') return NULL;
        p = json_space(p + 1, end);
    }
}

static const char *skip_value(const char *p, const char *end, int depth) {
    bool integer;
    if (p >= end) return NULL;
    switch (*p) {
    case '"': return skip_string(p, end);
    case '{':
    case '[': return skip_container(p, end, depth);
    case 't': return skip_word(p, end, STR("true"));
    case 'f': return skip_word(p, end, STR("false"));
    case 'n': return skip_word(p, end, STR("null"));
    default: return json_scan_number(p, end, &integer);
    }
}

const char *json_skip(const char *p, const char *end) {
    return skip_value(p, end, 0);
}

static unsigned hex4(const char *p) {
    unsigned value = 0;
    for (int i = 0; i < 4; i++) {
        char c = p[i];
        value = value * 16 + (unsigned)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
    }
    return value;
}

/* The code point of \uXXXX at p (behind the 'u'); *ret_used: 4, or 10 when a low surrogate belongs to it. */
static unsigned read_code_point(const char *p, const char *end, size_t *ret_used) {
    unsigned c = hex4(p);
    *ret_used = 4;
    if (c < 0xD800 || c > 0xDFFF) return c;
    if (c < 0xDC00 && end - p >= 10 && p[4] == '\\' && p[5] == 'u') {
        unsigned low = hex4(p + 6);
        if (low >= 0xDC00 && low <= 0xDFFF) {
            *ret_used = 10;
            return 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        }
    }
    return 0xFFFD;
}

size_t json_unescape(Str raw, char *out) {
    static const char plain[256] = {
        ['"'] = '"', ['\\'] = '\\', ['/'] = '/', ['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t'};
    if (!escapes_are_valid(raw)) return STR_NONE;
    char *to = out;
    const char *p = raw.at, *end = raw.at + raw.len;
    while (p < end) {
        const char *slash = memchr(p, '\\', (size_t)(end - p));
        size_t n = (size_t)((slash ? slash : end) - p);
        memmove(to, p, n);
        to += n;
        if (!slash) break;
        p = slash + 2;
        if (slash[1] != 'u') {
            *to++ = plain[(unsigned char)slash[1]];
            continue;
        }
        size_t used;
        to = utf8_encode(to, read_code_point(p, end, &used));
        p += used;
    }
    return (size_t)(to - out);
}

/* ---- parser ---- */

typedef struct Parser {
    Arena *arena;
    Str text;
    const char *end;
    const char *line_at; /* lines are counted up to here */
    uint32_t line;
    Err *err;
} Parser;

static uint32_t line_of(Parser *ps, const char *p) {
    for (; ps->line_at < p; ps->line_at++)
        if (*ps->line_at == '\n') ps->line++;
    return ps->line;
}

static Node *fail(Parser *ps, const char *p, const char *what) {
    const char *from = p;
    while (from > ps->text.at && from[-1] != '\n') from--;
    size_t shown = MIN((size_t)(ps->end - p), (size_t)24);
    const char *line_end = memchr(p, '\n', shown);
    if (line_end && line_end > p) shown = (size_t)(line_end - p);
    char line[32] = ""; /* a text of one line may be any line of the caller's */
    if (str_find(ps->text, '\n') != STR_NONE) snprintf(line, sizeof line, "line %u, ", line_of(ps, p));
    err_set(ps->err, ERR_INPUT, "JSON: %s at %scolumn %zu%s%.*s%s", what, line, (size_t)(p - from) + 1,
            shown ? " near \"" : " (end of text)", (int)shown, p, shown ? "\"" : "");
    return NULL;
}

static Node *parse_value(Parser *ps, const char **p, int depth);

static const char *parse_text(Parser *ps, const char *p, Str *ret) {
    JsonString s;
    const char *behind = json_scan_string(p, ps->end, &s);
    if (!behind) return fail(ps, p, "string without end or with a control character"), NULL;
    char *copy = arena_c(ps->arena, s.raw);
    size_t len = s.escaped ? json_unescape(s.raw, copy) : s.raw.len;
    if (len == STR_NONE) return fail(ps, p, "wrong escape in string"), NULL;
    copy[len] = '\0';
    *ret = (Str){copy, len};
    return behind;
}

static Node *parse_container(Parser *ps, const char **p, int depth) {
    Node *n = node_new(ps->arena, **p == '{' ? NODE_MAP : NODE_LIST);
    char close = n->kind == NODE_MAP ? '}' : ']';
    n->line = line_of(ps, *p);
    n->begin = (size_t)(*p - ps->text.at);
    if (depth >= JSON_DEPTH_LIMIT) return fail(ps, *p, "nested too deep");
    *p = json_space(*p + 1, ps->end);
    while (*p < ps->end && **p != close) {
        Str key = {0};
        if (n->kind == NODE_MAP) {
            if (**p != '"') return fail(ps, *p, "expected a key in quotes");
            *p = parse_text(ps, *p, &key);
            if (!*p) return NULL;
            *p = json_space(*p, ps->end);
            if (*p >= ps->end || **p != ':') return fail(ps, *p, "expected ':'");
            *p = json_space(*p + 1, ps->end);
        }
        Node *item = parse_value(ps, p, depth + 1);
        if (!item) return NULL;
        if (n->kind == NODE_MAP) node_put(ps->arena, n, key, item);
        else node_push(ps->arena, n, item);
        *p = json_space(*p, ps->end);
        if (*p < ps->end && **p == ',') {
            *p = json_space(*p + 1, ps->end);
            if (*p < ps->end && **p == close) return fail(ps, *p, "expected a value behind ','");
        } else if (*p < ps->end && **p != close) {
            return fail(ps, *p, "expected ',' or the end of the list or map");
        }
    }
    if (*p >= ps->end) return fail(ps, *p, "list or map without end");
    ++*p;
    n->end = (size_t)(*p - ps->text.at);
    return n;
}

static Node *parse_value(Parser *ps, const char **p, int depth) {
    if (*p >= ps->end) return fail(ps, *p, "expected a value");
    if (**p == '{' || **p == '[') return parse_container(ps, p, depth);
    Node *n = node_new(ps->arena, NODE_NULL);
    const char *from = *p;
    n->line = line_of(ps, from);
    n->begin = (size_t)(from - ps->text.at);
    const char *behind;
    if (*from == '"') {
        n->kind = NODE_STRING;
        behind = parse_text(ps, from, &n->text);
        if (!behind) return NULL;
    } else {
        behind = skip_value(from, ps->end, depth);
        if (!behind) return fail(ps, from, "expected a value");
        n->kind = *from == 'n' ? NODE_NULL : *from == 't' || *from == 'f' ? NODE_BOOL : NODE_NUMBER;
        n->truth = *from == 't';
        if (n->kind == NODE_NUMBER) n->text = arena_str(ps->arena, (Str){from, (size_t)(behind - from)});
    }
    *p = behind;
    n->end = (size_t)(behind - ps->text.at);
    return n;
}

Node *json_parse(Arena *a, Str text, Err *err) {
    Parser ps = {a, text, text.at + text.len, text.at, 1, err};
    const char *p = json_space(text.at, ps.end);
    Node *n = parse_value(&ps, &p, 0);
    if (!n) return NULL;
    p = json_space(p, ps.end);
    if (p < ps.end) return fail(&ps, p, "text behind the value");
    return n;
}

/* ---- writer ---- */

void json_write_string(Buf *out, Str text) {
    static const char *const short_escapes[0x80] = {['"'] = "\\\"", ['\\'] = "\\\\", ['\b'] = "\\b", ['\f'] = "\\f",
                                                    ['\n'] = "\\n", ['\r'] = "\\r",  ['\t'] = "\\t"};
    bool utf8 = str_is_utf8(text);
    buf_put(out, '"');
    size_t from = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        size_t sequence = c < 0x80 || utf8 ? 1 : str_utf8_length(str_slice(text, i, text.len));
        bool bad = sequence == 0;
        if (!bad && (c >= 0x80 || (c >= 0x20 && !short_escapes[c]))) {
            i += sequence - 1;
            continue;
        }
        buf_append(out, str_slice(text, from, i));
        if (bad) buf_append_c(out, "\xEF\xBF\xBD");
        else if (short_escapes[c]) buf_append_c(out, short_escapes[c]);
        else buf_printf(out, "\\u%04x", c);
        from = i + 1;
    }
    buf_append(out, str_slice(text, from, text.len));
    buf_put(out, '"');
}

static void write_break(Buf *out, JsonStyle style, int indent) {
    if (style == JSON_PRETTY) buf_printf(out, "\n%*s", indent * 2, "");
}

static void write_value(Buf *out, const Node *n, JsonStyle style, int indent) {
    if (node_is_null(n)) {
        buf_append_c(out, "null");
        return;
    }
    switch (n->kind) {
    case NODE_NULL: return;
    case NODE_BOOL: buf_append_c(out, n->truth ? "true" : "false"); return;
    case NODE_NUMBER: buf_append(out, n->text); return;
    case NODE_STRING: json_write_string(out, n->text); return;
    case NODE_LIST:
    case NODE_MAP: break;
    }
    bool map = n->kind == NODE_MAP;
    buf_put(out, map ? '{' : '[');
    for (size_t i = 0; i < n->len; i++) {
        if (i) buf_append_c(out, style == JSON_PYTHON ? ", " : ",");
        write_break(out, style, indent + 1);
        if (map) {
            json_write_string(out, n->keys[i]);
            buf_append_c(out, style == JSON_COMPACT ? ":" : ": ");
        }
        write_value(out, n->items[i], style, indent + 1);
    }
    if (n->len) write_break(out, style, indent);
    buf_put(out, map ? '}' : ']');
}

void json_write(Buf *out, const Node *n, JsonStyle style) {
    write_value(out, n, style, 0);
}

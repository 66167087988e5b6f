#include "sql/class_name.h"

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

static bool invalid(Err *err) {
    return err_set(err, ERR_INPUT, "[42602] invalid name syntax");
}

/* Behind the quote that opens; *at behind the one that closes. */
static bool read_quoted(Str text, size_t *at, Buf *out) {
    for (; *at < text.len; ++*at) {
        if (text.at[*at] == '"' && (*at + 1 == text.len || text.at[*at + 1] != '"')) {
            ++*at;
            return true;
        }
        *at += text.at[*at] == '"';
        buf_put(out, text.at[*at]);
    }
    return false;
}

static void read_bare(Str text, size_t *at, Buf *out) {
    for (; *at < text.len && text.at[*at] != '.' && !is_blank(text.at[*at]); ++*at) {
        char c = text.at[*at];
        buf_put(out, c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c);
    }
}

bool sql_class_name(Arena *a, Str text, ClassName *ret, Err *err) {
    *ret = (ClassName){0};
    text = str_trim(text);
    for (size_t at = 0;;) {
        AUTO(Buf) part = {0};
        bool quoted = at < text.len && text.at[at] == '"';
        at += quoted;
        if (quoted && !read_quoted(text, &at, &part)) return invalid(err);
        if (!quoted) read_bare(text, &at, &part);
        if (!buf_str(&part).len || ret->count == CLASS_NAME_PARTS) return invalid(err);
        ret->parts[ret->count++] = arena_str(a, buf_str(&part));
        while (at < text.len && is_blank(text.at[at])) at++;
        if (at == text.len) return true;
        if (text.at[at++] != '.') return invalid(err);
        while (at < text.len && is_blank(text.at[at])) at++;
    }
}

bool sql_is_plain_name(Str name) {
    bool plain = name.len && !(name.at[0] >= '0' && name.at[0] <= '9');
    for (size_t i = 0; i < name.len && plain; i++) {
        char c = name.at[i];
        plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    }
    return plain;
}

void sql_put_name(Str name, Buf *out) {
    if (sql_is_plain_name(name)) {
        buf_append(out, name);
        return;
    }
    buf_put(out, '"');
    for (size_t i = 0; i < name.len; i++) {
        if (name.at[i] == '"') buf_put(out, '"');
        buf_put(out, name.at[i]);
    }
    buf_put(out, '"');
}

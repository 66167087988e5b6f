/* The members of a JSON object, one after the other. */
#include "singer/members.h"

static bool fail(Members *m, const char *at) {
    m->failed_at = at;
    m->over = true;
    return false;
}

Members members_of(Str text) {
    const char *at = text.at ? text.at : "";
    Members m = {.at = at, .end = at + text.len, .first = true};
    m.at = json_space(m.at, m.end);
    if (m.at >= m.end || *m.at != '{') fail(&m, m.at);
    else m.at++;
    return m;
}

static bool finish(Members *m) {
    m->over = true;
    m->at = json_space(m->at + 1, m->end);
    return m->at == m->end ? false : fail(m, m->at);
}

bool members_next(Members *m, JsonString *ret_key, Str *ret_value) {
    if (m->over) return false;
    const char *p = json_space(m->at, m->end);
    if (p < m->end && *p == '}') {
        m->at = p;
        return finish(m);
    }
    if (!m->first) {
        if (p >= m->end || *p != ',') return fail(m, p);
        p = json_space(p + 1, m->end);
    }
    const char *key = p;
    if (p >= m->end || *p != '"' || !(p = json_scan_string(p, m->end, ret_key))) return fail(m, key);
    p = json_space(p, m->end);
    if (p >= m->end || *p != ':') return fail(m, p);
    const char *value = json_space(p + 1, m->end);
    p = json_skip(value, m->end);
    if (!p) return fail(m, value);
    *ret_value = (Str){value, (size_t)(p - value)};
    m->at = p;
    m->first = false;
    return true;
}

bool members_key_is(JsonString key, const char *name) {
    if (!key.escaped) return str_is(key.raw, name);
    char decoded[256]; /* no name we ask for is near that long, even with every letter escaped */
    if (key.raw.len > sizeof decoded) return false;
    size_t len = json_unescape(key.raw, decoded);
    return len != STR_NONE && str_is((Str){decoded, len}, name);
}

bool members_text(Str value, JsonString *ret) {
    if (value.len == 0 || value.at[0] != '"') return false;
    const char *end = value.at + value.len;
    return json_scan_string(value.at, end, ret) == end;
}

Str members_decoded(Arena *a, Str value) {
    JsonString text;
    if (!members_text(value, &text)) return (Str){0};
    char *copy = arena_c(a, text.raw);
    size_t len = text.escaped ? json_unescape(text.raw, copy) : text.raw.len;
    if (len == STR_NONE) return (Str){0};
    copy[len] = '\0';
    return (Str){copy, len};
}

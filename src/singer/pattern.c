/* Python's regular expressions, translated to POSIX extended ones of glibc in the C locale, where a character is a byte.
 * What can match a non-ASCII character is therefore written out as the bytes of UTF-8. */
#include "singer/pattern.h"

#include <regex.h>

#include "base/buf.h"

#define WIDE_CHARACTER "[\xC2-\xF4][\x80-\xBF]+"

struct Pattern {
    regex_t regex;
    bool ascii_only; /* says nothing about texts with other characters */
};

typedef struct Translation {
    Str rest;     /* of the Python pattern */
    Buf *out;     /* the POSIX pattern */
    size_t depth; /* open groups */
    bool atom;    /* a quantifier may follow */
    bool ascii_only;
    uint64_t size, repeats; /* atoms so far; product of the {n} so far, an upper bound of their nesting */
} Translation;

static bool is_wide(char c) {
    return (unsigned char)c >= 0x80;
}

/* Takes n bytes from the front. */
static Str take(Translation *t, size_t n) {
    Str taken = str_slice(t->rest, 0, n);
    t->rest = str_slice(t->rest, n, t->rest.len);
    return taken;
}

static bool take_text(Translation *t, const char *text) {
    if (!str_starts(t->rest, str_of(text))) return false;
    take(t, strlen(text));
    return true;
}

/* The character in front, with all its bytes. */
static Str take_character(Translation *t) {
    size_t len = 1;
    while (is_wide(t->rest.at[0]) && len < t->rest.len && ((unsigned char)t->rest.at[len] & 0xC0) == 0x80) len++;
    return take(t, len);
}

/* ---- escapes ---- */

static bool is_class(char c) {
    return c && strchr("dDsSwW", c);
}

static bool read_hex(Str text, unsigned *ret) {
    *ret = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        bool letter = (c | 32) >= 'a' && (c | 32) <= 'f';
        if (!letter && (c < '0' || c > '9')) return false;
        *ret = *ret * 16 + (unsigned)(letter ? (c | 32) - 'a' + 10 : c - '0');
    }
    return true;
}

/* What stands behind a backslash, when it is one ASCII character. */
static bool take_escaped(Translation *t, char *ret) {
    static const char names[] = "ntrfva", values[] = "\n\t\r\f\v\a";
    if (t->rest.len == 0) return false;
    char c = *take(t, 1).at;
    if (c == 'x' || c == 'u') {
        size_t digits = c == 'x' ? 2 : 4;
        unsigned code;
        if (t->rest.len < digits || !read_hex(take(t, digits), &code) || code == 0 || code >= 0x80) return false;
        *ret = (char)code;
        return true;
    }
    if (c == '\0' || is_wide(c)) return false;
    const char *name = strchr(names, c);
    bool word = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
    if (word && !name) return false;
    *ret = name ? values[name - names] : c;
    return true;
}

/* ---- sets ---- */

typedef struct Set {
    bool has[128];
    Buf wide; /* non-ASCII members: é|ü */
    bool negated;
} Set;

static void set_release(Set *s) {
    buf_release(&s->wide);
}
DEFINE_AUTO(Set, set_release)

static bool class_has(char class, unsigned char c) {
    switch (class | 32) {
    case 'd': return c >= '0' && c <= '9';
    case 's': return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1C && c <= 0x1F);
    default: return c == '_' || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
    }
}

static void set_add_class(Set *s, char class) {
    for (unsigned char c = 0; c < 128; c++)
        if (class_has(class, c) != (class < 'a')) s->has[c] = true;
}

/* The ASCII members as a bracket expression: "]" must stand first, "^" not first, "-" last, and "[" not before ":". */
static void put_bracket(Buf *out, const bool has[128]) {
    AUTO(Buf) members = {0};
    if (has[']']) buf_put(&members, ']');
    for (unsigned char c = 1; c < 128; c++)
        if (has[c] && !strchr("]^-[", c)) buf_put(&members, (char)c);
    if (has['[']) buf_put(&members, '[');
    if (has['^'] && members.len == 0) { /* only "^" and perhaps "-" */
        buf_append_c(out, has['-'] ? "[-^]" : "\\^");
        return;
    }
    if (has['^']) buf_put(&members, '^');
    if (has['-']) buf_put(&members, '-');
    buf_put(out, '[');
    buf_append(out, buf_str(&members));
    buf_put(out, ']');
}

static bool put_set(Translation *t, Set *s) {
    if (s->negated && s->wide.len) return false;
    bool some = false;
    for (size_t c = 1; c < 128; c++) {
        s->has[c] = s->has[c] != s->negated;
        some = some || s->has[c];
    }
    Str wide = s->negated ? STR(WIDE_CHARACTER) : buf_str(&s->wide);
    if (!some && wide.len == 0) return false;
    buf_put(t->out, '(');
    if (some) put_bracket(t->out, s->has);
    if (some && wide.len) buf_put(t->out, '|');
    buf_append(t->out, wide);
    buf_put(t->out, ')');
    t->size += wide.len ? 4 : 1;
    t->atom = true;
    return true;
}

/* One member of a set: an ASCII character into *ret_ascii, or a class (*ret_ascii = 0), or a wide character (also 0). */
static bool take_member(Translation *t, Set *s, char *ret_ascii) {
    *ret_ascii = 0;
    if (is_wide(t->rest.at[0])) {
        if (s->wide.len) buf_put(&s->wide, '|');
        buf_append(&s->wide, take_character(t));
        return true;
    }
    char c = *take(t, 1).at;
    if (c == '\0') return false;
    if (c != '\\') {
        *ret_ascii = c;
        return true;
    }
    if (t->rest.len && is_class(t->rest.at[0])) {
        set_add_class(s, *take(t, 1).at);
        t->ascii_only = true;
        return true;
    }
    if (take_text(t, "b")) *ret_ascii = '\b';
    return *ret_ascii || take_escaped(t, ret_ascii);
}

/* Behind "[". */
static bool translate_set(Translation *t) {
    AUTO(Set) s = {.negated = take_text(t, "^")};
    bool first = true;
    while (t->rest.len && (first || t->rest.at[0] != ']')) {
        char from, to;
        first = false;
        if (!take_member(t, &s, &from)) return false;
        bool range = t->rest.len > 1 && t->rest.at[0] == '-' && t->rest.at[1] != ']';
        if (!range) {
            if (from) s.has[(unsigned char)from] = true;
            continue;
        }
        take(t, 1);
        if (!from || !take_member(t, &s, &to) || !to || to < from) return false;
        for (char c = from; c <= to && c > 0; c++) s.has[(unsigned char)c] = true;
    }
    return take_text(t, "]") && put_set(t, &s);
}

static bool translate_class(Translation *t, char class) {
    AUTO(Set) s = {0};
    set_add_class(&s, class);
    t->ascii_only = true;
    return put_set(t, &s);
}

/* ---- the rest ---- */

static void put_literal(Translation *t, Str character) {
    bool wide = character.len > 1; /* in parentheses, so that a quantifier means all its bytes */
    if (wide) buf_put(t->out, '(');
    else if (strchr("\\^$.[]|()*+?{}", character.at[0])) buf_put(t->out, '\\');
    buf_append(t->out, character);
    if (wide) buf_put(t->out, ')');
    t->size += character.len;
    t->atom = true;
}

static void put_anchor(Translation *t, const char *text) {
    buf_append_c(t->out, text);
    t->atom = false;
}

static bool translate_escape(Translation *t) {
    if (t->rest.len == 0) return false;
    char c = t->rest.at[0];
    if (is_class(c)) return translate_class(t, *take(t, 1).at);
    if (c == 'b' || c == 'B') {
        take(t, 1);
        t->ascii_only = true;
        put_anchor(t, c == 'b' ? "\\b" : "\\B");
        return true;
    }
    if (take_text(t, "A")) return put_anchor(t, "^"), true;
    if (take_text(t, "Z")) return put_anchor(t, "$"), true;
    if (!take_escaped(t, &c)) return false;
    put_literal(t, (Str){&c, 1});
    return true;
}

/* "{2}", "{2,}", "{,5}": takes it, *ret_most = -1 without an end. False: the brace is a literal. */
static bool take_counts(Translation *t, int64_t *ret_least, int64_t *ret_most) {
    size_t close = str_find(t->rest, '}');
    if (close == STR_NONE) return false;
    Str rest = str_slice(t->rest, 0, close), least;
    if (rest.len == 0 || !str_cut(&rest, ',', &least)) return false;
    bool pair = rest.at != NULL;
    *ret_least = 0;
    *ret_most = -1;
    if ((least.len && !str_to_i64(least, ret_least)) || *ret_least < 0 || (!pair && least.len == 0)) return false;
    if (!pair) *ret_most = *ret_least;
    else if (rest.len && (!str_to_i64(rest, ret_most) || *ret_most < 0)) return false;
    take(t, close + 1);
    return true;
}

/* A quantifier behind an atom, with the "?" of a lazy one: whether there is a match does not depend on that. */
static bool put_quantifier(Translation *t, const char *text) {
    if (!t->atom) return false;
    buf_append_c(t->out, text);
    t->atom = false;
    take_text(t, "?");
    return !str_starts(t->rest, STR("+")) && !str_starts(t->rest, STR("*"));
}

static bool translate_brace(Translation *t) {
    int64_t least, most;
    if (!take_counts(t, &least, &most)) {
        put_literal(t, STR("{"));
        return true;
    }
    int64_t bound = MAX(least, most);
    if (bound > PATTERN_SIZE_LIMIT || (most >= 0 && most < least)) return false;
    t->repeats *= (uint64_t)MAX(bound, 1);
    if (t->repeats > PATTERN_SIZE_LIMIT || bound > 255) return false; /* 255: what POSIX promises */
    char text[64];
    if (most < 0) snprintf(text, sizeof text, "{%d,}", (int)least);
    else snprintf(text, sizeof text, "{%d,%d}", (int)least, (int)most);
    return put_quantifier(t, text);
}

static bool open_group(Translation *t) {
    if (take_text(t, "?P<")) {
        size_t end = str_find(t->rest, '>');
        if (end == STR_NONE) return false;
        take(t, end + 1);
    } else if (!take_text(t, "?:") && str_starts(t->rest, STR("?"))) {
        return false;
    }
    buf_put(t->out, '(');
    t->depth++;
    t->atom = false;
    return true;
}

static bool close_group(Translation *t) {
    if (t->depth-- == 0) return false;
    buf_put(t->out, ')');
    t->atom = true;
    return true;
}

/* Python's "$" also matches before a last line feed. Only at the end of an alternative can that be said here. */
static bool translate_end(Translation *t) {
    put_anchor(t, "\n?$");
    return t->rest.len == 0 || t->rest.at[0] == '|' || t->rest.at[0] == ')';
}

static bool translate_any(Translation *t) {
    AUTO(Set) s = {.negated = true};
    s.has['\n'] = true;
    return put_set(t, &s);
}

static bool translate_next(Translation *t) {
    Str character = take_character(t);
    switch (character.at[0]) {
    case '\0': return false;
    case '\\': return translate_escape(t);
    case '[': return translate_set(t);
    case '(': return open_group(t);
    case ')': return close_group(t);
    case '.': return translate_any(t);
    case '^': return put_anchor(t, "^"), true;
    case '$': return translate_end(t);
    case '|': return put_anchor(t, "|"), true;
    case '*': return put_quantifier(t, "*");
    case '+': return put_quantifier(t, "+");
    case '?': return put_quantifier(t, "?");
    case '{': return translate_brace(t);
    default: put_literal(t, character); return true;
    }
}

static bool translate(Translation *t) {
    while (t->rest.len) {
        if (!translate_next(t)) return false;
        if (t->size * t->repeats > PATTERN_SIZE_LIMIT || t->out->failed) return false;
    }
    return t->depth == 0;
}

static void free_regex(void *pattern) {
    regfree(&((Pattern *)pattern)->regex);
}

Pattern *pattern_new(Arena *a, Str python) {
    if (python.len > PATTERN_LENGTH_LIMIT) return NULL;
    AUTO(Buf) posix = {0};
    Translation t = {.rest = python, .out = &posix, .repeats = 1};
    bool ignore_case = take_text(&t, "(?i)");
    t.ascii_only = ignore_case;
    if (!translate(&t)) return NULL;
    Pattern *p = arena_new(a, Pattern);
    p->ascii_only = t.ascii_only;
    int flags = REG_EXTENDED | REG_NOSUB | (ignore_case ? REG_ICASE : 0);
    if (regcomp(&p->regex, buf_c(&posix), flags)) return NULL;
    arena_defer(a, free_regex, p);
    return p;
}

bool pattern_matches(const Pattern *p, Str text) {
    for (size_t i = 0; p->ascii_only && i < text.len; i++)
        if (is_wide(text.at[i])) return true;
    regmatch_t range = {.rm_so = 0, .rm_eo = (regoff_t)MIN(text.len, (size_t)INT32_MAX)};
    return regexec(&p->regex, text.at ? text.at : "", 1, &range, REG_STARTEND) != REG_NOMATCH;
}

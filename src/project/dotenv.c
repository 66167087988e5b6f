/* .env files: a scanner for statements, as python-dotenv's parser.py and variables.py have it. */
#include "project/dotenv.h"

enum { VARIABLE_LIMIT = 128 * 1024 }; /* bytes: Linux starts no program with a longer one (MAX_ARG_STRLEN) */

typedef struct Statement {
    Str source; /* with blank lines before it and its line end */
    Str name;   /* empty: comment, nothing or unreadable */
    Str value;  /* raw: without quotes */
    char quote; /* around the value, or 0 */
    bool has_value, bad;
} Statement;

typedef struct Scanner {
    Str text;
    size_t at;
} Scanner;

static char peek(const Scanner *s) {
    return s->at < s->text.len ? s->text.at[s->at] : '\0';
}

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_line_end(char c) {
    return c == '\n' || c == '\r';
}

static void skip_blanks(Scanner *s) {
    while (s->at < s->text.len && is_space(peek(s)) && !is_line_end(peek(s))) s->at++;
}

static void skip_line(Scanner *s) {
    while (s->at < s->text.len && !is_line_end(peek(s))) s->at++;
}

/* At the end of the text, or over "\n", "\r" or "\r\n". */
static bool take_line_end(Scanner *s) {
    if (s->at >= s->text.len) return true;
    if (!is_line_end(peek(s))) return false;
    if (peek(s) == '\r' && s->at + 1 < s->text.len && s->text.at[s->at + 1] == '\n') s->at++;
    s->at++;
    return true;
}

static void skip_export(Scanner *s) {
    Str word = STR("export");
    if (!str_starts(str_slice(s->text, s->at, s->text.len), word)) return;
    Scanner behind = {s->text, s->at + word.len};
    skip_blanks(&behind);
    if (behind.at > s->at + word.len) *s = behind;
}

static bool take_name(Scanner *s, Str *ret) {
    size_t begin = s->at;
    if (peek(s) == '\'') {
        size_t end = str_find(str_slice(s->text, begin + 1, s->text.len), '\'');
        if (end == STR_NONE || end == 0) return false;
        *ret = str_slice(s->text, begin + 1, begin + 1 + end);
        s->at = begin + end + 2;
        return true;
    }
    while (s->at < s->text.len && !is_space(peek(s)) && !strchr("=#", peek(s))) s->at++;
    *ret = str_slice(s->text, begin, s->at);
    return ret->len > 0;
}

/* A backslash takes the next character with it. */
static bool take_quoted(Scanner *s, Str *ret) {
    char quote = peek(s);
    size_t begin = s->at + 1, at = begin;
    while (at < s->text.len && s->text.at[at] != quote) at += s->text.at[at] == '\\' ? 2 : 1;
    if (at >= s->text.len) return false;
    *ret = str_slice(s->text, begin, at);
    s->at = at + 1;
    return true;
}

/* Up to the line's end or a comment with a blank before it. */
static Str take_plain(Scanner *s) {
    size_t begin = s->at;
    skip_line(s);
    Str line = str_slice(s->text, begin, s->at);
    for (size_t i = 1; i < line.len; i++)
        if (line.at[i] == '#' && is_space(line.at[i - 1])) line.len = i;
    while (line.len && is_space(line.at[line.len - 1])) line.len--;
    return line;
}

static bool take_value(Scanner *s, Statement *ret) {
    size_t equals = s->at++;
    skip_blanks(s);
    ret->has_value = true;
    if (s->at > equals + 1 && peek(s) == '#') return true; /* KEY= # comment */
    char c = peek(s);
    if (c == '\'' || c == '"') {
        ret->quote = c;
        return take_quoted(s, &ret->value);
    }
    ret->value = take_plain(s);
    return true;
}

static bool take_assignment(Scanner *s, Statement *ret) {
    skip_export(s);
    if (peek(s) != '#' && !take_name(s, &ret->name)) return false;
    skip_blanks(s);
    if (peek(s) == '=' && !take_value(s, ret)) return false;
    skip_blanks(s);
    if (peek(s) == '#') skip_line(s);
    return take_line_end(s);
}

/* False at the end of the text. */
static bool next_statement(Scanner *s, Statement *ret) {
    *ret = (Statement){0};
    if (s->at >= s->text.len) return false;
    size_t begin = s->at;
    while (s->at < s->text.len && is_space(peek(s))) s->at++;
    size_t content = s->at;
    if (content < s->text.len && !take_assignment(s, ret)) {
        *ret = (Statement){.bad = true};
        s->at = content;
        skip_line(s);
        take_line_end(s);
    }
    ret->source = str_slice(s->text, begin, s->at);
    return true;
}

static const char byte_order_mark[] = "\xEF\xBB\xBF";

static bool is_marked(Str text) {
    return str_starts(text, str_of(byte_order_mark));
}

static Str without_mark(Str text) {
    return is_marked(text) ? str_slice(text, sizeof byte_order_mark - 1, text.len) : text;
}

/* ---- values ---- */

static void decode(const Statement *s, Buf *out) {
    const char *escapes = s->quote == '"' ? "\\'\"abfnrtv" : "\\'",
               *meaning = s->quote == '"' ? "\\'\"\a\b\f\n\r\t\v" : "\\'";
    for (size_t i = 0; i < s->value.len; i++) {
        char c = s->value.at[i];
        const char *hit = NULL;
        if (s->quote && c == '\\' && i + 1 < s->value.len) hit = strchr(escapes, s->value.at[i + 1]);
        if (hit && *hit) {
            buf_put(out, meaning[hit - escapes]);
            i++;
        } else {
            buf_put(out, c);
        }
    }
}

/* ${NAME} or ${NAME:-default} at text.at[0]; returns its length, 0 when there is none. */
static size_t take_variable(Str text, Str *ret_name, Str *ret_default) {
    *ret_default = (Str){0};
    if (!str_starts(text, STR("${"))) return 0;
    size_t at = 2;
    while (at < text.len && !strchr("}:", text.at[at])) at++;
    *ret_name = str_slice(text, 2, at);
    if (str_starts(str_slice(text, at, text.len), STR(":-"))) {
        size_t begin = at + 2, len = str_find(str_slice(text, begin, text.len), '}');
        if (len == STR_NONE) return 0;
        *ret_default = str_slice(text, begin, begin + len);
        at = begin + len;
    }
    return at < text.len && text.at[at] == '}' ? at + 1 : 0;
}

/* False: too long. `A=${A}${A}` doubles with each line. */
static bool interpolate(Str text, const Map *env, const Map *above, Buf *out) {
    for (size_t i = 0; i < text.len;) {
        Str name, value;
        size_t n = take_variable(str_slice(text, i, text.len), &name, &value);
        if (n == 0) {
            buf_put(out, text.at[i++]);
            continue;
        }
        if (!map_get_str(above, name, &value) && env) map_get_str(env, name, &value);
        buf_append(out, value);
        if (out->len > VARIABLE_LIMIT) return false;
        i += n;
    }
    return true;
}

/* NULL, or why not. */
static const char *put_value(const Statement *s, const Map *env, Map *ret) {
    AUTO(Buf) decoded = {0};
    AUTO(Buf) value = {0};
    if (s->bad) return "it is no NAME=value";
    if (!s->name.len) return NULL;
    if (!s->has_value) {
        map_remove(ret, s->name);
        return NULL;
    }
    decode(s, &decoded);
    if (!interpolate(buf_str(&decoded), env, ret, &value)) return "with its ${...} the value is longer than 128 KiB";
    map_put_str(ret, s->name, buf_str(&value));
    return NULL;
}

static size_t count_lines(Str text) {
    size_t lines = 0;
    for (size_t i = 0; i < text.len; i++) lines += text.at[i] == '\n';
    return lines;
}

void dotenv_parse(Str text, const Map *env, Map *ret, SkippedLines *skipped) {
    Scanner s = {without_mark(text), 0};
    size_t line = 1;
    for (Statement one; next_statement(&s, &one); line += count_lines(one.source)) {
        const char *why = put_value(&one, env, ret);
        if (!why || !skipped) continue;
        size_t before = count_lines(str_slice(one.source, 0, one.source.len - str_trim(one.source).len));
        vec_push(skipped, ((SkippedLine){line + before, why}));
    }
}

/* ---- writing ---- */

static void write_line(Buf *out, Str name, Str value) {
    buf_printf(out, STR_FMT "='", STR_ARG(name));
    for (size_t i = 0; i < value.len; i++) {
        if (strchr("\\'", value.at[i]) && value.at[i]) buf_put(out, '\\');
        buf_put(out, value.at[i]);
    }
    buf_append_c(out, "'\n");
}

/* Copies all statements but those of the name; `value` at == NULL: they are dropped, else replaced. True: there were some. */
static bool rewrite(Str text, Str name, Str value, Buf *ret) {
    Scanner s = {without_mark(text), 0};
    bool found = false;
    if (is_marked(text)) buf_append_c(ret, byte_order_mark);
    for (Statement one; next_statement(&s, &one);) {
        if (!one.name.len || !str_equal(one.name, name)) {
            if (!ret->len && is_marked(one.source))
                buf_append_c(ret, byte_order_mark); /* its own is part of its name */
            buf_append(ret, one.source);
            continue;
        }
        found = true;
        if (value.at) write_line(ret, name, value);
    }
    return found;
}

void dotenv_set(Str text, Str name, Str value, Buf *ret) {
    if (!value.at) value = STR("");
    if (rewrite(text, name, value, ret)) return;
    if (ret->len && ret->at[ret->len - 1] != '\n') buf_put(ret, '\n');
    write_line(ret, name, value);
}

void dotenv_unset(Str text, Str name, Buf *ret) {
    (void)rewrite(text, name, (Str){0}, ret);
}

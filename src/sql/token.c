#include "sql/token.h"

static bool is_word_start(unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
}

static bool is_digit(unsigned char c) {
    return c >= '0' && c <= '9';
}

static bool is_word(unsigned char c) {
    return is_word_start(c) || is_digit(c) || c == '$';
}

static unsigned char at(Str s, size_t i) {
    return i < s.len ? (unsigned char)s.at[i] : 0;
}

/* i behind "/" and "*". Comments nest. */
static size_t skip_comment(Str s, size_t i) {
    for (unsigned depth = 1; depth && i < s.len; i++) {
        if (at(s, i) == '*' && at(s, i + 1) == '/') depth--, i++;
        else if (at(s, i) == '/' && at(s, i + 1) == '*') depth++, i++;
    }
    return i;
}

static size_t skip_blanks(Str s, size_t i) {
    for (;;) {
        unsigned char c = at(s, i);
        if (i < s.len && (c == ' ' || (c >= '\t' && c <= '\r'))) {
            i++;
        } else if (c == '-' && at(s, i + 1) == '-') {
            while (i < s.len && at(s, i) != '\n') i++;
        } else if (c == '/' && at(s, i + 1) == '*') {
            i = skip_comment(s, i + 2);
        } else {
            return i;
        }
    }
}

/* i at the opening quote; a quote is doubled, or escaped when `backslash`. */
static size_t skip_quoted(Str s, size_t i, bool backslash, bool *ret_open) {
    unsigned char quote = at(s, i++);
    for (; i < s.len; i++) {
        if (backslash && at(s, i) == '\\') i++;
        else if (at(s, i) == quote && at(s, i + 1) == quote) i++;
        else if (at(s, i) == quote) return i + 1;
    }
    *ret_open = true;
    return s.len;
}

/* i at "$": the text $tag$...$tag$, or 0 when it is none. */
static size_t skip_dollar(Str s, size_t i, bool *ret_open) {
    size_t end = i + 1;
    if (is_digit(at(s, end))) return 0;
    while (is_word(at(s, end)) && at(s, end) != '$') end++;
    if (at(s, end) != '$') return 0;
    Str tag = str_slice(s, i, end + 1);
    size_t close = str_find_str(str_slice(s, end + 1, s.len), tag);
    if (close != STR_NONE) return end + 1 + close + tag.len;
    *ret_open = true;
    return s.len;
}

static size_t skip_number(Str s, size_t i) {
    bool exponent = false;
    if (at(s, i) == '0' && (at(s, i + 1) | 0x20) == 'x') {
        for (i += 2; is_word(at(s, i)); i++) {}
        return i;
    }
    for (;; i++) {
        unsigned char c = at(s, i);
        bool sign = (c == '+' || c == '-') && exponent && (at(s, i - 1) | 0x20) == 'e';
        if ((c | 0x20) == 'e' && !exponent) exponent = true;
        else if (!is_digit(c) && c != '.' && c != '_' && !sign) return i;
    }
}

static size_t skip_symbol(Str s, size_t i) {
    static const char *const longer[] = {"->>", "::", "->", "||", "<=", ">=", "<>", "!=", "=>", ":="};
    for (size_t k = 0; k < ARRAY_LEN(longer); k++)
        if (str_starts(str_slice(s, i, s.len), str_of(longer[k]))) return i + strlen(longer[k]);
    return i + 1;
}

/* A text may have a letter before its quote. */
static bool is_prefixed(Str s, size_t i, bool *ret_backslash) {
    unsigned char c = at(s, i) | 0x20;
    *ret_backslash = c == 'e';
    if (c == 'u' && at(s, i + 1) == '&') return at(s, i + 2) == '\'' || at(s, i + 2) == '"';
    return (c == 'e' || c == 'b' || c == 'x' || c == 'n') && at(s, i + 1) == '\'';
}

bool sql_token_next(SqlTokens *t, SqlToken *ret) {
    Str s = t->sql;
    size_t i = skip_blanks(s, t->at), end;
    if (i >= s.len) {
        t->at = s.len;
        return false;
    }
    unsigned char c = at(s, i);
    bool open = false, backslash = false;
    SqlTokenKind kind = SQL_SYMBOL;
    if (is_prefixed(s, i, &backslash)) {
        size_t quote = i + ((c | 0x20) == 'u' ? 2 : 1);
        kind = at(s, quote) == '"' ? SQL_NAME : SQL_STRING;
        end = skip_quoted(s, quote, backslash, &open);
    } else if (is_word_start(c)) {
        kind = SQL_WORD;
        for (end = i + 1; is_word(at(s, end)); end++) {}
    } else if (c == '\'' || c == '"') {
        kind = c == '"' ? SQL_NAME : SQL_STRING;
        end = skip_quoted(s, i, false, &open);
    } else if (is_digit(c) || (c == '.' && is_digit(at(s, i + 1)))) {
        kind = SQL_NUMBER;
        end = skip_number(s, i);
    } else if (c == '$' && is_digit(at(s, i + 1))) {
        kind = SQL_PARAMETER;
        for (end = i + 1; is_digit(at(s, end)); end++) {}
    } else if (c == '$' && (end = skip_dollar(s, i, &open))) {
        kind = SQL_STRING;
    } else {
        end = skip_symbol(s, i);
    }
    *ret = (SqlToken){kind, str_slice(s, i, end), i, open};
    t->at = end;
    return true;
}

bool sql_token_is(const SqlToken *t, const char *word) {
    return t->kind == SQL_WORD && str_equal_nocase(t->text, str_of(word));
}

bool sql_token_is_one_of(const SqlToken *t, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (sql_token_is(t, words[i])) return true;
    return false;
}

bool sql_cut(Str *rest, Str *ret_statement) {
    SqlTokens t = sql_tokens(*rest);
    size_t from = 0, end = 0;
    bool any = false;
    for (SqlToken token; sql_token_next(&t, &token);) {
        if (sql_token_is_symbol(&token, ";")) {
            if (any) break;
            continue;
        }
        if (!any) from = token.at;
        any = true;
        end = t.at;
    }
    *ret_statement = str_slice(*rest, from, end);
    *rest = str_slice(*rest, t.at, rest->len);
    return any;
}

/* E'...': octal, \\x and the letters of C. Unknown ones stand for themselves. */
static const char *unescape(const char *from, const char *end, char **to) {
    static const char letters[] = "bfnrt", meant[] = "\b\f\n\r\t";
    const char *letter = from < end ? strchr(letters, *from) : NULL;
    unsigned value = 0;
    int digits = 0;
    if (letter && *letter) {
        *(*to)++ = meant[letter - letters];
        return from + 1;
    }
    while (digits < 3 && from + digits < end && from[digits] >= '0' && from[digits] <= '7')
        value = value * 8 + (unsigned)(from[digits++] - '0');
    if (digits) {
        *(*to)++ = (char)value;
        return from + digits;
    }
    if (from < end && *from == 'x') {
        for (digits = 0; digits < 2 && from + 1 + digits < end; digits++) {
            char c = from[1 + digits];
            int digit = is_digit((unsigned char)c)               ? c - '0'
                        : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
                                                                 : -1;
            if (digit < 0) break;
            value = value * 16 + (unsigned)digit;
        }
        if (digits) {
            *(*to)++ = (char)value;
            return from + 1 + digits;
        }
    }
    if (from < end) *(*to)++ = *from++;
    return from;
}

Str sql_token_value(Arena *a, const SqlToken *t) {
    bool quoted = t->kind == SQL_STRING || t->kind == SQL_NAME;
    if (!quoted) return t->text;
    size_t open = 0;
    while (open < t->text.len && !strchr("'\"$", t->text.at[open])) open++;
    char quote = t->text.at[open];
    bool backslash = open && (t->text.at[0] | 0x20) == 'e';
    Str inner = str_slice(t->text, open + 1, t->open_ended ? t->text.len : t->text.len - 1);
    if (quote == '$') { /* $tag$text$tag$ */
        size_t tag = str_find(inner, '$') + 1;
        return str_slice(inner, tag, inner.len >= 2 * tag ? inner.len - tag : inner.len);
    }
    char *out = arena_c(a, inner), *to = out;
    for (const char *from = inner.at, *end = inner.at + inner.len; from < end;) {
        char c = *from++;
        if (backslash && c == '\\') from = unescape(from, end, &to);
        else *to++ = c;
        if (c == quote && from < end && *from == quote) from++;
    }
    return (Str){out, (size_t)(to - out)};
}

bool sql_identifier(Arena *a, const SqlToken *t, Str *ret) {
    if (t->open_ended || (t->kind != SQL_WORD && t->kind != SQL_NAME)) return false;
    if (t->kind == SQL_NAME) {
        *ret = sql_token_value(a, t);
        return ret->len > 0;
    }
    char *lower = arena_c(a, t->text);
    for (char *c = lower; *c; c++)
        if (*c >= 'A' && *c <= 'Z') *c = (char)(*c - 'A' + 'a');
    *ret = (Str){lower, t->text.len};
    return true;
}

size_t sql_parameter_number(const SqlToken *t) {
    uint64_t n;
    return t->kind == SQL_PARAMETER && str_to_u64(str_slice(t->text, 1, STR_NONE), &n) ? (size_t)n : 0;
}

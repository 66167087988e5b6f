/* Tokens of a Python expression. */
#include "jinja/lexer.h"

#include "jinja/unicode.h"

/* Longest first where one begins with another. `!` alone and `:` belong to f-strings and slices. */
static const char *const signs[] = {
    "...", "**=", "//=", ">>=", "<<=", "**", "//", "<<", ">>", "<=", ">=", "==", "!=", "->", "+=", "-=",
    "*=",  "/=",  "%=",  "&=",  "|=",  "^=", "@=", "+",  "-",  "*",  "/",  "%",  "@",  "&",  "|",  "^",
    "~",   "<",   ">",   "(",   ")",   "[",  "]",  "{",  "}",  ",",  ":",  ".",  "=",  "!",  ";",
};

uint32_t lexer_column(const Lexer *lx, size_t at) {
    return (uint32_t)utf8_length(str_slice(lx->source, 0, at)) + 1;
}

bool lexer_fail(Lexer *lx, size_t at, const char *format, ...) {
    va_list args;
    char text[512];
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return err_set(lx->err, ERR_CONFIG, "column %u: %s", lexer_column(lx, at), text);
}

bool token_is(const Lexer *lx, const char *sign_or_word) {
    TokenKind kind = lx->token.kind;
    return (kind == TOKEN_SIGN || kind == TOKEN_NAME) && str_is(lx->token.text, sign_or_word);
}

Str token_shown(const Lexer *lx) {
    return lx->token.kind == TOKEN_END ? STR("the end of the expression") : str_slice(lx->token.text, 0, 40);
}

/* White space, comments and joined lines; inside brackets line ends too. */
static void skip_space(Lexer *lx) {
    Str s = lx->source;
    for (; lx->at < s.len; lx->at++) {
        char c = s.at[lx->at];
        if (c == '#')
            while (lx->at + 1 < s.len && s.at[lx->at + 1] != '\n') lx->at++;
        else if (c == '\\' && lx->at + 1 < s.len && s.at[lx->at + 1] == '\n') lx->at++;
        else if (c == '\n' ? !lx->nested : c != ' ' && c != '\t' && c != '\f' && c != '\r') break;
    }
}

static bool is_name_char(uint32_t c, bool first) {
    if (c == '_' || unicode_is(UNICODE_ALPHA, c)) return true;
    return !first && (unicode_is(UNICODE_DECIMAL, c) || (c >= 0x80 && !unicode_is(UNICODE_HIDDEN, c)));
}

/* Bytes of the name at `from`. */
static size_t name_length(Str s, size_t from) {
    size_t end = from;
    for (size_t at = from; at < s.len && is_name_char(utf8_next(s, &at), end == from); end = at) {}
    return end - from;
}

/* Bytes of prefix and opening quotes of a text at `from`, 0 when none begins there. */
static size_t string_opening(Str s, size_t from) {
    size_t at = from;
    while (at < s.len && at < from + 2 && strchr("rRbBuUfF", s.at[at])) at++;
    if (at >= s.len || (s.at[at] != '\'' && s.at[at] != '"')) return 0;
    char quote[4] = {s.at[at], s.at[at], s.at[at], '\0'};
    bool triple = str_starts(str_slice(s, at, s.len), (Str){quote, 3});
    return at - from + (triple ? 3 : 1);
}

/* Digits of a base with single underscores between them. */
static size_t skip_digits(Str s, size_t at, unsigned base) {
    size_t from = at;
    for (; at < s.len; at++) {
        char c = s.at[at], low = (char)(c | 0x20);
        bool digit = ascii_digit(c) ? c - '0' < (int)base : base == 16 && low >= 'a' && low <= 'f';
        bool between = c == '_' && at > from && s.at[at - 1] != '_';
        if (!digit && !between) break;
    }
    return at > from && s.at[at - 1] == '_' ? at - 1 : at;
}

static size_t number_length(Str s, size_t from) {
    size_t at = from;
    char prefix = s.at[at] == '0' && at + 1 < s.len ? (char)(s.at[at + 1] | 0x20) : '\0';
    unsigned base = prefix == 'x' ? 16 : prefix == 'o' ? 8 : prefix == 'b' ? 2 : 10;
    if (base != 10) {
        at += 2;
        if (at < s.len && s.at[at] == '_') at++;
        return skip_digits(s, at, base) - from;
    }
    at = skip_digits(s, at, 10);
    if (at < s.len && s.at[at] == '.') at = skip_digits(s, at + 1, 10);
    size_t exponent = at;
    if (at < s.len && (s.at[at] | 0x20) == 'e') {
        exponent++;
        if (exponent < s.len && (s.at[exponent] == '-' || s.at[exponent] == '+')) exponent++;
        if (exponent < s.len && ascii_digit(s.at[exponent])) at = skip_digits(s, exponent, 10);
    }
    return at - from;
}

static size_t sign_length(Str s, size_t from) {
    for (size_t i = 0; i < ARRAY_LEN(signs); i++)
        if (str_starts(str_slice(s, from, s.len), str_of(signs[i]))) return strlen(signs[i]);
    return 0;
}

static bool take(Lexer *lx, TokenKind kind, size_t len) {
    lx->token = (Token){kind, {lx->source.at + lx->at, len}, lx->at, lx->at + len};
    lx->at += len;
    return true;
}

bool lexer_next(Lexer *lx) {
    skip_space(lx);
    Str s = lx->source;
    if (lx->at >= s.len || s.at[lx->at] == '\n') return take(lx, TOKEN_END, 0);
    char c = s.at[lx->at];
    size_t len = string_opening(s, lx->at);
    if (len) return take(lx, TOKEN_STRING, len);
    if (ascii_digit(c) || (c == '.' && lx->at + 1 < s.len && ascii_digit(s.at[lx->at + 1]))) {
        len = number_length(s, lx->at);
        size_t behind = lx->at + len;
        if (behind < s.len && name_length(s, behind))
            return lexer_fail(lx, behind, "unexpected character behind a number");
        return take(lx, TOKEN_NUMBER, len);
    }
    len = name_length(s, lx->at);
    if (len) return take(lx, TOKEN_NAME, len);
    len = sign_length(s, lx->at);
    if (len) return take(lx, TOKEN_SIGN, len);
    size_t behind = lx->at;
    utf8_next(s, &behind);
    return lexer_fail(lx, lx->at, "unexpected character \"" STR_FMT "\"", STR_ARG(str_slice(s, lx->at, behind)));
}

/* Text literals: all quotes and prefixes, escapes, neighbours put together, f-strings with the expressions inside. */
#include "jinja/bytes.h"
#include "jinja/parser.h"
#include "jinja/unicode.h"

enum { FORMAT_DEPTH_LIMIT = 5 }; /* {x:{y:{z}}} */

/* One literal, or several that stand beside each other. */
typedef struct TextParser {
    Parser *ps;
    Buf literal;    /* text since the last expression */
    size_t begin;   /* of the first literal */
    Syntax *joined; /* parts so far; NULL: no f-string yet */
    Str quote;      /* of the current literal */
    bool raw, bytes, format;
    unsigned depth; /* format specifications inside each other */
} TextParser;

static Str source(const TextParser *tp) {
    return tp->ps->lexer.source;
}

static bool fail_at(TextParser *tp, size_t at, const char *what) {
    return lexer_fail(&tp->ps->lexer, at, "%s", what);
}

/* ---- escapes ---- */

/* Reads `count` hexadecimal digits behind the escape's letter. */
static bool read_hex(TextParser *tp, size_t count, uint32_t *ret) {
    Lexer *lx = &tp->ps->lexer;
    *ret = 0;
    for (size_t i = 0; i < count; i++, lx->at++) {
        int digit = lx->at < source(tp).len ? str_hex_digit(source(tp).at[lx->at]) : -1;
        if (digit < 0) return fail_at(tp, lx->at, "expected a hexadecimal digit in an escape");
        *ret = *ret << 4 | (uint32_t)digit;
    }
    return *ret <= 0x10FFFF || fail_at(tp, lx->at, "an escape beyond the last character of Unicode");
}

static void put_escaped(TextParser *tp, uint32_t c) {
    if (tp->bytes) buf_put(&tp->literal, (char)(c & 0xFF));
    else utf8_put(&tp->literal, c);
}

static uint32_t read_octal(TextParser *tp) {
    uint32_t c = 0;
    Lexer *lx = &tp->ps->lexer;
    for (int i = 0; i < 3 && lx->at < source(tp).len && source(tp).at[lx->at] >= '0' && source(tp).at[lx->at] <= '7';
         i++)
        c = c * 8 + (uint32_t)(source(tp).at[lx->at++] - '0');
    return c;
}

/* At the backslash. */
static bool read_escape(TextParser *tp) {
    static const char letters[] = "\\'\"abfnrtv", meanings[] = "\\'\"\a\b\f\n\r\t\v";
    Lexer *lx = &tp->ps->lexer;
    size_t begin = lx->at++;
    if (lx->at >= source(tp).len) return fail_at(tp, tp->begin, "text without end");
    char c = source(tp).at[lx->at];
    const char *letter = c ? strchr(letters, c) : NULL;
    uint32_t code = 0;
    if (c >= '0' && c <= '7') {
        put_escaped(tp, read_octal(tp));
        return true;
    }
    lx->at++;
    if (c == '\n') return true;
    if (letter) {
        buf_put(&tp->literal, meanings[letter - letters]);
        return true;
    }
    bool hex = c == 'x' || (!tp->bytes && (c == 'u' || c == 'U'));
    if (hex) {
        if (!read_hex(tp, c == 'x' ? 2 : c == 'u' ? 4 : 8, &code)) return false;
        put_escaped(tp, code);
        return true;
    }
    if (c == 'N' && !tp->bytes)
        return fail_at(tp, begin, "characters by name are not built in: write \\u and the number");
    buf_append(&tp->literal, str_slice(source(tp), begin, lx->at)); /* as Python: kept with its backslash */
    return true;
}

/* ---- f-strings ---- */

static void push_constant(TextParser *tp, Syntax *to, Str text) {
    if (!text.len) return;
    Syntax *constant = syntax_new(tp->ps, SYNTAX_CONSTANT, tp->begin);
    constant->constant = value_str(arena_str(tp->ps->arena, text));
    syntax_push(tp->ps, to, constant);
}

static void flush_literal(TextParser *tp) {
    if (!tp->joined) tp->joined = syntax_new(tp->ps, SYNTAX_JOINED, tp->begin);
    push_constant(tp, tp->joined, buf_str(&tp->literal));
    buf_clear(&tp->literal);
}

static bool read_parts(TextParser *tp, bool specification);

/* Behind the colon: up to the closing brace, as a text of its own. */
static bool read_specification(TextParser *tp, Syntax **ret) {
    Syntax *outer = tp->joined;
    if (++tp->depth > FORMAT_DEPTH_LIMIT) return fail_at(tp, tp->begin, "format specifications nested too deep");
    tp->joined = NULL;
    if (!read_parts(tp, true)) return false;
    flush_literal(tp);
    *ret = tp->joined;
    tp->joined = outer;
    tp->depth--;
    return true;
}

/* `!r`: checked, but without effect, as in simpleeval. */
static bool skip_conversion(TextParser *tp) {
    Lexer *lx = &tp->ps->lexer;
    if (!token_is(lx, "!")) return true;
    if (!lexer_next(lx)) return false;
    if (!token_is(lx, "r") && !token_is(lx, "s") && !token_is(lx, "a")) return parse_fail(tp->ps, "r, s or a") != NULL;
    return lexer_next(lx);
}

/* At the opening brace of an expression. */
static bool read_field(TextParser *tp) {
    Lexer *lx = &tp->ps->lexer;
    flush_literal(tp);
    size_t begin = ++lx->at;
    lx->nested++;
    if (!lexer_next(lx)) return false;
    Syntax *field = syntax_new(tp->ps, SYNTAX_FORMATTED, lx->token.begin);
    Syntax *value = parse_expressions(tp->ps), *format = NULL;
    if (!value) return false;
    if (token_is(lx, "=")) { /* f"{x=}" shows its source */
        if (!lexer_next(lx)) return false;
        push_constant(tp, tp->joined, str_slice(source(tp), begin, lx->token.begin));
    }
    if (!skip_conversion(tp)) return false;
    lx->nested--;
    bool colon = token_is(lx, ":");
    if (!colon && !token_is(lx, "}")) return parse_fail(tp->ps, "\"}\"") != NULL;
    if (colon) {
        if (!read_specification(tp, &format)) return false;
        lx->at++; /* the closing brace */
    }
    syntax_push(tp->ps, field, value);
    syntax_push(tp->ps, field, format);
    syntax_push(tp->ps, tp->joined, field);
    return true;
}

/* Characters up to the closing quotes, or to the brace that ends a format specification. */
static bool read_parts(TextParser *tp, bool specification) {
    Lexer *lx = &tp->ps->lexer;
    Str s = source(tp);
    for (;;) {
        if (lx->at >= s.len) return fail_at(tp, tp->begin, "text without end");
        char c = s.at[lx->at];
        bool doubled = lx->at + 1 < s.len && s.at[lx->at + 1] == c;
        if (str_starts(str_slice(s, lx->at, s.len), tp->quote)) {
            if (specification) return fail_at(tp, lx->at, "expected \"}\" before the end of the text");
            lx->at += tp->quote.len;
            return true;
        }
        if (c == '\n' && tp->quote.len == 1) return fail_at(tp, tp->begin, "text without end");
        if (specification && c == '}') return true;
        if (c == '\\' && !tp->raw) {
            if (!read_escape(tp)) return false;
        } else if (tp->format && c == '{' && (!doubled || specification)) {
            if (!read_field(tp)) return false;
        } else if (tp->format && c == '}' && !doubled) {
            return fail_at(tp, lx->at, "a single \"}\" in an f-string");
        } else if (tp->raw && c == '\\' && lx->at + 1 < s.len) {
            buf_append(&tp->literal, str_slice(s, lx->at, lx->at + 2));
            lx->at += 2;
        } else {
            buf_put(&tp->literal, c);
            lx->at += tp->format && (c == '{' || c == '}') ? 2 : 1;
        }
    }
}

/* ---- literals ---- */

/* The current token is the opening: reads the literal and the token behind it. */
static bool read_literal(TextParser *tp, bool first) {
    Lexer *lx = &tp->ps->lexer;
    Token opening = lx->token;
    size_t letters = 0;
    bool bytes = false;
    tp->raw = tp->format = false;
    for (; opening.text.at[letters] != '\'' && opening.text.at[letters] != '"'; letters++) {
        char c = (char)(opening.text.at[letters] | 0x20);
        tp->raw |= c == 'r';
        tp->format |= c == 'f';
        bytes |= c == 'b';
    }
    if (!first && bytes != tp->bytes) return fail_at(tp, opening.begin, "text and bytes cannot be put together");
    if (bytes && tp->format) return fail_at(tp, opening.begin, "bytes cannot be an f-string");
    tp->bytes = bytes;
    tp->quote = str_slice(opening.text, letters, opening.text.len);
    return read_parts(tp, false) && lexer_next(lx);
}

static Syntax *read_literals(TextParser *tp) {
    for (bool first = true; tp->ps->lexer.token.kind == TOKEN_STRING; first = false)
        if (!read_literal(tp, first)) return NULL;
    if (utf8_length(buf_str(&tp->literal)) > EXPR_SEQUENCE_LIMIT) {
        fail_at(tp, tp->begin, "text literal is too long");
        return NULL;
    }
    if (tp->joined) {
        flush_literal(tp);
        return tp->joined;
    }
    Syntax *s = syntax_new(tp->ps, SYNTAX_CONSTANT, tp->begin);
    Str text = arena_str(tp->ps->arena, buf_str(&tp->literal));
    s->constant = tp->bytes ? value_bytes(tp->ps->arena, text) : value_str(text);
    return s;
}

Syntax *parse_text(Parser *ps) {
    TextParser tp = {.ps = ps, .begin = ps->lexer.token.begin};
    Syntax *s = read_literals(&tp);
    buf_release(&tp.literal);
    return s;
}

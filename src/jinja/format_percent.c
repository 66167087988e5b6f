/* text % arguments: docs.python.org/3/library/stdtypes.html#printf-style-string-formatting. */
#include <math.h>

#include "jinja/format.h"
#include "jinja/number.h"
#include "jinja/unicode.h"
#include "jinja/write.h"

typedef struct Percent {
    Eval *ev;
    Str text;
    size_t at;
    Value arguments;
    size_t used; /* of a tuple; or 1 when the single argument was used */
} Percent;

static bool next_argument(Percent *p, Value *ret) {
    bool tuple = p->arguments.kind == VALUE_TUPLE;
    size_t count = tuple ? p->arguments.list->len : 1;
    if (p->used >= count) return eval_fail(p->ev, "not enough arguments for %%");
    *ret = tuple ? p->arguments.list->items[p->used] : p->arguments;
    p->used++;
    return true;
}

static char peek(const Percent *p) {
    return p->at < p->text.len ? p->text.at[p->at] : '\0';
}

/* Behind %: "(name)" takes the value of a key. */
static bool read_name(Percent *p, Value *ret, bool *ret_found) {
    *ret_found = peek(p) == '(';
    if (!*ret_found) return true;
    size_t from = ++p->at;
    int depth = 1;
    for (; p->at < p->text.len && depth; p->at++) depth += (peek(p) == '(') - (peek(p) == ')');
    if (depth) return eval_fail(p->ev, "a name behind %% has no end");
    if (p->arguments.kind != VALUE_DICT) return eval_fail(p->ev, "%%(name) needs a dict");
    p->used = 1;
    return eval_subscript(p->ev, p->arguments, value_str(str_slice(p->text, from, p->at - 1)), ret);
}

/* Digits, or * for the next argument. */
static bool read_number(Percent *p, int64_t *ret) {
    Value v;
    size_t from = p->at;
    if (peek(p) == '*') {
        p->at++;
        if (!next_argument(p, &v) || !eval_index(p->ev, v, ret)) return false;
    } else {
        while (ascii_digit(peek(p))) p->at++;
        *ret = 0;
        if (p->at > from && !str_to_i64(str_slice(p->text, from, p->at), ret)) *ret = INT64_MAX;
    }
    return (*ret <= FORMAT_WIDTH_LIMIT && *ret >= -FORMAT_WIDTH_LIMIT) ||
           eval_fail(p->ev, "a width behind %% is too large");
}

static bool read_spec(Percent *p, FormatSpec *spec) {
    bool left = false;
    for (; peek(p) && strchr("-+ #0", peek(p)); p->at++) {
        char c = peek(p);
        left |= c == '-';
        if (c == '+' || (c == ' ' && !spec->sign)) spec->sign = c;
        spec->alternate |= c == '#';
        spec->zeros |= c == '0';
    }
    if (!read_number(p, &spec->width)) return false;
    left |= spec->width < 0;
    spec->width = llabs(spec->width);
    spec->align = left ? '<' : '\0';
    if (left) spec->zeros = false;
    if (peek(p) == '.') {
        p->at++;
        if (!read_number(p, &spec->precision)) return false;
        spec->precision = MAX(spec->precision, (int64_t)0);
    }
    if (peek(p) && strchr("hlL", peek(p))) p->at++;
    return true;
}

static bool wrong_value(Percent *p, char type, Value v) {
    return eval_fail(p->ev, "%%%c needs a number, not %s", type, value_type_name(v));
}

/* %d, %x, %o: a precision is the least number of digits. */
static bool put_integer(Percent *p, Buf *out, FormatSpec *spec, char type, Value v) {
    bool whole = type == 'd' || type == 'i' || type == 'u';
    if (whole && v.kind == VALUE_FLOAT && !integer_of_double(p->ev->arena, v.real, &v)) return wrong_value(p, type, v);
    if (whole && decimal_is(v) && !decimal_to_integer(p->ev->arena, (const Decimal *)v.object, &v))
        return wrong_value(p, type, v);
    if (!integer_is(v)) return wrong_value(p, type, v);
    FormatSpec digits = {.precision = -1, .type = whole ? 'd' : type, .sign = spec->sign, .alternate = spec->alternate};
    bool negative = integer_sign(v) < 0 || spec->sign;
    if (spec->precision >= 0) {
        digits.zeros = true;
        digits.width = spec->precision + negative + (spec->alternate && !whole ? 2 : 0);
    } else if (spec->zeros) {
        digits.zeros = true;
        digits.width = spec->width;
    }
    AUTO(Buf) text = {0};
    if (!format_integer(p->ev, &text, &digits, v)) return false;
    FormatSpec around = {.precision = -1, .width = spec->width, .align = spec->align ? spec->align : '>'};
    if (spec->zeros && spec->precision >= 0 && !spec->align) { /* both: zeros up to the width as well */
        digits.width = MAX(digits.width, spec->width);
        buf_clear(&text);
        if (!format_integer(p->ev, &text, &digits, v)) return false;
    }
    format_text(out, &around, buf_str(&text));
    return true;
}

static bool put_float(Percent *p, Buf *out, FormatSpec *spec, char type, Value v) {
    if (!number_is(v)) return wrong_value(p, type, v);
    double real = number_to_double(v);
    if (isinf(real) && integer_is(v)) return eval_fail(p->ev, "integer is too large for a float");
    spec->type = type;
    return format_float(p->ev, out, spec, real);
}

static bool put_character(Percent *p, Buf *out, const FormatSpec *spec, Value v) {
    AUTO(Buf) text = {0};
    int64_t code;
    FormatSpec around = {.precision = -1, .width = spec->width, .align = spec->align ? spec->align : '>'};
    if (v.kind == VALUE_STR && utf8_length(v.text) == 1) buf_append(&text, v.text);
    else if (integer_is(v) && integer_to_i64(v, &code) && code >= 0 && code <= 0x10FFFF)
        utf8_put(&text, (uint32_t)code);
    else return eval_fail(p->ev, "%%c needs a character or its number");
    format_text(out, &around, buf_str(&text));
    return true;
}

/* repr() with every character beyond ASCII escaped. */
static void put_ascii(Buf *out, Value v) {
    AUTO(Buf) text = {.limit = EXPR_TEXT_LIMIT};
    value_write_quoted(&text, v);
    for (size_t at = 0; at < text.len;) {
        uint32_t c = utf8_next(buf_str(&text), &at);
        if (c < 0x80) buf_put(out, (char)c);
        else if (c < 0x100) buf_printf(out, "\\x%02x", c);
        else if (c < 0x10000) buf_printf(out, "\\u%04x", c);
        else buf_printf(out, "\\U%08x", c);
    }
}

/* %s, %r, %a */
static void put_text(Buf *out, FormatSpec *spec, char type, Value v) {
    AUTO(Buf) text = {.limit = EXPR_TEXT_LIMIT};
    if (type == 's') value_write(&text, v);
    else if (type == 'r') value_write_quoted(&text, v);
    else put_ascii(&text, v);
    spec->zeros = false;
    spec->align = spec->align ? spec->align : '>';
    format_text(out, spec, buf_str(&text));
}

/* At the character behind %. */
static bool put_conversion(Percent *p, Buf *out) {
    FormatSpec spec = {.precision = -1};
    Value v;
    bool named;
    if (peek(p) == '%') {
        p->at++;
        buf_put(out, '%');
        return true;
    }
    if (!read_name(p, &v, &named) || !read_spec(p, &spec)) return false;
    char type = peek(p);
    p->at++;
    if (!type || !strchr("srdiuoxXeEfFgGca", type)) return eval_fail(p->ev, "wrong character behind %%");
    if (!named && !next_argument(p, &v)) return false;
    if (strchr("sra", type)) {
        put_text(out, &spec, type, v);
        return true;
    }
    if (type == 'c') return put_character(p, out, &spec, v);
    if (strchr("eEfFgG", type)) return put_float(p, out, &spec, type, v);
    return put_integer(p, out, &spec, type, v);
}

bool format_percent(Eval *ev, Str text, Value arguments, Value *ret) {
    Percent p = {.ev = ev, .text = text, .arguments = arguments};
    AUTO(Buf) out = eval_buf();
    while (p.at < text.len) {
        if (peek(&p) != '%') {
            buf_put(&out, text.at[p.at++]);
            continue;
        }
        p.at++;
        if (!put_conversion(&p, &out)) return false;
    }
    bool spare = arguments.kind == VALUE_DICT || arguments.kind == VALUE_LIST; /* may be left unused */
    size_t count = arguments.kind == VALUE_TUPLE ? arguments.list->len : 1;
    if (p.used < count && !spare) return eval_fail(ev, "not all arguments of %% are used");
    return eval_text(ev, &out, ret);
}

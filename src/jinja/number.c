/* Numbers across kinds: comparison, floats and integers from and to text. */
#include "jinja/number.h"

#include <math.h>

#include "jinja/decimal.h"
#include "jinja/expr.h"
#include "jinja/unicode.h"

bool number_is(Value v) {
    return integer_is(v) || v.kind == VALUE_FLOAT || decimal_is(v);
}

static Order order_of(int sign) {
    return sign < 0 ? ORDER_LESS : sign > 0 ? ORDER_GREATER : ORDER_SAME;
}

static Order reversed(Order order) {
    return order == ORDER_LESS ? ORDER_GREATER : order == ORDER_GREATER ? ORDER_LESS : order;
}

static Order compare_doubles(double a, double b) {
    if (isnan(a) || isnan(b)) return ORDER_NONE;
    return order_of((a > b) - (a < b));
}

static Order compare_integer_float(Value i, double f) {
    int64_t small;
    if (isnan(f)) return ORDER_NONE;
    if (isinf(f)) return f > 0 ? ORDER_LESS : ORDER_GREATER;
    if (integer_to_i64(i, &small) && small > -(1LL << 53) && small < 1LL << 53)
        return compare_doubles((double)small, f);
    AUTO(Arena) arena = {0};
    Value whole;
    bool finite = integer_of_double(&arena, f, &whole);
    BUG_ON(!finite);
    int sign = integer_compare(i, whole);
    return order_of(sign ? sign : (trunc(f) > f) - (trunc(f) < f));
}

Order number_compare(Value a, Value b) {
    if (integer_is(a) && integer_is(b)) return order_of(integer_compare(a, b));
    if (a.kind == VALUE_FLOAT && b.kind == VALUE_FLOAT) return compare_doubles(a.real, b.real);
    if (decimal_is(a)) return decimal_compare((const Decimal *)a.object, b);
    if (decimal_is(b)) return reversed(decimal_compare((const Decimal *)b.object, a));
    return a.kind == VALUE_FLOAT ? reversed(compare_integer_float(b, a.real)) : compare_integer_float(a, b.real);
}

double number_to_double(Value v) {
    if (v.kind == VALUE_FLOAT) return v.real;
    return decimal_is(v) ? decimal_to_double((const Decimal *)v.object) : integer_to_double(v);
}

/* ---- text ---- */

/* A number of `count` digits times a power of ten: the first digit's place is `exponent`. */
static bool reads_back(uint64_t digits, int count, int exponent, double real) {
    char text[48];
    snprintf(text, sizeof text, "%llue%d", (unsigned long long)digits, exponent - count + 1);
    return strtod(text, NULL) == real;
}

/* The shortest digits that read back as the same double (> 0), without point or trailing zeros; *ret_exponent: of the
 * first. Where doubles lie denser below than above, the digits above may do when the nearest do not. */
static size_t shortest_digits(double real, char digits[20], int *ret_exponent) {
    int binary, least = real < 0x1p-1022 ? 1 : 15;
    bool uneven = frexp(real, &binary) == 0.5;
    for (int count = least;; count++) {
        char text[40];
        snprintf(text, sizeof text, "%.*e", count - 1, real);
        uint64_t number = 0;
        const char *p = text;
        for (; *p != 'e'; p++)
            if (*p != '.') number = number * 10 + (uint64_t)(*p - '0');
        int64_t exponent = 0;
        BUG_ON(!str_to_i64(str_of(p + 1), &exponent));
        *ret_exponent = (int)exponent;
        bool above = uneven && !reads_back(number, count, *ret_exponent, real);
        if (!reads_back(number + above, count, *ret_exponent, real) && count < 17) continue;
        size_t len = (size_t)snprintf(digits, 20, "%llu", (unsigned long long)number + above);
        while (len > 1 && digits[len - 1] == '0') len--;
        return len;
    }
}

void float_write(Buf *out, double real) {
    if (!isfinite(real)) {
        buf_append_c(out, isnan(real) ? "nan" : real < 0 ? "-inf" : "inf");
        return;
    }
    char digits[20] = "0";
    int exponent = 0;
    size_t len = real == 0 ? 1 : shortest_digits(fabs(real), digits, &exponent);
    if (signbit(real)) buf_put(out, '-');
    if (exponent < -4 || exponent >= 16) {
        buf_put(out, digits[0]);
        if (len > 1) buf_put(out, '.');
        buf_append(out, (Str){digits + 1, len - 1});
        buf_printf(out, "e%c%02d", exponent < 0 ? '-' : '+', abs(exponent));
        return;
    }
    if (exponent < 0) {
        buf_append(out, str_slice(STR("0.0000"), 0, (size_t)(1 - exponent)));
        buf_append(out, (Str){digits, len});
        return;
    }
    size_t whole = (size_t)exponent + 1;
    for (size_t i = 0; i < whole; i++) buf_put(out, i < len ? digits[i] : '0');
    buf_put(out, '.');
    if (len > whole) buf_append(out, (Str){digits + whole, len - whole});
    else buf_put(out, '0');
}

/* Drops white space at the ends, turns digits of other scripts into ASCII, and takes out single underscores between
 * digits (letters count as digits when `letters`). False: a misplaced underscore or another character beyond ASCII. */
static bool plain_number(Buf *out, Str text, bool letters) {
    size_t from = 0, to = text.len;
    for (size_t at = from; at < to && unicode_is(UNICODE_SPACE, utf8_next(text, &at)); from = at) {}
    for (size_t at = to; at > from && unicode_is(UNICODE_SPACE, utf8_previous(text, &at)); to = at) {}
    bool digit = false, underscore = false;
    for (size_t at = from; at < to;) {
        uint32_t c = utf8_next(text, &at);
        if (c == '_') {
            if (!digit) return false;
            digit = false;
            underscore = true;
            continue;
        }
        int decimal = unicode_decimal(c);
        if (decimal < 0 && c >= 0x80) return false;
        digit = decimal >= 0 || (letters && unicode_is(UNICODE_ALPHA, c));
        if (underscore && !digit) return false;
        underscore = false;
        buf_put(out, decimal >= 0 ? (char)('0' + decimal) : (char)c);
    }
    return !underscore;
}

/* Digits with at most one point and an exponent, or a word. */
static bool is_float_text(Str s) {
    size_t i = s.len && (s.at[0] == '-' || s.at[0] == '+');
    Str rest = str_slice(s, i, s.len);
    static const char *const words[] = {"inf", "infinity", "nan"};
    for (size_t w = 0; w < ARRAY_LEN(words); w++)
        if (str_equal_nocase(rest, str_of(words[w]))) return true;
    size_t digits = 0;
    bool point = false;
    for (; i < s.len && (ascii_digit(s.at[i]) || (s.at[i] == '.' && !point)); i++) {
        if (s.at[i] == '.') point = true;
        else digits++;
    }
    if (!digits) return false;
    if (i == s.len) return true;
    if (s.at[i] != 'e' && s.at[i] != 'E') return false;
    i++;
    if (i < s.len && (s.at[i] == '-' || s.at[i] == '+')) i++;
    if (i == s.len) return false;
    while (i < s.len && ascii_digit(s.at[i])) i++;
    return i == s.len;
}

bool float_parse(Str text, double *ret) {
    AUTO(Buf) plain = {0};
    if (!plain_number(&plain, text, false) || !is_float_text(buf_str(&plain))) return false;
    *ret = strtod(buf_c(&plain), NULL);
    return true;
}

/* The base that a prefix names, 0 when there is none. */
static unsigned prefix_base(Str s) {
    if (s.len < 2 || s.at[0] != '0') return 0;
    switch (s.at[1] | 0x20) {
    case 'x': return 16;
    case 'o': return 8;
    case 'b': return 2;
    default: return 0;
    }
}

bool integer_parse_text(Arena *a, Str text, unsigned base, Value *ret) {
    AUTO(Buf) plain = {0};
    if (!plain_number(&plain, text, true)) return false;
    Str s = buf_str(&plain);
    bool negative = s.len && s.at[0] == '-';
    if (s.len && (negative || s.at[0] == '+')) s = str_slice(s, 1, s.len);
    unsigned prefix = prefix_base(s);
    if (prefix && (base == 0 || base == prefix)) {
        s = str_slice(s, 2, s.len);
        base = prefix;
    } else if (base == 0) {
        bool zeros = str_starts(s, STR("0"));
        for (size_t i = 0; zeros && i < s.len; i++)
            if (s.at[i] != '0') return false; /* 012 */
        base = 10;
    }
    bool short_enough = s.len <= ((base & (base - 1)) == 0 ? EXPR_INTEGER_BITS / 8 : INTEGER_DIGITS_LIMIT);
    return short_enough && integer_parse(a, s, base, negative, ret);
}

#include "sql/number_pattern.h"

#include <math.h>

typedef enum NumberKey {
    NUMBER_TEXT, /* no key: a character as it is */
    NUMBER_NINE,
    NUMBER_ZERO,
    NUMBER_POINT,
    NUMBER_COMMA,
    NUMBER_CURRENCY,
    NUMBER_FILL,
    NUMBER_SIGN,
    NUMBER_MINUS,
    NUMBER_PLUS,
    NUMBER_PLUS_MINUS,
    NUMBER_BRACKET,
    NUMBER_ROMAN,
    NUMBER_ORDINAL,
    NUMBER_SHIFT,
    NUMBER_SCIENTIFIC,
    NUMBER_IGNORED,
} NumberKey;

static const struct {
    const char *upper, *lower;
    NumberKey key;
} keys[] = {
    {"EEEE", "eeee", NUMBER_SCIENTIFIC},
    {"FM", "fm", NUMBER_FILL},
    {"MI", "mi", NUMBER_MINUS},
    {"PL", "pl", NUMBER_PLUS},
    {"PR", "pr", NUMBER_BRACKET},
    {"RN", "rn", NUMBER_ROMAN},
    {"SG", "sg", NUMBER_PLUS_MINUS},
    {"SP", "sp", NUMBER_IGNORED},
    {"TH", "th", NUMBER_ORDINAL},
    {"S", "s", NUMBER_SIGN},
    {"B", "b", NUMBER_IGNORED},
    {"C", "c", NUMBER_IGNORED},
    {"D", "d", NUMBER_POINT},
    {"G", "g", NUMBER_COMMA},
    {"L", "l", NUMBER_CURRENCY},
    {"V", "v", NUMBER_SHIFT},
    {",", ",", NUMBER_COMMA},
    {".", ".", NUMBER_POINT},
    {"0", "0", NUMBER_ZERO},
    {"9", "9", NUMBER_NINE},
};

typedef struct NumberNode {
    NumberKey key;
    Str text;
} NumberNode;

typedef struct NumberNodes {
    Str text;
    size_t at;
    bool quoted;
} NumberNodes;

static bool next_node(NumberNodes *p, NumberNode *ret) {
    for (; p->at < p->text.len; p->at++) {
        char c = p->text.at[p->at];
        if (c != '"') break;
        p->quoted = !p->quoted;
    }
    if (p->at >= p->text.len) return false;
    if (p->text.at[p->at] == '\\' && p->at + 1 < p->text.len && (p->quoted || p->text.at[p->at + 1] == '"')) {
        *ret = (NumberNode){NUMBER_TEXT, str_slice(p->text, p->at + 1, p->at + 2)};
        p->at += 2;
        return true;
    }
    Str rest = str_slice(p->text, p->at, p->text.len);
    for (size_t i = 0; i < ARRAY_LEN(keys) && !p->quoted; i++) {
        if (!str_starts(rest, str_of(keys[i].upper)) && !str_starts(rest, str_of(keys[i].lower))) continue;
        *ret = (NumberNode){keys[i].key, str_slice(rest, 0, strlen(keys[i].upper))};
        p->at += ret->text.len;
        return true;
    }
    *ret = (NumberNode){NUMBER_TEXT, str_slice(rest, 0, 1)};
    p->at++;
    return true;
}

/* What a pattern asks for as a whole. */
typedef struct Shape {
    int before, after, shift; /* digits left and right of the point; behind V */
    int zero_begin, zero_end; /* digits, from the left: the first that is at least a 0; behind the last. -1: none */
    int sign_at;              /* digits before S; -1: no S */
    bool point, fill, minus, plus, bracket, roman, scientific, sign_behind;
} Shape;

static bool refuse(const char *why, Err *err) {
    return err_set(err, ERR_INPUT, "[42601] %s", why);
}

static bool add_sign(Shape *s, Err *err) {
    if (s->sign_at >= 0) return refuse("cannot use \"S\" twice", err);
    if (s->plus || s->minus || s->bracket)
        return refuse("cannot use \"S\" and \"PL\"/\"MI\"/\"SG\"/\"PR\" together", err);
    s->sign_at = s->before;
    s->sign_behind = s->point;
    return true;
}

static bool add_digit(Shape *s, bool zero, Err *err) {
    if (s->bracket) return refuse("\"9\" must be ahead of \"PR\"", err);
    if (zero && s->zero_begin < 0 && !s->point) s->zero_begin = s->before;
    if (s->shift >= 0) s->shift++;
    else if (s->point) s->after++;
    else s->before++;
    if (zero) s->zero_end = s->before + s->after;
    if (s->before > NUMBER_PATTERN_DIGITS || s->after > NUMBER_PATTERN_DIGITS || s->shift > NUMBER_PATTERN_DIGITS)
        return refuse("the number's format has too many digits", err);
    return true;
}

static bool add_point(Shape *s, Err *err) {
    if (s->point) return refuse("multiple decimal points", err);
    if (s->shift >= 0) return refuse("cannot use \"V\" and decimal point together", err);
    s->point = true;
    return true;
}

static bool add(Shape *s, NumberKey key, Err *err) {
    if (s->scientific && key != NUMBER_TEXT) return refuse("\"EEEE\" must be the last pattern used", err);
    switch ((int)key) {
    case NUMBER_NINE:
    case NUMBER_ZERO: return add_digit(s, key == NUMBER_ZERO, err);
    case NUMBER_POINT: return add_point(s, err);
    case NUMBER_SIGN: return add_sign(s, err);
    case NUMBER_FILL: s->fill = true; break;
    case NUMBER_MINUS: s->minus = true; break;
    case NUMBER_PLUS: s->plus = true; break;
    case NUMBER_PLUS_MINUS: s->plus = s->minus = true; break;
    case NUMBER_BRACKET: s->bracket = true; break;
    case NUMBER_ROMAN: s->roman = true; break;
    case NUMBER_SCIENTIFIC: s->scientific = true; break;
    case NUMBER_SHIFT:
        if (s->point) return refuse("cannot use \"V\" and decimal point together", err);
        s->shift = MAX(s->shift, 0);
        break;
    default: break;
    }
    return true;
}

static bool read_shape(Str pattern, Shape *ret, Err *err) {
    NumberNodes nodes = {.text = pattern};
    *ret = (Shape){.zero_begin = -1, .zero_end = -1, .sign_at = -1, .shift = -1};
    for (NumberNode node; next_node(&nodes, &node);)
        if (!add(ret, node.key, err)) return false;
    bool signs = ret->plus || ret->minus || ret->bracket;
    if (ret->scientific && (ret->fill || signs || ret->sign_at >= 0 || ret->roman || ret->shift >= 0))
        return refuse("\"EEEE\" is incompatible with other formats", err);
    ret->shift = MAX(ret->shift, 0);
    if (ret->sign_at == ret->before) ret->sign_behind = true;
    return true;
}

/* ---- digits ---- */

enum { DIGITS_ROOM = 2 * NUMBER_PATTERN_DIGITS + 400 };

/* A number in decimal: `whole` without zeros in front (but "0" itself), `fraction` of exactly the digits asked for. */
typedef struct Digits {
    char text[DIGITS_ROOM];
    Str whole, fraction;
    bool negative;
    bool is_number; /* false: NaN and infinity */
} Digits;

static void split(Digits *d, size_t from, size_t len, size_t after) {
    size_t end = from + len - after;
    while (from + 1 < end && d->text[from] == '0') from++;
    d->whole = (Str){d->text + from, end - from};
    d->fraction = (Str){d->text + end, after};
}

/* As C's printf rounds; beyond 15 digits there is nothing to show. */
static void digits_of_real(double value, int after, Digits *ret) {
    ret->is_number = isfinite(value);
    ret->negative = value < 0;
    ret->whole = ret->fraction = (Str){0};
    if (!ret->is_number) return;
    int whole = snprintf(ret->text, sizeof ret->text, "%.0f", fabs(value));
    int places = whole >= 15 ? 0 : MIN(after, 15 - whole);
    int len = snprintf(ret->text, sizeof ret->text, "%.*f", places, fabs(value));
    if (places) {
        memmove(ret->text + len - places - 1, ret->text + len - places, (size_t)places);
        len--;
    }
    for (; places < after; places++) ret->text[len++] = '0';
    split(ret, 0, (size_t)len, (size_t)after);
}

/* Half away from zero. */
static void digits_of_decimal(const NumberValue *n, int shift, int after, Digits *ret) {
    UInt128 rest = n->unscaled < 0 ? 0 - (UInt128)n->unscaled : (UInt128)n->unscaled;
    ret->is_number = true;
    ret->negative = n->unscaled < 0;
    int scale = n->scale - shift, len = 0;
    char reversed[48];
    for (; rest; rest /= 10) reversed[len++] = (char)('0' + (int)(rest % 10));
    size_t at = 1; /* room for a carry */
    ret->text[0] = '0';
    for (int i = len; i <= scale; i++) ret->text[at++] = '0';
    for (int i = len; i-- > 0;) ret->text[at++] = reversed[i];
    for (int i = scale; i < after; i++) ret->text[at++] = '0';
    if (scale > after) {
        at -= (size_t)(scale - after);
        bool up = ret->text[at] >= '5';
        for (size_t i = at; up && i-- > 0;) {
            up = ret->text[i] == '9';
            ret->text[i] = (char)(up ? '0' : ret->text[i] + 1);
        }
    }
    split(ret, 0, at, (size_t)after);
}

static void digits_of(const NumberValue *n, int shift, int after, Digits *ret) {
    if (!n->is_real) digits_of_decimal(n, shift, after, ret);
    else digits_of_real(n->real * pow(10, shift), after, ret);
}

static bool is_zero(const Digits *d) {
    for (size_t i = 0; i < d->whole.len; i++)
        if (d->whole.at[i] != '0') return false;
    for (size_t i = 0; i < d->fraction.len; i++)
        if (d->fraction.at[i] != '0') return false;
    return true;
}

/* ---- writing ---- */

static void put_times(Buf *out, char c, int times) {
    for (int i = 0; i < times; i++) buf_put(out, c);
}

static void put_scientific(const NumberValue *n, int after, Buf *out) {
    Digits d;
    if (n->is_real && isfinite(n->real)) {
        buf_printf(out, "%s%.*e", n->real < 0 ? "" : " ", after, n->real);
        return;
    }
    if (n->is_real) {
        put_times(out, '#', 1 + after + 6);
        return;
    }
    digits_of_decimal(n, 0, n->scale, &d);
    Str all = {d.whole.at, d.whole.len + d.fraction.len};
    int exponent = (int)d.whole.len - 1;
    for (; all.len > 1 && all.at[0] == '0'; exponent--) all = str_slice(all, 1, all.len);
    if (all.len == 1 && all.at[0] == '0') exponent = 0;
    NumberValue mantissa = {.unscaled = n->unscaled, .scale = (int)all.len - 1};
    digits_of_decimal(&mantissa, 0, after, &d);
    if (d.whole.len > 1) { /* 9.99 became 10.0 */
        mantissa.scale++;
        exponent++;
        digits_of_decimal(&mantissa, 0, after, &d);
    }
    buf_printf(out, "%c" STR_FMT "%s" STR_FMT "e%c%02d", d.negative ? '-' : ' ', STR_ARG(d.whole), after ? "." : "",
               STR_ARG(d.fraction), exponent < 0 ? '-' : '+', abs(exponent));
}

static void put_roman(const NumberValue *n, bool fill, bool lower, Buf *out) {
    static const struct {
        int value;
        const char *letters;
    } steps[] = {{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"},
                 {40, "XL"},  {10, "X"},   {9, "IX"},  {5, "V"},    {4, "IV"},  {1, "I"}};
    Digits d;
    AUTO(Buf) text = {0};
    int64_t value = 0;
    digits_of(n, 0, 0, &d);
    bool fits = d.is_number && !d.negative && str_to_i64(d.whole, &value) && value > 0 && value < 4000;
    for (size_t i = 0; fits && i < ARRAY_LEN(steps);) {
        if (value < steps[i].value) {
            i++;
            continue;
        }
        buf_append_c(&text, steps[i].letters);
        value -= steps[i].value;
    }
    if (!fits) put_times(&text, '#', 15);
    if (!fill) put_times(out, ' ', 15 - (int)text.len);
    for (size_t i = 0; i < text.len; i++) buf_put(out, lower && fits ? (char)(text.at[i] | 0x20) : text.at[i]);
}

typedef struct Writer {
    const Shape *shape;
    const Digits *digits;
    Buf *out;
    int blanks;    /* digits of the pattern in front of the number's */
    int first;     /* the first digit that is shown */
    int kept;      /* digits of the fraction that are shown */
    int slot;      /* digits of the pattern that are behind us */
    bool overflow; /* the number has more digits than the pattern: all are # */
    bool signed_already;
} Writer;

static void put_sign(Writer *w) {
    const Shape *s = w->shape;
    if (w->signed_already) return;
    bool negative = w->digits->negative;
    w->signed_already = true;
    if (s->sign_at >= 0) {
        if (!s->sign_behind) buf_put(w->out, negative ? '-' : '+');
    } else if (s->bracket) {
        if (negative || !s->fill) buf_put(w->out, negative ? '<' : ' ');
    } else if (negative || !s->fill) {
        buf_put(w->out, negative ? '-' : ' ');
    }
}

/* Behind the last digit. */
static void put_end(Writer *w) {
    const Shape *s = w->shape;
    bool negative = w->digits->negative;
    if (s->bracket && (negative || !s->fill)) buf_put(w->out, negative ? '>' : ' ');
    if (s->sign_at >= 0 && s->sign_behind) buf_put(w->out, negative ? '-' : '+');
}

static void put_whole(Writer *w) {
    int slot = w->slot;
    if (slot < w->first) {
        if (!w->shape->fill) buf_put(w->out, ' ');
        return;
    }
    put_sign(w);
    buf_put(w->out, w->overflow ? '#' : slot < w->blanks ? '0' : w->digits->whole.at[slot - w->blanks]);
}

static void put_digit(Writer *w) {
    const Shape *s = w->shape;
    int place = w->slot - s->before;
    if (place < 0) put_whole(w);
    else if (place < w->kept) buf_put(w->out, w->overflow ? '#' : w->digits->fraction.at[place]);
    w->slot++;
    if (w->slot == s->before + s->after + s->shift) put_end(w);
}

void number_put_ordinal(unsigned last_two, bool upper, Buf *out) {
    static const char *const endings[] = {"th", "st", "nd", "rd"};
    unsigned unit = last_two % 10;
    const char *ending = endings[last_two / 10 != 1 && unit < 4 ? unit : 0];
    for (size_t i = 0; i < 2; i++) buf_put(out, upper ? (char)(ending[i] & ~0x20) : ending[i]);
}

static void put_ordinal(const Writer *w, bool upper) {
    Str whole = w->digits->whole;
    if (w->overflow || w->digits->negative || w->shape->point || w->shape->roman) return;
    int unit = whole.at[whole.len - 1] - '0', ten = whole.len > 1 ? whole.at[whole.len - 2] - '0' : 0;
    number_put_ordinal((unsigned)(ten * 10 + unit), upper, w->out);
}

static void put_node(Writer *w, const NumberNode *node) {
    bool fill = w->shape->fill, negative = w->digits->negative;
    switch (node->key) {
    case NUMBER_NINE:
    case NUMBER_ZERO: put_digit(w); break;
    case NUMBER_POINT:
        put_sign(w);
        buf_put(w->out, '.');
        break;
    case NUMBER_COMMA:
        if (w->slot > w->first) buf_put(w->out, ',');
        else if (!fill) buf_put(w->out, ' ');
        break;
    case NUMBER_CURRENCY: buf_put(w->out, ' '); break;
    case NUMBER_MINUS:
        if (negative || !fill) buf_put(w->out, negative ? '-' : ' ');
        break;
    case NUMBER_PLUS:
        if (!negative || !fill) buf_put(w->out, negative ? ' ' : '+');
        break;
    case NUMBER_PLUS_MINUS: buf_put(w->out, negative ? '-' : '+'); break;
    case NUMBER_ORDINAL: put_ordinal(w, node->text.at[0] == 'T'); break;
    case NUMBER_TEXT: buf_append(w->out, node->text); break;
    case NUMBER_FILL:
    case NUMBER_SIGN:
    case NUMBER_BRACKET:
    case NUMBER_ROMAN:
    case NUMBER_SHIFT:
    case NUMBER_SCIENTIFIC:
    case NUMBER_IGNORED: break;
    }
}

/* Which digits of the pattern are shown. */
static void lay_out(Writer *w) {
    const Shape *s = w->shape;
    int before = s->before + s->shift, len = (int)w->digits->whole.len;
    bool nothing = len == 1 && w->digits->whole.at[0] == '0' && s->after > 0;
    w->overflow = !w->digits->is_number || (len > before && !nothing);
    w->blanks = w->overflow ? 0 : MAX(before - len, 0);
    w->kept = s->after;
    if (s->fill && !w->overflow) {
        while (w->kept && w->digits->fraction.at[w->kept - 1] == '0') w->kept--;
        w->kept = MAX(w->kept, MIN(s->after, s->zero_end - s->before));
    }
    w->first = s->zero_begin >= 0 ? MIN(s->zero_begin, w->blanks) : w->blanks;
    if (!w->overflow && nothing && s->zero_begin < 0 && !(s->fill && !w->kept)) w->first = before; /* 0.1 is .1 */
    w->signed_already = s->minus;
}

bool number_pattern_format(Str pattern, const NumberValue *n, Buf *out, Err *err) {
    Shape shape;
    Digits digits;
    if (!read_shape(pattern, &shape, err)) return false;
    if (shape.scientific) {
        put_scientific(n, shape.after, out);
        return true;
    }
    digits_of(n, shape.shift, shape.after, &digits);
    if (digits.is_number && !n->is_real && is_zero(&digits)) digits.negative = false;
    Writer w = {.shape = &shape, .digits = &digits, .out = out};
    lay_out(&w);
    shape.before += shape.shift;
    shape.shift = 0;
    NumberNodes nodes = {.text = pattern};
    for (NumberNode node; next_node(&nodes, &node);) {
        if (node.key == NUMBER_ROMAN) put_roman(n, shape.fill, node.text.at[0] == 'r', out);
        else if (!shape.roman || node.key == NUMBER_TEXT) put_node(&w, &node);
    }
    return true;
}

/* ---- reading ---- */

typedef struct Reader {
    Str text;
    size_t at;
    Int128 value;
    int scale, digits; /* digits behind the point; in all */
    bool point, negative;
} Reader;

static char peek(const Reader *r) {
    return r->at < r->text.len ? r->text.at[r->at] : '\0';
}

static void read_sign(Reader *r) {
    char c = peek(r);
    if (c == '-' || c == '<') r->negative = true;
    if (c == '-' || c == '+' || c == '<' || c == '>') r->at++;
}

static void read_digit(Reader *r, const Shape *shape) {
    while (peek(r) == ' ') r->at++;
    if (!r->digits && !r->point) read_sign(r);
    char c = peek(r);
    if (c == '.' && !r->point && shape->point) {
        r->point = true;
        r->at++;
        c = peek(r);
    }
    if (c < '0' || c > '9') return;
    r->at++;
    r->digits++;
    if (r->value > (Int128)1 << 122) return; /* more than 36 digits */
    r->value = r->value * 10 + (c - '0');
    r->scale += r->point;
}

static void read_node(Reader *r, const Shape *shape, const NumberNode *node) {
    char c = peek(r);
    switch ((int)node->key) {
    case NUMBER_NINE:
    case NUMBER_ZERO: read_digit(r, shape); break;
    case NUMBER_POINT:
        if (c == '.' && !r->point) {
            r->point = true;
            r->at++;
        }
        break;
    case NUMBER_COMMA:
        if (c == ',') r->at++;
        break;
    case NUMBER_SIGN:
    case NUMBER_MINUS:
    case NUMBER_PLUS:
    case NUMBER_PLUS_MINUS:
    case NUMBER_BRACKET: read_sign(r); break;
    case NUMBER_CURRENCY:
    case NUMBER_TEXT:
        if (c && (c < '0' || c > '9') && c != '.' && c != ',' && c != '-' && c != '+') r->at++;
        break;
    default: break;
    }
}

bool number_pattern_read(Str pattern, Str text, int scale, Int128 *ret, Err *err) {
    Shape shape;
    if (!read_shape(pattern, &shape, err)) return false;
    if (shape.scientific || shape.roman)
        return err_set(err, ERR_UNSUPPORTED, "[0A000] \"%s\" is not supported for input", shape.roman ? "RN" : "EEEE");
    Reader r = {.text = text};
    NumberNodes nodes = {.text = pattern};
    for (NumberNode node; next_node(&nodes, &node);) read_node(&r, &shape, &node);
    if (!r.digits)
        return err_set(err, ERR_INPUT, "[22P02] invalid input syntax for type numeric: \"" STR_FMT "\"", STR_ARG(text));
    r.scale += shape.shift;
    for (; r.scale > scale; r.scale--) {
        bool last = r.scale == scale + 1;
        r.value = (r.value + (last ? 5 : 0)) / 10;
    }
    for (; r.scale < scale; r.scale++)
        if (__builtin_mul_overflow(r.value, (Int128)10, &r.value))
            return err_set(err, ERR_INPUT, "[22003] numeric field overflow: \"" STR_FMT "\"", STR_ARG(text));
    *ret = r.negative ? -r.value : r.value;
    return true;
}

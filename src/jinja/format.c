/* Format specifications: docs.python.org/3/library/string.html#format-specification-mini-language. */
#include "jinja/format.h"

#include <math.h>

#include "jinja/number.h"
#include "jinja/unicode.h"
#include "jinja/write.h"

/* ---- reading a specification ---- */

typedef struct SpecReader {
    Str text;
    size_t at;
} SpecReader;

static char peek(const SpecReader *r) {
    return r->at < r->text.len ? r->text.at[r->at] : '\0';
}

/* Takes one of the characters, '\0' when none stands there. */
static char take(SpecReader *r, const char *characters) {
    char c = peek(r);
    if (!c || !strchr(characters, c)) return '\0';
    r->at++;
    return c;
}

/* A number, -1 when there is none or it is too large. */
static int64_t take_number(SpecReader *r) {
    size_t from = r->at;
    int64_t number;
    while (ascii_digit(peek(r))) r->at++;
    return str_to_i64(str_slice(r->text, from, r->at), &number) && number <= FORMAT_WIDTH_LIMIT ? number : -1;
}

static bool wrong_spec(Eval *ev, Str text) {
    return eval_fail(ev, "format \"" STR_FMT "\" is wrong or too wide", STR_ARG(str_slice(text, 0, 80)));
}

static bool read_spec(Eval *ev, Str text, FormatSpec *ret) {
    SpecReader r = {.text = text};
    FormatSpec spec = {.precision = -1};
    size_t behind = 0;
    uint32_t first = text.len ? utf8_next(text, &behind) : 0;
    if (behind < text.len && strchr("<>^=", text.at[behind])) {
        spec.fill = first;
        r.at = behind;
    }
    spec.align = take(&r, "<>^=");
    spec.sign = take(&r, "+- ");
    spec.positive_zero = take(&r, "z");
    spec.alternate = take(&r, "#");
    spec.zeros = take(&r, "0");
    if (ascii_digit(peek(&r)) && (spec.width = take_number(&r)) < 0) return wrong_spec(ev, text);
    spec.grouping = take(&r, ",_");
    if (take(&r, ".") && (spec.precision = take_number(&r)) < 0) return wrong_spec(ev, text);
    if (r.at < text.len) spec.type = text.at[r.at++];
    if (r.at < text.len) return wrong_spec(ev, text);
    *ret = spec;
    return true;
}

static bool wrong_type(Eval *ev, const FormatSpec *spec, const char *type) {
    return eval_fail(ev, "format type '%c' is not for %s", spec->type ? spec->type : '=', type);
}

/* ---- laying out ---- */

static void fill(Buf *out, const FormatSpec *spec, int64_t times) {
    uint32_t c = spec->fill ? spec->fill : spec->zeros ? '0' : ' ';
    for (; times > 0; times--) utf8_put(out, c);
}

/* Fill characters at both sides of something that is `missing` characters short of the width. */
static int64_t fill_left(char align, int64_t missing) {
    return align == '<' ? 0 : align == '^' ? missing / 2 : missing;
}

void format_text(Buf *out, const FormatSpec *spec, Str text) {
    if (spec->precision >= 0) text = str_slice(text, 0, utf8_offset(text, (size_t)spec->precision));
    int64_t missing = MAX(spec->width - (int64_t)utf8_length(text), (int64_t)0);
    int64_t left = fill_left(spec->align ? spec->align : '<', missing);
    fill(out, spec, left);
    buf_append(out, text);
    fill(out, spec, missing - left);
}

/* A number in parts: sign, prefix, digits before the point, what follows them. */
typedef struct NumberText {
    bool negative;
    const char *prefix;
    Str digits, rest;
    size_t group; /* digits between separators */
} NumberText;

/* The digits, with zeros in front to have at least `least` characters, with separators. */
static void put_digits(Buf *out, const NumberText *n, char grouping, int64_t least) {
    int64_t count = (int64_t)n->digits.len, group = (int64_t)n->group;
    if (!grouping) {
        for (int64_t i = count; i < least; i++) buf_put(out, '0');
        buf_append(out, n->digits);
        return;
    }
    while (count + (count - 1) / group < least) count++;
    int64_t zeros = count - (int64_t)n->digits.len;
    for (int64_t i = 0; i < count; i++) {
        if (i && (count - i) % group == 0) buf_put(out, grouping);
        buf_put(out, i < zeros ? '0' : n->digits.at[i - zeros]);
    }
}

static void put_number(Buf *out, const FormatSpec *spec, const NumberText *n) {
    char sign = n->negative ? '-' : spec->sign == '+' || spec->sign == ' ' ? spec->sign : '\0';
    char align = spec->align ? spec->align : spec->zeros ? '=' : '>';
    bool zero_filled = align == '=' && (spec->fill == '0' || (!spec->fill && spec->zeros));
    int64_t around = (sign != '\0') + (int64_t)(strlen(n->prefix) + n->rest.len);
    AUTO(Buf) digits = {0};
    put_digits(&digits, n, spec->grouping, zero_filled ? spec->width - around : 0);
    int64_t missing = MAX(spec->width - around - (int64_t)digits.len, (int64_t)0);
    int64_t left = align == '=' ? 0 : fill_left(align, missing);
    fill(out, spec, left);
    if (sign) buf_put(out, sign);
    buf_append_c(out, n->prefix);
    if (align == '=') fill(out, spec, missing);
    buf_append(out, buf_str(&digits));
    buf_append(out, n->rest);
    fill(out, spec, align == '=' ? 0 : missing - left);
}

/* ---- integers ---- */

bool format_integer(Eval *ev, Buf *out, const FormatSpec *spec, Value v) {
    static const struct {
        char type;
        unsigned base;
        const char *prefix;
    } types[] = {{'b', 2, "0b"}, {'o', 8, "0o"}, {'x', 16, "0x"}, {'X', 16, "0X"},
                 {'d', 10, ""},  {'n', 10, ""},  {'\0', 10, ""}};
    int64_t code;
    AUTO(Buf) digits = {0};
    if (spec->precision >= 0) return eval_fail(ev, "an integer is formatted without precision");
    if (spec->type == 'c') {
        if (spec->sign || spec->grouping || spec->alternate) return wrong_type(ev, spec, "int with sign or separators");
        if (!integer_to_i64(v, &code) || code < 0 || code > 0x10FFFF)
            return eval_fail(ev, "no character has that number");
        utf8_put(&digits, (uint32_t)code);
        FormatSpec text = *spec;
        text.align = spec->align ? spec->align : '>';
        format_text(out, &text, buf_str(&digits));
        return true;
    }
    size_t i = 0;
    while (i < ARRAY_LEN(types) && types[i].type != spec->type) i++;
    if (i == ARRAY_LEN(types)) return wrong_type(ev, spec, "int");
    unsigned base = types[i].base;
    if (spec->grouping && (spec->type == 'n' || (spec->grouping == ',' && base != 10)))
        return eval_fail(ev, "'%c' does not go with format type '%c'", spec->grouping, spec->type);
    integer_write(&digits, v, base);
    for (size_t d = 0; spec->type == 'X' && d < digits.len; d++)
        if (digits.at[d] >= 'a') digits.at[d] = (char)(digits.at[d] - 0x20);
    bool negative = digits.at[0] == '-';
    NumberText n = {
        .negative = negative,
        .prefix = spec->alternate ? types[i].prefix : "",
        .digits = str_slice(buf_str(&digits), negative, digits.len),
        .group = base == 10 ? 3 : 4,
    };
    put_number(out, spec, &n);
    return true;
}

/* ---- floats ---- */

/* Digits of a positive, finite number by printf's e, f or g. */
static void print_float(Buf *out, const FormatSpec *spec, char conversion, double real) {
    int precision = (int)spec->precision;
    switch (conversion) {
    case 'e':
        spec->alternate ? buf_printf(out, "%#.*e", precision, real) : buf_printf(out, "%.*e", precision, real);
        break;
    case 'f':
        spec->alternate ? buf_printf(out, "%#.*f", precision, real) : buf_printf(out, "%.*f", precision, real);
        break;
    default: spec->alternate ? buf_printf(out, "%#.*g", precision, real) : buf_printf(out, "%.*g", precision, real);
    }
}

/* No type, but a precision: as g, with a digit behind the point, and an exponent one digit earlier. */
static void print_general(Buf *out, const FormatSpec *spec, double real) {
    AUTO(Buf) probe = {0};
    int precision = (int)MAX(spec->precision, (int64_t)1);
    if (spec->alternate) buf_printf(&probe, "%#.*e", precision - 1, real);
    else buf_printf(&probe, "%.*e", precision - 1, real);
    Str written = buf_str(&probe);
    int64_t exponent;
    size_t e = str_find_last(written, 'e');
    bool scientific =
        e != STR_NONE && str_to_i64(str_slice(written, e + 1, written.len), &exponent) && exponent == precision - 1;
    FormatSpec same = *spec;
    same.precision = precision;
    if (!scientific) {
        print_float(out, &same, 'g', real);
        Str text = buf_str(out);
        if (str_find(text, '.') == STR_NONE && str_find(text, 'e') == STR_NONE) buf_append_c(out, ".0");
        return;
    }
    size_t end = e;
    while (!spec->alternate && end > 1 && probe.at[end - 1] == '0' && str_find(buf_str(&probe), '.') != STR_NONE) end--;
    if (!spec->alternate && probe.at[end - 1] == '.') end--;
    buf_append(out, str_slice(buf_str(&probe), 0, end));
    buf_append(out, str_slice(written, e, written.len));
}

/* As repr(); `#` gives a number without fraction a point before its exponent. */
static void print_shortest(Buf *out, bool alternate, double size) {
    AUTO(Buf) text = {0};
    float_write(&text, size);
    size_t e = str_find(buf_str(&text), 'e');
    bool point = alternate && e != STR_NONE && str_find(buf_str(&text), '.') == STR_NONE;
    buf_append(out, str_slice(buf_str(&text), 0, e));
    if (point) buf_put(out, '.');
    buf_append(out, str_slice(buf_str(&text), e, text.len));
}

/* The digits of |real| as the type wants them. */
static void print_number(Buf *out, const FormatSpec *spec, double size) {
    FormatSpec full = *spec;
    char low = spec->type == '%' ? 'f' : spec->type == 'n' ? 'g' : (char)(spec->type | 0x20);
    if (full.precision < 0) full.precision = 6;
    if (full.precision == 0 && low == 'g') full.precision = 1;
    if (!isfinite(size)) buf_append_c(out, isnan(size) ? "nan" : "inf");
    else if (spec->type) print_float(out, &full, low, size);
    else if (spec->precision < 0) print_shortest(out, spec->alternate, size);
    else print_general(out, &full, size);
    for (size_t i = 0; spec->type >= 'E' && spec->type <= 'G' && i < out->len; i++)
        if (out->at[i] >= 'a') out->at[i] = (char)(out->at[i] - 0x20);
    if (spec->type == '%') buf_put(out, '%');
}

/* Only zeros before the exponent. */
static bool is_zero_text(Str text) {
    for (size_t i = 0; i < text.len && text.at[i] != 'e' && text.at[i] != 'E'; i++)
        if (text.at[i] != '0' && text.at[i] != '.' && text.at[i] != '%') return false;
    return true;
}

bool format_float(Eval *ev, Buf *out, const FormatSpec *spec, double real) {
    if (spec->type && !strchr("eEfFgGn%", spec->type)) return wrong_type(ev, spec, "float");
    if (spec->grouping && spec->type == 'n')
        return eval_fail(ev, "'%c' does not go with format type 'n'", spec->grouping);
    FormatSpec layout = *spec;
    AUTO(Buf) text = {0};
    double size = fabs(spec->type == '%' ? real * 100 : real);
    print_number(&text, spec, size);
    size_t whole = 0;
    if (isfinite(size)) {
        while (whole < text.len && ascii_digit(text.at[whole])) whole++;
    } else {
        layout.grouping = '\0';
        whole = 3;
    }
    NumberText n = {
        .negative = signbit(real) && !isnan(real) && !(spec->positive_zero && is_zero_text(buf_str(&text))),
        .prefix = "",
        .digits = str_slice(buf_str(&text), 0, whole),
        .rest = str_slice(buf_str(&text), whole, text.len),
        .group = 3,
    };
    put_number(out, &layout, &n);
    return true;
}

/* ---- decimals ---- */

/* To so many digits, with zeros behind when there are fewer. */
static Decimal *with_digits(Arena *a, const Decimal *d, int64_t digits) {
    if (!integer_sign(d->coefficient)) return decimal_round_digits(a, d, (size_t)digits);
    for (;;) {
        int64_t have = (int64_t)integer_digits(d->coefficient);
        Decimal *rounded = decimal_round(a, d, digits - have - d->exponent);
        if ((int64_t)integer_digits(rounded->coefficient) == digits) return rounded;
        d = rounded;
    }
}

static const Decimal *rounded_for(Arena *a, const Decimal *d, char type, int64_t precision) {
    bool fixed = type == 'f' || type == '%';
    if (precision >= 0 && type == 'e') d = with_digits(a, d, precision + 1);
    else if (precision >= 0 && fixed) d = decimal_round(a, d, precision);
    else if (precision >= 0) d = decimal_round_digits(a, d, (size_t)MAX(precision, (int64_t)1));
    return fixed && d->exponent > 0 ? decimal_round(a, d, 0) : d;
}

bool format_decimal(Eval *ev, Buf *out, const Decimal *d, Str text) {
    FormatSpec spec;
    if (!read_spec(ev, text, &spec)) return false;
    char type = spec.type == '\0' || spec.type == 'n' ? 'g' : spec.type == '%' ? '%' : (char)(spec.type | 0x20);
    bool wrong =
        spec.alternate || spec.grouping == '_' || (spec.zeros && spec.align) || (spec.grouping && spec.type == 'n');
    if (wrong || !strchr("efg%", type)) return wrong_type(ev, &spec, "decimal.Decimal");
    Decimal scaled = *d;
    if (type == '%') scaled.exponent += 2;
    if (scaled.exponent > FORMAT_WIDTH_LIMIT || scaled.exponent < -FORMAT_WIDTH_LIMIT)
        return eval_fail(ev, "the exponent of the decimal is too large for a format");
    d = rounded_for(ev->arena, &scaled, type, spec.precision);
    AUTO(Buf) all = {0};
    integer_write(&all, d->coefficient, 10);
    int64_t len = (int64_t)all.len, left = d->exponent + len, point = left;
    bool zero = !integer_sign(d->coefficient);
    if (type == 'e') point = zero && spec.precision >= 0 ? 1 - spec.precision : 1;
    if (type == 'g' && !(d->exponent <= 0 && left > -6)) point = 1;
    AUTO(Buf) whole = {0};
    AUTO(Buf) rest = {0};
    for (int64_t i = 0; i < point; i++) buf_put(&whole, i < len ? all.at[i] : '0');
    if (point <= 0) buf_put(&whole, '0');
    for (int64_t i = point; i < 0; i++) buf_put(&rest, '0');
    buf_append(&rest, str_slice(buf_str(&all), (size_t)MAX(point, (int64_t)0), all.len));
    AUTO(Buf) behind = {0};
    if (rest.len) buf_printf(&behind, ".%s", buf_c(&rest));
    bool small = spec.type == 'e' || spec.type == 'g' || spec.type == 'n';
    if (type == 'e' || left != point) buf_printf(&behind, "%c%+lld", small ? 'e' : 'E', (long long)(left - point));
    if (type == '%') buf_put(&behind, '%');
    NumberText n = {d->negative && !(spec.positive_zero && zero), "", buf_str(&whole), buf_str(&behind), 3};
    put_number(out, &spec, &n);
    return true;
}

/* ---- values ---- */

bool format_value(Eval *ev, Buf *out, Value v, Str text) {
    FormatSpec spec;
    if (!text.len) {
        value_write(out, v);
        return true;
    }
    if (v.kind == VALUE_OBJECT && v.object->type->format) return v.object->type->format(ev, out, v.object, text);
    if (v.kind != VALUE_STR && !integer_is(v) && v.kind != VALUE_FLOAT)
        return eval_fail(ev, "%s has no format \"" STR_FMT "\"", value_type_name(v), STR_ARG(str_slice(text, 0, 80)));
    if (!read_spec(ev, text, &spec)) return false;
    if (v.kind == VALUE_STR) {
        bool refused = spec.sign || spec.alternate || spec.grouping || spec.positive_zero || spec.align == '=';
        if (refused || (spec.type && spec.type != 's')) return wrong_type(ev, &spec, "str");
        format_text(out, &spec, v.text);
        return true;
    }
    if (v.kind == VALUE_FLOAT || (spec.type && strchr("eEfFgG%", spec.type))) {
        double real = number_to_double(v);
        if (isinf(real) && v.kind != VALUE_FLOAT) return eval_fail(ev, "integer is too large for a float");
        return format_float(ev, out, &spec, real);
    }
    if (spec.positive_zero) return wrong_type(ev, &spec, "int");
    return format_integer(ev, out, &spec, v);
}

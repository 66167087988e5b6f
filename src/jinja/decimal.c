/* Decimals: a coefficient and a power of ten, rounded to 28 digits after each operation. Rules: Python's decimal module,
 * which is the General Decimal Arithmetic Specification 1.70. */
#include "jinja/decimal.h"

#include <math.h>

#include "jinja/eval.h"
#include "jinja/expr.h"
#include "jinja/format.h"
#include "jinja/number.h"
#include "jinja/unicode.h"

static const ObjectType decimal_type;

bool decimal_is(Value v) {
    return value_is_a(v, &decimal_type);
}

static Decimal *decimal_new(Arena *a, bool negative, Value coefficient, int64_t exponent) {
    Decimal *d = arena_new(a, Decimal);
    *d = (Decimal){{&decimal_type}, negative, coefficient, exponent};
    return d;
}

static bool is_zero(const Decimal *d) {
    return integer_sign(d->coefficient) == 0;
}

/* Exponent of the first digit. */
static int64_t adjusted(const Decimal *d) {
    return d->exponent + (int64_t)integer_digits(d->coefficient) - 1;
}

/* ---- text ---- */

bool decimal_parse(Arena *a, Str text, Value *ret) {
    bool negative = str_starts(text, STR("-"));
    size_t i = negative;
    AUTO(Buf) digits = {0};
    int64_t exponent = 0;
    bool point = false;
    for (; i < text.len && (ascii_digit(text.at[i]) || (text.at[i] == '.' && !point)); i++) {
        if (text.at[i] == '.') point = true;
        else buf_put(&digits, text.at[i]);
        if (point && text.at[i] != '.') exponent--;
    }
    if (i < text.len) {
        int64_t shift;
        if ((text.at[i] | 0x20) != 'e' || !str_to_i64(str_slice(text, i + 1, text.len), &shift)) return false;
        if (shift > DECIMAL_EXPONENT_LIMIT || shift < -DECIMAL_EXPONENT_LIMIT) return false;
        exponent += shift;
    }
    Value coefficient;
    if (digits.len > DECIMAL_DIGITS_LIMIT || !integer_parse(a, buf_str(&digits), 10, false, &coefficient)) return false;
    *ret = value_object(&decimal_new(a, negative, coefficient, exponent)->head);
    return true;
}

void decimal_write(Buf *out, const Decimal *d) {
    AUTO(Buf) text = {0};
    integer_write(&text, d->coefficient, 10);
    Str digits = buf_str(&text);
    int64_t left = d->exponent + (int64_t)digits.len; /* digits before the point */
    if (d->negative) buf_put(out, '-');
    bool plain = d->exponent <= 0 && left > -6;
    int64_t point = plain ? left : 1;
    if (point <= 0) {
        buf_append_c(out, "0.");
        for (int64_t i = point; i < 0; i++) buf_put(out, '0');
        buf_append(out, digits);
    } else {
        buf_append(out, str_slice(digits, 0, (size_t)point));
        if ((size_t)point < digits.len) buf_put(out, '.');
        buf_append(out, str_slice(digits, (size_t)point, digits.len));
    }
    if (!plain && left != point) buf_printf(out, "E%+lld", (long long)(left - point));
}

static void write_decimal(Buf *out, const Object *o, bool quoted) {
    if (quoted) buf_append_c(out, "Decimal('");
    decimal_write(out, (const Decimal *)o);
    if (quoted) buf_append_c(out, "')");
}

/* ---- to other numbers ---- */

double decimal_to_double(const Decimal *d) {
    AUTO(Buf) text = {0};
    decimal_write(&text, d);
    return strtod(buf_c(&text), NULL);
}

bool decimal_to_integer(Arena *a, const Decimal *d, Value *ret) {
    if (d->exponent > EXPR_INTEGER_BITS / 4 && !is_zero(d)) return false;
    Value whole = d->coefficient, rest;
    if (is_zero(d) || (d->exponent < 0 && adjusted(d) < 0)) whole = value_int(0);
    else if (d->exponent < 0) integer_divide(a, whole, integer_power_of_ten(a, (uint64_t)-d->exponent), &whole, &rest);
    else whole = integer_multiply(a, whole, integer_power_of_ten(a, (uint64_t)d->exponent));
    *ret = d->negative ? integer_negate(a, whole) : whole;
    return true;
}

static Decimal *of_integer(Arena *a, Value v) {
    return decimal_new(a, integer_sign(v) < 0, integer_magnitude(a, v), 0);
}

/* Exactly: a double is an integer times a power of two. */
static Decimal *of_double(Arena *a, double real) {
    int exponent;
    double fraction = frexp(fabs(real), &exponent);
    Value mantissa = value_int((int64_t)ldexp(fraction, 53));
    exponent -= 53;
    if (exponent >= 0) return decimal_new(a, real < 0, integer_shift_left(a, mantissa, (size_t)exponent), 0);
    Value fives = integer_power(a, value_int(5), (uint64_t)-exponent);
    return decimal_new(a, real < 0, integer_multiply(a, mantissa, fives), exponent);
}

/* ---- order ---- */

/* Magnitudes; 10^exponent differences are small once the first digits stand at the same place. */
static int compare_magnitudes(Arena *a, const Decimal *x, const Decimal *y) {
    if (is_zero(x) || is_zero(y)) return !is_zero(x) - !is_zero(y);
    if (adjusted(x) != adjusted(y)) return adjusted(x) < adjusted(y) ? -1 : 1;
    Value p = x->coefficient, q = y->coefficient;
    if (x->exponent > y->exponent)
        p = integer_multiply(a, p, integer_power_of_ten(a, (uint64_t)(x->exponent - y->exponent)));
    else q = integer_multiply(a, q, integer_power_of_ten(a, (uint64_t)(y->exponent - x->exponent)));
    return integer_compare(p, q);
}

static int compare_decimals(const Decimal *x, const Decimal *y) {
    bool x_below = x->negative && !is_zero(x), y_below = y->negative && !is_zero(y);
    if (x_below != y_below) return x_below ? -1 : 1;
    AUTO(Arena) arena = {0};
    int magnitudes = compare_magnitudes(&arena, x, y);
    return x_below ? -magnitudes : magnitudes;
}

Order decimal_compare(const Decimal *d, Value other) {
    AUTO(Arena) arena = {0};
    const Decimal *y;
    if (decimal_is(other)) {
        y = (const Decimal *)other.object;
    } else if (other.kind == VALUE_FLOAT) {
        if (isnan(other.real)) return ORDER_NONE;
        if (isinf(other.real)) return other.real > 0 ? ORDER_LESS : ORDER_GREATER;
        y = of_double(&arena, other.real);
    } else {
        y = of_integer(&arena, other);
    }
    int sign = compare_decimals(d, y);
    return sign < 0 ? ORDER_LESS : sign > 0 ? ORDER_GREATER : ORDER_SAME;
}

static bool equal_decimal(const Object *o, Value other) {
    return number_is(other) && decimal_compare((const Decimal *)o, other) == ORDER_SAME;
}

static bool order_decimal(const Object *o, Value other, Order *ret) {
    if (!number_is(other)) return false;
    *ret = decimal_compare((const Decimal *)o, other);
    return true;
}

static bool truth_decimal(const Object *o) {
    return !is_zero((const Decimal *)o);
}

static bool hash_decimal(const Object *o, uint64_t *ret) {
    return value_hash(value_float(decimal_to_double((const Decimal *)o)), ret);
}

/* ---- rounding ---- */

/* coefficient / 10^drop, half to even. */
static Value drop_digits(Arena *a, Value coefficient, uint64_t drop) {
    Value quotient, rest, divisor = integer_power_of_ten(a, drop);
    integer_divide(a, coefficient, divisor, &quotient, &rest);
    int half = integer_compare(integer_add(a, rest, rest), divisor);
    bool odd = integer_sign(integer_bitwise(a, INTEGER_AND, quotient, value_int(1))) != 0;
    return half > 0 || (half == 0 && odd) ? integer_add(a, quotient, value_int(1)) : quotient;
}

Decimal *decimal_round(Arena *a, const Decimal *d, int64_t places) {
    int64_t drop = -places - d->exponent;
    if (drop <= 0)
        return decimal_new(a, d->negative,
                           integer_multiply(a, d->coefficient, integer_power_of_ten(a, (uint64_t)-drop)), -places);
    bool nothing = drop > (int64_t)integer_digits(d->coefficient);
    return decimal_new(a, d->negative, nothing ? value_int(0) : drop_digits(a, d->coefficient, (uint64_t)drop),
                       -places);
}

Decimal *decimal_round_digits(Arena *a, const Decimal *d, size_t digits) {
    size_t have = integer_digits(d->coefficient);
    Decimal *rounded = decimal_new(a, d->negative, d->coefficient, d->exponent);
    for (; have > digits; have = integer_digits(rounded->coefficient)) { /* twice when 99.5 becomes 100 */
        rounded->coefficient = drop_digits(a, rounded->coefficient, have - digits);
        rounded->exponent += (int64_t)(have - digits);
    }
    return rounded;
}

/* The result of an operation: rounded to the precision. */
static Outcome finish(Eval *ev, bool negative, Value coefficient, int64_t exponent, Value *ret) {
    Decimal exact = {{&decimal_type}, negative, coefficient, exponent};
    Decimal *d = decimal_round_digits(ev->arena, &exact, DECIMAL_PRECISION);
    if (!is_zero(d) && (adjusted(d) > DECIMAL_EXPONENT_LIMIT || adjusted(d) < -DECIMAL_EXPONENT_LIMIT)) {
        eval_fail(ev, "decimal overflow");
        return OUTCOME_FAILED;
    }
    *ret = value_object(&d->head);
    return OUTCOME_DONE;
}

/* ---- arithmetic ---- */

static Value scaled(Arena *a, const Decimal *d, int64_t exponent) {
    return integer_multiply(a, d->coefficient, integer_power_of_ten(a, (uint64_t)(d->exponent - exponent)));
}

/* Where y is far below the last digit that x can keep, any tiny amount rounds alike: keeps the powers of ten small. */
static Decimal stand_in(const Decimal *x, const Decimal *y) {
    int64_t digits = (int64_t)integer_digits(x->coefficient);
    int64_t lowest = x->exponent + MIN((int64_t)-1, digits - DECIMAL_PRECISION - 2);
    if (is_zero(x) || is_zero(y) || adjusted(y) >= lowest) return *y;
    return (Decimal){y->head, y->negative, value_int(1), lowest};
}

static Outcome add(Eval *ev, const Decimal *x, const Decimal *y, Value *ret) {
    Arena *a = ev->arena;
    if (is_zero(x) && is_zero(y))
        return finish(ev, x->negative && y->negative, value_int(0), MIN(x->exponent, y->exponent), ret);
    if (is_zero(x) || is_zero(y)) {
        const Decimal *kept = is_zero(x) ? y : x;
        int64_t exponent = MAX(MIN(x->exponent, y->exponent), kept->exponent - DECIMAL_PRECISION - 1);
        return finish(ev, kept->negative, scaled(a, kept, exponent), exponent, ret);
    }
    Decimal p = x->exponent >= y->exponent ? *x : stand_in(y, x), q = x->exponent >= y->exponent ? stand_in(x, y) : *y;
    int64_t exponent = MIN(p.exponent, q.exponent);
    Value left = scaled(a, &p, exponent), right = scaled(a, &q, exponent);
    if (p.negative) left = integer_negate(a, left);
    if (q.negative) right = integer_negate(a, right);
    Value sum = integer_add(a, left, right);
    return finish(ev, integer_sign(sum) < 0, integer_magnitude(a, sum), exponent, ret);
}

static Outcome multiply(Eval *ev, const Decimal *x, const Decimal *y, Value *ret) {
    Value product = integer_multiply(ev->arena, x->coefficient, y->coefficient);
    return finish(ev, x->negative != y->negative, product, x->exponent + y->exponent, ret);
}

static Outcome division_by_zero(Eval *ev) {
    eval_fail(ev, "decimal division by zero");
    return OUTCOME_FAILED;
}

static Outcome divide(Eval *ev, const Decimal *x, const Decimal *y, Value *ret) {
    Arena *a = ev->arena;
    if (is_zero(y)) return division_by_zero(ev);
    bool negative = x->negative != y->negative;
    int64_t ideal = x->exponent - y->exponent;
    if (is_zero(x)) return finish(ev, negative, value_int(0), ideal, ret);
    int64_t shift =
        (int64_t)integer_digits(y->coefficient) - (int64_t)integer_digits(x->coefficient) + DECIMAL_PRECISION + 1;
    int64_t exponent = ideal - shift;
    Value top = x->coefficient, bottom = y->coefficient, quotient, rest, digit;
    if (shift >= 0) top = integer_multiply(a, top, integer_power_of_ten(a, (uint64_t)shift));
    else bottom = integer_multiply(a, bottom, integer_power_of_ten(a, (uint64_t)-shift));
    integer_divide(a, top, bottom, &quotient, &rest);
    if (integer_sign(rest)) { /* never exactly half way */
        integer_divide(a, quotient, value_int(5), &top, &digit);
        if (!integer_sign(digit)) quotient = integer_add(a, quotient, value_int(1));
        return finish(ev, negative, quotient, exponent, ret);
    }
    for (; exponent < ideal; exponent++) {
        integer_divide(a, quotient, value_int(10), &top, &digit);
        if (integer_sign(digit)) break;
        quotient = top;
    }
    return finish(ev, negative, quotient, exponent, ret);
}

/* Quotient towards zero, remainder with the sign of x. */
static Outcome divide_whole(Eval *ev, const Decimal *x, const Decimal *y, bool want_rest, Value *ret) {
    Arena *a = ev->arena;
    if (is_zero(y)) return division_by_zero(ev);
    int64_t exponent = MIN(x->exponent, y->exponent);
    if (is_zero(x) || adjusted(x) - adjusted(y) <= -2) { /* the quotient is 0 */
        if (!want_rest) return finish(ev, x->negative != y->negative, value_int(0), 0, ret);
        if (is_zero(x) || x->exponent - exponent > DECIMAL_PRECISION * 2)
            return finish(ev, x->negative, x->coefficient, is_zero(x) ? exponent : x->exponent, ret);
        return finish(ev, x->negative, scaled(a, x, exponent), exponent, ret);
    }
    Value quotient, rest, too_large = integer_power_of_ten(a, DECIMAL_PRECISION);
    bool possible = adjusted(x) - adjusted(y) <= DECIMAL_PRECISION;
    if (possible) {
        integer_divide(a, scaled(a, x, exponent), scaled(a, y, exponent), &quotient, &rest);
        possible = integer_compare(quotient, too_large) < 0;
    }
    if (!possible) {
        eval_fail(ev, "decimal quotient too large");
        return OUTCOME_FAILED;
    }
    return want_rest ? finish(ev, x->negative, rest, exponent, ret)
                     : finish(ev, x->negative != y->negative, quotient, 0, ret);
}

/* Whole exponents only. */
static Outcome power(Eval *ev, const Decimal *x, const Decimal *y, Value *ret) {
    Value whole;
    int64_t n;
    if (!decimal_to_integer(ev->arena, y, &whole) || decimal_compare(y, whole) != ORDER_SAME) {
        eval_unsupported(ev, "a decimal to the power of a fraction: use float()");
        return OUTCOME_FAILED;
    }
    uint64_t bits = MAX(integer_bits(x->coefficient), (size_t)1);
    if (!integer_to_i64(whole, &n) || n > EXPR_INTEGER_BITS || n < -EXPR_INTEGER_BITS ||
        (uint64_t)llabs(n) * bits > EXPR_INTEGER_BITS) {
        eval_fail(ev, "decimal power too large");
        return OUTCOME_FAILED;
    }
    if (is_zero(x) && n <= 0) {
        eval_fail(ev, n ? "decimal division by zero" : "0 ** 0 is not defined for decimals");
        return OUTCOME_FAILED;
    }
    if (is_zero(x)) return finish(ev, x->negative && (n & 1), value_int(0), 0, ret);
    uint64_t times = (uint64_t)llabs(n);
    Decimal exact = {{&decimal_type},
                     x->negative && (times & 1),
                     integer_power(ev->arena, x->coefficient, times),
                     x->exponent * (int64_t)times};
    if (n >= 0) return finish(ev, exact.negative, exact.coefficient, exact.exponent, ret);
    Decimal one = {{&decimal_type}, false, value_int(1), 0};
    return divide(ev, &one, &exact, ret);
}

/* Decimals and integers mix; a decimal and a float do not. */
static const Decimal *operand(Arena *a, Value v) {
    if (decimal_is(v)) return (const Decimal *)v.object;
    return integer_is(v) ? of_integer(a, v) : NULL;
}

static Outcome binary_decimal(Eval *ev, Operator op, Value left, Value right, Value *ret) {
    const Decimal *x = operand(ev->arena, left), *y = operand(ev->arena, right);
    if (!x || !y) return OUTCOME_FOREIGN;
    Decimal minus = *y;
    minus.negative = !y->negative;
    switch ((int)op) {
    case OP_ADD: return add(ev, x, y, ret);
    case OP_SUBTRACT: return add(ev, x, &minus, ret);
    case OP_MULTIPLY: return multiply(ev, x, y, ret);
    case OP_DIVIDE: return divide(ev, x, y, ret);
    case OP_FLOOR_DIVIDE: return divide_whole(ev, x, y, false, ret);
    case OP_MODULO: return divide_whole(ev, x, y, true, ret);
    case OP_POWER: return power(ev, x, y, ret);
    default: return OUTCOME_FOREIGN;
    }
}

static Outcome unary_decimal(Eval *ev, Operator op, const Object *o, Value *ret) {
    const Decimal *d = (const Decimal *)o;
    if (op != OP_NEGATE && op != OP_PLUS) return OUTCOME_FOREIGN;
    bool negative = !is_zero(d) && d->negative != (op == OP_NEGATE);
    return finish(ev, negative, d->coefficient, d->exponent, ret);
}

static bool format_of_decimal(Eval *ev, Buf *out, const Object *o, Str spec) {
    return format_decimal(ev, out, (const Decimal *)o, spec);
}

static const ObjectType decimal_type = {
    .name = "decimal.Decimal",
    .truth = truth_decimal,
    .equal = equal_decimal,
    .hash = hash_decimal,
    .compare = order_decimal,
    .binary = binary_decimal,
    .unary = unary_decimal,
    .write = write_decimal,
    .format = format_of_decimal,
};

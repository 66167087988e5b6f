/* Methods of int, bool and float. */
#include <math.h>

#include "jinja/builtins.h"
#include "jinja/number.h"

static bool call_bit_length(Call *c, Value *ret) {
    *ret = value_int((int64_t)integer_bits(c->self));
    return true;
}

static bool call_conjugate(Call *c, Value *ret) {
    return eval_unary(c->ev, OP_PLUS, c->self, ret);
}

static bool ratio(Call *c, Value over, Value under, Value *ret) {
    Value pair[2] = {over, under};
    *ret = value_tuple(c->ev->arena, pair, 2);
    return true;
}

static bool call_integer_ratio(Call *c, Value *ret) {
    return ratio(c, integer_add(c->ev->arena, c->self, value_int(0)), value_int(1), ret);
}

/* A double is an odd integer times a power of two. */
static bool call_float_ratio(Call *c, Value *ret) {
    int exponent;
    if (!isfinite(c->self.real)) return eval_fail(c->ev, "as_integer_ratio(): the number is not finite");
    int64_t mantissa = (int64_t)ldexp(frexp(c->self.real, &exponent), 53);
    exponent = mantissa ? exponent - 53 : 0;
    for (; mantissa && mantissa % 2 == 0 && exponent < 0; exponent++) mantissa /= 2;
    Value power = integer_shift_left(c->ev->arena, value_int(1), (size_t)abs(exponent));
    if (exponent < 0) return ratio(c, value_int(mantissa), power, ret);
    return ratio(c, integer_multiply(c->ev->arena, value_int(mantissa), power), value_int(1), ret);
}

static bool call_is_integer(Call *c, Value *ret) {
    *ret = value_bool(isfinite(c->self.real) && floor(c->self.real) == c->self.real);
    return true;
}

static const Builtin int_methods[] = {
    {"bit_length", call_bit_length, 0, 0, NULL, NULL},
    {"conjugate", call_conjugate, 0, 0, NULL, NULL},
    {"as_integer_ratio", call_integer_ratio, 0, 0, NULL, NULL},
};

static const Builtin float_methods[] = {
    {"is_integer", call_is_integer, 0, 0, NULL, NULL},
    {"conjugate", call_conjugate, 0, 0, NULL, NULL},
    {"as_integer_ratio", call_float_ratio, 0, 0, NULL, NULL},
};

const Builtins builtins_int = BUILTINS(int_methods);
const Builtins builtins_float = BUILTINS(float_methods);

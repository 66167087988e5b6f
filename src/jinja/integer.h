/*
 * Integers of any size, as Values: VALUE_INT while 64 bits are enough, else VALUE_BIG. Results are always in the smallest
 * kind. VALUE_BOOL is accepted as 0 and 1. Sizes are the caller's to limit before it asks (EXPR_INTEGER_BITS).
 *
 *     Value product = integer_multiply(arena, value_int(INT64_MAX), value_int(3));
 */
#pragma once

#include "base/buf.h"
#include "jinja/value.h"

struct Big {
    bool negative;
    uint32_t len;     /* limbs, the highest is not 0 */
    uint32_t limbs[]; /* magnitude, lowest first */
};

/* INT, BIG or BOOL. */
bool integer_is(Value v);
Value integer_of_u64(Arena *a, uint64_t magnitude, bool negative);
/* Digits of a base from 2 to 36 without sign or underscores. False: another character, or no digit at all. */
bool integer_parse(Arena *a, Str digits, unsigned base, bool negative, Value *ret);
/* The number without its fraction. False: infinite or no number. */
bool integer_of_double(Arena *a, double real, Value *ret);

bool integer_to_i64(Value v, int64_t *ret);
/* Rounded half to even; infinite when it is too large. */
double integer_to_double(Value v);
/* With a sign when negative, no prefix, lower-case digits. Base 2 to 36. */
void integer_write(Buf *out, Value v, unsigned base);

int integer_sign(Value v);             /* -1, 0, 1 */
size_t integer_bits(Value v);          /* of the magnitude; 0 for 0 */
size_t integer_digits(Value v);        /* decimal digits of the magnitude; 1 for 0 */
int integer_compare(Value a, Value b); /* < 0, 0, > 0 */

Value integer_negate(Arena *a, Value v);
Value integer_magnitude(Arena *a, Value v);
Value integer_add(Arena *a, Value x, Value y);
Value integer_subtract(Arena *a, Value x, Value y);
Value integer_multiply(Arena *a, Value x, Value y);
/* Quotient rounded down, remainder with the divisor's sign, as Python's // and %. y is not 0. */
void integer_divide(Arena *a, Value x, Value y, Value *ret_quotient, Value *ret_remainder);
/* x / y as the nearest double. y is not 0. */
double integer_ratio(Arena *a, Value x, Value y);
Value integer_power(Arena *a, Value base, uint64_t exponent);
Value integer_power_of_ten(Arena *a, uint64_t exponent);
Value integer_shift_left(Arena *a, Value v, size_t bits);
Value integer_shift_right(Arena *a, Value v, size_t bits); /* rounds down */

/* Bitwise, as on two's complement of unlimited width. */
typedef enum IntegerBits { INTEGER_AND, INTEGER_OR, INTEGER_XOR } IntegerBits;
Value integer_bitwise(Arena *a, IntegerBits op, Value x, Value y);
Value integer_invert(Arena *a, Value v);

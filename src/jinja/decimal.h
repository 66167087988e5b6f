/*
 * Decimal: exact decimal numbers as Python's decimal module computes with them by default: 28 digits, half to even.
 * Numbers with a fraction in a Singer record are decimals. There are no infinite ones and no NaN: what would give one is
 * an error, as Python's default traps have it.
 */
#pragma once

#include "jinja/object.h"

typedef struct Decimal {
    Object head;
    bool negative;
    Value coefficient; /* integer >= 0 */
    int64_t exponent;  /* value = coefficient * 10^exponent */
} Decimal;

bool decimal_is(Value v);
/* A number as JSON writes it, exactly. False: it is none, or has more than DECIMAL_DIGITS_LIMIT digits or exponent. */
bool decimal_parse(Arena *a, Str text, Value *ret);
enum { DECIMAL_DIGITS_LIMIT = 10000, DECIMAL_EXPONENT_LIMIT = 999999, DECIMAL_PRECISION = 28 };

void decimal_write(Buf *out, const Decimal *d);
double decimal_to_double(const Decimal *d);
/* Without its fraction. False: more than EXPR_INTEGER_BITS. */
bool decimal_to_integer(Arena *a, const Decimal *d, Value *ret);
/* Order against any number. */
Order decimal_compare(const Decimal *d, Value other);
/* Rounded half to even to so many places behind the point; negative: before it. */
Decimal *decimal_round(Arena *a, const Decimal *d, int64_t places);
/* Rounded half to even to so many digits, at least 1. */
Decimal *decimal_round_digits(Arena *a, const Decimal *d, size_t digits);

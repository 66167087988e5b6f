/*
 * Decimal: a number's text as digits and a power of ten, for columns of DECIMAL and integers that come in other words ("1e3").
 *
 *     Decimal d;
 *     Int128 cents;
 *     bool exact;
 *     if (decimal_read(STR("12.345"), &d) && decimal_scaled(&d, 2, &cents, &exact)) ... 1235, not exact
 */
#pragma once

#include "base/chunk.h"

/* A decimal number's parts: sign, digits without leading zeros, and the power of ten of the last one. */
typedef struct Decimal {
    bool negative;
    char digits[400];
    size_t count;
    int64_t exponent;
    bool cut; /* more digits than fit */
} Decimal;

/* [+-]digits[.digits][e[+-]digits], the whole text. */
bool decimal_read(Str s, Decimal *d);
/* digits * 10^(exponent + scale) as an integer, rounded half away from zero. *ret_exact: nothing was rounded off. False: it does not
 * fit. */
bool decimal_scaled(const Decimal *d, int scale, Int128 *ret, bool *ret_exact);

/*
 * Exact: the value of a JSON number without rounding, as a view of its text: no memory, no limits, any size of exponent.
 * For bounds and multiples of schemas, where a double would be wrong (0.07 is no multiple of 0.01 in binary).
 *
 *     Exact value, step;
 *     if (exact_read(STR("0.07"), &value) && exact_read(STR("1e-2"), &step)) ok = exact_is_multiple(value, step);
 */
#pragma once

#include "base/str.h"

/* +-head tail * 10^exponent, where "head tail" are the digits without zeros at either end; none: the number is 0. */
typedef struct Exact {
    bool negative;
    Str head, tail; /* digits; borrowed from the text */
    int64_t exponent;
} Exact;

/* False when the text is no JSON number, or NaN or an infinity, or its exponent has more than 18 digits. */
bool exact_read(Str number, Exact *ret);

static inline bool exact_is_zero(Exact n) {
    return n.head.len + n.tail.len == 0;
}

/* 1.0 and 1e2 are integers. */
static inline bool exact_is_integer(Exact n) {
    return n.exponent >= 0;
}

/* Digits needed behind and before the decimal point: 12.340 has 2 and 2; 100 has 0 and 3; 0.05 has 2 and 0. */
int64_t exact_scale(Exact n);
int64_t exact_integer_digits(Exact n);

/* Less than, equal to or greater than 0. */
int exact_compare(Exact a, Exact b);
/* Whether n is an integer times `step` (of any sign). Steps of 0 and of more than 18 digits count as dividing all. */
bool exact_is_multiple(Exact n, Exact step);

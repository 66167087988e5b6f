/*
 * Real numbers as text: the shortest decimal digits that read back as the same value, as printf and strtod would find them with
 * 15, 16, 17 digits (6 to 9 of a float), but with integers only.
 *
 *     char text[REAL_TEXT];
 *     size_t len = real_text(0.1 + 0.2, text); // "0.30000000000000004"
 *
 * Of numbers that are written without an exponent: zero, and sizes from 1e-4 to below 1e15 (1e6 of a float). Of others, and of what
 * is not a number, the length is 0: the caller has another way.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum { REAL_TEXT = 32 };

/* Not NUL-terminated. Returns the length. Any thread. */
size_t real_text(double value, char *ret);
size_t real_text_single(float value, char *ret);
/* value's digits, at most 20, into ret; returns how many. */
size_t digits_text(uint64_t value, char *ret);
/* What most texts of reals are: [-]digits[.digits], up to 18 of them, read exactly. False: it is something else, which str_to_double
 * may read. */
bool real_read(Str s, double *ret);

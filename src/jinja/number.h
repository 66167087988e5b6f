/*
 * Numbers across kinds: bool, int, float and decimal compare by exact value; floats as text the way Python writes them.
 */
#pragma once

#include "jinja/integer.h"
#include "jinja/object.h"

/* A number of any kind; truth values count as 0 and 1. */
bool number_is(Value v);
/* Both are numbers. Exact; ORDER_NONE when one is not a number (NaN). */
Order number_compare(Value a, Value b);
/* The nearest double; infinite when there is none. */
double number_to_double(Value v);

/* Shortest text that reads back as the same double: 1.0, 1e+16, inf, nan. */
void float_write(Buf *out, double real);
/* As Python's float(): digits of any script, single underscores between digits, inf, nan; white space at the ends. */
bool float_parse(Str text, double *ret);
enum { INTEGER_DIGITS_LIMIT = 4300 }; /* of a text that becomes an integer, as in Python */
/* As Python's int(text, base): sign, prefix, underscores; base 0 = by prefix, else 2 to 36. White space at the ends. */
bool integer_parse_text(Arena *a, Str text, unsigned base, Value *ret);

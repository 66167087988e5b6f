/*
 * PostgreSQL's patterns of numbers, those of to_char and to_number: "FM999,990.00", "9.99EEEE", "RN". Any thread.
 *
 *     number_pattern_format(STR("FM9,990.00"), &(NumberValue){.unscaled = 123456, .scale = 2}, &out, err)      1,234.56
 */
#pragma once

#include "base/buf.h"
#include "base/chunk.h"
#include "base/err.h"

typedef struct NumberValue {
    bool is_real;
    double real;
    Int128 unscaled; /* the value is unscaled / 10^scale */
    int scale;       /* 0-38 */
} NumberValue;

/* A pattern gives at most that many digits on either side of the point. */
enum { NUMBER_PATTERN_DIGITS = 200 };

/* "th", "st", "nd", "rd": how an ordinal number ends, by its last two digits. */
void number_put_ordinal(unsigned last_two, bool upper, Buf *out);

bool number_pattern_format(Str pattern, const NumberValue *n, Buf *out, Err *err) MUST_USE;
/* The number in a text that was written by the pattern, times 10^scale, rounded. */
bool number_pattern_read(Str pattern, Str text, int scale, Int128 *ret, Err *err) MUST_USE;

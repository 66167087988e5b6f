/* Values as text by a format: Python's format specifications (f"{x:>10.2f}") and the % operator. */
#pragma once

#include "jinja/decimal.h"
#include "jinja/eval.h"

enum { FORMAT_WIDTH_LIMIT = EXPR_SEQUENCE_LIMIT }; /* width and precision; larger ones are an error */

/* [[fill]align][sign][z][#][0][width][grouping][.precision][type] */
typedef struct FormatSpec {
    uint32_t fill;      /* 0 = blank */
    char align;         /* < > ^ or = (between sign and digits); 0 = as the kind of value has it */
    char sign;          /* + - or blank; 0 = - */
    bool positive_zero; /* z: no -0.0 */
    bool alternate;     /* #: 0x, a point without digits behind it */
    bool zeros;         /* 0: filled up with zeros behind the sign */
    char grouping;      /* , or _; 0 = none */
    char type;          /* 0 = none given */
    int64_t width;      /* 0 = as wide as it comes */
    int64_t precision;  /* -1 = none given */
} FormatSpec;

/* Appends format(v, spec). An empty spec is str(). */
bool format_value(Eval *ev, Buf *out, Value v, Str spec) MUST_USE;
bool format_decimal(Eval *ev, Buf *out, const Decimal *d, Str spec) MUST_USE;

/* Each by a specification already read. */
void format_text(Buf *out, const FormatSpec *spec, Str text);
/* b, c, d, n, o, x, X or none. */
bool format_integer(Eval *ev, Buf *out, const FormatSpec *spec, Value v) MUST_USE;
/* e, E, f, F, g, G, n, % or none. */
bool format_float(Eval *ev, Buf *out, const FormatSpec *spec, double real) MUST_USE;

/* text % arguments: a tuple for several places, a dict for names. format_percent.c */
bool format_percent(Eval *ev, Str text, Value arguments, Value *ret) MUST_USE;

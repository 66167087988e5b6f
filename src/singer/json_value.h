/* JSON values as JSON Schema sees them: numbers by value, whatever their spelling. */
#pragma once

#include "base/buf.h"
#include "singer/exact.h"
#include "singer/json_type.h"

/* The types a value has: an integer (1.0 too) is also a number. */
unsigned json_value_types(const Node *value);
/* As Python's ==, but true is not 1. */
bool json_value_equal(const Node *a, const Node *b);
/* A number against a bound: *ret less than, equal to or greater than 0. False when there is no order: NaN. */
bool json_value_compare(const Node *number, Exact bound, int *ret);
/* Appends the value as JSON, "..." behind its beginning when it is long. For error texts. */
void json_value_show(Buf *out, const Node *value);

/* Stable sorting by Python's <. */
#pragma once

#include "jinja/eval.h"

/* In place. key: a function of one argument, or none. False: two items cannot be compared; the order is then undefined. */
bool values_sort(Eval *ev, Value *items, size_t len, Value key, bool reverse) MUST_USE;

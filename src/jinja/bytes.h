/* bytes: what str.encode() and b'...' give; good for decode(), hex() and comparison. */
#pragma once

#include "jinja/value.h"

/* Borrows the bytes. */
Value value_bytes(Arena *a, Str bytes);
bool bytes_is(Value v);
Str bytes_of(Value v);

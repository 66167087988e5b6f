/* Words of a command line as Python's shlex splits them: quotes, backslashes, comments none. */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"

/* Words in the arena. ERR_CONFIG: a quote without its end. */
bool words_split(Arena *a, Str text, StrVec *ret, Err *err) MUST_USE;

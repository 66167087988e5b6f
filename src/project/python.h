/* What Meltano's settings owe to Python: str() and repr() of values in environment variables, literals in texts. */
#pragma once

#include "base/node.h"

/* str(value): texts as they are, True, None, "{'a': [1]}". */
Str python_str(Arena *a, const Node *n);
/* ast.literal_eval: strings, numbers, True, False, None, tuples and lists (as lists), dicts. NULL when it is none. */
Node *python_literal(Arena *a, Str text);

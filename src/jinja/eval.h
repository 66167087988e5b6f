/*
 * Eval: one evaluation in progress; what operators, builtins and object types get to work with. Lives on the stack of
 * expr_eval; one thread.
 */
#pragma once

#include "jinja/expr.h"
#include "jinja/object.h"

typedef struct Frame Frame; /* names bound by a comprehension */

struct Eval {
    Arena *arena;
    const ExprScope *scope;
    Err *err;
    uint32_t column;    /* of what is being evaluated, from 1: where an error is */
    unsigned depth;     /* of lists inside lists being compared */
    size_t rounds;      /* of all comprehensions so far */
    size_t arena_limit; /* bytes the arena may have grown to */
    const Frame *frame; /* innermost */
};

/* Both set err with the column and return false. eval_fail: what Python would raise (ERR_INPUT). */
bool eval_fail(Eval *ev, const char *format, ...) PRINTF_LIKE(2, 3);
bool eval_unsupported(Eval *ev, const char *format, ...) PRINTF_LIKE(2, 3);

/* False past the memory limit of the evaluation. */
bool eval_memory_left(Eval *ev) MUST_USE;

/* A buffer for a text in the making; eval_text copies it into the arena and fails when it was cut by its limit. */
static inline Buf eval_buf(void) {
    return (Buf){.limit = EXPR_TEXT_LIMIT};
}
bool eval_text(Eval *ev, const Buf *text, Value *ret) MUST_USE;

/* What a loop over v sees: items, keys, characters. A list of its own, not changed when v is. */
bool eval_items(Eval *ev, Value v, List **ret) MUST_USE;
/* An index: an integer of any kind, cut to the range of int64_t. */
bool eval_index(Eval *ev, Value v, int64_t *ret) MUST_USE;

/* ---- operators.c ---- */

bool eval_binary(Eval *ev, Operator op, Value left, Value right, Value *ret) MUST_USE;
bool eval_unary(Eval *ev, Operator op, Value v, Value *ret) MUST_USE;
/* OP_EQUAL ... OP_IS_NOT */
bool eval_compare(Eval *ev, Operator op, Value left, Value right, bool *ret) MUST_USE;

/* ---- subscript.c ---- */

Value value_slice(Arena *a, Value start, Value stop, Value step);
bool eval_subscript(Eval *ev, Value container, Value key, Value *ret) MUST_USE;

/*
 * Expr: one Python expression, as simpleeval accepts it in Singer stream maps. Parsed once, immutable, evaluated by any
 * number of threads, each with its own arena.
 *
 *     Expr *e = expr_parse(arena, STR("email.split('@')[-1].lower()"), err);
 *     ExprScope scope = {.lookup = property_of, .context = record};
 *     Value v;
 *     if (!e || !expr_eval(e, &scope, scratch, &v, err)) return false;
 *
 * The language: literals (integers to 65,536 bits, floats, all strings with escapes and f-strings), names, attributes
 * (of a dict also its keys), subscripts, slices, calls with keywords, arithmetic, comparison, `in`, `is`, and/or/not,
 * `x if c else y`, list/dict/set/tuple displays with `*x`, comprehensions (a generator gives a list). Not in it, as in
 * simpleeval: lambda, :=, await, attributes that begin with `_`, str.format. Functions: EXPR_FUNCTIONS in builtins.c;
 * modules `datetime` and `json`. The clock's zone is UTC.
 */
#pragma once

#include "base/vec.h"
#include "jinja/value.h"

enum {
    EXPR_LENGTH_LIMIT = 1 << 20,  /* bytes of source */
    EXPR_NESTING_LIMIT = 100,     /* brackets inside each other */
    EXPR_DEPTH_LIMIT = 500,       /* operators inside each other: a + b + c are two */
    EXPR_SEQUENCE_LIMIT = 100000, /* items or characters of a literal, of a + b and of a * n (MAX_STRING_LENGTH) */
    EXPR_LOOP_LIMIT = 10000,      /* rounds of all comprehensions of one evaluation (MAX_COMPREHENSION_LENGTH) */
    EXPR_POWER_LIMIT = 4000000,   /* largest base and exponent of ** (MAX_POWER) */
    EXPR_SHIFT_LIMIT = 10000,     /* largest right side of << and >> (MAX_SHIFT) */
    EXPR_INTEGER_BITS = 65536,    /* larger results are an error */
    EXPR_TEXT_LIMIT = 256 * 1024 * 1024,  /* bytes of one text made by a method */
    EXPR_MEMORY_LIMIT = 512 * 1024 * 1024 /* bytes one evaluation may take from its arena */
};

typedef struct Expr Expr;

/* Where names come from. */
typedef struct ExprScope {
    /* Finds a name; false when it is unknown: then the builtin of that name is meant. May be NULL. */
    bool (*lookup)(void *context, Arena *a, Str name, Value *ret);
    void *context;
    size_t memory_limit; /* bytes, 0 = EXPR_MEMORY_LIMIT */
} ExprScope;

/* Copies the text. One expression; white space, comments and line ends around it are ignored. NULL: err (ERR_CONFIG)
 * says the column and what was expected. */
Expr *expr_parse(Arena *a, Str text, Err *err) MUST_USE;

/* The source text. Lives as long as the Expr. */
Str expr_text(const Expr *e);

/* Names that are read and not bound by a comprehension, in order of first use, and functions that are called by name.
 * Borrowed from the Expr. */
const StrVec *expr_names(const Expr *e);
const StrVec *expr_calls(const Expr *e);
/* A function or module of the language. */
bool expr_is_builtin(Str name);

/* The value lives in the arena and borrows from the Expr and from what lookup gave. False: ERR_NOT_FOUND for a name that
 * is not defined, ERR_UNSUPPORTED for a function, method or feature that is not, ERR_INPUT for everything that Python
 * would raise; the message names the column. */
bool expr_eval(const Expr *e, const ExprScope *scope, Arena *a, Value *ret, Err *err) MUST_USE;

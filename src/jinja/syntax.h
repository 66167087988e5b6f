/* Syntax: the tree of a parsed expression. Immutable; lives in the arena of its Expr. */
#pragma once

#include "jinja/expr.h"
#include "jinja/object.h"

typedef enum SyntaxKind {
    SYNTAX_CONSTANT,  /* constant */
    SYNTAX_NAME,      /* name */
    SYNTAX_ATTRIBUTE, /* items[0].name */
    SYNTAX_SUBSCRIPT, /* items[0][items[1]] */
    SYNTAX_SLICE,     /* items[0]:items[1]:items[2], each may be NULL */
    SYNTAX_CALL,      /* items[0](items[1], ..., SYNTAX_KEYWORD...) */
    SYNTAX_KEYWORD,   /* name=items[0] */
    SYNTAX_UNARY,     /* op items[0] */
    SYNTAX_BINARY,    /* items[0] op items[1] */
    SYNTAX_COMPARE,   /* items[0] ops[0] items[1] ops[1] items[2] ... */
    SYNTAX_AND,       /* items[0] and items[1] and ... */
    SYNTAX_OR,
    SYNTAX_CONDITIONAL, /* items[1] if items[0] else items[2] */
    SYNTAX_LIST,        /* items, of which some SYNTAX_STARRED */
    SYNTAX_TUPLE,
    SYNTAX_SET,
    SYNTAX_DICT,      /* items[0]: items[1], ...; a NULL key: **value */
    SYNTAX_STARRED,   /* *items[0] */
    SYNTAX_LIST_LOOP, /* items[0] for clauses */
    SYNTAX_DICT_LOOP, /* items[0]: items[1] for clauses */
    SYNTAX_JOINED,    /* an f-string: the texts of items put together */
    SYNTAX_FORMATTED, /* items[0] by the format specification items[1], which may be NULL */
} SyntaxKind;

typedef struct Syntax Syntax;

/* `for target in items if condition ...` */
typedef struct Clause {
    Syntax *target; /* a name, or a tuple or list of targets */
    Syntax *items;
    Syntax **conditions;
    size_t condition_count;
} Clause;

struct Syntax {
    SyntaxKind kind;
    Operator op;
    uint32_t column; /* from 1 */
    uint32_t depth;  /* of the tree below, itself counted */
    uint32_t len, cap;
    Syntax **items;
    union {
        Str name;
        Value constant;
        Operator *ops;
        Clause *clauses;
    };
    size_t clause_count;
};

struct Expr {
    Str text;
    const Syntax *root;
    StrVec names, calls;
};

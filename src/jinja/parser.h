/* Parser: an expression's source to its tree. */
#pragma once

#include "jinja/lexer.h"
#include "jinja/syntax.h"

typedef struct Parser {
    Arena *arena;
    Lexer lexer;
    unsigned depth; /* of the descent: brackets, operators, conditionals */
} Parser;

/* One expression (`a, b` is a tuple) up to a token that does not belong to it: left as the current one. NULL: err. */
Syntax *parse_expression(Parser *ps) MUST_USE;
/* Expressions with commas between; without one, just the expression. */
Syntax *parse_expressions(Parser *ps) MUST_USE;

/* The current token is a TOKEN_STRING: reads it and the texts that follow it. parser_text.c */
Syntax *parse_text(Parser *ps) MUST_USE;

Syntax *syntax_new(Parser *ps, SyntaxKind kind, size_t at);
/* Appends a child, which may be NULL where the kind allows it. */
void syntax_push(Parser *ps, Syntax *s, Syntax *item);
/* Fails with "expected ..., found ...". */
Syntax *parse_fail(Parser *ps, const char *expected);
bool parse_sign(Parser *ps, const char *sign) MUST_USE; /* takes it or fails */

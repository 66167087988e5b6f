/*
 * Lexer: the tokens of a Python expression, one ahead. Texts are tokens only as far as their opening quote: the parser
 * reads on from there, because an f-string holds expressions.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

typedef enum TokenKind {
    TOKEN_END,  /* of the source, or of the line outside brackets */
    TOKEN_NAME, /* also keywords */
    TOKEN_NUMBER,
    TOKEN_STRING, /* prefix and opening quotes */
    TOKEN_SIGN,   /* an operator or bracket */
} TokenKind;

typedef struct Token {
    TokenKind kind;
    Str text;
    size_t begin, end; /* bytes of the source */
} Token;

typedef struct Lexer {
    Str source;
    size_t at;       /* behind the current token */
    unsigned nested; /* brackets that are open: line ends mean nothing inside */
    Token token;     /* the current one */
    Err *err;
} Lexer;

/* Reads the next token into lexer->token. False: err is set. */
bool lexer_next(Lexer *lx) MUST_USE;
/* ERR_CONFIG with the column of byte `at`. Returns false. */
bool lexer_fail(Lexer *lx, size_t at, const char *format, ...) PRINTF_LIKE(3, 4);
uint32_t lexer_column(const Lexer *lx, size_t at);
bool token_is(const Lexer *lx, const char *sign_or_word);
/* A token for error texts: `"x"` or "the end". At most 40 bytes. */
Str token_shown(const Lexer *lx);

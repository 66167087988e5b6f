/*
 * .env files as python-dotenv reads and writes them: `export`, quotes, escapes in quotes, comments, values over several
 * lines, ${NAME} and ${NAME:-default} (from the lines above, else the process' environment).
 *
 *     Map env;
 *     map_init(&env, arena);
 *     dotenv_parse(text, &process_env, &env, &skipped);
 */
#pragma once

#include "base/buf.h"
#include "base/map.h"
#include "base/vec.h"

typedef struct SkippedLine {
    size_t line;
    const char *why; /* static */
} SkippedLine;
typedef VEC(SkippedLine) SkippedLines;

/* Adds to *ret (texts). A name without "=" has no value and is left out. Statements that cannot be read, and values that
 * ${NAME} makes longer than a program's environment may hold, are skipped and added to *skipped when it is not NULL. env may be
 * NULL. */
void dotenv_parse(Str text, const Map *env, Map *ret, SkippedLines *skipped);
/* The text with NAME='value' in the place of each line that sets it, else at the end. */
void dotenv_set(Str text, Str name, Str value, Buf *ret);
/* The text without the lines that set the name. */
void dotenv_unset(Str text, Str name, Buf *ret);

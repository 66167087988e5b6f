/*
 * Pattern: `pattern` of JSON Schema as Python's re.search applies it, on top of the C library's regular expressions
 * (POSIX extended: no backtracking, time grows with the text only).
 *
 * Understood: literals, ".", "^", "$" at an end, "|", groups ((...), (?:...), (?P<name>...)), character sets, the classes
 * \d \D \w \W \s \S, \b \B \A \Z, the quantifiers * + ? {n} {n,} {n,m} and their lazy forms, \n \r \t \f \v \a \xhh \uhhhh
 * below 0x80, and (?i) in front. Not understood, hence not checked: look-around, back references, possessive quantifiers,
 * other flags, negated sets with non-ASCII members, ranges of them, NUL, and what the limits below exclude.
 *
 * The classes, \b and (?i) are those of ASCII: a text with other characters always matches a pattern that uses them.
 */
#pragma once

#include "base/arena.h"

typedef struct Pattern Pattern;

enum {
    PATTERN_LENGTH_LIMIT = 1000, /* bytes */
    PATTERN_SIZE_LIMIT = 20000,  /* characters and sets, after writing out {n} */
};

/* Lives in the arena. NULL: not understood. */
Pattern *pattern_new(Arena *a, Str python);
/* Whether the pattern matches somewhere in the text (any bytes). Any thread. */
bool pattern_matches(const Pattern *p, Str text);

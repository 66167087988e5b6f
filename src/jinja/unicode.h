/*
 * Characters of UTF-8 texts, and what Python's str methods know about them. A byte that begins no well-formed sequence is
 * one character of its own, 0xDC00 + byte, and is written back as that byte.
 *
 *     for (size_t at = 0; at < s.len;) count += unicode_is(UNICODE_ALPHA, utf8_next(s, &at));
 */
#pragma once

#include "base/buf.h"

typedef enum UnicodeProperty {
    UNICODE_ALPHA,
    UNICODE_DECIMAL, /* digits of positional numbers */
    UNICODE_DIGIT,   /* and superscripts and the like */
    UNICODE_NUMERIC, /* and fractions, Roman and Chinese numbers */
    UNICODE_SPACE,
    UNICODE_UPPER,
    UNICODE_LOWER,
    UNICODE_TITLE,  /* ligatures of a capital and a small letter */
    UNICODE_HIDDEN, /* not printable: repr() escapes it */
} UnicodeProperty;

typedef enum UnicodeCase { UNICODE_TO_LOWER, UNICODE_TO_UPPER, UNICODE_TO_TITLE, UNICODE_TO_FOLD } UnicodeCase;

/* The character at *at < s.len; moves *at behind it. */
uint32_t utf8_next(Str s, size_t *at);
/* The character that ends at *at > 0; moves *at to its begin. */
uint32_t utf8_previous(Str s, size_t *at);
void utf8_put(Buf *out, uint32_t c);
/* Characters of a text. */
size_t utf8_length(Str s);
/* Where character `index` begins, s.len when there are not so many. */
size_t utf8_offset(Str s, size_t index);
bool str_is_ascii(Str s);
static inline bool ascii_digit(char c) {
    return c >= '0' && c <= '9';
}

bool unicode_is(UnicodeProperty property, uint32_t c);
/* Upper, lower or title case: letters that word rules apply to. */
bool unicode_is_cased(uint32_t c);
/* Value of a decimal digit, -1 when it is none. */
int unicode_decimal(uint32_t c);
/* Appends c in another case: up to three characters. */
void unicode_put_case(Buf *out, UnicodeCase to, uint32_t c);

/*
 * Str: a borrowed piece of text, by value. Not NUL-terminated unless a function says so; may hold any bytes.
 * Who owns the bytes is said where a Str is handed out.
 *
 *     Str rest = STR("a.b"), part;
 *     while (str_cut(&rest, '.', &part)) use(part);
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/macros.h"

typedef struct Str {
    const char *at;
    size_t len;
} Str;

#define STR(literal) ((Str){"" literal, sizeof(literal) - 1})
/* For static initialisers, where a compound literal is no constant. */
#define STR_INIT(literal)                                                                                              \
    { "" literal, sizeof(literal) - 1 }
#define STR_FMT "%.*s"
#define STR_ARG(s) (int)(s).len, (s).at
#define STR_NONE ((size_t)-1)

/* The text of a C string; NULL gives the empty Str with at == NULL. */
static inline Str str_of(const char *c) {
    return (Str){c, c ? strlen(c) : 0};
}

static inline bool str_equal(Str a, Str b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static inline bool str_is(Str a, const char *c) {
    return str_equal(a, str_of(c));
}

/* ASCII letters only. */
bool str_equal_nocase(Str a, Str b);
/* Byte order, as memcmp; a prefix is smaller. */
int str_compare(Str a, Str b);
bool str_starts(Str s, Str prefix);
bool str_ends(Str s, Str suffix);
/* Position of the first c or needle, else STR_NONE. */
size_t str_find(Str s, char c);
size_t str_find_last(Str s, char c);
size_t str_find_str(Str s, Str needle);
/* The bytes [from, to), both clamped to the length. */
Str str_slice(Str s, size_t from, size_t to);
/* Without white space (blank, \t \r \n \f \v) at both ends. */
Str str_trim(Str s);
/* Takes the text before the next `sep` (or all of it) out of *rest. False when *rest is used up (at == NULL): a text
 * with n separators gives n + 1 parts. */
bool str_cut(Str *rest, char sep, Str *ret_part);
uint64_t str_hash(Str s);
bool str_is_utf8(Str s);
/* Bytes of the well-formed UTF-8 sequence that s begins with; 0 when it begins with none. */
size_t str_utf8_length(Str s);
/* Writes a code point as UTF-8, at most 4 bytes; a lone surrogate as U+FFFD. Returns what is behind it. */
char *utf8_encode(char *out, uint32_t c);

/* The whole text as a number, no blanks around it. False (and *ret untouched) when it is none. Integers: optional sign and
 * digits, false when they do not fit. Doubles: as Python's float(), without "_"; too large is infinite. */
bool str_to_i64(Str s, int64_t *ret);
bool str_to_u64(Str s, uint64_t *ret);
bool str_to_double(Str s, double *ret);

/* Characters of UTF-8: bytes that continue none. */
size_t str_characters(Str s);

/* 0-15; -1: it is none. */
int str_hex_digit(char c);

/* fnmatch as Python's `fnmatch.fnmatchcase`: `*` `?` `[seq]` `[!seq]`; `*` crosses every character. A character is a UTF-8
 * sequence, or a byte that belongs to none. */
bool str_glob(Str pattern, Str s);
/* Edits (insert, delete, replace, swap of neighbours) between two words, for "did you mean". */
size_t str_distance(Str a, Str b);

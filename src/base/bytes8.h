/*
 * Eight bytes of a text looked at as one number, as scanners do. Lowest byte first: x86-64 and arm64.
 *
 *     uint64_t stop = bytes8_equal(bytes8_at(p), '"');
 *     if (stop) p += bytes8_first(stop);
 */
#pragma once

#include "base/str.h"

#define BYTES8_ONES 0x0101010101010101u
#define BYTES8_HIGHS 0x8080808080808080u

/* p has eight bytes. */
static inline uint64_t bytes8_at(const char *p) {
    uint64_t w;
    memcpy(&w, p, sizeof w);
    return w;
}

/* High bit set in each byte of w that equals c; exact for the lowest such byte, also when masks are joined by |: carries spoil
 * only bytes above one that was found. */
static inline uint64_t bytes8_equal(uint64_t w, unsigned char c) {
    uint64_t x = w ^ (BYTES8_ONES * c);
    return (x - BYTES8_ONES) & ~x & BYTES8_HIGHS;
}

/* The same for bytes below 0x20. */
static inline uint64_t bytes8_control(uint64_t w) {
    return (w - BYTES8_ONES * 0x20) & ~w & BYTES8_HIGHS;
}

/* Index of the lowest byte that a mask (not 0) names. */
static inline size_t bytes8_first(uint64_t mask) {
    return (size_t)__builtin_ctzll(mask) / 8;
}

/* memcmp(a, b, len) == 0 for texts of some bytes, without a call. */
static inline bool bytes_same(const char *a, const char *b, size_t len) {
    if (len < 8) {
        for (size_t i = 0; i < len; i++)
            if (a[i] != b[i]) return false;
        return true;
    }
    for (size_t i = 0; i + 8 < len; i += 8)
        if (bytes8_at(a + i) != bytes8_at(b + i)) return false;
    return bytes8_at(a + len - 8) == bytes8_at(b + len - 8);
}

/* Random numbers that a seed repeats (splitmix64). */
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct Chance {
    uint64_t state;
} Chance;

static inline Chance chance_of(uint64_t seed) {
    return (Chance){seed};
}

static inline uint64_t chance_next(Chance *c) {
    uint64_t z = c->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* 0 ... n-1 */
static inline size_t chance_below(Chance *c, size_t n) {
    return (size_t)(chance_next(c) % n);
}

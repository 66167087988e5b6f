/* Compiler attributes and the few macros used everywhere. */
#pragma once

#include <stdio.h>
#include <stdlib.h>

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))
#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

/* A broken invariant of our own: says where and aborts. Never for bad input. */
#define BUG_ON(condition)                                                                                              \
    do {                                                                                                               \
        if (UNLIKELY(condition)) {                                                                                     \
            fprintf(stderr, "pond: bug at %s:%d: %s\n", __FILE__, __LINE__, #condition);                               \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

/* `AUTO(Buf) b = {0};` releases b when it leaves its scope. DEFINE_AUTO(Type, fn) stands beside fn's declaration;
 * DEFINE_AUTO_PTR is for `Type *`: `AUTO_PTR(Keeper) k = keeper_start(...)`. */
#define AUTO(Type) __attribute__((cleanup(Type##_auto))) Type
#define AUTO_PTR(Type) __attribute__((cleanup(Type##_auto_ptr))) Type *
#define DEFINE_AUTO(Type, release)                                                                                     \
    static inline void Type##_auto(Type *p) {                                                                          \
        release(p);                                                                                                    \
    }
#define DEFINE_AUTO_PTR(Type, release)                                                                                 \
    static inline void Type##_auto_ptr(Type **p) {                                                                     \
        if (*p) release(*p);                                                                                           \
    }

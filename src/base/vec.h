/*
 * Vec: the one growing array. A zeroed one is ready; elements are moved by growth, so keep indexes, not pointers.
 *
 *     VEC(Str) names = {0};
 *     vec_push(&names, STR("a"));
 *     for (size_t i = 0; i < names.len; i++) use(names.at[i]);
 *     vec_release(&names);
 */
#pragma once

#include <stddef.h>

#include "base/macros.h"
#include "base/str.h"

#define VEC(Type)                                                                                                      \
    struct {                                                                                                           \
        Type *at;                                                                                                      \
        size_t len, cap;                                                                                               \
    }

typedef VEC(Str) StrVec;

#define vec_push(v, ...)                                                                                               \
    do {                                                                                                               \
        if ((v)->len == (v)->cap) (v)->at = vec_grow((v)->at, &(v)->cap, sizeof *(v)->at);                             \
        (v)->at[(v)->len++] = (__VA_ARGS__);                                                                           \
    } while (0)

#define vec_release(v)                                                                                                 \
    do {                                                                                                               \
        free((v)->at);                                                                                                 \
        (v)->at = NULL;                                                                                                \
        (v)->len = (v)->cap = 0;                                                                                       \
    } while (0)

#define vec_last(v) ((v)->at[(v)->len - 1])

static inline void *vec_grow(void *at, size_t *cap, size_t size) {
    size_t grown = *cap ? *cap * 2 : 8;
    void *moved = realloc(at, grown * size);
    BUG_ON(!moved);
    *cap = grown;
    return moved;
}

static inline void str_vec_release(StrVec *v) {
    vec_release(v);
}
DEFINE_AUTO(StrVec, str_vec_release)

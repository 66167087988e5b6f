/*
 * Arena: memory with one lifetime (project, run, batch, statement). Everything taken from it lives until it is reset or
 * released. Not shared between threads without the owner's lock. A zeroed Arena is ready.
 *
 *     AUTO(Arena) arena = {0};
 *     Thing *t = arena_new(&arena, Thing);      zeroed
 *     Str path = arena_printf(&arena, "%s/x", dir);
 */
#pragma once

#include <stdarg.h>

#include "base/str.h"

typedef struct ArenaBlock ArenaBlock;
typedef struct ArenaDefer ArenaDefer;

typedef struct Arena {
    ArenaBlock *block;  /* newest first */
    ArenaDefer *defers; /* newest first */
    char *at, *end;     /* free part of the newest block */
    size_t bytes;       /* taken from malloc */
} Arena;

/* Runs the deferred releases (newest first) and frees everything. */
void arena_release(Arena *a);
DEFINE_AUTO(Arena, arena_release)
/* As release, but keeps the newest block for the next round. */
void arena_reset(Arena *a);

/* Zeroed, aligned to 16. Never NULL (out of memory aborts). */
void *arena_alloc(Arena *a, size_t size);
#define arena_new(a, Type) ((Type *)arena_alloc((a), sizeof(Type)))
#define arena_array(a, Type, n) ((Type *)arena_alloc((a), sizeof(Type) * (n)))

/* Copies, NUL-terminated behind len. */
Str arena_str(Arena *a, Str s);
char *arena_c(Arena *a, Str s);
Str arena_printf(Arena *a, const char *format, ...) PRINTF_LIKE(2, 3);
Str arena_vprintf(Arena *a, const char *format, va_list args) PRINTF_LIKE(2, 0);

/* release(object) is called when the arena is reset or released. */
void arena_defer(Arena *a, void (*release)(void *object), void *object);

/* Arena: bump allocation in blocks, freed together. */
#include "base/arena.h"

struct ArenaBlock {
    ArenaBlock *next;
    size_t size; /* usable bytes behind this header */
};

struct ArenaDefer {
    ArenaDefer *next;
    void (*release)(void *object);
    void *object;
};

enum {
    ALIGN = 16,
    FIRST_BLOCK =
        1024 - ALIGN, /* glibc keeps blocks of up to 1032 bytes at hand; for a larger one it tidies up all it has */
    LARGEST_BLOCK = 256 * 1024,
};

static char *block_data(ArenaBlock *b) {
    return (char *)b + ALIGN;
}

static void run_defers(Arena *a) {
    while (a->defers) {
        ArenaDefer *d = a->defers;
        a->defers = d->next;
        d->release(d->object);
    }
}

static void free_blocks(Arena *a, ArenaBlock *from) {
    while (from) {
        ArenaBlock *next = from->next;
        a->bytes -= from->size;
        free(from);
        from = next;
    }
}

void arena_release(Arena *a) {
    run_defers(a);
    free_blocks(a, a->block);
    *a = (Arena){0};
}

void arena_reset(Arena *a) {
    run_defers(a);
    if (!a->block) return;
    free_blocks(a, a->block->next);
    a->block->next = NULL;
    a->at = block_data(a->block);
    a->end = a->at + a->block->size;
}

static void add_block(Arena *a, size_t need) {
    size_t size = a->block ? MIN(a->block->size * 2, (size_t)LARGEST_BLOCK) : FIRST_BLOCK;
    size = MAX(size, need);
    ArenaBlock *b = malloc(ALIGN + size);
    BUG_ON(!b);
    *b = (ArenaBlock){a->block, size};
    a->block = b;
    a->bytes += size;
    a->at = block_data(b);
    a->end = a->at + size;
}

static void *take(Arena *a, size_t size) {
    size_t padded = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    BUG_ON(padded < size);
    if ((size_t)(a->end - a->at) < padded) add_block(a, padded);
    void *p = a->at;
    a->at += padded;
    return p;
}

void *arena_alloc(Arena *a, size_t size) {
    return memset(take(a, MAX(size, (size_t)1)), 0, size);
}

char *arena_c(Arena *a, Str s) {
    char *copy = take(a, s.len + 1);
    if (s.len) memcpy(copy, s.at, s.len);
    copy[s.len] = '\0';
    return copy;
}

Str arena_str(Arena *a, Str s) {
    return (Str){arena_c(a, s), s.len};
}

Str arena_vprintf(Arena *a, const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    BUG_ON(n < 0);
    char *text = take(a, (size_t)n + 1);
    vsnprintf(text, (size_t)n + 1, format, again);
    va_end(again);
    return (Str){text, (size_t)n};
}

Str arena_printf(Arena *a, const char *format, ...) {
    va_list args;
    va_start(args, format);
    Str s = arena_vprintf(a, format, args);
    va_end(args);
    return s;
}

void arena_defer(Arena *a, void (*release)(void *object), void *object) {
    ArenaDefer *d = arena_new(a, ArenaDefer);
    *d = (ArenaDefer){a->defers, release, object};
    a->defers = d;
}

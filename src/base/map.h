/*
 * Map: the one ordered map, Str -> pointer, in order of first insertion. Memory comes from the arena given at init and is
 * freed with it. Keys are copied into it; values are borrowed.
 *
 *     Map m;
 *     map_init(&m, arena);
 *     map_put(&m, STR("a"), thing);
 *     for (size_t i = 0; i < m.len; i++) use(m.entries[i].key, m.entries[i].value);
 */
#pragma once

#include "base/arena.h"

typedef struct MapEntry {
    Str key; /* NUL-terminated */
    void *value;
    uint64_t hash;
} MapEntry;

typedef struct Map {
    Arena *arena;
    MapEntry *entries;
    size_t len, cap;
    uint32_t *slots; /* index + 1 into entries, 0 = free */
    size_t slot_count;
} Map;

void map_init(Map *m, Arena *arena);
/* NULL when absent. */
void *map_get(const Map *m, Str key);
bool map_has(const Map *m, Str key);
/* Replaces the value of a key that is there, keeping its place. */
void map_put(Map *m, Str key, void *value);
/* Keeps the order of the others. False when it was absent. */
bool map_remove(Map *m, Str key);

/* Values that are texts, copied into the arena: environments, settings. */
void map_put_str(Map *m, Str key, Str value);
/* False when absent. The text is NUL-terminated. */
bool map_get_str(const Map *m, Str key, Str *ret);

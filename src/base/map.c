/* Map: entries in insertion order plus an open-addressing index. */
#include "base/map.h"

enum { FIRST_ENTRIES = 8 };

void map_init(Map *m, Arena *arena) {
    *m = (Map){.arena = arena};
}

/* The slot that holds key, or the free one where it would go. The index is never full. */
static uint32_t *find_slot(const Map *m, Str key, uint64_t hash) {
    for (size_t i = hash & (m->slot_count - 1);; i = (i + 1) & (m->slot_count - 1)) {
        uint32_t *slot = &m->slots[i];
        if (!*slot) return slot;
        const MapEntry *e = &m->entries[*slot - 1];
        if (e->hash == hash && str_equal(e->key, key)) return slot;
    }
}

static void rebuild_index(Map *m) {
    memset(m->slots, 0, m->slot_count * sizeof *m->slots);
    for (size_t i = 0; i < m->len; i++) *find_slot(m, m->entries[i].key, m->entries[i].hash) = (uint32_t)i + 1;
}

static void grow(Map *m) {
    size_t cap = m->cap ? m->cap * 2 : FIRST_ENTRIES;
    MapEntry *entries = arena_array(m->arena, MapEntry, cap);
    if (m->len) memcpy(entries, m->entries, m->len * sizeof *entries);
    m->entries = entries;
    m->cap = cap;
    m->slot_count = cap * 2;
    m->slots = arena_array(m->arena, uint32_t, m->slot_count);
    rebuild_index(m);
}

static MapEntry *find(const Map *m, Str key) {
    if (!m->len) return NULL;
    uint32_t slot = *find_slot(m, key, str_hash(key));
    return slot ? &m->entries[slot - 1] : NULL;
}

void *map_get(const Map *m, Str key) {
    MapEntry *e = find(m, key);
    return e ? e->value : NULL;
}

bool map_has(const Map *m, Str key) {
    return find(m, key) != NULL;
}

void map_put(Map *m, Str key, void *value) {
    MapEntry *e = find(m, key);
    if (e) {
        e->value = value;
        return;
    }
    if (m->len == m->cap) grow(m);
    uint64_t hash = str_hash(key);
    m->entries[m->len++] = (MapEntry){arena_str(m->arena, key), value, hash};
    *find_slot(m, key, hash) = (uint32_t)m->len;
}

bool map_remove(Map *m, Str key) {
    MapEntry *e = find(m, key);
    if (!e) return false;
    size_t at = (size_t)(e - m->entries);
    memmove(e, e + 1, (m->len - at - 1) * sizeof *e);
    m->len--;
    rebuild_index(m);
    return true;
}

void map_put_str(Map *m, Str key, Str value) {
    Str *copy = arena_new(m->arena, Str);
    *copy = arena_str(m->arena, value);
    map_put(m, key, copy);
}

bool map_get_str(const Map *m, Str key, Str *ret) {
    const Str *value = map_get(m, key);
    if (!value) return false;
    *ret = *value;
    return true;
}

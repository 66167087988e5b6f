/* Figures that one thread counts and others show. */
#include "load/figures.h"

StreamFigures *load_figures_add(LoadFigures *f, Str stream) {
    size_t count = atomic_load(&f->count);
    BUG_ON(count >= FIGURES_STREAMS);
    if (!f->streams) f->streams = calloc(FIGURES_STREAMS, sizeof *f->streams);
    StreamFigures *s = calloc(1, sizeof *s);
    char *name = malloc(stream.len + 1);
    BUG_ON(!f->streams || !s || !name);
    memcpy(name, stream.at, stream.len);
    name[stream.len] = '\0';
    s->stream = (Str){name, stream.len};
    f->streams[count] = s;
    atomic_store(&f->count, count + 1);
    return s;
}

void load_figures_release(LoadFigures *f) {
    for (size_t i = 0; i < atomic_load(&f->count); i++) {
        free((void *)(uintptr_t)f->streams[i]->stream.at);
        free((void *)(uintptr_t)f->streams[i]->table.at);
        free(f->streams[i]);
    }
    free(f->streams);
    *f = (LoadFigures){0};
}

/* Figures that one thread counts and others show. */
#include "load/figures.h"

#include "base/buf.h"

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
    map_init(&s->unknown, &s->names);
    f->streams[count] = s;
    atomic_store(&f->count, count + 1);
    return s;
}

void stream_figures_unknown(StreamFigures *s, Str property) {
    if (s->unknown.len < FIGURES_UNKNOWN) map_put(&s->unknown, property, s);
}

static void warn_of_stream(const StreamFigures *s, const Map *expected, Log *log) {
    enum { SHOWN = 5 };
    AUTO(Arena) a = {0};
    AUTO(Buf) names = {0};
    size_t count = 0;
    for (size_t i = 0; i < s->unknown.len; i++) {
        Str name = s->unknown.entries[i].key;
        if (expected && map_has(expected, arena_printf(&a, STR_FMT "." STR_FMT, STR_ARG(s->stream), STR_ARG(name))))
            continue;
        if (count < SHOWN) buf_printf(&names, "%s" STR_FMT, count ? ", " : "", STR_ARG(name));
        count++;
    }
    if (count > SHOWN) buf_append_c(&names, ", ...");
    if (count)
        log_event(log, LOG_WARN, "load.ignored_properties", LOG_STR("stream", s->stream), LOG_INT("count", count),
                  LOG_STR("not_in_schema", buf_str(&names)));
}

void load_figures_warn(const LoadFigures *f, const Map *expected, Log *log) {
    for (size_t i = 0; i < atomic_load(&f->count); i++) warn_of_stream(f->streams[i], expected, log);
}

void load_figures_release(LoadFigures *f) {
    for (size_t i = 0; i < atomic_load(&f->count); i++) {
        free((void *)(uintptr_t)f->streams[i]->stream.at);
        free((void *)(uintptr_t)f->streams[i]->table.at);
        arena_release(&f->streams[i]->names);
        free(f->streams[i]);
    }
    free(f->streams);
    *f = (LoadFigures){0};
}

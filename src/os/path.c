/* Paths as texts, and a few questions about them. */
#include "os/path.h"

#include <sys/stat.h>
#include <unistd.h>

bool path_exists(const char *path) {
    struct stat st;
    return stat(path, &st) == 0;
}

bool path_is_dir(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool path_is_writable(const char *path) {
    return access(path, W_OK) == 0;
}

bool path_is_program(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

static bool is_absolute(Str path) {
    return path.len && path.at[0] == '/';
}

Str path_join(Arena *a, Str base, Str rest) {
    if (is_absolute(rest) || !base.len) return arena_str(a, rest);
    if (!rest.len) return arena_str(a, base);
    const char *slash = base.at[base.len - 1] == '/' ? "" : "/";
    return arena_printf(a, STR_FMT "%s" STR_FMT, STR_ARG(base), slash, STR_ARG(rest));
}

Str path_absolute(Arena *a, Str cwd, Str path) {
    BUG_ON(!is_absolute(cwd));
    Str rest = path_join(a, cwd, path), part;
    char *out = arena_alloc(a, rest.len + 2);
    size_t len = 0;
    while (str_cut(&rest, '/', &part)) {
        if (!part.len || str_is(part, ".")) continue;
        if (str_is(part, "..")) {
            while (len && out[--len] != '/') {}
            continue;
        }
        out[len++] = '/';
        memcpy(out + len, part.at, part.len);
        len += part.len;
    }
    if (!len) out[len++] = '/';
    out[len] = '\0';
    return (Str){out, len};
}

static Str without_slashes(Str path) {
    while (path.len > 1 && path.at[path.len - 1] == '/') path.len--;
    return path;
}

Str path_folder(Str path) {
    path = without_slashes(path);
    size_t slash = str_find_last(path, '/');
    if (slash == STR_NONE) return STR(".");
    return without_slashes(str_slice(path, 0, slash ? slash : 1));
}

Str path_name(Str path) {
    path = without_slashes(path);
    size_t slash = str_find_last(path, '/');
    return slash == STR_NONE || path.len == 1 ? path : str_slice(path, slash + 1, path.len);
}

/* Where the extension of a name begins; a leading dot begins none. */
static size_t extension_at(Str name) {
    size_t dot = str_find_last(name, '.');
    return dot == STR_NONE || dot == 0 ? name.len : dot;
}

Str path_stem(Str path) {
    Str name = path_name(path);
    return str_slice(name, 0, extension_at(name));
}

Str path_extension(Str path) {
    Str name = path_name(path);
    return str_slice(name, extension_at(name), name.len);
}

Str path_find_program(Arena *a, Str search, Str cwd, Str name) {
    if (!name.len) return (Str){0};
    if (str_find(name, '/') != STR_NONE) {
        Str path = path_absolute(a, cwd, name);
        return path_is_program(path.at) ? path : (Str){0};
    }
    Str folder;
    while (str_cut(&search, ':', &folder)) {
        Str path = path_absolute(a, cwd, path_join(a, folder.len ? folder : STR("."), name));
        if (path_is_program(path.at)) return path;
    }
    return (Str){0};
}

/* Finding and opening libduckdb. */
#include "warehouse/duckdb_api.h"

#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static DuckdbApi api;
static bool loaded;

static const struct {
    const char *name;
    size_t offset;
} functions[] = {
#define X(name) {"duckdb_" #name, offsetof(DuckdbApi, name)},
#include "warehouse/duckdb_api.def"
#undef X
};

/* The folder of this program, without a slash at the end. */
static bool exe_folder(char folder[PATH_MAX]) {
    ssize_t n = readlink("/proc/self/exe", folder, PATH_MAX - 1);
    if (n <= 0) return false;
    folder[n] = '\0';
    char *slash = strrchr(folder, '/');
    if (slash) *slash = '\0';
    return true;
}

static void *open_library(Str given, Err *err) {
    static const char *const places[] = {"/../lib/libduckdb.so", "/libduckdb.so"};
    char path[PATH_MAX + 32];
    if (given.len) {
        snprintf(path, sizeof path, STR_FMT, STR_ARG(given));
        void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
        if (!handle) err_set(err, ERR_CONFIG, "cannot open libduckdb \"%s\" (POND_LIBDUCKDB): %s", path, dlerror());
        return handle;
    }
    char folder[PATH_MAX];
    if (!exe_folder(folder)) return err_set(err, ERR_INTERNAL, "cannot read /proc/self/exe"), NULL;
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        snprintf(path, sizeof path, "%s%s", folder, places[i]);
        if (access(path, F_OK) != 0) continue;
        void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
        if (!handle) err_set(err, ERR_CONFIG, "cannot open libduckdb \"%s\": %s", path, dlerror());
        return handle;
    }
    err_set(err, ERR_CONFIG, "libduckdb.so was not found in \"%s/../lib\" nor in \"%s\"", folder, folder);
    err_hint(err, "put libduckdb %s there, or name it in POND_LIBDUCKDB", POND_DUCKDB_VERSION);
    return NULL;
}

static bool load(Str library, Err *err) {
    void *handle = open_library(library, err);
    if (!handle) return false;
    const char *(*version)(void) = (const char *(*)(void))(uintptr_t)dlsym(handle, "duckdb_library_version");
    const char *found = version ? version() : "unknown";
    if (strcmp(found, POND_DUCKDB_VERSION) != 0) {
        err_set(err, ERR_CONFIG, "libduckdb is version %s, this pond was built for %s", found, POND_DUCKDB_VERSION);
        dlclose(handle);
        return false;
    }
    for (size_t i = 0; i < ARRAY_LEN(functions); i++) {
        void *function = dlsym(handle, functions[i].name);
        if (!function) return err_set(err, ERR_CONFIG, "libduckdb has no function %s", functions[i].name);
        memcpy((char *)&api + functions[i].offset, &function, sizeof function);
    }
    return true;
}

const DuckdbApi *duckdb_api_load(Str library, Err *err) {
    pthread_mutex_lock(&lock);
    if (!loaded) loaded = load(library, err);
    pthread_mutex_unlock(&lock);
    return loaded ? &api : NULL;
}

const DuckdbApi *duckdb_api(void) {
    return &api;
}

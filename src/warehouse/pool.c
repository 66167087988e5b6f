#include "warehouse/pool.h"

#include <sys/stat.h>

#include "base/vec.h"
#include "os/machine.h"
#include "os/path.h"
#include "warehouse/internal.h"

struct WarehousePool {
    Arena arena;
    Str folder;
    void (*lost)(void *context, const Err *why);
    void *context;
    Mutex opening;              /* held while a file is opened or closed, and the promise changed: before `lock` */
    Arena promise;              /* texts of it */
    VEC(PoolDatabase) promised; /* the first: the project's warehouse */
    WarehouseOptions options;   /* of promised files and guests */
    pthread_mutex_t lock;       /* guards all, and Warehouse.users of its members */
    VEC(Warehouse *) members;
};

WarehousePool *warehouse_pool_new(Str folder) {
    WarehousePool *pool = calloc(1, sizeof *pool);
    BUG_ON(!pool);
    pool->folder = arena_str(&pool->arena, folder);
    pthread_mutex_init(&pool->lock, NULL);
    mutex_init(&pool->opening);
    return pool;
}

void warehouse_pool_free(WarehousePool *pool) {
    for (size_t i = 0; i < pool->members.len; i++) {
        Warehouse *w = pool->members.at[i];
        BUG_ON(w->users);
        w->pool = NULL;
        warehouse_close(w);
    }
    vec_release(&pool->members);
    vec_release(&pool->promised);
    arena_release(&pool->promise);
    mutex_release(&pool->opening);
    pthread_mutex_destroy(&pool->lock);
    arena_release(&pool->arena);
    free(pool);
}

void warehouse_pool_on_lost(WarehousePool *pool, void (*lost)(void *context, const Err *why), void *context) {
    pool->lost = lost;
    pool->context = context;
}

void warehouse_pool_lost(WarehousePool *pool, const Err *why) {
    if (pool->lost) pool->lost(pool->context, why);
}

Str warehouse_pool_folder(const WarehousePool *pool) {
    return pool->folder;
}

static Warehouse *add(WarehousePool *pool, const WarehouseOptions *options, bool guest, Err *err) {
    BUG_ON(options->pool);
    Warehouse *w = warehouse_open(options, err);
    if (!w) return NULL;
    w->pool = pool;
    w->guest = guest;
    w->keeps_threads = true;
    pthread_mutex_lock(&pool->lock);
    vec_push(&pool->members, w);
    pthread_mutex_unlock(&pool->lock);
    return w;
}

Warehouse *warehouse_pool_add(WarehousePool *pool, const WarehouseOptions *options, Err *err) {
    return add(pool, options, false, err);
}

bool warehouse_pool_limit(Warehouse *w, const WarehouseOptions *o, Err *err) {
    AUTO_PTR(Session) s = session_open(w, err);
    uint64_t memory = o->memory_limit ? o->memory_limit : warehouse_memory_share();
    uint64_t temp = o->temp_limit ? o->temp_limit : WAREHOUSE_TEMP_LIMIT;
    unsigned threads = o->threads ? o->threads : machine_cores();
    if (!s || !session_exec(s, err,
                            "SET GLOBAL memory_limit = '%lluB'; SET GLOBAL max_temp_directory_size = '%lluB';"
                            " SET GLOBAL threads = %u",
                            (unsigned long long)memory, (unsigned long long)temp, threads))
        return false;
    /* For the next time that the file is opened (gate.h). */
    pthread_mutex_lock(&w->lock);
    w->memory_limit = memory;
    w->threads = w->threads_now = threads;
    w->options.temp_limit = temp;
    w->options.free_disk = o->free_disk;
    pthread_mutex_unlock(&w->lock);
    return true;
}

/* Through whatever links: the file is looked at, not opened. */
static bool is_same_file(Str x, Str y) {
    struct stat a, b;
    if (str_equal(x, y)) return true;
    return stat(x.at, &a) == 0 && stat(y.at, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* The same of files that may not be there yet. */
static bool is_same_place(Str x, Str y) {
    AUTO(Arena) a = {0};
    if (is_same_file(x, y)) return true;
    return str_equal(path_name(x), path_name(y)) && !path_exists(x.at) &&
           is_same_file(arena_str(&a, path_folder(x)), arena_str(&a, path_folder(y)));
}

static Warehouse *take(WarehousePool *pool, Str path) {
    Warehouse *found = NULL;
    pthread_mutex_lock(&pool->lock);
    for (size_t i = 0; i < pool->members.len && !found; i++)
        if (is_same_file(pool->members.at[i]->path, path)) found = pool->members.at[i];
    if (found) found->users++;
    pthread_mutex_unlock(&pool->lock);
    return found;
}

/* `opening` is held, or `lock`. */
static bool is_promised(const WarehousePool *pool, Str path) {
    for (size_t i = 0; i < pool->promised.len; i++)
        if (is_same_place(pool->promised.at[i].path, path)) return true;
    return false;
}

/* A second database on one file would write over what the first one wrote (DuckDB's lock is the process's): so a file that nobody promised
 * is shared, too, by those who have it at the same time. `opening` is held. */
static Warehouse *open_file(WarehousePool *pool, const WarehouseOptions *o, Err *err) {
    bool guest = !is_promised(pool, o->path) || (o->read_only && !path_exists(o->path.at));
    WarehouseOptions options = pool->options;
    options.path = o->path;
    options.read_only = guest && o->read_only;
    options.newest_storage = o->newest_storage;
    if (!options.library.len) options.library = o->library;
    return add(pool, &options, guest, err) ? take(pool, o->path) : NULL;
}

Warehouse *pool_find(const WarehouseOptions *o, bool *ret_ours, Err *err) {
    WarehousePool *pool = o->pool;
    *ret_ours = !str_is(o->path, ":memory:");
    Warehouse *w = *ret_ours ? take(pool, o->path) : NULL;
    if (*ret_ours && !w) {
        mutex_lock(&pool->opening);
        w = take(pool, o->path);
        if (!w) w = open_file(pool, o, err);
        mutex_unlock(&pool->opening);
    }
    if (!w || o->read_only || !w->options.read_only) return w;
    pool_give_back(w);
    err_set(err, ERR_LOCKED, "warehouse \"" STR_FMT "\" is being read by another command of this server",
            STR_ARG(o->path));
    err_hint(err, "try again when that has ended");
    return NULL;
}

/* ---- databases ---- */

/* Of two with one stem the first has it, the other is called by its path in the project. */
static void name_promised(WarehousePool *pool, size_t i) {
    Arena *a = &pool->promise;
    PoolDatabase *d = &pool->promised.at[i];
    Str root = path_folder(pool->folder);
    d->name = database_name_of(a, d->path);
    for (size_t k = 0; k < i; k++) {
        const PoolDatabase *other = &pool->promised.at[k];
        if (!str_equal_nocase(other->name, d->name) || is_same_place(other->path, d->path)) continue;
        bool below = str_starts(d->path, root) && d->path.len > root.len && d->path.at[root.len] == '/';
        d->name = below ? str_slice(d->path, root.len + 1, d->path.len) : d->path;
    }
}

static void promise(WarehousePool *pool, Str path) {
    vec_push(&pool->promised, (PoolDatabase){.path = arena_str(&pool->promise, path)});
    name_promised(pool, pool->promised.len - 1);
}

void warehouse_pool_promise(WarehousePool *pool, const WarehouseOptions *options, const Str *paths, size_t count) {
    mutex_lock(&pool->opening);
    pthread_mutex_lock(&pool->lock);
    arena_reset(&pool->promise);
    pool->promised.len = 0;
    if (pool->members.len) promise(pool, pool->members.at[0]->path);
    for (size_t i = 0; i < count; i++) promise(pool, paths[i]);
    pool->options = *options;
    pool->options.path = (Str){0};
    pool->options.library = arena_str(&pool->promise, options->library);
    pool->options.temp_directory = arena_str(&pool->promise, options->temp_directory);
    pthread_mutex_unlock(&pool->lock);
    mutex_unlock(&pool->opening);
}

void warehouse_pool_names(WarehousePool *pool, Arena *a, StrVec *ret) {
    pthread_mutex_lock(&pool->lock);
    for (size_t i = 0; i < pool->promised.len; i++) vec_push(ret, arena_str(a, pool->promised.at[i].name));
    pthread_mutex_unlock(&pool->lock);
}

/* `lock` is held. A file that the project does not name any more keeps the name that DuckDB has for it. */
static Str name_of(const WarehousePool *pool, const Warehouse *w) {
    for (size_t i = 0; i < pool->promised.len; i++)
        if (is_same_file(pool->promised.at[i].path, w->path)) return pool->promised.at[i].name;
    return w->name;
}

void warehouse_pool_databases(WarehousePool *pool, Arena *a, PoolDatabases *ret) {
    pthread_mutex_lock(&pool->lock);
    for (size_t i = 0; i < pool->members.len; i++) {
        const Warehouse *w = pool->members.at[i];
        if (!w->guest) vec_push(ret, (PoolDatabase){arena_str(a, name_of(pool, w)), arena_str(a, w->path)});
    }
    pthread_mutex_unlock(&pool->lock);
}

Str warehouse_pool_name(WarehousePool *pool, Arena *a, const Warehouse *w) {
    pthread_mutex_lock(&pool->lock);
    Str name = arena_str(a, name_of(pool, w));
    pthread_mutex_unlock(&pool->lock);
    return name;
}

/* `lock` is held. */
static Str find_name(const WarehousePool *pool, Str name) {
    Str first = pool->promised.len ? pool->promised.at[0].path : (Str){0};
    for (size_t i = 0; i < pool->promised.len; i++)
        if (str_equal(pool->promised.at[i].name, name)) return pool->promised.at[i].path;
    for (size_t i = 0; i < pool->members.len; i++)
        if (!pool->members.at[i]->guest && str_equal(pool->members.at[i]->name, name)) return pool->members.at[i]->path;
    /* main.duckdb is main_db to DuckDB. */
    return str_is(name, "warehouse") || str_equal(path_stem(first), name) ? first : (Str){0};
}

/* Empty: there is none. */
static Str path_of(WarehousePool *pool, Arena *a, Str name) {
    pthread_mutex_lock(&pool->lock);
    Str path = arena_str(a, find_name(pool, name));
    pthread_mutex_unlock(&pool->lock);
    return path;
}

Warehouse *warehouse_pool_named(WarehousePool *pool, Str name, Err *err) {
    AUTO(Arena) a = {0};
    bool ours;
    Str path = path_of(pool, &a, name);
    if (path.len && path_exists(path.at)) return pool_find(&(WarehouseOptions){.path = path, .pool = pool}, &ours, err);
    err_set(err, ERR_NOT_FOUND, "database \"" STR_FMT "\" does not exist", STR_ARG(name));
    if (path.len) err_hint(err, STR_FMT " is made by the first load into it", STR_ARG(path));
    return NULL;
}

/* ---- files ---- */

bool warehouse_pool_open(WarehousePool *pool, Str path, Err *err) {
    bool ours;
    if (!path_exists(path.at)) return true;
    Warehouse *w = pool_find(&(WarehouseOptions){.path = path, .pool = pool}, &ours, err);
    bool ok = !ours || (w && warehouse_pool_limit(w, &pool->options, err));
    if (w) warehouse_close(w);
    return ok;
}

/* The next who opens a guest's file waits until it is closed. */
static void give_back_guest(WarehousePool *pool, Warehouse *w) {
    mutex_lock(&pool->opening);
    pthread_mutex_lock(&pool->lock);
    BUG_ON(!w->users);
    bool last = --w->users == 0;
    for (size_t i = 0; last && i < pool->members.len; i++)
        if (pool->members.at[i] == w) pool->members.at[i] = pool->members.at[--pool->members.len];
    pthread_mutex_unlock(&pool->lock);
    if (last) {
        w->pool = NULL;
        warehouse_close(w);
    }
    mutex_unlock(&pool->opening);
}

void pool_give_back(Warehouse *w) {
    WarehousePool *pool = w->pool;
    if (w->guest) {
        give_back_guest(pool, w);
        return;
    }
    pthread_mutex_lock(&pool->lock);
    BUG_ON(!w->users);
    w->users--;
    pthread_mutex_unlock(&pool->lock);
}

bool warehouse_pool_has(WarehousePool *pool, Str path) {
    bool found = false;
    Str end = STR(".wal");
    AUTO(Arena) arena = {0};
    Str names[] = {arena_str(&arena, path),
                   arena_str(&arena, str_ends(path, end) ? str_slice(path, 0, path.len - end.len) : path)};
    pthread_mutex_lock(&pool->lock);
    for (size_t i = 0; i < pool->members.len && !found; i++)
        found = is_same_file(pool->members.at[i]->path, names[0]) || is_same_file(pool->members.at[i]->path, names[1]);
    pthread_mutex_unlock(&pool->lock);
    return found;
}

bool warehouse_pool_fits(WarehousePool *pool, Str pattern) {
    bool found = false;
    AUTO(Arena) arena = {0};
    pthread_mutex_lock(&pool->lock);
    for (size_t i = 0; i < pool->members.len && !found; i++) {
        Str path = pool->members.at[i]->path;
        found = str_glob(pattern, path) || str_glob(pattern, arena_printf(&arena, STR_FMT ".wal", STR_ARG(path)));
    }
    pthread_mutex_unlock(&pool->lock);
    return found;
}

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
    Mutex opening; /* held while a promised file is opened: before `lock`; guards the promise */
    Arena promise; /* texts of it */
    StrVec promised;
    WarehouseOptions options; /* of promised files */
    pthread_mutex_t lock;     /* guards all, and Warehouse.users of its members */
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

Warehouse *warehouse_pool_add(WarehousePool *pool, const WarehouseOptions *options, Err *err) {
    BUG_ON(options->pool);
    Warehouse *w = warehouse_open(options, err);
    if (!w) return NULL;
    w->pool = pool;
    w->keeps_threads = true;
    pthread_mutex_lock(&pool->lock);
    vec_push(&pool->members, w);
    pthread_mutex_unlock(&pool->lock);
    return w;
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
static bool is_same_file(const Warehouse *w, Str path) {
    struct stat a, b;
    if (str_equal(w->path, path)) return true;
    return stat(w->path.at, &a) == 0 && stat(path.at, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

Warehouse *pool_take(WarehousePool *pool, Str path) {
    Warehouse *found = NULL;
    pthread_mutex_lock(&pool->lock);
    for (size_t i = 0; i < pool->members.len && !found; i++)
        if (is_same_file(pool->members.at[i], path)) found = pool->members.at[i];
    if (found) found->users++;
    pthread_mutex_unlock(&pool->lock);
    return found;
}

void warehouse_pool_promise(WarehousePool *pool, const WarehouseOptions *options, const Str *paths, size_t count) {
    mutex_lock(&pool->opening);
    arena_reset(&pool->promise);
    pool->promised.len = 0;
    for (size_t i = 0; i < count; i++) vec_push(&pool->promised, arena_str(&pool->promise, paths[i]));
    pool->options = *options;
    pool->options.library = arena_str(&pool->promise, options->library);
    pool->options.temp_directory = arena_str(&pool->promise, options->temp_directory);
    mutex_unlock(&pool->opening);
}

/* The lock is held. */
static bool is_promised(const WarehousePool *pool, Str path) {
    for (size_t i = 0; i < pool->promised.len; i++)
        if (str_equal(pool->promised.at[i], path)) return true;
    return false;
}

Warehouse *pool_find(const WarehouseOptions *o, bool *ret_ours, Err *err) {
    WarehousePool *pool = o->pool;
    Warehouse *w = pool_take(pool, o->path);
    *ret_ours = w != NULL;
    if (w) return w;
    mutex_lock(&pool->opening);
    w = pool_take(pool, o->path);
    *ret_ours = w || (is_promised(pool, o->path) && (!o->read_only || path_exists(o->path.at)));
    if (!w && *ret_ours) {
        WarehouseOptions options = pool->options;
        options.path = o->path;
        if (warehouse_pool_add(pool, &options, err)) w = pool_take(pool, o->path);
    }
    mutex_unlock(&pool->opening);
    return w;
}

bool warehouse_pool_open(WarehousePool *pool, Str path, Err *err) {
    bool ours;
    if (!path_exists(path.at)) return true;
    Warehouse *w = pool_find(&(WarehouseOptions){.path = path, .pool = pool}, &ours, err);
    bool ok = !ours || (w && warehouse_pool_limit(w, &pool->options, err));
    if (w) warehouse_close(w);
    return ok;
}

void pool_give_back(Warehouse *w) {
    pthread_mutex_lock(&w->pool->lock);
    BUG_ON(!w->users);
    w->users--;
    pthread_mutex_unlock(&w->pool->lock);
}

void warehouse_pool_list(WarehousePool *pool, Arena *a, StrVec *ret) {
    pthread_mutex_lock(&pool->lock);
    for (size_t i = 0; i < pool->members.len; i++) vec_push(ret, arena_str(a, pool->members.at[i]->path));
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
        found = is_same_file(pool->members.at[i], names[0]) || is_same_file(pool->members.at[i], names[1]);
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

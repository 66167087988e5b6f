#include "warehouse/disk.h"

#include "os/file.h"
#include "os/path.h"
#include "warehouse/internal.h"

enum { SHARE = 20 }; /* a part of the disk, and MOST bytes at most */
static const uint64_t MOST = UINT64_C(1000000000);

static const char *folder_of(const Warehouse *w, Arena *a) {
    return arena_c(a, path_folder(w->path));
}

/* What is to stay free beside the file when nothing is said: 1 GB, or 5 % of a smaller disk. 0: it cannot be asked. */
static uint64_t default_free(const Warehouse *w) {
    AUTO(Arena) a = {0};
    uint64_t bytes;
    Err ignored = {0};
    return disk_size(folder_of(w, &a), &bytes, &ignored) ? MIN(bytes / SHARE, MOST) : 0;
}

bool warehouse_check_disk(Warehouse *w, const char *what, Err *err) {
    AUTO(Arena) a = {0};
    uint64_t available;
    Err ignored = {0};
    pthread_mutex_lock(&w->lock);
    uint64_t keep = w->options.free_disk;
    pthread_mutex_unlock(&w->lock);
    if (keep == FREE_DISK_OFF || str_is(w->path, ":memory:")) return true;
    if (!keep) keep = default_free(w);
    const char *folder = folder_of(w, &a);
    if (!disk_free(folder, &available, &ignored) || available >= keep) return true;
    err_set(err, ERR_DISK, "%s: disk space is low: %.1f MB are free at \"%s\", and %.1f MB are to stay free", what,
            (double)available / 1e6, folder, (double)keep / 1e6);
    return err_hint(err, "make room there, such as by pond backup --keep N; pond.limits.free_disk says how "
                         "much is to stay free (0: no matter)");
}

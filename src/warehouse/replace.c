#include "warehouse/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crash.h"
#include "os/file.h"
#include "os/lockinfo.h"
#include "warehouse/internal.h"

typedef struct Replacing {
    Warehouse *w;
    Arena *a;
    Str real, fresh, old; /* old: empty when the file system has no second names */
    Fd guard;
} Replacing;

static bool real_path(const Warehouse *w, Arena *a, Str *ret, Err *err) {
    char *real = realpath(w->path.at, NULL);
    if (!real) return err_errno(err, errno, "\"" STR_FMT "\"", STR_ARG(w->path));
    *ret = arena_str(a, str_of(real));
    free(real);
    return true;
}

static Str beside(Arena *a, Str path, const char *ending) {
    return arena_printf(a, STR_FMT "%s", STR_ARG(path), ending);
}

bool warehouse_fresh_path(const Warehouse *w, Arena *a, Str *ret, Err *err) {
    Str real;
    if (!real_path(w, a, &real, err)) return false;
    *ret = beside(a, real, ".compacting");
    return true;
}

bool warehouse_fresh_remove(const Warehouse *w, Err *err) {
    static const char *const endings[] = {".compacting", ".compacting.wal", ".before-compact"};
    AUTO(Arena) a = {0};
    Str real;
    if (!real_path(w, &a, &real, err)) return false;
    for (size_t i = 0; i < ARRAY_LEN(endings); i++)
        if (!file_remove(beside(&a, real, endings[i]).at, err)) return false;
    return true;
}

uint64_t warehouse_log_bytes(const Warehouse *w) {
    AUTO(Arena) a = {0};
    uint64_t bytes = 0;
    Err ignored = {0};
    return file_size(beside(&a, w->path, ".wal").at, &bytes, &ignored) ? bytes : 0;
}

/* Nothing of the old file is in a log, which DuckDB would take for the new one's. */
static bool empty_log(Replacing *r, Err *err) {
    AUTO_PTR(Session) s = gate_session(r->w, err);
    if (!s || !session_exec(s, err, "CHECKPOINT")) return false;
    bool left = path_exists(beside(r->a, r->real, ".wal").at) || path_exists(beside(r->a, r->fresh, ".wal").at);
    return !left || err_set(err, ERR_INTERNAL, "\"" STR_FMT "\" still has a log", STR_ARG(r->real));
}

/* Owner and mode of the old file; written through; locked as DuckDB locks. */
static bool prepare_fresh(Replacing *r, Err *err) {
    struct stat old;
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (stat(r->real.at, &old) != 0) return err_errno(err, errno, "\"" STR_FMT "\"", STR_ARG(r->real));
    if (old.st_uid != geteuid() || old.st_gid != getegid()) (void)!chown(r->fresh.at, old.st_uid, old.st_gid);
    r->guard = open(r->fresh.at, O_RDWR | O_CLOEXEC);
    bool ok = r->guard >= 0 && fchmod(r->guard, old.st_mode & 07777) == 0 && fsync(r->guard) == 0 &&
              fcntl(r->guard, F_SETLK, &lock) == 0;
    return ok || err_errno(err, errno, "\"" STR_FMT "\"", STR_ARG(r->fresh));
}

static void keep_old(Replacing *r) {
    r->old = beside(r->a, r->real, ".before-compact");
    if (link(r->real.at, r->old.at) != 0) r->old = (Str){0};
}

static bool rename_fresh(Replacing *r, Err *err) {
    crash_point("compact_before_rename");
    if (rename(r->fresh.at, r->real.at) != 0) {
        err_errno(err, errno, "cannot rename \"" STR_FMT "\"", STR_ARG(r->fresh));
        if (r->old.len) unlink(r->old.at);
        return false;
    }
    crash_point("compact_after_rename");
    return true;
}

/* Under the guard's lock, which nobody gets in between. Should somebody have it all the same (a file system whose locks are no locks),
 * then he changes the new file, and we see what he did. */
static bool open_fresh(Replacing *r, Err *err) {
    enum { PATIENCE_US = 10 * 1000 * 1000, RETRY_US = 20 * 1000 };
    int64_t deadline = deadline_in(PATIENCE_US);
    r->w->guard = fd_take(&r->guard);
    for (;;) {
        Err failure = {0};
        if (gate_take_file(r->w, &failure)) return true;
        if (failure.code != ERR_LOCKED || clock_us() > deadline) {
            *err = failure;
            return false;
        }
        (void)wait_fd(-1, 0, (Until){.deadline_us = deadline_in(RETRY_US)});
    }
}

static bool change(Replacing *r, Err *err) {
    Err late = {0};
    bool ok = gate_release_file(r->w, err);
    crash_point("compact_closed");
    ok = ok && open_fresh(r, err);
    crash_point("compact_opened");
    (void)!path_sync(arena_c(r->a, path_folder(r->real)), &late);
    return ok;
}

Replaced warehouse_replace(Warehouse *w, Str fresh, Arena *a, Str *ret_old, Err *err) {
    Replacing r = {.w = w, .a = a, .fresh = fresh, .guard = -1};
    LockHolder holder;
    *ret_old = (Str){0};
    bool ok = real_path(w, a, &r.real, err) && empty_log(&r, err) && prepare_fresh(&r, err);
    if (ok) keep_old(&r);
    if (!ok || !rename_fresh(&r, err)) {
        fd_close(&r.guard);
        return REPLACED_NOT;
    }
    ok = change(&r, err);
    fd_close(&r.guard);
    if (r.old.len && lock_holder(r.old.at, &holder)) *ret_old = r.old;
    else if (r.old.len) unlink(r.old.at);
    return ok ? REPLACED : REPLACED_LOST;
}

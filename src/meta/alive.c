/* Locks that say which runs are alive. */
#include "meta/alive.h"

#include <errno.h>
#include <fcntl.h>

#include "meta/meta.h"
#include "os/file.h"

bool alive_open(const char *folder, Fd *ret, Err *err) {
    AUTO(Arena) arena = {0};
    Str run = path_join(&arena, str_of(folder), STR("run"));
    Str path = path_join(&arena, run, STR("alive"));
    if (!dir_make(run.at, 0700, err) || !dir_check_writable(run.at, err)) return false;
    *ret = open(path.at, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    return *ret >= 0 || err_errno(err, errno, "cannot open \"%s\"", path.at);
}

Fd alive_open_to_ask(const char *folder) {
    AUTO(Arena) arena = {0};
    return open(arena_printf(&arena, "%s/run/alive", folder).at, O_RDONLY | O_CLOEXEC);
}

static bool set_lock(int fd, short type, int64_t at) {
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = at, .l_len = 1};
    return fcntl(fd, F_OFD_SETLK, &lock) == 0;
}

bool alive_lock_preparing(int fd, Err *err) {
    int64_t deadline = deadline_in(META_PATIENCE_S * US_PER_SECOND);
    while (!set_lock(fd, F_WRLCK, 0)) {
        if (errno != EAGAIN && errno != EACCES) return err_errno(err, errno, "cannot lock .pond/run/alive");
        if (clock_us() > deadline)
            return err_set(err, ERR_LOCKED, "another process has been preparing pond.db for %d s", META_PATIENCE_S);
        (void)wait_fd(-1, 0, (Until){.deadline_us = deadline_in(5 * US_PER_MS)});
    }
    return true;
}

void alive_unlock_preparing(int fd) {
    (void)set_lock(fd, F_UNLCK, 0);
}

bool alive_lock_run(int fd, int64_t run, Err *err) {
    return set_lock(fd, F_WRLCK, run) || err_errno(err, errno, "cannot lock .pond/run/alive");
}

void alive_unlock_run(int fd, int64_t run) {
    (void)set_lock(fd, F_UNLCK, run);
}

bool alive_is_held(int ask_fd, int64_t run) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = run, .l_len = 1};
    return fcntl(ask_fd, F_OFD_GETLK, &lock) < 0 || lock.l_type != F_UNLCK;
}

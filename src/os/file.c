/* Files and folders. */
#include "os/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "os/io.h"
#include "os/machine.h"

enum { PRIVATE_MODE = 0600 };

static bool fail(Err *err, int number, const char *what, const char *path) {
    err_errno(err, number, "cannot %s \"%s\"", what, path);
    if (number == ENOENT) err->code = ERR_NOT_FOUND;
    return false;
}

/* ---- files ---- */

bool file_read(Arena *a, const char *path, size_t limit, Str *ret, Err *err) {
    AUTO(Fd) fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return fail(err, errno, "read", path);
    AUTO(Buf) text = {0};
    if (!io_read_all(fd, limit, UNTIL_DONE, &text, err)) return err_context(err, "\"%s\"", path);
    *ret = arena_str(a, buf_str(&text));
    return true;
}

/* The file that a chain of symbolic links ends at, or `path` itself when it leads nowhere yet. */
static Str real_path(Arena *a, const char *path) {
    char *resolved = realpath(path, NULL);
    Str real = arena_str(a, str_of(resolved ? resolved : path));
    free(resolved);
    return real;
}

static mode_t mode_of(const char *path, mode_t otherwise) {
    struct stat st;
    return stat(path, &st) == 0 ? st.st_mode & 07777 : otherwise;
}

static bool fill(int fd, Str text, mode_t mode, Err *err) {
    if (!io_write_all(fd, text, UNTIL_DONE, err)) return false;
    return fchmod(fd, mode) == 0 || err_errno(err, errno, "cannot set its mode");
}

static bool write_through(int fd, Err *err) {
    return fsync(fd) == 0 || err_errno(err, errno, "cannot write it through");
}

bool file_write_private(const char *path, Str text, Err *err) {
    AUTO(Fd) fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, PRIVATE_MODE);
    if (fd < 0) return fail(err, errno, "write", path);
    return fill(fd, text, PRIVATE_MODE, err) || err_context(err, "cannot write \"%s\"", path);
}

/* Makes a rename in it durable. Some file systems cannot; the rename is done anyway. */
static void sync_folder(Arena *a, Str path) {
    AUTO(Fd) fd = open(arena_c(a, path_folder(path)), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) (void)fsync(fd);
}

/* through: it is on the disk when this returns. */
static bool write_beside(const char *path, Str text, mode_t mode, bool through, Err *err) {
    AUTO(Arena) arena = {0};
    Str real = real_path(&arena, path);
    Str name = path_name(real);
    char *temporary = arena_c(
        &arena, path_join(&arena, path_folder(real), arena_printf(&arena, "." STR_FMT ".XXXXXX", STR_ARG(name))));
    AUTO(Fd) fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0) return fail(err, errno, "write", path);
    if (!mode) mode = mode_of(real.at, 0644);
    bool ok = (fill(fd, text, mode, err) && (!through || write_through(fd, err))) ||
              err_context(err, "cannot write \"%s\"", path);
    if (ok && rename(temporary, real.at) < 0) ok = fail(err, errno, "write", path);
    if (!ok) unlink(temporary);
    else if (through) sync_folder(&arena, real);
    return ok;
}

bool file_write_atomic(const char *path, Str text, mode_t mode, Err *err) {
    return write_beside(path, text, mode, true, err);
}

bool file_write_at_once(const char *path, Str text, mode_t mode, Err *err) {
    return write_beside(path, text, mode, false, err);
}

bool file_append(const char *path, Str text, mode_t mode, Err *err) {
    AUTO(Fd) fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, mode);
    if (fd < 0) return fail(err, errno, "write", path);
    return io_write_all(fd, text, UNTIL_DONE, err) || err_context(err, "\"%s\"", path);
}

bool file_copy(const char *from, const char *to, mode_t mode, Until until, Err *err) {
    enum { STEP = 1024 * 1024 };
    AUTO(Buf) bytes = {0};
    AUTO(Fd) in = open(from, O_RDONLY | O_CLOEXEC);
    if (in < 0) return fail(err, errno, "read", from);
    AUTO(Fd) out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (out < 0) return fail(err, errno, "make", to);
    (void)buf_reserve(&bytes, STEP);
    for (;;) {
        ssize_t n = io_read(in, bytes.at, STEP, until, err);
        if (n < 0) return err_context(err, "\"%s\"", from);
        if (n == 0) break;
        if (!io_write_all(out, (Str){bytes.at, (size_t)n}, until, err)) return err_context(err, "\"%s\"", to);
    }
    return fsync(out) == 0 || fail(err, errno, "write", to);
}

bool file_remove(const char *path, Err *err) {
    return unlink(path) == 0 || errno == ENOENT || fail(err, errno, "remove", path);
}

bool file_size(const char *path, uint64_t *ret, Err *err) {
    struct stat st;
    if (stat(path, &st) < 0) return fail(err, errno, "look at", path);
    *ret = (uint64_t)st.st_size;
    return true;
}

/* ---- folders ---- */

bool path_sync(const char *path, Err *err) {
    AUTO(Fd) fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0 && fsync(fd) == 0) return true;
    return err_errno(err, errno, "cannot write \"%s\" through", path);
}

bool disk_free(const char *path, uint64_t *ret, Err *err) {
    struct statvfs disk;
    if (statvfs(path, &disk) != 0) return err_errno(err, errno, "\"%s\"", path);
    *ret = (uint64_t)disk.f_bavail * disk.f_frsize;
    return true;
}

bool disk_size(const char *path, uint64_t *ret, Err *err) {
    struct statvfs disk;
    if (statvfs(path, &disk) != 0) return err_errno(err, errno, "\"%s\"", path);
    *ret = (uint64_t)disk.f_blocks * disk.f_frsize;
    return true;
}

static bool make_one(const char *path, mode_t mode, Err *err) {
    if (mkdir(path, mode) == 0) return chmod(path, mode) == 0 || fail(err, errno, "set the mode of", path);
    if (errno == EEXIST && path_is_dir(path)) return true;
    return fail(err, errno == EEXIST ? ENOTDIR : errno, "make folder", path);
}

bool dir_make(const char *path, mode_t mode, Err *err) {
    if (path_is_dir(path)) return true;
    AUTO(Arena) arena = {0};
    char *part = arena_c(&arena, str_of(path));
    for (char *at = part + 1; part[0] && *at; at++) {
        if (*at != '/') continue;
        *at = '\0';
        if (!path_is_dir(part) && !make_one(part, mode, err)) return false;
        *at = '/';
    }
    return make_one(path, mode, err);
}

bool dir_check_writable(const char *path, Err *err) {
    AUTO(Arena) arena = {0};
    if (path_is_writable(path)) return true;
    int reason = errno;
    return err_errno(err, reason, "folder \"%s\" cannot be written by user " STR_FMT, path,
                     STR_ARG(machine_user(&arena)));
}

static bool is_dots(const char *name) {
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static int by_bytes(const void *a, const void *b) {
    return str_compare(*(const Str *)a, *(const Str *)b);
}

bool dir_list(Arena *a, const char *path, StrVec *ret, Err *err) {
    DIR *dir = opendir(path);
    if (!dir) return fail(err, errno, "list folder", path);
    size_t before = ret->len;
    struct dirent *entry;
    for (errno = 0; (entry = readdir(dir)); errno = 0)
        if (!is_dots(entry->d_name)) vec_push(ret, arena_str(a, str_of(entry->d_name)));
    int failure = errno;
    closedir(dir);
    if (failure) return fail(err, failure, "list folder", path);
    if (ret->len > before) qsort(ret->at + before, ret->len - before, sizeof *ret->at, by_bytes);
    return true;
}

bool dir_make_temp(Arena *a, const char *parent, const char *prefix, Str *ret, Err *err) {
    Str path = arena_printf(a, "%s/%sXXXXXX", parent, prefix);
    char *made = mkdtemp(arena_c(a, path));
    if (!made) return fail(err, errno, "make a temporary folder in", parent);
    *ret = str_of(made);
    return true;
}

static bool remove_below(int parent, const char *name, const char *path, Err *err);

static bool remove_contents(int dir_fd, const char *path, Err *err) {
    DIR *dir = fdopendir(dir_fd);
    if (!dir) {
        close(dir_fd);
        return fail(err, errno, "list folder", path);
    }
    bool ok = true;
    struct dirent *entry;
    while (ok && (entry = readdir(dir)))
        if (!is_dots(entry->d_name)) ok = remove_below(dirfd(dir), entry->d_name, path, err);
    closedir(dir);
    return ok;
}

/* `path` is for error texts: the tree's root. */
static bool remove_below(int parent, const char *name, const char *path, Err *err) {
    if (unlinkat(parent, name, 0) == 0 || errno == ENOENT) return true;
    if (errno != EISDIR && errno != EPERM) return fail(err, errno, "remove", path);
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return fail(err, errno, "remove", path);
    if (!remove_contents(fd, path, err)) return false;
    return unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT || fail(err, errno, "remove", path);
}

bool remove_tree(const char *path, Err *err) {
    return remove_below(AT_FDCWD, path, path, err);
}

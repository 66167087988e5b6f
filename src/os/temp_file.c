/* Files without a name. */
#include "os/temp_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Where the file system has no O_TMPFILE: a name for a moment. */
static int open_and_unlink(const char *folder) {
    char *path = NULL;
    if (asprintf(&path, "%s/.pond-XXXXXX", folder) < 0) return -1;
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0) unlink(path);
    free(path);
    return fd;
}

bool temp_file_open(TempFile *f, const char *folder, Err *err) {
    f->end = 0;
    f->fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (f->fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) f->fd = open_and_unlink(folder);
    return f->fd >= 0 || err_errno(err, errno, "cannot make a temporary file in \"%s\"", folder);
}

bool temp_file_add(TempFile *f, Str data, uint64_t *ret_at, Err *err) {
    uint64_t at = f->end;
    while (data.len) {
        ssize_t n = pwrite(f->fd, data.at, data.len, (off_t)at);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return err_errno(err, errno, "cannot write a temporary file");
        at += (uint64_t)n;
        data = str_slice(data, (size_t)n, data.len);
    }
    *ret_at = f->end;
    f->end = at;
    return true;
}

bool temp_file_read(const TempFile *f, uint64_t at, char *to, size_t len, Err *err) {
    return io_read_at(f->fd, at, to, len, err) || err_context(err, "temporary file");
}

bool temp_file_clear(TempFile *f, Err *err) {
    if (ftruncate(f->fd, 0) < 0) return err_errno(err, errno, "cannot empty a temporary file");
    f->end = 0;
    return true;
}

void temp_file_close(TempFile *f) {
    fd_close(&f->fd);
}

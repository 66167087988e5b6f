/* Bytes through descriptors. */
#include "os/io.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

void fd_close(Fd *fd) {
    if (*fd >= 0) close(*fd);
    *fd = -1;
}

ssize_t io_read(int fd, void *at, size_t room, Until until, Err *err) {
    for (;;) {
        if (!wait_check(wait_fd(fd, POLLIN, until), "reading", err)) return -1;
        ssize_t n = read(fd, at, room);
        if (n >= 0) return n;
        if (errno == EINTR || errno == EAGAIN) continue; /* another reader was quicker */
        err_errno(err, errno, "cannot read");
        return -1;
    }
}

enum { SHORT_READ = 4096, SHORT_READS = 16, NAP_US = 4000 };

ssize_t io_read_paced(Pace *pace, int fd, void *at, size_t room, Until until, Err *err) {
    if (pace->short_reads >= SHORT_READS) {
        pace->short_reads--;
        Until nap = until;
        nap.deadline_us = MIN(deadline_in(NAP_US), until.deadline_us);
        (void)wait_fd(-1, 0, nap);
    }
    ssize_t n = io_read(fd, at, room, until, err);
    if (n > 0 && n < SHORT_READ) pace->short_reads++;
    return n;
}

bool io_read_all(int fd, size_t limit, Until until, Buf *ret, Err *err) {
    enum { STEP = 64 * 1024 };
    size_t before = ret->len;
    for (;;) {
        if (!buf_reserve(ret, STEP)) return err_set(err, ERR_INPUT, "input is longer than %zu bytes", ret->limit);
        ssize_t n = io_read(fd, ret->at + ret->len, STEP, until, err);
        if (n < 0) return false;
        ret->len += (size_t)n;
        ret->at[ret->len] = '\0';
        if (n == 0) return true;
        if (ret->len - before > limit) return err_set(err, ERR_INPUT, "input is longer than %zu bytes", limit);
    }
}

bool io_read_at(int fd, uint64_t at, void *to, size_t len, Err *err) {
    for (char *next = to; len;) {
        ssize_t n = pread(fd, next, len, (off_t)at);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return err_errno(err, n ? errno : EIO, "cannot read");
        at += (uint64_t)n;
        next += n;
        len -= (size_t)n;
    }
    return true;
}

/* So many bytes may be written to a descriptor that poll calls ready without blocking. */
static size_t write_limit(int fd) {
    struct stat st;
    return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? SSIZE_MAX : PIPE_BUF;
}

bool io_write_all(int fd, Str data, Until until, Err *err) {
    size_t limit = write_limit(fd);
    while (data.len) {
        if (!wait_check(wait_fd(fd, POLLOUT, until), "writing", err)) return false;
        ssize_t n = write(fd, data.at, MIN(data.len, limit));
        if (n >= 0) data = str_slice(data, (size_t)n, data.len);
        else if (errno != EINTR && errno != EAGAIN) return err_errno(err, errno, "cannot write");
    }
    return true;
}

bool pipe_open(Pipe *ret, Err *err) {
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) < 0) return err_errno(err, errno, "cannot make a pipe");
    *ret = (Pipe){fds[0], fds[1]};
    return true;
}

void pipe_close(Pipe *p) {
    fd_close(&p->read);
    fd_close(&p->write);
}

void pipe_widen(int fd) {
    int room = PIPE_ROOM;
    while (room > 64 * 1024 && fcntl(fd, F_SETPIPE_SZ, room) < 0 && errno == EPERM) room /= 2;
}

static void write_line(const LogSink *sink, Str line) {
    Err lost;
    (void)!io_write_all(sink->fd, line, (Until){.deadline_us = deadline_in(US_PER_SECOND)}, &lost);
}

LogSink log_to_fd(int fd, LogFormat format, LogLevel level) {
    return (LogSink){.write = write_line, .fd = fd, .format = format, .level = level};
}

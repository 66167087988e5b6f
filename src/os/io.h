/*
 * Bytes through descriptors: pipes, sockets, terminals, files. Every call takes an Until; its ends are ERR_TIMEOUT and
 * ERR_CANCELED. Descriptors may be blocking ones (pond never changes the flags of a descriptor it shares with others).
 * Any thread; one reader and one writer per descriptor. SIGPIPE is ignored by main: a vanished reader is an ERR_IO.
 */
#pragma once

#include <sys/types.h>

#include "base/buf.h"
#include "base/log.h"
#include "os/wait.h"

/* A descriptor that closes itself: `AUTO(Fd) fd = -1;` */
typedef int Fd;
/* Closes unless -1 and sets -1. */
void fd_close(Fd *fd);
DEFINE_AUTO(Fd, fd_close)
/* Moves out: returns *fd and sets -1. */
static inline int fd_take(Fd *fd) {
    int moved = *fd;
    *fd = -1;
    return moved;
}

/* Waits for some bytes and reads at most `room` of them. Returns how many, 0 at the end of input, -1 with err. */
ssize_t io_read(int fd, void *at, size_t room, Until until, Err *err) MUST_USE;
/* The same for a stream of messages. A writer that flushes each of them, as Python taps do, pays for waking its reader: with
 * `tap | cat` a third of the tap's time. So after some short reads the reader sleeps NAP_US before it looks again.
 * Zero-initialise a Pace for each descriptor. */
typedef struct Pace {
    unsigned short_reads;
} Pace;
ssize_t io_read_paced(Pace *pace, int fd, void *at, size_t room, Until until, Err *err) MUST_USE;
/* Appends everything up to the end of input to *ret. More than `limit` bytes: ERR_INPUT. */
bool io_read_all(int fd, size_t limit, Until until, Buf *ret, Err *err) MUST_USE;
/* Exactly `len` bytes of a file at `at`, wherever the descriptor stands. ERR_IO when it ends before. */
bool io_read_at(int fd, uint64_t at, void *to, size_t len, Err *err) MUST_USE;
/* On an error a prefix may have been written. */
bool io_write_all(int fd, Str data, Until until, Err *err) MUST_USE;

/* Close-on-exec. */
typedef struct Pipe {
    Fd read, write;
} Pipe;
bool pipe_open(Pipe *ret, Err *err) MUST_USE;
void pipe_close(Pipe *p);
DEFINE_AUTO(Pipe, pipe_close)
enum { PIPE_ROOM = 1024 * 1024 };
/* Asks for PIPE_ROOM bytes of buffer, or as much as the system gives; no pipe: nothing. Fewer switches between processes. */
void pipe_widen(int fd);

/* A sink that writes each line by one write, so that several processes may share the file (O_APPEND). fd: Borrowed. A line
 * that the reader does not take within a second is lost. */
LogSink log_to_fd(int fd, LogFormat format, LogLevel level);

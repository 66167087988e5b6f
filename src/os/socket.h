/*
 * Stream sockets: listening, accepting, connecting, bytes, and descriptors passed along. All of them close-on-exec. Any
 * thread.
 */
#pragma once

#include <sys/types.h>

#include "base/arena.h"
#include "os/io.h"

/* Listens at "host:port" ("127.0.0.1:5433", "[::1]:0", ":5433" is every address); port 0: any that is free. ERR_CONFIG for
 * text that is no address; ERR_IO quotes it when it is taken. */
bool socket_listen(Str address, Fd *ret, Err *err) MUST_USE;
/* Listens at a path; a socket that nobody listens at any more is replaced, a living one is ERR_LOCKED. `mode` of the socket's
 * file. */
bool socket_listen_path(const char *path, mode_t mode, Fd *ret, Err *err) MUST_USE;
/* What a path for a socket may have at most, with its NUL. */
enum { SOCKET_PATH_ROOM = 108 };

/* "127.0.0.1:5433", "[::1]:5433", or the path of a Unix socket. */
Str socket_address(int fd, Arena *a);
/* The same of who is at the other end; "local" for a Unix socket. */
Str socket_peer(int fd, Arena *a);
/* Who is at the other end of a Unix socket. */
bool socket_peer_user(int fd, uid_t *ret_uid, pid_t *ret_pid);
/* The other end has closed it, or at least says no more. Does not wait. */
bool socket_has_hung_up(int fd);

/* Waits for a connection. Small messages are sent at once (TCP_NODELAY) and dead peers are noticed (keep-alive). ERR_TIMEOUT,
 * ERR_CANCELED. */
bool socket_accept(int listener, Until until, Fd *ret, Err *err) MUST_USE;
/* ERR_NOT_FOUND: nobody listens there. */
bool socket_connect_path(const char *path, Fd *ret, Err *err) MUST_USE;

/* As io_read and io_write_all, without asking first whether there is anything: half the system calls. */
ssize_t socket_read(int fd, void *at, size_t room, Until until, Err *err) MUST_USE;
bool socket_write_all(int fd, Str data, Until until, Err *err) MUST_USE;

enum { SOCKET_FDS = 8 };
/* Sends bytes (at most 64 KB) with descriptors beside the first of them. */
bool socket_send(int fd, Str data, const int *fds, size_t fd_count, Until until, Err *err) MUST_USE;
/* Reads some bytes and takes what descriptors came with them: close-on-exec, at most SOCKET_FDS, *ret_count of them, the
 * caller's. Returns how many bytes, 0 at the end, -1 with err. */
ssize_t socket_receive(int fd, void *at, size_t room, Fd *ret_fds, size_t *ret_count, Until until, Err *err) MUST_USE;

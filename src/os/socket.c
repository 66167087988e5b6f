#include "os/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 512 };

/* ---- addresses ---- */

static bool address_error(Str address, const char *why, Err *err) {
    err_set(err, ERR_CONFIG, "\"" STR_FMT "\" is no address to listen at: %s", STR_ARG(address), why);
    return err_hint(err, "HOST:PORT, such as 127.0.0.1:5433");
}

static bool split_address(Str address, Arena *a, char **ret_host, char **ret_port, Err *err) {
    size_t colon = str_find_last(address, ':');
    if (colon == STR_NONE) return address_error(address, "it has no port", err);
    Str host = str_slice(address, 0, colon), port = str_slice(address, colon + 1, STR_NONE);
    uint64_t number;
    if (!str_to_u64(port, &number) || number > UINT16_MAX) return address_error(address, "its port is none", err);
    bool bracketed = host.len >= 2 && host.at[0] == '[' && host.at[host.len - 1] == ']';
    if (bracketed) host = str_slice(host, 1, host.len - 1);
    else if (str_find(host, ':') != STR_NONE) return address_error(address, "an IPv6 host stands in [ ]", err);
    *ret_host = host.len ? arena_c(a, host) : NULL;
    *ret_port = arena_c(a, port);
    return true;
}

static Str name_of(const struct sockaddr_storage *at, Arena *a) {
    char text[INET6_ADDRSTRLEN] = "";
    if (at->ss_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)at;
        inet_ntop(AF_INET, &in->sin_addr, text, sizeof text);
        return arena_printf(a, "%s:%u", text, ntohs(in->sin_port));
    }
    if (at->ss_family == AF_INET6) {
        const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)at;
        inet_ntop(AF_INET6, &in->sin6_addr, text, sizeof text);
        return arena_printf(a, "[%s]:%u", text, ntohs(in->sin6_port));
    }
    const struct sockaddr_un *local = (const struct sockaddr_un *)at;
    return local->sun_path[0] ? arena_str(a, str_of(local->sun_path)) : STR("local");
}

Str socket_address(int fd, Arena *a) {
    struct sockaddr_storage at = {0};
    socklen_t len = sizeof at;
    return getsockname(fd, (struct sockaddr *)&at, &len) == 0 ? name_of(&at, a) : (Str){0};
}

Str socket_peer(int fd, Arena *a) {
    struct sockaddr_storage at = {0};
    socklen_t len = sizeof at;
    return getpeername(fd, (struct sockaddr *)&at, &len) == 0 ? name_of(&at, a) : (Str){0};
}

bool socket_has_hung_up(int fd) {
    struct pollfd look = {.fd = fd, .events = POLLRDHUP};
    return poll(&look, 1, 0) > 0;
}

bool socket_peer_user(int fd, uid_t *ret_uid, pid_t *ret_pid) {
    struct ucred who;
    socklen_t len = sizeof who;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len) < 0) return false;
    *ret_uid = who.uid;
    *ret_pid = who.pid;
    return true;
}

/* ---- listening ---- */

static void set_option(int fd, int level, int option) {
    int on = 1;
    (void)setsockopt(fd, level, option, &on, sizeof on);
}

static int listen_at(const struct addrinfo *at) {
    AUTO(Fd) fd = socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, at->ai_protocol);
    if (fd < 0) return -1;
    set_option(fd, SOL_SOCKET, SO_REUSEADDR);
    if (bind(fd, at->ai_addr, at->ai_addrlen) < 0 || listen(fd, BACKLOG) < 0) return -1;
    return fd_take(&fd);
}

bool socket_listen(Str address, Fd *ret, Err *err) {
    AUTO(Arena) arena = {0};
    char *host = NULL, *port = NULL;
    if (!split_address(address, &arena, &host, &port, err)) return false;
    struct addrinfo want = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, *found;
    int failure = getaddrinfo(host, port, &want, &found);
    if (failure) return address_error(address, gai_strerror(failure), err);
    int fd = -1;
    for (const struct addrinfo *at = found; at && fd < 0; at = at->ai_next) fd = listen_at(at);
    int reason = errno;
    freeaddrinfo(found);
    *ret = fd;
    if (fd >= 0) return true;
    err_errno(err, reason, "cannot listen at \"" STR_FMT "\"", STR_ARG(address));
    if (reason == EADDRINUSE)
        err_hint(err, "another program has this port: ss -ltnp shows which; pond.listen in the project file sets ours");
    return false;
}

static bool path_address(const char *path, struct sockaddr_un *ret, Err *err) {
    *ret = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof ret->sun_path)
        return err_set(err, ERR_CONFIG, "\"%s\" is too long for a socket: %zu bytes are possible", path,
                       sizeof ret->sun_path - 1);
    memcpy(ret->sun_path, path, strlen(path));
    return true;
}

bool socket_connect_path(const char *path, Fd *ret, Err *err) {
    struct sockaddr_un at;
    if (!path_address(path, &at, err)) return false;
    AUTO(Fd) fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return err_errno(err, errno, "cannot make a socket");
    if (connect(fd, (const struct sockaddr *)&at, sizeof at) < 0) {
        int reason = errno;
        err_errno(err, reason, "nobody answers at \"%s\"", path);
        if (reason == ENOENT || reason == ECONNREFUSED) err->code = ERR_NOT_FOUND;
        return false;
    }
    *ret = fd_take(&fd);
    return true;
}

bool socket_listen_path(const char *path, mode_t mode, Fd *ret, Err *err) {
    struct sockaddr_un at;
    Err nobody = {0};
    AUTO(Fd) other = -1;
    if (!path_address(path, &at, err)) return false;
    if (socket_connect_path(path, &other, &nobody))
        return err_set(err, ERR_LOCKED, "another program listens at \"%s\"", path);
    AUTO(Fd) fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return err_errno(err, errno, "cannot make a socket");
    struct stat st;
    if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode)) unlink(path);
    /* Bound with the final mode in force: nobody connects before it is set. */
    if (fchmod(fd, mode) < 0 || bind(fd, (const struct sockaddr *)&at, sizeof at) < 0 || chmod(path, mode) < 0 ||
        listen(fd, BACKLOG) < 0)
        return err_errno(err, errno, "cannot listen at \"%s\"", path);
    *ret = fd_take(&fd);
    return true;
}

/* ---- connections ---- */

bool socket_accept(int listener, Until until, Fd *ret, Err *err) {
    for (;;) {
        if (!wait_check(wait_fd(listener, POLLIN, until), "waiting for a connection", err)) return false;
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0) {
            set_option(fd, IPPROTO_TCP, TCP_NODELAY);
            set_option(fd, SOL_SOCKET, SO_KEEPALIVE);
            *ret = fd;
            return true;
        }
        bool gone = errno == EAGAIN || errno == ECONNABORTED || errno == EINTR || errno == EPROTO;
        if (!gone) return err_errno(err, errno, "cannot accept a connection");
    }
}

ssize_t socket_read(int fd, void *at, size_t room, Until until, Err *err) {
    for (;;) {
        if (until_canceled(until)) return (void)err_set(err, ERR_CANCELED, "reading: canceled"), -1;
        ssize_t n = recv(fd, at, room, MSG_DONTWAIT);
        if (n >= 0) return n;
        if (errno != EINTR && errno != EAGAIN) return (void)err_errno(err, errno, "cannot read"), -1;
        if (!wait_check(wait_fd(fd, POLLIN, until), "reading", err)) return -1;
    }
}

bool socket_write_all(int fd, Str data, Until until, Err *err) {
    while (data.len) {
        ssize_t n = send(fd, data.at, data.len, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n >= 0) data = str_slice(data, (size_t)n, data.len);
        else if (errno != EINTR && errno != EAGAIN) return err_errno(err, errno, "cannot write");
        else if (!wait_check(wait_fd(fd, POLLOUT, until), "writing", err)) return false;
    }
    return true;
}

bool socket_send(int fd, Str data, const int *fds, size_t fd_count, Until until, Err *err) {
    BUG_ON(fd_count > SOCKET_FDS || !data.len);
    union {
        struct cmsghdr align;
        char room[CMSG_SPACE(SOCKET_FDS * sizeof(int))];
    } control = {0};
    struct iovec part = {(void *)(uintptr_t)data.at, data.len};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (fd_count) {
        message.msg_control = control.room;
        message.msg_controllen = CMSG_SPACE(fd_count * sizeof(int));
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        *header = (struct cmsghdr){
            .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(fd_count * sizeof(int))};
        memcpy(CMSG_DATA(header), fds, fd_count * sizeof(int));
    }
    ssize_t n = -1;
    while (n < 0) {
        if (!wait_check(wait_fd(fd, POLLOUT, until), "writing", err)) return false;
        n = sendmsg(fd, &message, MSG_NOSIGNAL);
        if (n < 0 && errno != EINTR && errno != EAGAIN) return err_errno(err, errno, "cannot write");
    }
    return io_write_all(fd, str_slice(data, (size_t)n, data.len), until, err);
}

ssize_t socket_receive(int fd, void *at, size_t room, Fd *ret_fds, size_t *ret_count, Until until, Err *err) {
    union {
        struct cmsghdr align;
        char room[CMSG_SPACE(SOCKET_FDS * sizeof(int))];
    } control;
    struct iovec part = {at, room};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof control.room};
    *ret_count = 0;
    ssize_t n = -1;
    while (n < 0) {
        if (!wait_check(wait_fd(fd, POLLIN, until), "reading", err)) return -1;
        n = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
        if (n < 0 && errno != EINTR && errno != EAGAIN) return err_errno(err, errno, "cannot read"), -1;
    }
    for (struct cmsghdr *h = CMSG_FIRSTHDR(&message); h; h = CMSG_NXTHDR(&message, h)) {
        if (h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_RIGHTS) continue;
        size_t count = (h->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; i++) {
            int passed;
            memcpy(&passed, CMSG_DATA(h) + i * sizeof(int), sizeof passed);
            if (*ret_count < SOCKET_FDS) ret_fds[(*ret_count)++] = passed;
            else close(passed);
        }
    }
    return n;
}

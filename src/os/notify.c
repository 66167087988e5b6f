#include "os/notify.h"

#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "os/io.h"

void service_notify(Str socket_path, Str text) {
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    if (!socket_path.len || socket_path.len >= sizeof at.sun_path) return;
    memcpy(at.sun_path, socket_path.at, socket_path.len);
    if (at.sun_path[0] == '@') at.sun_path[0] = '\0';
    AUTO(Fd) fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + socket_path.len);
    if (fd >= 0) (void)sendto(fd, text.at, text.len, MSG_NOSIGNAL | MSG_DONTWAIT, (struct sockaddr *)&at, len);
}

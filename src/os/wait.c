/* wait: poll on a descriptor and a cancel flag. */
#include "os/wait.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

bool cancel_init(Cancel *c, Err *err) {
    int stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int abort_ = stop < 0 ? -1 : eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (abort_ < 0) {
        err_errno(err, errno, "cannot make a cancel flag");
        if (stop >= 0) close(stop);
        return false;
    }
    *c = (Cancel){.stop_fd = stop, .abort_fd = abort_};
    return true;
}

void cancel_release(Cancel *c) {
    if (c->stop_fd == c->abort_fd) return; /* zeroed: never made */
    close(c->stop_fd);
    close(c->abort_fd);
    *c = (Cancel){0};
}

bool cancel_renew(Cancel *c, Err *err) {
    Cancel old = *c, fresh;
    if (!cancel_init(&fresh, err)) return false;
    *c = fresh;
    cancel_release(&old);
    return true;
}

static void make_readable(int fd) {
    uint64_t one = 1;
    ssize_t written = write(fd, &one, sizeof one);
    (void)written; /* EAGAIN: the counter is full, so it is readable */
}

void cancel_raise(Cancel *c, CancelLevel level) {
    int saved = errno;
    int old = atomic_load(&c->level);
    while (old < (int)level && !atomic_compare_exchange_weak(&c->level, &old, (int)level)) {}
    if (level >= CANCEL_STOP) make_readable(c->stop_fd);
    if (level >= CANCEL_ABORT) make_readable(c->abort_fd);
    errno = saved;
}

int64_t clock_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * US_PER_SECOND + now.tv_nsec / 1000;
}

int64_t deadline_in(int64_t us) {
    int64_t deadline;
    return __builtin_add_overflow(clock_us(), us, &deadline) ? NO_DEADLINE : deadline;
}

/* The time left, never negative. False when there is no deadline. */
static bool time_left(int64_t deadline_us, struct timespec *ret) {
    if (deadline_us == NO_DEADLINE) return false;
    int64_t now = clock_us();
    int64_t left = deadline_us > now ? deadline_us - now : 0;
    *ret = (struct timespec){left / US_PER_SECOND, left % US_PER_SECOND * 1000};
    return true;
}

WaitResult wait_fds(struct pollfd *fds, size_t count, Until until) {
    BUG_ON((until.cancel && until.level == CANCEL_NONE) || count > WAIT_FDS);
    struct pollfd all[WAIT_FDS + 1];
    nfds_t asked = 0;
    for (; asked < count; asked++) all[asked] = fds[asked];
    if (until.cancel)
        all[asked++] = (struct pollfd){
            .fd = until.level == CANCEL_STOP ? until.cancel->stop_fd : until.cancel->abort_fd, .events = POLLIN};
    for (;;) {
        if (until_canceled(until)) return WAIT_CANCELED;
        struct timespec left;
        bool limited = time_left(until.deadline_us, &left), ready = false;
        int n = ppoll(all, asked, limited ? &left : NULL, NULL);
        if (n < 0) {
            BUG_ON(errno != EINTR && errno != ENOMEM);
            continue;
        }
        if (until_canceled(until)) return WAIT_CANCELED;
        for (size_t i = 0; i < count; i++) ready |= (fds[i].revents = all[i].revents) != 0;
        if (ready) return WAIT_READY;
        if (n == 0 && limited && clock_us() >= until.deadline_us) return WAIT_TIMEOUT;
    }
}

WaitResult wait_fd(int fd, short events, Until until) {
    struct pollfd one = {.fd = fd, .events = events};
    return wait_fds(&one, 1, until);
}

bool wait_check(WaitResult result, const char *what, Err *err) {
    switch (result) {
    case WAIT_READY: break;
    case WAIT_TIMEOUT: return err_set(err, ERR_TIMEOUT, "%s: timed out", what);
    case WAIT_CANCELED: return err_set(err, ERR_CANCELED, "%s: canceled", what);
    }
    return true;
}

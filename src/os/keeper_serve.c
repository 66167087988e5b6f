/*
 * The keeper's process: one loop over requests, children's channels and SIGCHLD. It never blocks elsewhere, and at the end
 * of the request socket it kills whatever descends from it.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/io.h"
#include "os/keeper_wire.h"
#include "os/proc.h"

enum { KILL_TICK_MS = 20, KILL_TICK_MOST_MS = 1000, KILL_PATIENCE_US = 5 * 1000 * 1000 };

typedef struct Kept {
    pid_t pid;
    Fd channel; /* -1: pond has released it, and what is left of it is being killed */
    Fd report;  /* its failure to start, or EOF at exec; -1 afterwards */
    bool ended;
    bool foreground;
    char run[RUN_ROOM];
} Kept;

typedef struct Server {
    int requests, children_signal;
    pid_t group;
    VEC(Kept) kept;
} Server;

/* ---- what belongs to a child ---- */

static bool has_run(pid_t pid, const Kept *k) {
    AUTO(Buf) value = {0};
    return process_env(pid, RUN_VARIABLE, &value) && str_is(buf_str(&value), k->run + sizeof RUN_VARIABLE);
}

static const Kept *find_by_pid(const Server *s, pid_t pid) {
    for (size_t i = 0; i < s->kept.len; i++)
        if (s->kept.at[i].pid == pid && !s->kept.at[i].ended) return &s->kept.at[i];
    return NULL;
}

/* Marks the processes of a child: itself, its group, their descendants, and those that have left all this by a double
 * fork: the keeper has inherited them, and their environment tells whose they are. */
static void mark_members(const Server *s, const Kept *k, ProcessVec *all) {
    pid_t self = getpid();
    processes_mark_below(all, self);
    for (size_t i = 0; i < all->len; i++) {
        Process *p = &all->at[i];
        bool below = p->marked, itself = p->pid == k->pid && !k->ended;
        bool in_group = p->group == k->pid && !k->foreground;
        bool adopted = p->parent == self && !find_by_pid(s, p->pid);
        p->marked = below && (itself || in_group || (adopted && has_run(p->pid, k)));
    }
    processes_mark_below(all, -1);
}

/* To the group at once, so that nothing slips through by forking; to the others one by one. Returns how many there are. */
static size_t signal_members(const Server *s, const Kept *k, int sig) {
    ProcessVec all = {0};
    processes_read(&all);
    mark_members(s, k, &all);
    bool group_told = false;
    size_t count = 0;
    for (size_t i = 0; i < all.len; i++) {
        const Process *p = &all.at[i];
        if (!p->marked) continue;
        count++;
        bool in_group = p->group == k->pid && !k->foreground;
        if (!in_group) kill(p->pid, sig);
        else if (!group_told) group_told = kill(-k->pid, sig) == 0;
    }
    vec_release(&all);
    return count;
}

/* ---- a child's life ---- */

static void tell(const Kept *k, ChildPacket packet) {
    if (k->channel >= 0) (void)!send(k->channel, &packet, sizeof packet, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* The report pipe has ended or holds a failure. */
static void take_report(Kept *k) {
    SpawnFailure failure;
    bool failed = read(k->report, &failure, sizeof failure) == sizeof failure;
    fd_close(&k->report);
    if (failed) tell(k, (ChildPacket){.event = CHILD_FAILED, .failure = failure});
    else tell(k, (ChildPacket){.event = CHILD_STARTED, .pid = k->pid});
}

static void take_end(Server *s, pid_t pid, int status) {
    for (size_t i = 0; i < s->kept.len; i++) {
        Kept *k = &s->kept.at[i];
        if (k->pid != pid || k->ended) continue;
        if (k->report >= 0) take_report(k);
        k->ended = true;
        ExitStatus exit_status = {.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0};
        if (WIFEXITED(status)) exit_status.code = WEXITSTATUS(status);
        tell(k, (ChildPacket){.event = CHILD_ENDED, .status = exit_status});
        return;
    }
}

/* Returns false when there is no child, own or inherited. */
static bool reap(Server *s) {
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) take_end(s, pid, status);
    return pid == 0;
}

static void take_signal(const Server *s, Kept *k) {
    int sig;
    ssize_t n = recv(k->channel, &sig, sizeof sig, MSG_DONTWAIT);
    if (n == sizeof sig) signal_members(s, k, sig);
    else if (n == 0 || (errno != EAGAIN && errno != EINTR)) fd_close(&k->channel);
}

/* Children that pond has released: kill again until nothing of them is there. Returns whether some are left.
 * has_children: from reap(); without any the list of processes need not be read. */
static bool bury(Server *s, bool has_children) {
    bool dying = false;
    for (size_t i = 0; i < s->kept.len;) {
        Kept *k = &s->kept.at[i];
        if (k->channel >= 0 || (has_children && signal_members(s, k, SIGKILL))) {
            dying |= k->channel < 0;
            i++;
            continue;
        }
        fd_close(&k->report);
        *k = vec_last(&s->kept);
        s->kept.len--;
    }
    return dying;
}

/* ---- requests ---- */

static void spawn(Server *s, const SpawnPacket *packet, const int fds[SPAWN_FDS]) {
    Kept k = {.channel = fds[0], .report = -1, .foreground = packet->foreground};
    memcpy(k.run, packet->run, sizeof k.run);
    int report[2];
    pid_t pid = -1;
    if (pipe2(report, O_CLOEXEC) == 0) {
        SpawnPlan plan = {packet, fds, report[1], getpid(), s->group};
        pid = fork();
        if (pid == 0) keeper_exec(&plan);
        int error = errno;
        close(report[1]);
        if (pid < 0) close(report[0]);
        errno = error;
    }
    if (pid < 0) {
        tell(&k, (ChildPacket){.event = CHILD_FAILED, .failure = {SPAWN_SETUP, errno}});
        close(fds[0]);
        return;
    }
    k.pid = pid;
    k.report = report[0];
    vec_push(&s->kept, k);
}

static size_t received_descriptors(struct msghdr *message, int fds[SPAWN_FDS]) {
    struct cmsghdr *c = CMSG_FIRSTHDR(message);
    if (!c || c->cmsg_type != SCM_RIGHTS) return 0;
    size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    memcpy(fds, CMSG_DATA(c), count * sizeof(int));
    return count;
}

/* False: pond is gone. */
static bool take_request(Server *s) {
    SpawnPacket packet;
    struct iovec into = {&packet, sizeof packet};
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(SPAWN_FDS * sizeof(int))];
    struct msghdr message = {
        .msg_iov = &into, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    ssize_t n = recvmsg(s->requests, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (n < 0) return errno == EINTR || errno == EAGAIN;
    if (n == 0) return false;
    int fds[SPAWN_FDS];
    size_t count = received_descriptors(&message, fds);
    /* A packet that lost descriptors (no room for them here): pond sees its channel end. */
    bool whole = n == sizeof packet && !(message.msg_flags & MSG_CTRUNC) && count >= 2;
    if (whole) spawn(s, &packet, fds);
    for (size_t i = whole; i < count; i++) close(fds[i]);
    return true;
}

/* ---- the loop and its end ---- */

static void drain_signals(const Server *s) {
    struct signalfd_siginfo info;
    while (read(s->children_signal, &info, sizeof info) > 0) {}
}

/* Every descendant is, or becomes, the keeper's child: no child left means no descendant left. What may not be killed
 * (another user's) is given up after a while. */
static void kill_everything(Server *s) {
    int64_t give_up_at = NO_DEADLINE;
    while (reap(s)) {
        ProcessVec all = {0};
        processes_read(&all);
        processes_mark_below(&all, getpid());
        bool hopeless = true;
        for (size_t i = 0; i < all.len; i++)
            if (all.at[i].marked) hopeless &= kill(all.at[i].pid, SIGKILL) < 0 && errno == EPERM;
        vec_release(&all);
        if (hopeless) give_up_at = MIN(give_up_at, deadline_in(KILL_PATIENCE_US));
        if (clock_us() > give_up_at) return;
        poll(&(struct pollfd){.fd = s->children_signal, .events = POLLIN}, 1, KILL_TICK_MS);
        drain_signals(s);
    }
}

static void add_poll(struct pollfd *fds, size_t *count, int fd) {
    fds[(*count)++] = (struct pollfd){.fd = fd, .events = POLLIN};
}

static void serve(Server *s) {
    VEC(struct pollfd) fds = {0};
    int tick = -1; /* to look again for processes that are being killed */
    for (;;) {
        size_t kept = s->kept.len, count = 0;
        while (fds.cap < 2 + 2 * kept) fds.at = vec_grow(fds.at, &fds.cap, sizeof *fds.at);
        add_poll(fds.at, &count, s->requests);
        add_poll(fds.at, &count, s->children_signal);
        for (size_t i = 0; i < kept; i++) {
            add_poll(fds.at, &count, s->kept.at[i].channel);
            add_poll(fds.at, &count, s->kept.at[i].report);
        }
        poll(fds.at, (nfds_t)count, tick);
        if (fds.at[1].revents) drain_signals(s);
        for (size_t i = 0; i < kept; i++) {
            Kept *k = &s->kept.at[i];
            if (fds.at[3 + 2 * i].revents) take_report(k);
            if (fds.at[2 + 2 * i].revents) take_signal(s, k);
        }
        tick = !bury(s, reap(s)) ? -1 : tick < 0 ? KILL_TICK_MS : MIN(tick * 2, KILL_TICK_MOST_MS);
        if (fds.at[0].revents && !take_request(s)) break;
    }
    vec_release(&fds);
}

static bool may_end_keeper(int sig) {
    return sig == SIGCHLD || sig == SIGSEGV || sig == SIGBUS || sig == SIGFPE || sig == SIGILL || sig == SIGABRT;
}

/* Leaves pond's descriptors, folder and signals. */
static int settle(int requests, Server *s) {
    prctl(PR_SET_NAME, KEEPER_NAME);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd < 3; fd++) dup2(null, fd);
    s->requests = fcntl(requests, F_DUPFD_CLOEXEC, 3);
    dup3(s->requests, 3, O_CLOEXEC);
    s->requests = 3;
    closefrom(4);
    (void)!chdir("/");
    setpgid(0, 0);
    for (int sig = 1; sig < NSIG; sig++) signal(sig, may_end_keeper(sig) ? SIG_DFL : SIG_IGN);
    sigset_t children;
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    sigprocmask(SIG_SETMASK, &children, NULL);
    return signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
}

noreturn void keeper_serve(int requests, pid_t group) {
    Server s = {.group = group};
    s.children_signal = settle(requests, &s);
    if (s.children_signal >= 0) serve(&s);
    kill_everything(&s);
    _exit(0);
}

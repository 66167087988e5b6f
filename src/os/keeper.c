/* The keeper as pond sees it: starting it, asking it for children, waiting for them. */
#include "os/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/io.h"
#include "os/keeper_wire.h"
#include "os/path.h"
#include "os/proc.h"

#define START_PATIENCE_US (30 * US_PER_SECOND)
#define STOP_PATIENCE_US (10 * US_PER_SECOND)

struct Keeper {
    pid_t pid;
    Fd requests;
    atomic_uint children; /* so far, to tell their POND_RUN apart */
};

static bool socket_pair(Fd ret[2], Err *err) {
    int fds[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
        return err_errno(err, errno, "cannot make a socket");
    ret[0] = fds[0];
    ret[1] = fds[1];
    return true;
}

Keeper *keeper_start(Err *err) {
    Fd fds[2];
    if (!socket_pair(fds, err)) return NULL;
    sigset_t all, before; /* no ctrl-C may reach the keeper before it ignores it */
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid_t group = getpgrp(), pid = fork();
    if (pid == 0) keeper_serve(fds[1], group);
    int error = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    fd_close(&fds[1]);
    if (pid < 0) {
        fd_close(&fds[0]);
        err_errno(err, error, "cannot start the keeper process");
        return NULL;
    }
    Keeper *k = calloc(1, sizeof *k);
    BUG_ON(!k);
    k->pid = pid;
    k->requests = fds[0];
    return k;
}

void keeper_stop(Keeper *k) {
    shutdown(k->requests, SHUT_WR);
    Until until = {.deadline_us = deadline_in(STOP_PATIENCE_US)};
    /* Its end of the socket closes with its end. A process that even SIGKILL does not end must not hold pond up. */
    if (wait_fd(k->requests, POLLIN, until) == WAIT_READY) waitpid(k->pid, NULL, 0);
    fd_close(&k->requests);
    free(k);
}

/* ---- spawning ---- */

static bool put_text(Buf *texts, Str text, Err *err) {
    if (str_find(text, '\0') != STR_NONE) return err_set(err, ERR_INPUT, "NUL byte in \"%s\"", text.at);
    buf_append(texts, text);
    buf_put(texts, '\0');
    return true;
}

static bool put_texts(const SpawnRequest *request, Buf *texts, SpawnPacket *packet, Err *err) {
    if (!put_text(texts, request->cwd, err)) return false;
    for (size_t i = 0; i < request->argc; i++)
        if (!put_text(texts, request->argv[i], err)) return false;
    AUTO(Buf) entry = {0};
    for (size_t i = 0; i < request->env->len; i++) {
        const MapEntry *e = &request->env->entries[i];
        const Str *value = e->value;
        if (str_is(e->key, RUN_VARIABLE)) continue;
        buf_clear(&entry);
        buf_printf(&entry, STR_FMT "=" STR_FMT, STR_ARG(e->key), STR_ARG(*value));
        if (!put_text(texts, buf_str(&entry), err)) return false;
        packet->envc++;
    }
    packet->argc = request->argc;
    packet->text_bytes = texts->len;
    return true;
}

static bool text_file(Str texts, Fd *ret, Err *err) {
    *ret = memfd_create("pond-spawn", MFD_CLOEXEC);
    if (*ret < 0) return err_errno(err, errno, "cannot make a memory file");
    return io_write_all(*ret, texts, UNTIL_DONE, err);
}

static bool send_packet(const Keeper *k, const SpawnPacket *packet, const int *fds, size_t count, Err *err) {
    struct iovec from = {(void *)(uintptr_t)packet, sizeof *packet};
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(SPAWN_FDS * sizeof(int))] = {0};
    struct msghdr message = {.msg_iov = &from, .msg_iovlen = 1, .msg_control = control};
    message.msg_controllen = CMSG_SPACE(count * sizeof(int));
    struct cmsghdr *c = CMSG_FIRSTHDR(&message);
    BUG_ON(!c);
    *c = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(count * sizeof(int))};
    memcpy(CMSG_DATA(c), fds, count * sizeof(int));
    if (sendmsg(k->requests, &message, MSG_NOSIGNAL) >= 0) return true;
    if (errno == EPIPE) return err_set(err, ERR_CHILD, "the keeper process is gone");
    return err_errno(err, errno, "cannot ask the keeper process");
}

static bool send_request(Keeper *k, const SpawnRequest *request, int channel, Err *err) {
    SpawnPacket packet = {.umask = request->umask, .foreground = request->foreground};
    unsigned number = atomic_fetch_add(&k->children, 1) + 1;
    int len = snprintf(packet.run, sizeof packet.run, RUN_VARIABLE "=" STR_FMT ".%u", STR_ARG(request->run), number);
    BUG_ON(len >= RUN_ROOM || request->argc == 0);

    AUTO(Buf) texts = {0};
    AUTO(Fd) texts_fd = -1;
    if (!put_texts(request, &texts, &packet, err) || !text_file(buf_str(&texts), &texts_fd, err)) return false;
    int fds[SPAWN_FDS] = {channel, texts_fd}, given[] = {request->in, request->out, request->err};
    size_t count = 2;
    for (size_t i = 0; i < ARRAY_LEN(given); i++) {
        packet.given[i] = given[i] >= 0;
        if (packet.given[i]) fds[count++] = given[i];
    }
    return send_packet(k, &packet, fds, count, err);
}

static bool receive(int channel, ChildPacket *ret, Until until, Err *err) {
    if (!wait_check(wait_fd(channel, POLLIN, until), "waiting for a program", err)) return false;
    if (recv(channel, ret, sizeof *ret, 0) == sizeof *ret) return true;
    return err_set(err, ERR_CHILD, "the keeper process is gone");
}

static bool fail(const SpawnRequest *request, SpawnFailure failure, Err *err) {
    Str program = request->argv[0];
    err_errno(err, failure.error, "cannot start \"" STR_FMT "\"", STR_ARG(program));
    err->code = ERR_CHILD;
    if (failure.stage == SPAWN_CWD) return err_context(err, "folder \"" STR_FMT "\"", STR_ARG(request->cwd));
    if (failure.stage != SPAWN_EXEC || failure.error != ENOENT) return false;
    AUTO(Arena) arena = {0};
    bool named = str_find(program, '/') != STR_NONE;
    if (named && path_exists(path_join(&arena, request->cwd, program).at))
        return err_hint(err, "the program is there, but the interpreter in its first line is not: install it again");
    return err_hint(err, "is it installed?");
}

bool keeper_spawn(Keeper *k, const SpawnRequest *request, Child *ret, Err *err) {
    Fd fds[2];
    if (!socket_pair(fds, err)) return false;
    AUTO(Fd) ours = fds[0];
    AUTO(Fd) theirs = fds[1];
    bool ok = send_request(k, request, theirs, err);
    fd_close(&theirs); /* else its end would never be seen */
    ChildPacket packet;
    Until until = {.deadline_us = deadline_in(START_PATIENCE_US)};
    if (!ok || !receive(ours, &packet, until, err))
        return err_context(err, "cannot start \"" STR_FMT "\"", STR_ARG(request->argv[0]));
    if (packet.event == CHILD_FAILED) return fail(request, packet.failure, err);
    *ret = (Child){.started = true, .channel = fd_take(&ours), .pid = packet.pid};
    return true;
}

/* ---- children ---- */

bool child_wait(Child *c, Until until, ExitStatus *ret, Err *err) {
    BUG_ON(!c->started);
    ChildPacket packet;
    if (!c->ended) {
        if (!receive(c->channel, &packet, until, err)) return false;
        c->status = packet.status;
        c->ended = true;
    }
    *ret = c->status;
    return true;
}

void child_signal(const Child *c, int sig) {
    if (c->started) (void)!send(c->channel, &sig, sizeof sig, MSG_NOSIGNAL);
}

int child_fd(const Child *c) {
    return c->channel;
}

void child_release(Child *c) {
    if (c->started) close(c->channel);
    *c = (Child){0};
}

void exit_status_text(ExitStatus s, char *ret, size_t room) {
    const char *name = s.signal ? sigdescr_np(s.signal) : NULL;
    if (s.signal) snprintf(ret, room, "signal %d (%s)", s.signal, name ? name : "unknown");
    else snprintf(ret, room, "exit code %d", s.code);
}

/* ---- leftovers of a killed pond ---- */

static bool is_ours(pid_t pid) {
    char path[32];
    struct stat st;
    snprintf(path, sizeof path, "/proc/%d", (int)pid);
    return stat(path, &st) == 0 && st.st_uid == geteuid();
}

/* A living keeper is above it, or it is above this process. */
static bool is_kept(const ProcessVec *all, pid_t pid) {
    for (const Process *p = process_find(all, getpid()); p; p = process_find(all, p->parent))
        if (p->pid == pid) return true;
    for (const Process *p = process_find(all, pid); p; p = process_find(all, p->parent))
        if (strcmp(p->name, KEEPER_NAME) == 0) return true;
    return false;
}

static bool is_leftover(const ProcessVec *all, pid_t pid, Str run_prefix) {
    AUTO(Buf) run = {0};
    return is_ours(pid) && process_env(pid, RUN_VARIABLE, &run) && str_starts(buf_str(&run), run_prefix) &&
           !is_kept(all, pid);
}

static size_t kill_leftovers(Str run_prefix) {
    ProcessVec all = {0};
    processes_read(&all);
    size_t killed = 0;
    for (size_t i = 0; i < all.len; i++)
        if (is_leftover(&all, all.at[i].pid, run_prefix)) killed += kill(all.at[i].pid, SIGKILL) == 0;
    vec_release(&all);
    return killed;
}

size_t keeper_sweep(Str run_prefix) {
    enum { ROUNDS = 20 }; /* for those that fork meanwhile, and to see them gone */
    size_t first = kill_leftovers(run_prefix);
    size_t left = first;
    for (int i = 0; left && i < ROUNDS; i++) {
        (void)wait_fd(-1, 0, (Until){.deadline_us = deadline_in(5 * US_PER_MS)});
        left = kill_leftovers(run_prefix);
    }
    return first;
}

/* Who holds a lock; what /proc says. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/file.h"
#include "os/io.h"
#include "os/lockinfo.h"
#include "os/proc.h"
#include "unit/test.h"

typedef enum LockKind { LOCK_POSIX, LOCK_OFD, LOCK_FLOCK } LockKind;

static bool take_lock(int fd, LockKind kind, bool exclusive) {
    struct flock lock = {.l_type = exclusive ? F_WRLCK : F_RDLCK, .l_whence = SEEK_SET};
    if (kind == LOCK_FLOCK) return flock(fd, exclusive ? LOCK_EX : LOCK_SH) == 0;
    return fcntl(fd, kind == LOCK_OFD ? F_OFD_SETLK : F_SETLK, &lock) == 0;
}

static char path[64];

static int make_file(void) {
    snprintf(path, sizeof path, "/tmp/pond-lock-XXXXXX");
    return mkostemp(path, O_CLOEXEC);
}

/* A process that holds the lock until killed. */
static pid_t fork_holder(LockKind kind, bool exclusive) {
    Err err = {0};
    AUTO(Pipe) ready = {-1, -1};
    assert_true(pipe_open(&ready, &err));
    pid_t pid = fork();
    if (pid == 0) {
        int fd = open(path, O_RDWR);
        if (fd < 0 || !take_lock(fd, kind, exclusive) || write(ready.write, "x", 1) != 1) _exit(1);
        for (;;) pause();
    }
    fd_close(&ready.write);
    char byte;
    assert_int_equal(read(ready.read, &byte, 1), 1);
    return pid;
}

static void check_holder(LockKind kind, bool exclusive) {
    close(make_file());
    pid_t pid = fork_holder(kind, exclusive);
    LockHolder holder = {0};
    assert_true(lock_holder(path, &holder));
    assert_int_equal(holder.pid, pid);
    assert_int_equal(holder.exclusive, exclusive);
    assert_true(strncmp(holder.program, "unit_os", 7) == 0);
    assert_non_null(strstr(holder.command, "unit_os"));
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_false(lock_holder(path, &holder));
    unlink(path);
}

TEST(lockinfo_names_the_holder) {
    check_holder(LOCK_POSIX, true);
    check_holder(LOCK_POSIX, false);
    check_holder(LOCK_FLOCK, true);
    check_holder(LOCK_OFD, true);
}

/* Asking must not drop a lock of this process, nor name it. */
TEST(lockinfo_leaves_our_own_lock_alone) {
    int fd = make_file();
    assert_true(take_lock(fd, LOCK_POSIX, true));
    LockHolder holder;
    assert_false(lock_holder(path, &holder));
    pid_t child = fork();
    if (child == 0) {
        struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        _exit(fcntl(fd, F_GETLK, &lock) == 0 && lock.l_pid == getppid() ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    close(fd);
    unlink(path);
}

TEST(lockinfo_of_an_absent_file) {
    LockHolder holder;
    assert_false(lock_holder("/nonexistent/file", &holder));
}

TEST(proc_reads_the_table) {
    ProcessVec all = {0};
    processes_read(&all);
    const Process *self = process_find(&all, getpid());
    assert_non_null(self);
    assert_int_equal(self->parent, getppid());
    assert_int_equal(self->group, getpgrp());
    processes_mark_below(&all, getppid());
    assert_true(self->marked);
    assert_null(process_find(&all, -5));
    vec_release(&all);
}

/* A name with blanks and parentheses does not confuse it. */
TEST(proc_reads_odd_names) {
    Err err = {0};
    AUTO(Pipe) ready = {-1, -1};
    assert_true(pipe_open(&ready, &err));
    pid_t child = fork();
    if (child == 0) {
        pthread_setname_np(pthread_self(), "a) S 1 (b");
        if (write(ready.write, "x", 1) < 0) _exit(1);
        for (;;) pause();
    }
    char byte;
    assert_int_equal(read(ready.read, &byte, 1), 1);
    ProcessVec all = {0};
    processes_read(&all);
    const Process *p = process_find(&all, child);
    assert_non_null(p);
    assert_string_equal(p->name, "a) S 1 (b");
    assert_int_equal(p->parent, getpid());
    vec_release(&all);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

TEST(proc_environment) {
    AUTO(Buf) value = {0};
    assert_true(process_env(getpid(), "PATH", &value));
    assert_true(str_is(buf_str(&value), getenv("PATH")));
    assert_false(process_env(getpid(), "PAT", &value));
    assert_false(process_env(-1, "PATH", &value));
    assert_false(process_file(getpid(), "no-such", &value));
}

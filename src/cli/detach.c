#include "cli/detach.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static bool open_log(const char *path, Fd *ret, Err *err) {
    *ret = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    return *ret >= 0 || err_errno(err, errno, "cannot open \"%s\"", path);
}

/* Standard output and error become the log. */
static void redirect(Fd log) {
    (void)dup2(log, STDOUT_FILENO);
    (void)dup2(log, STDERR_FILENO);
}

/* The child's byte, or the end of its end of the pipe. */
static int wait_child(pid_t child, Fd word, Cancel *cancel) {
    char byte;
    Err err = {0};
    ssize_t n = io_read(word, &byte, 1, (Until){NO_DEADLINE, cancel, CANCEL_STOP}, &err);
    if (n == 1) return 0;
    if (n < 0) kill(child, SIGTERM);
    int status = 0;
    (void)waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) ? WEXITSTATUS(status) : 1;
}

bool detach(Detach *ret, const char *log_path, Cancel *cancel, bool *ret_parent, int *ret_exit_code, Err *err) {
    AUTO(Pipe) word = {-1, -1};
    AUTO(Fd) log = -1, nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (!open_log(log_path, &log, err) || !pipe_open(&word, err)) return false;
    pid_t child = fork();
    if (child < 0) return err_errno(err, errno, "cannot start the server");
    *ret_parent = child > 0;
    if (child > 0) {
        fd_close(&word.write);
        *ret_exit_code = wait_child(child, word.read, cancel);
        return true;
    }
    (void)setsid();
    if (nothing >= 0) (void)dup2(nothing, STDIN_FILENO);
    *ret = (Detach){fd_take(&log), fd_take(&word.write)};
    return cancel_renew(cancel, err);
}

int detach_log_fd(const Detach *d, int otherwise) {
    return d->log >= 0 ? d->log : otherwise;
}

void detach_forget(Detach *d) {
    if (d->log >= 0) redirect(d->log);
    fd_close(&d->caller);
}

void detach_done(Detach *d) {
    Err gone = {0};
    if (d->caller >= 0) (void)!io_write_all(d->caller, STR("r"), UNTIL_DONE, &gone);
    detach_forget(d);
}

void detach_log(const Detach *d, const char *log_path) {
    AUTO(Fd) log = -1;
    Err ignored = {0};
    if (!open_log(log_path, &log, &ignored)) return;
    redirect(log);
    if (d->log >= 0) (void)dup3(log, d->log, O_CLOEXEC);
}

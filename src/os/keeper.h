/*
 * The keeper: a small process beside pond that starts every child process and outlives pond just long enough to kill
 * them all (DESIGN 4 "Children"). Whatever way pond ends, nothing that it started, directly or not, stays behind.
 *
 *     AUTO_PTR(Keeper) keeper = keeper_start(err);             in main, before any thread and before libduckdb
 *     AUTO(Child) tap = {0};
 *     if (!keeper_spawn(keeper, &(SpawnRequest){.argv = argv, .argc = n, .env = env, .cwd = cwd, .run = STR("p1/7"),
 *                                               .in = -1, .out = pipe.write, .err = log_fd}, &tap, err)) ...
 *     ExitStatus status;
 *     if (!child_wait(&tap, until, &status, err)) ...
 *
 * How: pond and keeper share one socket for requests, and each child has a channel of its own: the keeper writes "started"
 * and "ended" to it, pond writes signals. Closing a channel (child_release, or pond's death) kills what is left of that
 * child. See os/keeper_wire.h for the protocol.
 */
#pragma once

#include <sys/types.h>

#include "base/map.h"
#include "os/wait.h"

typedef struct Keeper Keeper; /* any thread may use it */

/* Forks. Only while the process is single-threaded and small: the keeper keeps what is in memory now. */
Keeper *keeper_start(Err *err) MUST_USE;
/* Kills all children that are left, waits for the keeper's end and frees. */
void keeper_stop(Keeper *k);
DEFINE_AUTO_PTR(Keeper, keeper_stop)

typedef struct SpawnRequest {
    const Str *argv; /* argv[0] without "/" is searched in env's PATH */
    size_t argc;
    const Map *env;   /* texts (map_put_str); the child's whole environment, POND_RUN is added */
    Str cwd;          /* absolute */
    Str run;          /* "<project tag>/<run>": POND_RUN begins with it, so that keeper_sweep() finds leftovers */
    int in, out, err; /* descriptors of ours, Borrowed for the call; -1 = /dev/null */
    mode_t umask;     /* 0 = pond's own */
    /* Shares pond's process group, so that it may use the terminal and gets its ctrl-C (invoke). Otherwise it leads a
     * group of its own. */
    bool foreground;
} SpawnRequest;

typedef struct ExitStatus {
    int code;   /* 0-255, when signal is 0 */
    int signal; /* the signal that ended it */
} ExitStatus;

/* A started process. A zeroed Child is none. One thread waits; any thread may signal meanwhile. */
typedef struct Child {
    bool started, ended;
    int channel;
    pid_t pid;
    ExitStatus status;
} Child;

/* Default signal dispositions, empty signal mask, no descriptors but 0, 1, 2. A program that is absent or cannot be
 * executed: ERR_CHILD quoting it and the system's reason. Also the cwd's, with its name. */
bool keeper_spawn(Keeper *k, const SpawnRequest *request, Child *ret, Err *err) MUST_USE;

/* Waits for the process itself (descendants may go on). May be called again after the end. ERR_TIMEOUT, ERR_CANCELED;
 * ERR_CHILD when the keeper is gone. */
bool child_wait(Child *c, Until until, ExitStatus *ret, Err *err) MUST_USE;
/* To the process, its group and all its descendants, also those that have left it (setsid, double fork), also after its own
 * end. Does not wait. */
void child_signal(const Child *c, int sig);
/* Becomes readable when the process has ended, for a poll together with others; then call child_wait(). Borrowed. */
int child_fd(const Child *c);
/* Kills what is left of it (SIGKILL) and forgets it. Does not wait for their end. */
void child_release(Child *c);
DEFINE_AUTO(Child, child_release)

static inline bool exit_ok(ExitStatus s) {
    return s.code == 0 && s.signal == 0;
}
/* "exit code 1" or "signal 9 (Killed)". */
void exit_status_text(ExitStatus s, char *ret, size_t room);

/* Kills (SIGKILL) the processes of our user that some earlier pond left behind: their environment has a POND_RUN beginning
 * with `run_prefix`, and no living keeper is above them. Returns how many. For start-up; needs no Keeper. */
size_t keeper_sweep(Str run_prefix);

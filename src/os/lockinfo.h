/*
 * Who holds a file lock. The file is never opened: closing any descriptor of it would drop this process' own POSIX lock on
 * it (DESIGN 5.7). Reads /proc. Any thread.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

typedef struct LockHolder {
    pid_t pid;         /* 0 = not visible from here (another container); then the texts are empty */
    bool exclusive;    /* a write lock */
    char program[64];  /* file name of its program: "python3.11" */
    char command[256]; /* its command line, cut */
} LockHolder;

/* The first process that holds a lock (fcntl, OFD or flock) on the file, this one not counted. False: nobody, the file is
 * absent, or /proc cannot be read. */
bool lock_holder(const char *path, LockHolder *ret);

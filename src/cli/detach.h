/*
 * `pond up --detach`: the server leaves its terminal, and the caller waits until it serves. Before threads begin.
 *
 *     Detach d;
 *     if (!detach(&d, log, cancel, &parent, &exit_code, err)) return false;
 *     if (parent) return true;                       it serves, or has said why not
 *     ... detach_done(&d);                           the caller is told; from now on all goes to the log
 */
#pragma once

#include "os/io.h"

typedef struct Detach {
    Fd log;    /* where the log goes */
    Fd caller; /* closed when it serves; -1: nobody waits */
} Detach;
#define DETACH_NONE ((Detach){-1, -1})

/* In the parent: waits for the child's word or end (ctrl-C ends the child too); *ret_exit_code 1 when it has ended: then it has
 * printed why. */
bool detach(Detach *ret, const char *log_path, Cancel *cancel, bool *ret_parent, int *ret_exit_code, Err *err) MUST_USE;
/* The log's descriptor, or `otherwise` when nothing is detached. */
int detach_log_fd(const Detach *d, int otherwise);
void detach_done(Detach *d);
/* In another process that began before detach_done: it has nothing to say to the caller. */
void detach_forget(Detach *d);
/* Opens the log of a detached server anew, behind the same descriptors: after somebody has moved the file away. */
void detach_log(const Detach *d, const char *log_path);

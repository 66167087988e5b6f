/*
 * .pond/run/alive: a file whose bytes are locks (fcntl OFD locks). Byte 0: somebody prepares pond.db. Byte n: the process of
 * run n is alive. A lock goes with its process, however that ends. Private to src/meta.
 */
#pragma once

#include "base/err.h"
#include "os/io.h"

/* To hold locks. Makes the file and its folder. */
bool alive_open(const char *folder, Fd *ret, Err *err) MUST_USE;
/* To ask: another descriptor, because a lock does not see itself. -1 when there is no such file. */
Fd alive_open_to_ask(const char *folder);
/* Waits for byte 0 at most META_PATIENCE_S. */
bool alive_lock_preparing(int fd, Err *err) MUST_USE;
void alive_unlock_preparing(int fd);
/* A run of this process begins or ends. */
bool alive_lock_run(int fd, int64_t run, Err *err) MUST_USE;
void alive_unlock_run(int fd, int64_t run);
/* Some process, perhaps this one, holds the run's byte. True also when the system does not tell (fd -1). */
bool alive_is_held(int ask_fd, int64_t run);

/*
 * Hand-over (DESIGN 4): a foreign program whose configuration names a file that the server owns gets that file for as long as it runs.
 * Statements that work may end, transactions have pond.limits.drain_timeout; then the file is closed, and whoever asks meanwhile is
 * told to try again (57P03). In the server itself, or from a command of the CLI by way of the server.
 *
 *     HandOver lent;
 *     if (!hand_over_begin(w, &program, &lent, err)) return false;
 *     bool ok = run_program(...);
 *     ok = hand_over_end(&lent, err) && ok;
 */
#pragma once

#include "orchestrate/program.h"

enum { HAND_OVER_FILES = 8 };

/* Zeroed: nothing is lent. Borrows the World. */
typedef struct HandOver {
    const World *world;
    Warehouse *files[HAND_OVER_FILES];
    size_t count;
    void *lease; /* of the World's lender */
} HandOver;

/* Lends the files that the program's configuration names, of dbt those of its profile. Nothing is done for a program of ours, or when
 * no server has such a file. ERR_LOCKED: somebody did not let go of it in time. */
bool hand_over_begin(const World *w, const Program *p, HandOver *ret, Err *err) MUST_USE;
/* Takes them back; waits some seconds for a process of the program that still has one. err may be set before: then it stays. */
bool hand_over_end(HandOver *h, Err *err) MUST_USE;

/* In the server: lends the files of the pool among `paths`. `to`: who gets them, for messages; it and the pool outlive the lending. */
bool hand_over_files(const World *w, const StrVec *paths, Str to, HandOver *ret, Err *err) MUST_USE;

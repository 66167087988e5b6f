/* Crash points: one armed point per process. */
#include "base/crash.h"

#ifndef NDEBUG

#    include <signal.h>
#    include <stdatomic.h>

#    include "base/str.h"

static Str armed;
static atomic_llong passages_left;

void crash_points_arm(const char *text) {
    Str rest = str_of(text), count;
    int64_t passages = 1;
    if (!str_cut(&rest, ':', &armed)) return;
    if (str_cut(&rest, ':', &count)) (void)str_to_i64(count, &passages);
    atomic_store(&passages_left, passages);
}

void crash_point(const char *name) {
    if (!armed.len || !str_is(armed, name)) return;
    if (atomic_fetch_sub(&passages_left, 1) == 1) raise(SIGKILL);
}

#else
typedef int crash_points_are_for_tests;
#endif

/*
 * Crash points: places where the crash suite ends the process by SIGKILL (tests/e2e/test_crash.py), to prove that a kill
 * there neither loses nor doubles a row. Not in release builds (NDEBUG).
 */
#pragma once

#ifdef NDEBUG
#    define crash_point(name) ((void)0)
#    define crash_points_arm(text) ((void)(text))
#else
/* Kills the process at the N-th passage of the point that was armed. Any thread. */
void crash_point(const char *name);
/* "before_commit" or "before_commit:3", from $POND_CRASH_AT; NULL: none. Called by main before threads exist. */
void crash_points_arm(const char *text);
#endif

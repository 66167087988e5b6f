/* Copies of pond.db, and whether it is whole. Any thread; other processes may be using it. */
#pragma once

#include "base/err.h"

/* A consistent copy of <folder>/pond.db in one file, which must not exist; checked, mode 0600, not yet written through. *ret false:
 * there is no pond.db. */
bool meta_backup(const char *folder, const char *to, bool *ret, Err *err) MUST_USE;
/* Reads all of the file. ERR_IO: damaged, or no pond.db of ours. */
bool meta_check(const char *path, Err *err) MUST_USE;

/*
 * The bookmarks in Meltano's own system database (SQLite; table `state` of Meltano 3 and 4). Only read: SQLite waits for a
 * writer up to META_PATIENCE_S. Errors quote the file: ERR_LOCKED, ERR_IO (damaged), ERR_DISK (cannot be opened),
 * ERR_UNSUPPORTED (of an older Meltano).
 */
#pragma once

#include "meta/state.h"

/* Zeroed when there is none. path: absolute, NUL-terminated, a file that exists. Texts in the arena. */
bool meltano_db_get(Arena *a, Str path, Str state_id, ForeignState *ret, Err *err) MUST_USE;
/* Appends the ids in byte order. Texts in the arena; the vector is the caller's to release. */
bool meltano_db_list(Arena *a, Str path, StrVec *ret, Err *err) MUST_USE;

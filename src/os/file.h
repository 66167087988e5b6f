/*
 * Files and folders. Errors quote the path. Paths are NUL-terminated; a relative one would depend on the process' own cwd,
 * which a command body must not use: make it absolute with path_absolute() and the Cmd's cwd first.
 * Any thread. Never for a warehouse file that may be open (DESIGN 5.7), except file_size() and path_*().
 */
#pragma once

#include <sys/types.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"
#include "os/path.h"
#include "os/wait.h"

/* The whole file, NUL-terminated in the arena. ERR_NOT_FOUND when absent, ERR_INPUT when longer than `limit` bytes. */
bool file_read(Arena *a, const char *path, size_t limit, Str *ret, Err *err) MUST_USE;
/* For files of a run, which nobody reads after a crash: mode 0600, not written through; an older file is written over. */
bool file_write_private(const char *path, Str text, Err *err) MUST_USE;
/* The path holds the old text or the new one at any moment, also after a power cut: temporary file beside it, fsync,
 * rename. A symbolic link is followed, so the link stays. `mode` is set as it is (no umask); 0 keeps an existing file's
 * mode, 0644 for a new one. */
bool file_write_atomic(const char *path, Str text, mode_t mode, Err *err) MUST_USE;
/* The same for whoever reads it, without waiting for the disk: for files that mean nothing after a power cut. */
bool file_write_at_once(const char *path, Str text, mode_t mode, Err *err) MUST_USE;
/* Adds text at the end by one write; makes the file with `mode` when absent. */
bool file_append(const char *path, Str text, mode_t mode, Err *err) MUST_USE;
/* A new file with the bytes of another one, on the disk when this returns. What there is of it after an error is the caller's to remove. */
bool file_copy(const char *from, const char *to, mode_t mode, Until until, Err *err) MUST_USE;
/* Absent is fine. Not for folders. */
bool file_remove(const char *path, Err *err) MUST_USE;
/* Bytes, by stat: the file is not opened. ERR_NOT_FOUND when absent. */
bool file_size(const char *path, uint64_t *ret, Err *err) MUST_USE;

/* What was written to a file, or the names in a folder, are on the disk. Not for a file that DuckDB has open. */
bool path_sync(const char *path, Err *err) MUST_USE;
/* Bytes that this user may still write on the file system of a file or folder. */
bool disk_free(const char *path, uint64_t *ret, Err *err) MUST_USE;
/* Bytes of all of that file system. */
bool disk_size(const char *path, uint64_t *ret, Err *err) MUST_USE;

/* With its parents; `mode` (no umask) for those that are made. There already: fine. */
bool dir_make(const char *path, mode_t mode, Err *err) MUST_USE;
/* Whether files can be made in it, asked before it comes to that: what fails then is a file that nobody has heard of. The
 * error names folder and user. */
bool dir_check_writable(const char *path, Err *err) MUST_USE;
/* Appends the names without "." and "..", in byte order. Texts in the arena; the vector is the caller's to release. */
bool dir_list(Arena *a, const char *path, StrVec *ret, Err *err) MUST_USE;
/* A new folder (0700) `parent`/`prefix`XXXXXX. The caller removes it. */
bool dir_make_temp(Arena *a, const char *parent, const char *prefix, Str *ret, Err *err) MUST_USE;
/* A folder with everything below it, or a file. Symbolic links are removed, not followed. Absent is fine. */
bool remove_tree(const char *path, Err *err) MUST_USE;

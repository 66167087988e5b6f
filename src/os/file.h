/*
 * Files, folders and paths. Errors quote the path. Paths are NUL-terminated; a relative one would depend on the process'
 * own cwd, which a command body must not use: make it absolute with path_absolute() and the Cmd's cwd first.
 * Any thread. Never for a warehouse file that may be open (DESIGN 5.7), except file_size() and path_*().
 */
#pragma once

#include <sys/types.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"

/* ---- files ---- */

/* The whole file, NUL-terminated in the arena. ERR_NOT_FOUND when absent, ERR_INPUT when longer than `limit` bytes. */
bool file_read(Arena *a, const char *path, size_t limit, Str *ret, Err *err) MUST_USE;
/* The path holds the old text or the new one at any moment, also after a power cut: temporary file beside it, fsync,
 * rename. A symbolic link is followed, so the link stays. `mode` is set as it is (no umask); 0 keeps an existing file's
 * mode, 0644 for a new one. */
bool file_write_atomic(const char *path, Str text, mode_t mode, Err *err) MUST_USE;
/* Adds text at the end by one write; makes the file with `mode` when absent. */
bool file_append(const char *path, Str text, mode_t mode, Err *err) MUST_USE;
/* Absent is fine. Not for folders. */
bool file_remove(const char *path, Err *err) MUST_USE;
/* Bytes, by stat: the file is not opened. ERR_NOT_FOUND when absent. */
bool file_size(const char *path, uint64_t *ret, Err *err) MUST_USE;

/* ---- folders ---- */

/* With its parents; `mode` (no umask) for those that are made. There already: fine. */
bool dir_make(const char *path, mode_t mode, Err *err) MUST_USE;
/* Names without "." and "..", in byte order, in the arena. */
bool dir_list(Arena *a, const char *path, StrVec *ret, Err *err) MUST_USE;
/* A new folder (0700) `parent`/`prefix`XXXXXX. The caller removes it. */
bool dir_make_temp(Arena *a, const char *parent, const char *prefix, Str *ret, Err *err) MUST_USE;
/* A folder with everything below it, or a file. Symbolic links are removed, not followed. Absent is fine. */
bool remove_tree(const char *path, Err *err) MUST_USE;

/* ---- paths ---- */

/* Follow symbolic links; false on any error. */
bool path_exists(const char *path);
bool path_is_dir(const char *path);
/* A regular file that this process may execute. */
bool path_is_program(const char *path);

/* "base/rest"; `rest` alone when it is absolute, `base` when it is empty. NUL-terminated. */
Str path_join(Arena *a, Str base, Str rest);
/* As Python's os.path.abspath with another cwd (absolute): joined, "." and ".." and "//" resolved by text, no trailing
 * "/". NUL-terminated. */
Str path_absolute(Arena *a, Str cwd, Str path);
/* Slices: "/a/b.c" has folder "/a", name "b.c", stem "b", extension ".c". Folder of "b.c" is ".", of "/a" is "/". */
Str path_folder(Str path);
Str path_name(Str path);
Str path_stem(Str path);
Str path_extension(Str path);

/* Searches a program as execvp does, in the text of a PATH variable, relative parts against cwd. A name with "/" is only
 * made absolute. Empty Str when there is none. */
Str path_find_program(Arena *a, Str search, Str cwd, Str name);

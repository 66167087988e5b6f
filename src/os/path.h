/*
 * Paths as texts, and the questions about them that need no open file. NUL-terminated results live in the arena. Any
 * thread.
 */
#pragma once

#include "base/arena.h"

/* Follow symbolic links; false on any error. */
bool path_exists(const char *path);
bool path_is_dir(const char *path);
bool path_is_writable(const char *path); /* by this user, as far as permissions go */
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

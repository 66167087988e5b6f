/*
 * How a backup becomes what the project has, in whole or not at all, whatever ends the process:
 *
 *     FILE.restoring            each file of the backup, copied beside the one it will be, written through
 *     .pond/restore.json        from now on the new state counts; names them all
 *     FILE.restoring -> FILE    one after the other, each file's old log removed before
 *     .pond/restore.json        removed
 *
 * Killed before the journal is there, nothing has happened; killed later, the next command in the project goes on where it was
 * (restore_settle). No pond uses the files meanwhile: their locks are held.
 */
#pragma once

#include "command/cmd.h"

typedef struct RestoreFile {
    Str path; /* that it becomes: absolute, NUL-terminated, no symbolic link */
    Str from; /* in the backup; not of a journal that was read */
} RestoreFile;

typedef VEC(RestoreFile) RestoreFiles;

/* The last one may be pond.db. Nobody has the files open; ERR_LOCKED names who has. What is left after an error is removed. */
bool restore_files(Cmd *cmd, const Project *p, const RestoreFiles *files, Err *err) MUST_USE;
/* Finishes what a killed `pond restore` has begun; nearly always there is nothing. ERR_LOCKED: one is at work just now. */
bool restore_settle(Cmd *cmd, const Project *p, Err *err) MUST_USE;

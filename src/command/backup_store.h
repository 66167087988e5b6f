/*
 * Folders that `pond backup` makes, one for each backup:
 *
 *     .pond/backups/20261127T155135Z/
 *         manifest.json        what it is of, and where each file came from
 *         pond.db
 *         warehouse/flights.duckdb
 *         project/pond.yml ...
 *
 * While one is made its name ends in ".part"; what a killed pond left is removed by the next backup. Whoever makes or removes some holds
 * the lock of the folder above.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"
#include "os/io.h"

enum { BACKUP_FOLDER_MODE = 0700 };

typedef struct BackupFile {
    Str file; /* in the folder: "warehouse/flights.duckdb" */
    Str path; /* where it belongs: absolute, or from the project's folder */
    uint64_t bytes, rows, tables;
} BackupFile;

typedef VEC(BackupFile) BackupFiles;

typedef struct Backup {
    Str name;    /* "20261127T155135Z" */
    Str folder;  /* absolute, NUL-terminated */
    Str project; /* root of the project that it is of */
    Str made_at; /* "2026-11-27T15:51:35Z" */
    Str version; /* of pond */
    BackupFiles warehouses;
    bool meta;      /* there is a pond.db */
    bool secrets;   /* .env and the like are in it */
    uint64_t bytes; /* of all */
} Backup;

typedef VEC(Backup) Backups;

/* Texts in the arena; release with backup_release. ERR_NOT_FOUND: no backup; ERR_INPUT: not one that this pond understands. */
bool backup_read(Arena *a, Str folder, Backup *ret, Err *err) MUST_USE;
void backup_release(Backup *b);
DEFINE_AUTO(Backup, backup_release)

/* Complete ones of a project, oldest first. */
bool backup_list(Arena *a, Str store, Str project, Backups *ret, Err *err) MUST_USE;
void backups_release(Backups *b);
DEFINE_AUTO(Backups, backups_release)

/* Makes the store when it is not there, and locks it until *ret is closed. ERR_LOCKED: another backup is being made. What killed ones
 * left is removed. */
bool backup_lock(Arena *a, Str store, Fd *ret, Err *err) MUST_USE;
/* A new folder "<now>.part". */
bool backup_begin(Arena *a, Str store, Backup *ret, Err *err) MUST_USE;
/* Everything in it is written through, then it gets its name. */
bool backup_finish(Arena *a, Str store, Backup *b, Err *err) MUST_USE;
/* Also of one that is not finished. */
bool backup_remove(Arena *a, Str store, const Backup *b, Err *err) MUST_USE;

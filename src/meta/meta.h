/*
 * Meta: Pond's own database, pond.db in the project's .pond folder (SQLite, WAL): run history, settings set with
 * `--store db`, state of foreign loaders. Never what must commit with data: that is in the warehouse.
 *
 *     AUTO_PTR(Meta) meta = NULL;
 *     if (!meta_open("/project/.pond", META_WRITE, &meta, err)) return false;
 *
 * Several processes may have it open at once; a writer waits up to META_PATIENCE_S for another one, then ERR_LOCKED. Any
 * thread may use a Meta (a lock inside). Whatever a function that returned true has written survives kill -9; state and
 * settings also survive a power cut at once, run history may lose its last moments.
 * Errors quote the file: ERR_DISK (full or read-only), ERR_LOCKED (busy), ERR_IO (damaged, with what to do in the hint).
 */
#pragma once

#include "base/err.h"

typedef struct Meta Meta;

typedef enum MetaMode {
    META_READ,  /* changes nothing; works in a read-only folder; without a pond.db gives NULL, which reads as empty */
    META_WRITE, /* makes folder and file, migrates an older one, marks runs of dead processes */
} MetaMode;

enum { META_PATIENCE_S = 10 };

/* `folder`: absolute path of .pond. A file of an older pond is copied to <folder>/backups and then migrated in one
 * transaction, so it must be writable even for META_READ; one of a newer pond is refused. *ret: Owned. */
bool meta_open(const char *folder, MetaMode mode, Meta **ret, Err *err) MUST_USE;
void meta_close(Meta *m);
DEFINE_AUTO_PTR(Meta, meta_close)

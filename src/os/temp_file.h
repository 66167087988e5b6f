/*
 * TempFile: bytes put aside on disk, in a file without a name: whatever ends the process, nothing is left of it.
 *
 *     AUTO(TempFile) f = TEMP_FILE_INIT;
 *     if (!temp_file_open(&f, "/data", err) || !temp_file_add(&f, text, &at, err)) return false;
 *     ... temp_file_read(&f, at, buffer, text.len, err)
 *
 * One thread adds; any thread reads what was added before.
 */
#pragma once

#include "base/str.h"
#include "os/io.h"

typedef struct TempFile {
    Fd fd;
    uint64_t end; /* bytes added */
} TempFile;

#define TEMP_FILE_INIT                                                                                                 \
    (TempFile) {                                                                                                       \
        .fd = -1                                                                                                       \
    }

/* In a folder that must exist, for the file system it is on. */
bool temp_file_open(TempFile *f, const char *folder, Err *err) MUST_USE;
/* *ret_at: where it was put. ERR_DISK: no room; what was added before stays readable. */
bool temp_file_add(TempFile *f, Str data, uint64_t *ret_at, Err *err) MUST_USE;
bool temp_file_read(const TempFile *f, uint64_t at, char *to, size_t len, Err *err) MUST_USE;
/* Forgets everything and gives the room back. Nobody may be reading. */
bool temp_file_clear(TempFile *f, Err *err) MUST_USE;
void temp_file_close(TempFile *f);
DEFINE_AUTO(TempFile, temp_file_close)

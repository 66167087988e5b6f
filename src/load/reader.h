/*
 * Reader: the thread that reads the tap's output, splits it into lines, sorts records into their streams' blocks and
 * handles the other messages in order. Records are not parsed here beyond their head.
 */
#pragma once

#include "load/intake.h"
#include "load/load.h"

typedef struct Reader Reader;

typedef struct ReaderSpec {
    const LoadRequest *request;
    Intake *intake;
    const StreamMaps *maps; /* NULL: none */
    const Map *versions;    /* "schema.table" -> int64_t *, the active versions at the start */
    Cancel *cancel;         /* from CANCEL_STOP on nothing more is read; may be NULL */
} ReaderSpec;

Reader *reader_new(Arena *a, const ReaderSpec *spec);
void reader_free(Reader *r);
/* Reads until the end of the input, an error (left in the intake) or a cancel; then intake->ended. */
void reader_run(Reader *r);
/* The first ctrl-C ended it, not the end of the input. */
bool reader_was_stopped(const Reader *r);

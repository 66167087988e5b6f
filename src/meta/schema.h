/* The tables of pond.db and how older files get them. Private to src/meta. */
#pragma once

#include "meta/db.h"

/* What a file must be to be ours: SQLite's application_id, "Pond". */
enum { META_APPLICATION_ID = 0x506F6E64 };

/* Step i brings version i to i + 1; a new file is version 0. Never change a step that was released: append one. */
typedef struct Schema {
    const char *const *steps;
    size_t count;
} Schema;

extern const Schema meta_schema;

/* Sets *ret: the file has this schema's version. Fails when it is newer, or not ours. */
bool schema_check(Meta *m, const Schema *schema, bool *ret, Err *err) MUST_USE;
/* Brings the file forward in one transaction. A file that holds something is copied to backups first, while nobody can
 * write to it. Another process may have done it meanwhile. */
bool schema_migrate(Meta *m, const Schema *schema, Err *err) MUST_USE;

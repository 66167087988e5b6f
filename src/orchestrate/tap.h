/*
 * A tap before it starts: its catalog (given, cached or discovered, with the project's selection applied) and its arguments.
 * Rules: reference/extract-load.md 1.4.
 */
#pragma once

#include "orchestrate/program.h"

typedef struct TapCatalogOptions {
    bool refresh;                   /* --refresh-catalog, --full-refresh: the cache is not used */
    Str file;                       /* --catalog FILE: instead of discovery; absolute */
    const StrVec *select, *exclude; /* `el --select`, `--exclude`; may be NULL */
} TapCatalogOptions;

typedef struct TapCatalog {
    const Node *discovered; /* as the tap says, or the user's file; NULL: it has no catalog */
    const Node *selected;   /* with the project's selection */
    const Node *document;   /* what the tap gets: `selected`, for Airbyte the configured catalog */
    Str path;               /* its file, empty when there is none */
} TapCatalog;

/* The tap has its config file. Rules that match nothing are warnings in the log. A tap that cannot be asked for a catalog has
 * none, and that is fine. */
bool tap_catalog(const World *w, const Program *tap, const TapCatalogOptions *options, TapCatalog *ret,
                 Err *err) MUST_USE;
/* Arguments that start the tap; state: path of its state file, or empty. */
void tap_args(const Program *p, const TapCatalog *catalog, Str state, StrVec *ret);

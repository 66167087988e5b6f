/*
 * A tap's catalog with the project's selection: from what the tap discovers, and the extras of its plugin, to what the tap
 * is given. As Meltano 4.4 does it (plugin/singer/catalog.py, tap.py), with all its corners:
 *
 * - Order: `schema`; everything deselected; `select` (includes, then excludes); `metadata`; `select_filter`. Later wins.
 * - Patterns "[!]stream[.property[.sub]]", globs in each part; "*" crosses dots; "\." is a dot in a stream's name. Only the
 *   stream: it and all of its properties. Including a property includes its stream and the properties above it.
 * - Metadata that is missing is made: `inclusion: automatic` for streams and their properties, `available` deeper. A
 *   property whose name is no word ([A-Za-z0-9_] and letters of other scripts) gets none.
 * - The stream itself gets the old keys beside its metadata: `selected`, `replication_method`, ...
 * - `inclusion: unsupported` is never selected.
 *
 *     const Node *chosen = catalog_apply(arena, discovered, &(CatalogRules){.select = select}, &warnings, err);
 */
#pragma once

#include "base/err.h"
#include "base/node.h"
#include "base/vec.h"

/* Extras of the extractor's plugin, resolved; NULL or null: not set. */
typedef struct CatalogRules {
    const Node *select;        /* list of patterns; not set: ["*.*"] */
    const Node *select_filter; /* list of patterns; `el --select a --exclude b` is ["a", "!b"] */
    const Node *metadata;      /* {stream: {key: value, property: {key: value}}} */
    const Node *schema;        /* {stream: {property: JSON schema}} */
    bool custom;               /* the catalog is a file of the user's: only select_filter applies */
} CatalogRules;

/* A new catalog in the arena. NULL: an extra is of the wrong kind, a stream has no tap_stream_id, metadata is malformed.
 * *ret_unmatched (may be NULL) gets a text for each rule whose stream or property does not exist, once; texts in the
 * arena. */
Node *catalog_apply(Arena *a, const Node *discovered, const CatalogRules *rules, StrVec *ret_unmatched,
                    Err *err) MUST_USE;

/* ---- listing: `select --list` ---- */

typedef enum Selection {
    SELECTION_SELECTED,
    SELECTION_EXCLUDED,
    SELECTION_AUTOMATIC,
    SELECTION_UNSUPPORTED,
} Selection;

enum { SELECTION_COUNT = SELECTION_UNSUPPORTED + 1 };

typedef struct CatalogEntry {
    Str stream, property; /* property: "address.city" */
    Selection of_stream;
    Selection selection; /* of both together */
} CatalogEntry;

typedef VEC(CatalogEntry) CatalogEntries;

const char *selection_name(Selection s); /* "selected" */
/* What the tap will send; the others are listed only with --all. */
static inline bool selection_is_sent(Selection s) {
    return s == SELECTION_SELECTED || s == SELECTION_AUTOMATIC;
}

/* Every property with metadata, sorted by stream and name; release with vec_release. Texts are borrowed from catalog and
 * arena. */
bool catalog_list(Arena *a, const Node *catalog, CatalogEntries *ret, Err *err) MUST_USE;

/*
 * The Airbyte protocol beside Singer's: a source's `discover` and `read`, its catalogs and states (reference 6). Selection rules
 * work on Singer catalogs, so an Airbyte catalog is seen as one and configured from it afterwards.
 */
#pragma once

#include "base/err.h"
#include "base/node.h"
#include "base/vec.h"

/* The CATALOG message's value in what `discover` wrote; ERR_CHILD with the source's own words when it told of an error. */
const Node *airbyte_catalog_read(Arena *a, Str output, Err *err) MUST_USE;
/* As a Singer catalog: tap_stream_id, schema, key_properties, metadata. */
const Node *airbyte_to_singer(Arena *a, const Node *catalog);
/* The configured catalog of the streams that the Singer catalog selects: incremental where the source can and the metadata
 * does not say FULL_TABLE; unselected properties are left out of the schemas. */
const Node *airbyte_configured(Arena *a, const Node *catalog, const Node *singer);
/* A stored state as the file that --state takes: a list of STATE messages (or one legacy object). */
bool airbyte_state(Arena *a, Str stored, Str *ret, Err *err) MUST_USE;

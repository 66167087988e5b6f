/*
 * Catalogs of the Airbyte protocol. Selection rules work on Singer catalogs (project/catalog.h), so a source's catalog is
 * seen as one, and the configured catalog that `read` takes is made from the selected one.
 *
 *     const Node *catalog = airbyte_answer(arena, output, AIRBYTE_CATALOG, err);
 *     const Node *selected = catalog_apply(arena, airbyte_catalog_to_singer(arena, catalog), &rules, &warnings, err);
 *     const Node *configured = airbyte_catalog_configure(arena, catalog, selected);
 *     AirbyteStream stream;
 *     for (size_t i = 0; airbyte_catalog_stream(arena, configured, i, &stream); i++) expect(stream.name, stream.schema);
 */
#pragma once

#include "base/node.h"

/* A Singer catalog: tap_stream_id is airbyte_stream_name(); metadata says which properties are keys or cursors (inclusion
 * automatic) and how the stream can be replicated. */
Node *airbyte_catalog_to_singer(Arena *a, const Node *catalog);

/* The configured catalog: the selected streams, their schemas without deselected properties. Of a stream's metadata count
 * `replication-method` (FULL_TABLE; INCREMENTAL and LOG_BASED where the source can, else full refresh), `replication-key`
 * ("a" or "a.b") and `table-key-properties`. Without a method: incremental where the source can. */
Node *airbyte_catalog_configure(Arena *a, const Node *catalog, const Node *selected);

/* What a SCHEMA message says of a Singer stream. */
typedef struct AirbyteStream {
    Str name;
    const Node *schema;
    const Node *key_properties; /* names, or lists of names for keys inside of objects */
} AirbyteStream;

/* The i-th stream of a configured catalog. False behind the last one. */
bool airbyte_catalog_stream(Arena *a, const Node *configured, size_t i, AirbyteStream *ret);

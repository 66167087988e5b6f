/*
 * Stream maps: `stream_maps`, `stream_map_config` and `faker_config` of a Singer SDK target: streams renamed, copied,
 * dropped or filtered, properties added, replaced and removed by expressions (docs/singer.md). Semantics: singer_sdk's
 * mapper, 0.54. Flattening and metadata come behind the maps and are not done here.
 *
 *     StreamMaps *maps = stream_maps_new(arena, settings->stream_maps, settings->stream_map_config, NULL, err);
 *     StreamMapOutputs outputs;
 *     if (!maps || !stream_maps_apply_schema(maps, arena, stream, schema, keys, &outputs, err)) return false;
 *     ... for each output and record:
 *     if (output->map && !stream_map_apply(output->map, scratch, record, &mapped, err)) return false;
 */
#pragma once

#include "base/err.h"
#include "base/node.h"

typedef struct StreamMaps StreamMaps;
typedef struct StreamMap StreamMap;

/* One stream that comes out of a source stream. */
typedef struct StreamMapOutput {
    Str stream;
    const Node *schema;
    const Node *key_properties; /* as SCHEMA has them; NULL or null: none */
    const StreamMap *map;       /* NULL: records pass unchanged, schema and keys are the source's own nodes */
} StreamMapOutput;

/* The stream's own output first, then its copies (`__source__`) in the order of the settings. Empty: the stream is
 * dropped. */
typedef struct StreamMapOutputs {
    StreamMapOutput *items;
    size_t len;
} StreamMapOutputs;

/* Reads the settings; each may be NULL. Lives in the arena, borrows the nodes; immutable, any thread. NULL: a setting
 * the SDK refuses, an expression that cannot be parsed, or one that needs what is not built in (`fake`). */
StreamMaps *stream_maps_new(Arena *a, const Node *stream_maps, const Node *stream_map_config, const Node *faker_config,
                            Err *err) MUST_USE;

/* For each SCHEMA message of a stream, again when it changes. Outputs live in the arena and borrow from `maps`, `schema`
 * and `key_properties`. False: a key property is removed or missing, an alias that is no name. */
bool stream_maps_apply_schema(const StreamMaps *maps, Arena *a, Str stream, const Node *schema,
                              const Node *key_properties, StreamMapOutputs *ret, Err *err) MUST_USE;

/* Maps one record (a NODE_MAP). *ret is NULL when the record is filtered out or nothing of it is left; else it lives in
 * scratch and borrows unchanged values from `record`. Any thread, each with its own scratch. False: an expression failed;
 * err names stream, property, expression and column. */
bool stream_map_apply(const StreamMap *map, Arena *scratch, const Node *record, Node **ret, Err *err) MUST_USE;

/*
 * RecordDecoder: lines of RECORD messages into the rows of a Chunk, without a document in between. Made once per stream
 * and SCHEMA, then read by many workers at once, each with a DecoderState of its own.
 *
 *     RecordDecoder *d = record_decoder_new(arena, &(DecoderSpec){...});
 *     DecoderState *state = decoder_state_new(d);
 *     decoder_state_begin(state);                                  before each chunk
 *     if (!record_decode(d, state, line, &place, &chunk, err)) ... appends a row, or none when a stream map filters it
 */
#pragma once

#include "base/chunk.h"
#include "base/vec.h"
#include "singer/schema.h"
#include "singer/stream_maps.h"

typedef struct RecordDecoder RecordDecoder;
typedef struct DecoderState DecoderState;

/* Where in a line the record lies. */
typedef enum RecordEnvelope {
    ENVELOPE_SINGER, /* {"type": "RECORD", "stream": ..., "record": {...}, "version": ..., "time_extracted": ...} */
    ENVELOPE_BARE,   /* {...}: files of BATCH messages */
} RecordEnvelope;

typedef struct DecoderColumn {
    const SchemaColumn *column;
    ColumnType type; /* of the cell: the schema's, or what the table has */
} DecoderColumn;

typedef struct DecoderSpec {
    const StreamSchema *schema;
    const DecoderColumn *columns; /* in the order of the chunk */
    size_t column_count;
    RecordEnvelope envelope;
    const StreamMap *map; /* NULL: none */
    bool validate;        /* against the JSON schema */
    int64_t sync_started_us;
} DecoderSpec;

/* Everything lives in the arena; borrows the schema and the map. */
RecordDecoder *record_decoder_new(Arena *a, const DecoderSpec *spec);

/* A worker's scratch memory and what it learned about the order of keys. */
DecoderState *decoder_state_new(const RecordDecoder *d);
void decoder_state_free(DecoderState *s);
/* Drops the scratch memory: texts of the last chunk are gone. */
void decoder_state_begin(DecoderState *s);
/* Names of properties that are in records and not in the schema, in order of appearance; borrowed from the state. */
const StrVec *decoder_state_unknown(const DecoderState *s);

/* What a row is told about itself. */
typedef struct RecordPlace {
    uint64_t ordinal;    /* of the record in its stream, from 1 */
    uint64_t line;       /* of the input, from 1; 0 = not known */
    int64_t received_us; /* when it was read */
    int64_t batched_us;  /* when its batch began */
} RecordPlace;

/* Appends one row at chunk->rows. Texts in it point into `line` or the state's scratch. False: err names stream, line or
 * record, property and value; the chunk's row count is unchanged. */
bool record_decode(const RecordDecoder *d, DecoderState *s, Str line, const RecordPlace *place, Chunk *chunk,
                   Err *err) MUST_USE;

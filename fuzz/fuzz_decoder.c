/* singer/decoder: records of any SCHEMA become rows or are refused. The first byte chooses the options, the first line is
 * {"schema", "key_properties"}, each other one a record in every envelope. */
#include "base/json.h"
#include "singer/decoder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROWS = 128, COLUMNS = 200 };

static void make_nullable(ChunkColumn *column) {
    column->validity = column->vector;
    memset(column->validity, 0xff, ROWS / 8);
}

static size_t cell_size(ColumnType type) {
    switch (type.kind) {
    case COLUMN_BOOLEAN: return 1;
    case COLUMN_DATE: return 4;
    case COLUMN_BIGINT:
    case COLUMN_DOUBLE:
    case COLUMN_TIME:
    case COLUMN_TIMESTAMP:
    case COLUMN_TIMESTAMPTZ: return 8;
    case COLUMN_DECIMAL: return type.precision <= 4 ? 2 : type.precision <= 9 ? 4 : type.precision <= 18 ? 8 : 16;
    case COLUMN_HUGEINT:
    case COLUMN_UUID:
    case COLUMN_VARCHAR:
    case COLUMN_JSON:
    case COLUMN_BLOB: break;
    }
    return 16;
}

static Chunk chunk_of(Arena *a, const DecoderColumn *columns, size_t count) {
    Chunk chunk = {ROWS, 0, arena_array(a, ChunkColumn, count), count, make_nullable};
    for (size_t i = 0; i < count; i++)
        chunk.columns[i] = (ChunkColumn){columns[i].type, arena_alloc(a, ROWS * cell_size(columns[i].type)), NULL,
                                         arena_alloc(a, ROWS / 8)};
    return chunk;
}

static void check_cell(const ChunkColumn *c, size_t row) {
    if (c->validity && !(c->validity[row / 64] >> (row % 64) & 1)) return;
    if (c->type.kind == COLUMN_BOOLEAN) BUG_ON(((const uint8_t *)c->data)[row] > 1);
    if (c->type.kind != COLUMN_VARCHAR && c->type.kind != COLUMN_JSON && c->type.kind != COLUMN_BLOB) return;
    const ChunkText *t = (const ChunkText *)c->data + row;
    Str text = {t->len <= sizeof t->inlined ? t->inlined : t->pointer.at, t->len};
    const char *end = text.at + text.len;
    if (c->type.kind != COLUMN_BLOB) BUG_ON(!str_is_utf8(text));
    if (c->type.kind == COLUMN_JSON) BUG_ON(json_skip(text.at, end) != end);
}

static void decode_lines(const DecoderSpec *spec, Str lines) {
    AUTO(Arena) a = {0};
    RecordDecoder *d = record_decoder_new(&a, spec);
    DecoderState *state = decoder_state_new(d);
    Chunk chunk = chunk_of(&a, spec->columns, spec->column_count);
    RecordPlace place = {.ordinal = 1, .line = 1, .received_us = 1, .batched_us = 2};
    Str line;
    decoder_state_begin(state);
    while (chunk.rows < ROWS && str_cut(&lines, '\n', &line)) {
        size_t rows = chunk.rows;
        Err err = {0};
        if (record_decode(d, state, line, &place, &chunk, &err)) BUG_ON(chunk.rows > rows + 1);
        else BUG_ON(chunk.rows != rows || err.code == ERR_OK || !err.msg[0]);
        place.ordinal++;
    }
    for (size_t i = 0; i < chunk.column_count; i++)
        for (size_t row = 0; row < chunk.rows; row++) check_cell(&chunk.columns[i], row);
    for (size_t i = 0; i < decoder_state_unknown(state)->len; i++) BUG_ON(!decoder_state_unknown(state)->at[i].at);
    decoder_state_free(state);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2) return 0;
    AUTO(Arena) a = {0};
    Err err = {0};
    Str lines = {(const char *)data + 1, size - 1}, first;
    SchemaOptions options = {.metadata = (MetadataStyle)(data[0] & 3),
                             .flatten_depth = (size_t[]){0, 1, 3, SIZE_MAX}[data[0] >> 2 & 3],
                             .flatten_separator = STR("__"),
                             .timestamps_without_zone = data[0] & 16};
    if (!str_cut(&lines, '\n', &first)) return 0;
    Node *message = json_parse(&a, first, &err);
    const Node *keys = node_get_c(message, "key_properties");
    StreamSchema *s = stream_schema_new(&a, STR("t"), node_get_c(message, "schema"), keys, &options, &err);
    if (!s || s->column_count > COLUMNS) return 0;
    DecoderColumn *columns = arena_array(&a, DecoderColumn, s->column_count);
    for (size_t i = 0; i < s->column_count; i++) columns[i] = (DecoderColumn){&s->columns[i], s->columns[i].type};
    for (int envelope = ENVELOPE_SINGER; envelope <= ENVELOPE_BARE; envelope++)
        decode_lines(&(DecoderSpec){.schema = s,
                                    .columns = columns,
                                    .column_count = s->column_count,
                                    .envelope = (RecordEnvelope)envelope,
                                    .validate = data[0] & 32,
                                    .sync_started_us = 3},
                     lines);
    return 0;
}

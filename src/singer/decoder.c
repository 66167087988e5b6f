/*
 * The record decoder. Keys of a tap's records come in the same order again and again: each object level remembers the
 * order it saw last, so that a key costs one comparison; a surprise costs one hash look-up.
 */
#include "singer/decoder.h"

#include "base/bytes8.h"
#include "base/json.h"
#include "base/map.h"
#include "base/time.h"
#include "singer/convert.h"
#include "singer/validate.h"

enum { SHOWN_VALUE = 80, NO_INDEX = -1, HEAD_LIMIT = 512 };

typedef struct Level Level;

/* One property of an object: a column, a nested object whose properties are columns, or both are absent. */
typedef struct Field {
    Str name;
    int column;    /* index into the chunk's columns, NO_INDEX = none */
    Level *nested; /* flattened object, NULL = none */
    bool key;
} Field;

struct Level {
    size_t id; /* index into DecoderState.orders */
    Field *fields;
    size_t field_count;
    Map by_name; /* -> Field */
};

struct RecordDecoder {
    DecoderSpec spec;
    Level *root;
    size_t level_count;
    int *filled_by_message; /* columns whose source is no property */
    size_t message_column_count;
    size_t required_keys; /* fields of the root or deeper that are keys */
};

/* The key seen last at a position of an object, as written between its quotes. */
typedef struct Seen {
    Str raw;
    const Field *field; /* NULL: not in the schema */
} Seen;

typedef VEC(Seen) SeenVec;

struct DecoderState {
    Arena scratch;   /* texts of this chunk */
    Arena lasting;   /* key names, unknown names, head */
    Str head;        /* what the first message had before its record: most others begin alike */
    SeenVec *orders; /* by Level.id */
    uint32_t *stamp; /* by column: the row that set it last */
    uint32_t row_stamp;
    size_t level_count;
    StrVec unknown;
    Map unknown_names;
};

/* ---- making a decoder ---- */

static Level *level_new(Arena *a, RecordDecoder *d) {
    Level *level = arena_new(a, Level);
    level->id = d->level_count++;
    map_init(&level->by_name, a);
    return level;
}

static Field *level_field(Arena *a, Level *level, Str name) {
    Field *field = map_get(&level->by_name, name);
    if (field) return field;
    field = arena_new(a, Field);
    *field = (Field){.name = arena_str(a, name), .column = NO_INDEX};
    map_put(&level->by_name, name, field);
    return field;
}

static void add_property(Arena *a, RecordDecoder *d, const SchemaColumn *column, int index) {
    Level *level = d->root;
    for (size_t i = 0; i + 1 < column->depth; i++) {
        Field *parent = level_field(a, level, column->path[i]);
        if (!parent->nested) parent->nested = level_new(a, d);
        level = parent->nested;
    }
    Field *field = level_field(a, level, column->path[column->depth - 1]);
    field->column = index;
    field->key = column->key;
}

RecordDecoder *record_decoder_new(Arena *a, const DecoderSpec *spec) {
    RecordDecoder *d = arena_new(a, RecordDecoder);
    d->spec = *spec;
    DecoderColumn *columns = arena_array(a, DecoderColumn, spec->column_count);
    if (spec->column_count) memcpy(columns, spec->columns, spec->column_count * sizeof *columns);
    d->spec.columns = columns;
    d->root = level_new(a, d);
    d->filled_by_message = arena_array(a, int, spec->column_count);
    for (size_t i = 0; i < spec->column_count; i++) {
        const SchemaColumn *column = columns[i].column;
        if (column->source == SOURCE_PROPERTY) {
            add_property(a, d, column, (int)i);
        } else if (column->source == SOURCE_DELETED_AT) {
            level_field(a, d->root, STR("_sdc_deleted_at"))->column = (int)i;
        } else {
            d->filled_by_message[d->message_column_count++] = (int)i;
        }
        d->required_keys += column->key;
    }
    return d;
}

DecoderState *decoder_state_new(const RecordDecoder *d) {
    DecoderState *s = calloc(1, sizeof *s);
    BUG_ON(!s);
    s->level_count = d->level_count;
    s->orders = calloc(d->level_count, sizeof *s->orders);
    s->stamp = calloc(d->spec.column_count + 1, sizeof *s->stamp);
    BUG_ON(!s->orders || !s->stamp);
    map_init(&s->unknown_names, &s->lasting);
    return s;
}

void decoder_state_free(DecoderState *s) {
    for (size_t i = 0; i < s->level_count; i++) vec_release(&s->orders[i]);
    free(s->orders);
    free(s->stamp);
    vec_release(&s->unknown);
    arena_release(&s->lasting);
    arena_release(&s->scratch);
    free(s);
}

void decoder_state_begin(DecoderState *s) {
    arena_reset(&s->scratch);
}

const StrVec *decoder_state_unknown(const DecoderState *s) {
    return &s->unknown;
}

/* ---- decoding ---- */

/* One record on its way: what the functions below share. */
typedef struct Row {
    const RecordDecoder *d;
    DecoderState *s;
    Chunk *chunk;
    const RecordPlace *place;
    const char *end; /* of the line */
    Str line;
    size_t columns_set, keys_set;
    JsonValue extracted, version; /* the message's own */
    Str record;
    Err *err;
} Row;

/* "stream \"s\", line 5" or "stream \"s\", record 5" */
static bool fail_here(Row *r, const char *format, ...) PRINTF_LIKE(2, 3);
static bool fail_here(Row *r, const char *format, ...) {
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    bool line = r->place->line != 0;
    unsigned long long number = line ? r->place->line : r->place->ordinal;
    return err_set(r->err, ERR_INPUT, "stream \"" STR_FMT "\", %s %llu: %s", STR_ARG(r->d->spec.schema->stream),
                   line ? "line" : "record", number, text);
}

static const char *fail_json(Row *r, const char *p) {
    size_t column = (size_t)(p - r->line.at) + 1;
    Str shown = str_slice(r->line, column - 1, column - 1 + SHOWN_VALUE);
    if (shown.len) fail_here(r, "not valid JSON at column %zu: \"" STR_FMT "\"", column, STR_ARG(shown));
    else fail_here(r, "not valid JSON: it ends in the middle, at column %zu", column);
    return NULL;
}

static bool fail_value(Row *r, const SchemaColumn *column, JsonValue value, const char *problem) {
    Str shown = str_slice(value.raw, 0, SHOWN_VALUE);
    return fail_here(r, "property \"" STR_FMT "\": " STR_FMT "%s %s", STR_ARG(column->name), STR_ARG(shown),
                     shown.len < value.raw.len ? "..." : "", problem);
}

/* Reads the value at p; texts with escapes are decoded into scratch. */
static inline const char *read_value(Row *r, const char *p, JsonValue *ret) {
    const char *from = p;
    bool integer;
    if (p >= r->end) return fail_json(r, p);
    switch (*p) {
    case '"': {
        JsonString text;
        p = json_scan_string(p, r->end, &text);
        if (!p) return fail_json(r, from);
        *ret = (JsonValue){JSON_TEXT, {from, (size_t)(p - from)}, text.raw};
        if (LIKELY(!text.escaped)) return p;
        char *decoded = arena_alloc(&r->s->scratch, text.raw.len);
        size_t len = json_unescape(text.raw, decoded);
        if (len == STR_NONE) return fail_json(r, from);
        ret->text = (Str){decoded, len};
        return p;
    }
    case '{':
    case '[':
        p = json_skip(p, r->end);
        ret->kind = JSON_CONTAINER;
        break;
    case 't':
    case 'f':
    case 'n':
        p = json_skip(p, r->end);
        ret->kind = *from == 't' ? JSON_TRUE : *from == 'f' ? JSON_FALSE : JSON_NULL;
        break;
    default:
        p = json_scan_number(p, r->end, &integer);
        ret->kind = JSON_NUMBER;
        break;
    }
    if (!p) return fail_json(r, from);
    ret->raw = ret->text = (Str){from, (size_t)(p - from)};
    return p;
}

static inline void mark_set(Row *r, int column) {
    r->columns_set += r->s->stamp[column] != r->s->row_stamp;
    r->s->stamp[column] = r->s->row_stamp;
}

static bool set_cell(Row *r, int index, JsonValue value) {
    ChunkColumn *cell = &r->chunk->columns[index];
    const SchemaColumn *column = r->d->spec.columns[index].column;
    const char *problem = "";
    bool again = r->s->stamp[index] == r->s->row_stamp; /* a property given twice: the last one wins */
    mark_set(r, index);
    if (again && cell->validity) cell->validity[r->chunk->rows / 64] |= (uint64_t)1 << (r->chunk->rows % 64);
    switch (convert_value(value, cell, r->chunk->rows, &problem)) {
    case CONVERT_OK: break;
    case CONVERT_NULL:
        if (column->key) return fail_here(r, "key property \"" STR_FMT "\" is null", STR_ARG(column->name));
        chunk_set_null(r->chunk, cell, r->chunk->rows);
        return true;
    case CONVERT_BAD: return fail_value(r, column, value, problem);
    }
    r->keys_set += column->key && !again;
    return true;
}

/* ---- the shortest ways, for what most cells are; NULL: not one of those, nothing was done ---- */

/* An integer of up to 18 digits. */
static inline const char *quick_bigint(const Row *r, ChunkColumn *cell, const char *p) {
    const char *digits = p < r->end && *p == '-' ? p + 1 : p, *q = digits;
    int64_t value = 0;
    while (q < r->end && (unsigned)(unsigned char)*q - '0' <= 9 && q - digits < 18) value = value * 10 + (*q++ - '0');
    bool whole = q > digits && q < r->end && (*q == ',' || *q == '}') && (*digits != '0' || q - digits == 1);
    if (!whole) return NULL;
    ((int64_t *)cell->data)[r->chunk->rows] = digits > p ? -value : value;
    return q;
}

/* An ASCII text without escapes that a vector holds in place. */
static inline const char *quick_text(const Row *r, ChunkColumn *cell, const char *p) {
    enum { WORDS = 2 };
    if (r->end - p < 1 + WORDS * 8 || *p != '"') return NULL;
    uint64_t words[WORDS] = {bytes8_at(p + 1), bytes8_at(p + 9)};
    for (size_t i = 0; i < WORDS; i++) {
        uint64_t w = words[i], quote = bytes8_equal(w, '"');
        uint64_t stop = quote | bytes8_equal(w, '\\') | bytes8_control(w) | (w & BYTES8_HIGHS);
        if (!stop) continue;
        size_t len = i * 8 + bytes8_first(stop);
        if (!(quote & stop & -stop) || len > sizeof(ChunkText){0}.inlined) return NULL;
        words[i] &= ((stop & -stop) >> 7) - 1; /* the bytes below the quote */
        if (i == 0) words[1] = 0;
        ChunkText *slot = (ChunkText *)cell->data + r->chunk->rows;
        slot->len = (uint32_t)len;
        memcpy(slot->inlined, words, sizeof slot->inlined);
        return p + len + 2;
    }
    return NULL;
}

static inline const char *quick_cell(const Row *r, int index, const char *p) {
    ChunkColumn *cell = &r->chunk->columns[index];
    if (cell->type.kind == COLUMN_BIGINT) return quick_bigint(r, cell, p);
    if (cell->type.kind == COLUMN_VARCHAR) return quick_text(r, cell, p);
    return NULL;
}

/* ---- objects ---- */

static const char *decode_object(Row *r, const Level *level, const char *p);

/* The value of a known field at p. */
static inline const char *decode_field(Row *r, const Field *field, const char *p) {
    if (field->nested && p < r->end && *p == '{') return decode_object(r, field->nested, p);
    if (field->column != NO_INDEX && r->s->stamp[field->column] != r->s->row_stamp) {
        const char *behind = quick_cell(r, field->column, p);
        if (behind) {
            mark_set(r, field->column);
            r->keys_set += field->key;
            return behind;
        }
    }
    JsonValue value;
    const char *behind = read_value(r, p, &value);
    if (!behind) return NULL;
    if (field->column != NO_INDEX) return set_cell(r, field->column, value) ? behind : NULL;
    if (value.kind == JSON_NULL) return behind;
    fail_here(r, "property \"" STR_FMT "\": " STR_FMT " is not an object", STR_ARG(field->name),
              STR_ARG(str_slice(value.raw, 0, SHOWN_VALUE)));
    return NULL;
}

static void note_unknown(DecoderState *s, Str name) {
    enum { LIMIT = 1000 };
    if (s->unknown.len >= LIMIT || map_has(&s->unknown_names, name)) return;
    Str copy = arena_str(&s->lasting, name);
    map_put(&s->unknown_names, name, s);
    vec_push(&s->unknown, copy);
}

/* Finds the field of a key that did not stand where it was expected, and expects it there from now on. */
static bool learn_key(Row *r, const Level *level, size_t position, JsonString key, const Field **ret) {
    Str name = key.raw;
    if (key.escaped) {
        char *decoded = arena_alloc(&r->s->scratch, key.raw.len);
        size_t len = json_unescape(key.raw, decoded);
        if (len == STR_NONE) return false;
        name = (Str){decoded, len};
    }
    *ret = map_get(&level->by_name, name);
    if (!*ret) note_unknown(r->s, name);
    SeenVec *order = &r->s->orders[level->id];
    Str raw = *ret && !key.escaped ? (*ret)->name : key.raw;
    if (position < order->len) {
        if (raw.at == key.raw.at) raw = arena_str(&r->s->lasting, key.raw);
        order->at[position] = (Seen){raw, *ret};
    } else if (position == order->len) {
        if (raw.at == key.raw.at) raw = arena_str(&r->s->lasting, key.raw);
        vec_push(order, (Seen){raw, *ret});
    }
    return true;
}

/* p at '{'. Returns the place behind '}'. */
static const char *decode_object(Row *r, const Level *level, const char *p) {
    SeenVec *order = &r->s->orders[level->id];
    const char *end = r->end;
    p = json_space(p + 1, end);
    if (p < end && *p == '}') return p + 1;
    for (size_t position = 0;; position++) {
        const Field *field = NULL;
        const char *from = p;
        bool expected = false;
        if (p >= end || *p != '"') return fail_json(r, p);
        if (position < order->len) {
            Str raw = order->at[position].raw;
            expected = (size_t)(end - p) > raw.len + 2 && p[raw.len + 1] == '"' && bytes_same(p + 1, raw.at, raw.len);
            field = order->at[position].field;
            if (expected) p += raw.len + 2;
        }
        if (!expected) {
            JsonString key;
            p = json_scan_string(p, end, &key);
            if (!p || !learn_key(r, level, position, key, &field)) return fail_json(r, from);
        }
        p = json_space(p, end);
        if (p >= end || *p != ':') return fail_json(r, p);
        p = json_space(p + 1, end);
        if (field) {
            p = decode_field(r, field, p);
            if (!p) return NULL;
        } else {
            const char *behind = json_skip(p, end);
            if (!behind) return fail_json(r, p);
            p = behind;
        }
        p = json_space(p, end);
        if (p < end && *p == '}') return p + 1;
        if (p >= end || *p != ',') return fail_json(r, p);
        p = json_space(p + 1, end);
    }
}

/* ---- the message around the record ---- */

/* A record that lies where the envelope says: decoded at once, or kept for a map or a validation. */
static const char *take_record(Row *r, const char *p) {
    const char *from = p;
    if (p >= r->end || *p != '{') {
        const char *behind = json_skip(p, r->end);
        if (!behind) return fail_json(r, p);
        fail_here(r, "the record is no object: " STR_FMT,
                  STR_ARG(str_slice((Str){p, (size_t)(behind - p)}, 0, SHOWN_VALUE)));
        return NULL;
    }
    bool direct = !r->d->spec.map && !r->d->spec.validate;
    if (!direct) {
        p = json_skip(p, r->end);
        if (!p) return fail_json(r, from);
    } else {
        p = decode_object(r, r->d->root, p);
        if (!p) return NULL;
    }
    r->record = (Str){from, (size_t)(p - from)};
    return p;
}

/* The value of "record" at p: the next message may begin as this one. */
static void learn_head(Row *r, const char *message, const char *p) {
    Str head = {message, (size_t)(p - message)};
    if (r->s->head.len || head.len > HEAD_LIMIT || r->extracted.raw.len || r->version.raw.len) return;
    r->s->head = arena_str(&r->s->lasting, head);
}

/* One member of the message. */
static const char *decode_member(Row *r, const char *message, const char *p) {
    const char *end = r->end, *from = p;
    JsonString key;
    JsonValue value;
    if (*p != '"' || !(p = json_scan_string(p, end, &key))) return fail_json(r, from);
    p = json_space(p, end);
    if (p >= end || *p != ':') return fail_json(r, p);
    p = json_space(p + 1, end);
    if (str_is(key.raw, "record")) {
        learn_head(r, message, p);
        return take_record(r, p);
    }
    if (str_is(key.raw, "time_extracted")) return read_value(r, p, &r->extracted);
    if (str_is(key.raw, "version")) return read_value(r, p, &r->version);
    return read_value(r, p, &value);
}

/* p behind a member. */
static const char *next_member(Row *r, const char *p) {
    p = json_space(p, r->end);
    if (p < r->end && *p == ',') return json_space(p + 1, r->end);
    return p >= r->end || *p == '}' ? p : fail_json(r, p);
}

static const char *decode_message(Row *r, const char *p) {
    const char *end = r->end, *message = p;
    Str head = r->s->head;
    if (p >= end || *p != '{') return fail_json(r, p);
    if (head.len && (size_t)(end - p) > head.len && bytes_same(p, head.at, head.len)) {
        p = take_record(r, p + head.len);
        if (p) p = next_member(r, p);
    } else {
        p = json_space(p + 1, end);
    }
    while (p && p < end && *p != '}') {
        p = decode_member(r, message, p);
        if (p) p = next_member(r, p);
    }
    if (!p) return NULL;
    return p < end ? p + 1 : fail_json(r, p);
}

/* ---- columns that are no properties ---- */

static void set_time(Row *r, ChunkColumn *cell, int64_t us) {
    ((int64_t *)cell->data)[r->chunk->rows] = us;
}

static bool set_extracted(Row *r, int index) {
    JsonValue value = r->extracted;
    if (!value.raw.len) {
        chunk_set_null(r->chunk, &r->chunk->columns[index], r->chunk->rows);
        return true;
    }
    return set_cell(r, index, value);
}

static bool set_message_column(Row *r, int index) {
    ChunkColumn *cell = &r->chunk->columns[index];
    const RecordDecoder *d = r->d;
    switch (d->spec.columns[index].column->source) {
    case SOURCE_EXTRACTED_AT: return set_extracted(r, index);
    case SOURCE_RECEIVED_AT: set_time(r, cell, r->place->received_us); return true;
    case SOURCE_BATCHED_AT: set_time(r, cell, r->place->batched_us); return true;
    case SOURCE_SEQUENCE: set_time(r, cell, r->place->received_us / US_PER_MS); return true;
    case SOURCE_SYNC_STARTED_AT: set_time(r, cell, d->spec.sync_started_us / US_PER_MS); return true;
    case SOURCE_ORDINAL: set_time(r, cell, (int64_t)r->place->ordinal); return true;
    case SOURCE_TABLE_VERSION:
        if (r->version.raw.len) return set_cell(r, index, r->version);
        chunk_set_null(r->chunk, cell, r->chunk->rows);
        return true;
    case SOURCE_PROPERTY:
    case SOURCE_DELETED_AT: break;
    }
    BUG_ON(true);
}

/* ---- records that need a tree: stream maps and validation ---- */

static bool decode_tree(Row *r, bool *ret_kept) {
    const DecoderSpec *spec = &r->d->spec;
    Arena *a = &r->s->scratch;
    Node *record = json_parse(a, r->record, r->err), *mapped = NULL;
    if (!record) return fail_here(r, "the record is not valid JSON");
    if (!spec->map) mapped = record;
    else if (!stream_map_apply(spec->map, a, record, &mapped, r->err)) return false;
    *ret_kept = mapped != NULL;
    if (!mapped) return true;
    if (spec->validate && !record_validate(spec->schema->schema, mapped, a, r->err)) {
        char why[sizeof r->err->msg];
        memcpy(why, r->err->msg, sizeof why);
        return fail_here(r, "%.400s", why);
    }
    if (mapped != record) {
        Buf *text = arena_new(a, Buf);
        arena_defer(a, (void (*)(void *))buf_release, text);
        json_write(text, mapped, JSON_PYTHON);
        r->record = buf_str(text);
    }
    r->end = r->record.at + r->record.len;
    r->line = r->record;
    return decode_object(r, r->d->root, r->record.at) != NULL;
}

/* ---- one record ---- */

static bool finish_row(Row *r) {
    const RecordDecoder *d = r->d;
    if (r->keys_set < d->required_keys) {
        for (size_t i = 0; i < d->spec.column_count; i++) {
            const SchemaColumn *column = d->spec.columns[i].column;
            if (column->key && r->s->stamp[i] != r->s->row_stamp)
                return fail_here(r, "key property \"" STR_FMT "\" is missing", STR_ARG(column->name));
        }
    }
    for (size_t i = 0; i < d->message_column_count; i++) {
        mark_set(r, d->filled_by_message[i]);
        if (!set_message_column(r, d->filled_by_message[i])) return false;
    }
    for (size_t i = 0; r->columns_set < d->spec.column_count && i < d->spec.column_count; i++)
        if (r->s->stamp[i] != r->s->row_stamp) chunk_set_null(r->chunk, &r->chunk->columns[i], r->chunk->rows);
    r->chunk->rows++;
    return true;
}

static void next_stamp(const RecordDecoder *d, DecoderState *s) {
    if (++s->row_stamp) return;
    memset(s->stamp, 0, d->spec.column_count * sizeof *s->stamp);
    s->row_stamp = 1;
}

static bool decode_line(Row *r) {
    const DecoderSpec *spec = &r->d->spec;
    const char *p = json_space(r->line.at, r->end);
    p = spec->envelope == ENVELOPE_BARE ? take_record(r, p) : decode_message(r, p);
    if (!p) return false;
    if (json_space(p, r->end) != r->end) return fail_json(r, p), false;
    if (!r->record.len) return fail_here(r, "the message has no \"record\"");
    bool kept = true;
    if ((spec->map || spec->validate) && !decode_tree(r, &kept)) return false;
    return !kept || finish_row(r);
}

/* The row's place is used again: no NULL may stay behind. */
static void undo_nulls(const Row *r) {
    for (size_t i = 0; i < r->d->spec.column_count; i++) {
        uint64_t *validity = r->chunk->columns[i].validity;
        if (validity) validity[r->chunk->rows / 64] |= (uint64_t)1 << (r->chunk->rows % 64);
    }
}

bool record_decode(const RecordDecoder *d, DecoderState *s, Str line, const RecordPlace *place, Chunk *chunk,
                   Err *err) {
    Row r = {.d = d, .s = s, .chunk = chunk, .place = place, .end = line.at + line.len, .line = line, .err = err};
    next_stamp(d, s);
    if (decode_line(&r)) return true;
    undo_nulls(&r);
    return false;
}

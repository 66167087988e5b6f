/* singer/decoder: the shortest ways give what the long ones give. All else about values: tests/e2e/test_target_types.py. */
#include "unit/test.h"

#include "base/json.h"
#include "singer/decoder.h"

enum { ROWS = 64, KEY = 0, VERSION = 1, LONGEST = 20 };

/* Decodes records of {"k": text, key}, with the message's version in a second column. */
typedef struct Decoding {
    Arena arena;
    SchemaColumn version;
    DecoderColumn columns[2];
    ChunkColumn cells[2];
    Chunk chunk;
    RecordDecoder *decoder;
    DecoderState *state;
    Err err;
} Decoding;

static void make_nullable(ChunkColumn *column) {
    column->validity = column->vector;
    memset(column->validity, 0xff, ROWS / 8);
}

static void begin(Decoding *d) {
    *d = (Decoding){.version = {.source = SOURCE_TABLE_VERSION, .type = {.kind = COLUMN_BIGINT}}};
    Arena *a = &d->arena;
    Node *schema = json_parse(a, STR("{\"properties\": {\"k\": {\"type\": \"string\"}}}"), &d->err);
    Node *keys = json_parse(a, STR("[\"k\"]"), &d->err);
    StreamSchema *s = stream_schema_new(a, STR("t"), schema, keys, &(SchemaOptions){0}, &d->err);
    assert_non_null(s);
    d->columns[KEY] = (DecoderColumn){&s->columns[0], s->columns[0].type};
    d->columns[VERSION] = (DecoderColumn){&d->version, d->version.type};
    for (size_t i = 0; i < 2; i++)
        d->cells[i] =
            (ChunkColumn){d->columns[i].type, arena_alloc(a, ROWS * sizeof(ChunkText)), NULL, arena_alloc(a, ROWS / 8)};
    d->chunk = (Chunk){ROWS, 0, d->cells, 2, make_nullable};
    d->decoder = record_decoder_new(a, &(DecoderSpec){.schema = s, .columns = d->columns, .column_count = 2});
    d->state = decoder_state_new(d->decoder);
}

static void end(Decoding *d) {
    decoder_state_free(d->state);
    arena_release(&d->arena);
}

/* Into row 0. Nothing behind the line may be read: it is a piece of memory of its own. */
static bool decode(Decoding *d, const char *line) {
    d->chunk.rows = 0;
    d->err = (Err){0};
    char *alone = malloc(strlen(line));
    memcpy(alone, line, strlen(line));
    decoder_state_begin(d->state);
    bool ok =
        record_decode(d->decoder, d->state, (Str){alone, strlen(line)}, &(RecordPlace){.line = 7}, &d->chunk, &d->err);
    const ChunkText *t = d->cells[KEY].data;
    if (ok && t->len > sizeof t->inlined) arena_defer(&d->arena, free, alone); /* the text points into it */
    else free(alone);
    return ok;
}

static Str text_of(const Decoding *d) {
    const ChunkText *t = d->cells[KEY].data;
    return (Str){t->len <= sizeof t->inlined ? t->inlined : t->pointer.at, t->len};
}

static void expect(Decoding *d, const char *line, const char *text) {
    if (!decode(d, line)) fail_msg("%s: %s", line, d->err.msg);
    Str got = text_of(d);
    const ChunkText *t = d->cells[KEY].data;
    if (!str_is(got, text)) fail_msg("%s: \"" STR_FMT "\"", line, STR_ARG(got));
    for (size_t i = t->len; i < sizeof t->inlined; i++) assert_int_equal(t->inlined[i], 0); /* DuckDB compares them */
}

/* A text of len letters, of which the one at `at` (len: none) is `odd` in JSON, in a line that ends behind it or goes on. */
static void expect_odd(Decoding *d, size_t len, size_t at, const char *odd, const char *means, const char *tail) {
    AUTO(Buf) line = {0};
    AUTO(Buf) text = {0};
    buf_append_c(&line, "{\"type\": \"RECORD\", \"stream\": \"t\", \"record\": {\"k\": \"");
    for (size_t i = 0; i < len; i++) {
        char letter = (char)('a' + i);
        buf_append(&line, i == at ? str_of(odd) : (Str){&letter, 1});
        buf_append(&text, i == at ? str_of(means) : (Str){&letter, 1});
    }
    buf_append_c(&line, tail);
    expect(d, buf_c(&line), buf_c(&text));
}

TEST(decoder_texts_of_every_length_and_place) {
    static const struct {
        const char *json, *means;
    } odd[] = {{"z", "z"},
               {" ", " "},
               {"\\n", "\n"},
               {"\\\"", "\""},
               {"\\\\", "\\"},
               {"\xC3\xA9", "\xC3\xA9"},
               {"\\u00e9", "\xC3\xA9"},
               {"\x7F", "\x7F"},
               {"#", "#"},
               {"!", "!"}};
    Decoding d;
    begin(&d);
    for (size_t i = 0; i < ARRAY_LEN(odd); i++)
        for (size_t len = 0; len <= LONGEST; len++)
            for (size_t at = 0; at <= len; at++) {
                expect_odd(&d, len, at, odd[i].json, odd[i].means, "\"}}");
                expect_odd(&d, len, at, odd[i].json, odd[i].means,
                           "\"}, \"time_extracted\": \"2026-11-27T00:00:00Z\"}");
            }
    end(&d);
}

TEST(decoder_refuses_what_is_no_text) {
    static const char *const lines[] = {
        "{\"type\": \"RECORD\", \"record\": {\"k\": \"a\nb\", \"l\": \"cdefghijklmnop\"}}",
        "{\"type\": \"RECORD\", \"record\": {\"k\": \"a\xC3\", \"l\": \"cdefghijklmnop\"}}",
        "{\"type\": \"RECORD\", \"record\": {\"k\": \"a\\q\", \"l\": \"cdefghijklmnop\"}}",
        "{\"type\": \"RECORD\", \"record\": {\"k\": \"abcdefghijklmnopqrstuvw",
        "{\"type\": \"RECORD\", \"record\": {\"k\": \"a\"",
        "{\"type\": \"RECORD\", \"record\": {\"l\": \"a\"}}",
        "{\"type\": \"RECORD\", \"record\": {\"k\": null}}",
    };
    Decoding d;
    begin(&d);
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        if (decode(&d, lines[i]) || d.chunk.rows) fail_msg("taken: %s", lines[i]);
        assert_non_null(strstr(d.err.msg, "line 7"));
    }
    end(&d);
}

static void expect_version(Decoding *d, const char *line, const char *text, int64_t version) {
    expect(d, line, text);
    const ChunkColumn *c = &d->cells[VERSION];
    bool known = !c->validity || (c->validity[0] & 1);
    int64_t got = known ? ((int64_t *)c->data)[0] : -1;
    if (got != version) fail_msg("%s: version %lld", line, (long long)got);
    if (c->validity) c->validity[0] |= 1;
}

TEST(decoder_messages_that_begin_alike_or_not) {
    Decoding d;
    begin(&d);
    expect_version(&d, "{\"version\": 3, \"record\": {\"k\": \"a\"}}", "a", 3); /* such a head is not kept */
    expect_version(&d, "{\"version\": 3, \"record\": {\"k\": \"b\"}}", "b", 3);
    expect_version(&d, "{\"type\": \"RECORD\", \"record\": {\"k\": \"c\"}, \"version\": 4}", "c", 4);
    expect_version(&d, "{\"type\": \"RECORD\", \"record\": {\"k\": \"d\"}}", "d", -1);
    expect_version(&d, "{\"type\": \"RECORD\", \"record\": {\"k\": \"e\"}, \"version\": 5 } ", "e", 5);
    expect_version(&d, "{\"type\":\"RECORD\", \"version\": 6, \"record\": {\"k\": \"f\"}}", "f", 6);
    expect_version(&d, "{\"type\": \"RECORD\", \"record\": {\"k\": \"g\"}, \"record\": {\"k\": \"h\"}}", "h", -1);
    assert_false(decode(&d, "{\"type\": \"RECORD\", \"record\": "));
    assert_false(decode(&d, "{\"type\": \"RECORD\", \"record\": 5}"));
    assert_false(decode(&d, "{\"type\": \"RECORD\", \"record\": {\"k\": \"i\"} \"version\": 5}"));
    assert_false(decode(&d, "{\"type\": \"RECORD\", \"record\": {\"k\": \"i\"}"));
    assert_false(decode(&d, "{\"type\": \"RECORD\", \"record\": {\"k\": \"i\"}}}"));
    expect_version(&d, "{\"type\": \"RECORD\", \"record\": {\"k\": \"j\"}}", "j", -1);
    end(&d);
}

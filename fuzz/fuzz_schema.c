/* A SCHEMA message and a record: whatever a tap says about its stream becomes columns or an error, and records are
 * validated or refused. The first byte chooses the options; then {"stream", "schema", "key_properties", "record"}. The same
 * bytes also go through the scanners of messages, Airbyte messages and Airbyte states. */
#include "base/json.h"
#include "singer/airbyte.h"
#include "singer/airbyte_catalog.h"
#include "singer/airbyte_state.h"
#include "singer/exact.h"
#include "singer/message.h"
#include "singer/naming.h"
#include "singer/schema.h"
#include "singer/validate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static SchemaOptions options_of(uint8_t choice) {
    return (SchemaOptions){
        .metadata = (MetadataStyle)(choice & 3),
        .flatten_depth = (size_t[]){0, 1, 3, SIZE_MAX}[choice >> 2 & 3],
        .flatten_separator = choice & 16 ? STR(".") : STR("__"),
        .flatten_key_length = choice & 32 ? 10 : 0,
        .timestamps_without_zone = choice & 64,
    };
}

static void check_name(Str name) {
    BUG_ON(name.len == 0 || !str_is_utf8(name) || memchr(name.at, 0, name.len));
}

static void check_columns(Arena *a, const StreamSchema *s) {
    BUG_ON(s->column_count == 0 || s->column_count > SCHEMA_COLUMN_LIMIT + 10);
    for (size_t i = 0; i < s->column_count; i++) {
        const SchemaColumn *c = &s->columns[i];
        check_name(c->name);
        BUG_ON(c->depth == 0 || column_type_sql(a, c->type).len == 0);
        BUG_ON(c->type.kind == COLUMN_DECIMAL &&
               (c->type.precision < 1 || c->type.precision > 38 || c->type.scale > c->type.precision));
        for (size_t k = 0; i < 50 && k < i; k++) BUG_ON(str_equal(c->name, s->columns[k].name));
    }
    for (size_t i = 0; i < s->key_count; i++) BUG_ON(s->keys[i] >= s->column_count || !s->columns[s->keys[i]].key);
    BUG_ON(!stream_schema_equal(s, s));
}

static void check_schema(Arena *a, const Node *message, const SchemaOptions *options) {
    Err err = {0};
    const Node *schema = node_get_c(message, "schema"), *record = node_get_c(message, "record");
    Str stream = node_text(node_get_c(message, "stream"));
    StreamSchema *s = stream_schema_new(a, stream, schema, node_get_c(message, "key_properties"), options, &err);
    if (s) check_columns(a, s);
    else BUG_ON(err.code == ERR_OK || !err.msg[0]);
    TableName table = table_name(a, stream, STR(""), schema);
    check_name(table.table);
    BUG_ON(table.schema.len == 0);
    check_name(conform_name(a, stream));

    AUTO(StrVec) unchecked = {0};
    const Validator *v = validator_new(a, schema, &unchecked);
    if (record && !validator_check(v, record, &err)) BUG_ON(!err.msg[0]);
}

static void check_numbers(const Node *n) {
    Exact number;
    if (n->kind == NODE_NUMBER && exact_read(n->text, &number)) {
        BUG_ON(exact_compare(number, number) != 0 || !exact_is_multiple(number, number));
        BUG_ON(exact_is_integer(number) != (exact_scale(number) == 0));
    }
    for (size_t i = 0; i < n->len; i++) check_numbers(n->items[i]);
}

static void check_messages(Arena *a, Str text) {
    MessageHead head, peeked;
    AirbyteHead airbyte;
    AirbyteNote note;
    Err err;
    Str name;
    if (message_scan(text, &head, &err)) {
        BUG_ON(!message_peek(text, &peeked, &err));
        if (message_stream(&head, a, &name, &err)) BUG_ON(head.kind == MESSAGE_RECORD && !name.at);
    }
    if (!airbyte_scan(text, &airbyte, &err)) return;
    if (airbyte.kind == AIRBYTE_RECORD && airbyte_record_stream(&airbyte, a, &name, &err)) BUG_ON(!name.at);
    (void)airbyte_note(a, &airbyte, &note);
}

static void check_state(Str text) {
    AUTO(AirbyteState) state = {0}, again = {0};
    AUTO(Buf) written = {0}, twice = {0};
    Err err;
    if (!airbyte_state_load(&state, text, &err)) return;
    airbyte_state_write(&state, &written);
    bool ok = airbyte_state_load(&again, buf_str(&written), &err);
    airbyte_state_write(&again, &twice);
    BUG_ON(ok && !str_equal(buf_str(&written), buf_str(&twice)));
}

static void check_airbyte_catalog(Arena *a, const Node *catalog) {
    AirbyteStream stream;
    Node *singer = airbyte_catalog_to_singer(a, catalog), *configured = airbyte_catalog_configure(a, catalog, singer);
    for (size_t i = 0; airbyte_catalog_stream(a, configured, i, &stream); i++) BUG_ON(!stream.key_properties);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1) return 0;
    AUTO(Arena) a = {0};
    Err err;
    Str text = {(const char *)data + 1, size - 1};
    SchemaOptions options = options_of(data[0]);
    check_messages(&a, text);
    check_state(text);
    Node *message = json_parse(&a, text, &err);
    if (!message) return 0;
    check_numbers(message);
    check_schema(&a, message, &options);
    check_airbyte_catalog(&a, message);
    return 0;
}

/* Lines of Singer messages. */
#include "unit/test.h"

#include "singer/message.h"

static MessageHead scan(const char *line) {
    MessageHead head, peeked;
    Err err;
    if (!message_scan(str_of(line), &head, &err)) fail_msg("%s: %s", line, err.msg);
    if (!message_peek(str_of(line), &peeked, &err)) fail_msg("%s: %s", line, err.msg);
    assert_int_equal(peeked.kind, head.kind);
    assert_true(str_equal(peeked.stream.raw, head.stream.raw));
    assert_true(peeked.decided <= strlen(line));
    return head;
}

TEST(message_parts_in_any_order) {
    MessageHead h =
        scan("{\"type\": \"RECORD\", \"stream\": \"a\", \"record\": {\"type\": \"x\"}, \"version\": 1795424967201,"
             " \"time_extracted\": \"2026-01-01T00:00:00Z\", \"extra\": [1]}");
    assert_int_equal(h.kind, MESSAGE_RECORD);
    assert_true(str_is(h.stream.raw, "a"));
    assert_true(str_is(h.record, "{\"type\": \"x\"}"));
    assert_true(h.has_version);
    assert_int_equal(h.version, 1795424967201);
    assert_true(str_is(h.time_extracted, "\"2026-01-01T00:00:00Z\""));
    h = scan(" {\"record\":{\"stream\":\"no\"},\"version\":null,\"time_extracted\":null,\"stream\":\"b\",\"type\":"
             "\"RECORD\"} ");
    assert_true(str_is(h.stream.raw, "b"));
    assert_false(h.has_version);
    assert_null(h.time_extracted.at);
    h = scan("{\"type\":\"SCHEMA\",\"stream\":\"s\",\"schema\":{\"properties\":{}},\"key_properties\":[\"id\"]}");
    assert_int_equal(h.kind, MESSAGE_SCHEMA);
    assert_true(str_is(h.key_properties, "[\"id\"]"));
    h = scan("{\"value\":{\"a\":1.10},\"type\":\"STATE\"}");
    assert_int_equal(h.kind, MESSAGE_STATE);
    assert_true(str_is(h.value, "{\"a\":1.10}"));
    assert_true(str_is(scan("{\"value\":null,\"type\":\"STATE\"}").value, "null"));
    assert_int_equal(scan("{\"type\":\"ACTIVATE_VERSION\",\"stream\":\"s\",\"version\":5}").version, 5);
    h = scan("{\"type\":\"BATCH\",\"stream\":\"s\",\"encoding\":{\"format\":\"jsonl\"},\"manifest\":[\"file:///x\"]}");
    assert_true(str_is(h.manifest, "[\"file:///x\"]"));
}

TEST(message_peek_stops_early) {
    MessageHead h;
    Err err;
    Str line = STR("{\"type\":\"RECORD\",\"stream\":\"a\",\"record\":{ this is not read");
    assert_true(message_peek(line, &h, &err));
    assert_true(str_is(str_slice(line, 0, h.decided), "{\"type\":\"RECORD\",\"stream\":\"a\""));
    assert_true(message_peek(STR("{\"type\":\"STATE\",\"value\":"), &h, &err));
    assert_int_equal(h.kind, MESSAGE_STATE);
}

TEST(message_memo_knows_lines_that_begin_alike) {
    MessageMemo memo = {0};
    MessageHead h;
    Err err;
    Str line = STR("{\"type\":\"RECORD\",\"stream\":\"a\",\"record\":{}}");
    assert_false(message_is_like(&memo, line));
    assert_true(message_peek(line, &h, &err));
    message_remember(&memo, line, &h);
    assert_true(message_is_like(&memo, line));
    assert_true(message_is_like(&memo, STR("{\"type\":\"RECORD\",\"stream\":\"a\",\"version\":1")));
    assert_false(message_is_like(&memo, STR("{\"type\":\"RECORD\",\"stream\":\"ab\",\"record\":{}}")));
    assert_false(message_is_like(&memo, STR("{\"type\":\"RECORD\",\"stream\":\"a\"")));
}

TEST(message_escapes) {
    AUTO(Arena) a = {0};
    Err err;
    Str stream;
    MessageHead h = scan("{\"\\u0074ype\":\"REC\\u004fRD\",\"stream\":\"a\\u00e9\\\"\",\"record\":{}}");
    assert_int_equal(h.kind, MESSAGE_RECORD);
    assert_true(message_stream(&h, &a, &stream, &err));
    assert_true(str_is(stream, "aé\""));
    assert_true(message_peek(STR("{\"type\":\"STATE\",\"value\":1}"), &h, &err));
    assert_true(message_stream(&h, &a, &stream, &err));
    assert_null(stream.at);
}

TEST(message_errors_quote_the_line) {
    static const char *const cases[][2] = {
        {"", "not valid JSON, it ends in the middle: "},
        {"[]", "not valid JSON at column 1: []"},
        {"INFO starting", "not valid JSON at column 1: INFO starting"},
        {"{\"type\": \"RECORD\"", "not valid JSON, it ends in the middle: {\"type\": \"RECORD\""},
        {"{\"type\": \"RECORD\", }", "not valid JSON at column 20: {\"type\": \"RECORD\", }"},
        {"{\"type\": \"RECORD\" \"x\"}", "not valid JSON at column 19: {\"type\": \"RECORD\" \"x\"}"},
        {"{\"type\": \"STATE\", \"value\": 1} x", "not valid JSON at column 31: {\"type\": \"STATE\", \"value\": 1} x"},
        {"{}", "the message has no \"type\": {}"},
        {"{\"stream\": \"a\"}", "the message has no \"type\": {\"stream\": \"a\"}"},
        {"{\"type\": 5}", "the message's \"type\" is no text: {\"type\": 5}"},
        {"{\"type\": \"NEWS\"}", "unknown message type \"NEWS\": {\"type\": \"NEWS\"}"},
        {"{\"type\": \"RECORD\"}", "RECORD message has no \"stream\": {\"type\": \"RECORD\"}"},
        {"{\"type\": \"RECORD\", \"stream\": null}",
         "the message's \"stream\" is no text: {\"type\": \"RECORD\", \"stream\": null}"},
        {"{\"type\": \"RECORD\", \"stream\": \"a\"}",
         "RECORD message has no \"record\" that is an object: {\"type\": \"RECORD\", \"stream\": \"a\"}"},
        {"{\"type\": \"SCHEMA\", \"stream\": \"a\", \"schema\": []}",
         "SCHEMA message has no \"schema\" that is an object: {\"type\": \"SCHEMA\", \"stream\": \"a\", \"schema\": "
         "[]}"},
        {"{\"type\": \"STATE\"}", "STATE message has no \"value\": {\"type\": \"STATE\"}"},
        {"{\"type\": \"ACTIVATE_VERSION\", \"stream\": \"a\"}",
         "ACTIVATE_VERSION message has no \"version\": {\"type\": \"ACTIVATE_VERSION\", \"stream\": \"a\"}"},
        {"{\"type\": \"ACTIVATE_VERSION\", \"stream\": \"a\", \"version\": 1.5}",
         "the message's \"version\" 1.5 is no integer: {\"type\": \"ACTIVATE_VERSION\", \"stream\": \"a\", "
         "\"version\": 1.5}"},
        {"{\"type\": \"BATCH\", \"stream\": \"a\", \"encoding\": {}}",
         "BATCH message has no \"encoding\" or \"manifest\": {\"type\": \"BATCH\", \"stream\": \"a\", \"encoding\": "
         "{}}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        MessageHead h;
        Err err = {0};
        if (message_scan(str_of(cases[i][0]), &h, &err)) fail_msg("%s is accepted", cases[i][0]);
        assert_string_equal(err.msg, cases[i][1]);
    }
}

TEST(message_lines_are_cut_between_characters) {
    char shown[LINE_SHOWN];
    assert_string_equal(line_shown(STR("a\tb\nc"), shown), "a b c");
    AUTO(Buf) line = {0};
    for (int i = 0; i < 99; i++) buf_put(&line, 'x');
    buf_append_c(&line, "é and more");
    line_shown(buf_str(&line), shown);
    assert_int_equal(strlen(shown), 99 + 3);
    assert_true(str_is_utf8(str_of(shown)));
}

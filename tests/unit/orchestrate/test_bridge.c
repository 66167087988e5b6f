/* The Airbyte protocol turned into Singer's: what comes out for what goes in. */
#include "orchestrate/bridge.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/json.h"
#include "unit/test.h"

static const char catalog[] =
    "{\"streams\":[{\"stream\":{\"name\":\"users\",\"json_schema\":{\"properties\":{\"id\":{\"type\":\"integer\"}}}},"
    "\"primary_key\":[[\"id\"]]},"
    "{\"stream\":{\"name\":\"notes\",\"namespace\":\"n\",\"json_schema\":{}},\"primary_key\":[[\"a\",\"b\"]]}]}";

static const char schemas[] =
    "{\"type\":\"SCHEMA\",\"stream\":\"users\",\"schema\":{\"properties\":{\"id\":{\"type\":\"integer\"}}},"
    "\"key_properties\":[\"id\"]}\n"
    "{\"type\":\"SCHEMA\",\"stream\":\"n-notes\",\"schema\":{},\"key_properties\":[]}\n";

typedef struct Crossing {
    Arena arena;
    Bridge bridge;
    Buf out, log;
    bool ok;
    Err err;
} Crossing;

static void crossing_release(Crossing *c) {
    bridge_release(&c->bridge);
    buf_release(&c->out);
    buf_release(&c->log);
    arena_release(&c->arena);
}
DEFINE_AUTO(Crossing, crossing_release)

/* Sends the text through a bridge that begins with a stored state (empty: none). */
static void cross(Crossing *c, Str state, const char *text) {
    AUTO(Pipe) in = {-1, -1};
    AUTO(Pipe) out = {-1, -1};
    AUTO(Pipe) log = {-1, -1};
    Until until = UNTIL_DONE;
    *c = (Crossing){0};
    assert_true(pipe_open(&in, &c->err) && pipe_open(&out, &c->err) && pipe_open(&log, &c->err));
    c->bridge.catalog = json_parse(&c->arena, str_of(catalog), &c->err);
    assert_non_null(c->bridge.catalog);
    if (state.len) assert_true(airbyte_state_load(&c->bridge.state, state, &c->err));
    BridgeSpec spec = {
        .in = fd_take(&in.read), .out = fd_take(&out.write), .log = fd_take(&log.write), .source = STR("source-x")};
    assert_true(bridge_start(&c->bridge, &spec, &c->err));
    assert_true(io_write_all(in.write, str_of(text), until, &c->err));
    fd_close(&in.write);
    assert_true(io_read_all(out.read, SIZE_MAX / 2, until, &c->out, &c->err));
    assert_true(io_read_all(log.read, SIZE_MAX / 2, until, &c->log, &c->err));
    c->ok = bridge_succeeded(&c->bridge, &c->err);
}

static void expect_out(Crossing *c, const char *behind_schemas) {
    AUTO(Buf) want = {0};
    buf_printf(&want, "%s%s", schemas, behind_schemas);
    assert_string_equal(buf_c(&c->out), buf_c(&want));
}

TEST(bridge_turns_messages_into_singers) {
    AUTO(Crossing) c;
    cross(&c, (Str){0},
          "{\"type\":\"RECORD\",\"record\":{\"stream\":\"users\",\"data\":{\"id\": 1.10},\"emitted_at\":1500}}\n"
          "{\"type\":\"RECORD\",\"record\":{\"namespace\":\"n\",\"stream\":\"notes\",\"data\":{}}}\n"
          "{\"type\":\"STATE\",\"state\":{\"type\":\"STREAM\",\"stream\":{\"stream_descriptor\":{\"name\":\"users\"},"
          "\"stream_state\":{\"at\":1}}}}");
    assert_true(c.ok);
    expect_out(&c, "{\"type\":\"RECORD\",\"stream\":\"users\",\"record\":{\"id\": 1.10},"
                   "\"time_extracted\":\"1970-01-01T00:00:01.500000Z\"}\n"
                   "{\"type\":\"RECORD\",\"stream\":\"n-notes\",\"record\":{}}\n"
                   "{\"type\":\"STATE\",\"value\":{\"airbyte_state\":[{\"type\":\"STREAM\",\"stream\":"
                   "{\"stream_descriptor\":{\"name\":\"users\"},\"stream_state\":{\"at\":1}}}]}}\n");
}

TEST(bridge_keeps_states_of_other_streams) {
    AUTO(Crossing) c;
    cross(&c,
          STR("{\"airbyte_state\":[{\"type\":\"STREAM\",\"stream\":{\"stream_descriptor\":{\"name\":\"old\"},"
              "\"stream_state\":{}}}]}"),
          "{\"type\":\"STATE\",\"state\":{\"type\":\"STREAM\",\"stream\":{\"stream_descriptor\":{\"name\":\"users\"},"
          "\"stream_state\":{}}}}\n");
    assert_true(c.ok);
    assert_non_null(strstr(buf_c(&c.out), "\"old\""));
    assert_non_null(strstr(buf_c(&c.out), "\"name\":\"users\""));
}

TEST(bridge_logs_what_the_source_tells) {
    AUTO(Crossing) c;
    cross(&c, (Str){0},
          "plain words\n\n"
          "{\"type\":\"LOG\",\"log\":{\"level\":\"WARN\",\"message\":\"slow\"}}\n"
          "{\"type\":\"LOG\",\"log\":{\"level\":\"DEBUG\",\"message\":\"quiet\"}}\n"
          "{\"type\":\"TRACE\",\"trace\":{\"type\":\"ERROR\",\"error\":{\"message\":\"no such host\","
          "\"stack_trace\":\"at x\"}}}\n"
          "{\"type\":\"TRACE\",\"trace\":{\"type\":\"ERROR\",\"error\":{\"message\":\"and so\"}}}\n");
    assert_string_equal(buf_c(&c.log), "plain words\nwarning: slow\nerror: no such host\nat x\nerror: and so\n");
    expect_out(&c, "");
    assert_false(c.ok);
    assert_int_equal(c.err.code, ERR_CHILD);
    assert_string_equal(c.err.msg, "source-x: no such host");
}

TEST(bridge_refuses_what_is_no_message) {
    AUTO(Crossing) c;
    cross(&c, (Str){0}, "words\n{\"type\":\"RECORD\",\"record\":{\"stream\":\"users\",\"data\":{\"id\":1\n");
    assert_false(c.ok);
    assert_non_null(strstr(c.err.msg, "source-x: line 2: not valid JSON: {\"type\":\"RECORD\""));
}

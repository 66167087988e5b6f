/* Err and Log. */
#include <errno.h>
#include <pthread.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/log.h"
#include "unit/test.h"

TEST(err_texts_and_context) {
    Err err = {0};
    assert_false(err_set(&err, ERR_INPUT, "stream \"%s\": key property \"%s\" is missing", "orders", "id"));
    assert_int_equal(err.code, ERR_INPUT);
    assert_non_null(strstr(err.file, "test_err.c"));
    assert_true(err.line > 0);
    assert_false(err_hint(&err, "add it to the %s", "select rules"));
    assert_false(err_context(&err, "while loading stream \"%s\"", "orders"));
    assert_string_equal(err.msg, "while loading stream \"orders\": stream \"orders\": key property \"id\" is missing");
    assert_string_equal(err.hint, "add it to the select rules");
    err_set(&err, ERR_SQL, "x");
    assert_string_equal(err.hint, ""); /* belongs to the old one */
}

TEST(err_of_the_system) {
    Err err = {0};
    assert_false(err_errno(&err, ENOENT, "cannot read \"%s\"", "/x"));
    assert_string_equal(err.msg, "cannot read \"/x\": No such file or directory");
    assert_int_equal(err.code, ERR_IO);
    const int full[] = {ENOSPC, EDQUOT, EROFS};
    for (size_t i = 0; i < ARRAY_LEN(full); i++) {
        err_errno(&err, full[i], "x");
        assert_int_equal(err.code, ERR_DISK);
    }
}

TEST(err_arguments_may_be_the_old_text) {
    Err err = {0};
    err_set(&err, ERR_INPUT, "first");
    err_set(&err, ERR_SQL, "second (%s)", err.msg);
    assert_string_equal(err.msg, "second (first)");
    err_hint(&err, "hint");
    err_hint(&err, "%s for %s", err.hint, err.msg);
    assert_string_equal(err.hint, "hint for second (first)");
    err_context(&err, "again %s", err.msg);
    assert_string_equal(err.msg, "again second (first): second (first)");
}

TEST(err_long_texts_are_cut_between_characters) {
    AUTO(Buf) text = {0};
    for (int shift = 0; shift < 4; shift++) {
        buf_clear(&text);
        for (int i = 0; i < shift; i++) buf_put(&text, 'x');
        for (int i = 0; i < 1000; i++) buf_append_c(&text, "\xe2\x82\xac");
        Err err = {0};
        err_set(&err, ERR_INPUT, "%s", buf_c(&text));
        assert_true(str_is_utf8(str_of(err.msg)) && strlen(err.msg) > 2000);
        err_errno(&err, ENOENT, "%s", buf_c(&text));
        assert_true(str_is_utf8(str_of(err.msg)));
        assert_true(str_ends(str_of(err.msg), STR(": No such file or directory"))); /* the reason is kept */
        err_hint(&err, "%s", buf_c(&text));
        assert_true(str_is_utf8(str_of(err.hint)));
        for (int i = 0; i < 30; i++) err_context(&err, "%.100s", "\xe2\x82\xac\xe2\x82\xac and so on");
        assert_true(str_is_utf8(str_of(err.msg)));
    }
}

TEST(err_codes_have_their_faces) {
    assert_string_equal(err_name(ERR_LOCKED), "LOCKED");
    assert_int_equal(err_exit_code(ERR_LOCKED), 75);
    assert_int_equal(err_exit_code(ERR_CANCELED), 130);
    assert_int_equal(err_exit_code(ERR_OK), 0);
    assert_string_equal(err_sqlstate(ERR_CONFLICT), "40001");
    assert_int_equal(err_http_status(ERR_NOT_FOUND), 404);
    assert_true(err_is_retryable(ERR_DISK));
    assert_false(err_is_retryable(ERR_INPUT));
    for (int code = ERR_OK; code <= ERR_INTERNAL; code++) assert_int_equal(strlen(err_sqlstate((ErrCode)code)), 5);
}

/* ---- Log ---- */

static void collect(const LogSink *sink, Str line) {
    buf_append(sink->context, line);
}

static LogSink to_buf(Buf *out, LogFormat format, LogLevel level) {
    return (LogSink){.write = collect, .context = out, .format = format, .level = level};
}

/* The line without its time. */
static const char *behind_time(const Buf *out) {
    const char *z = strchr(buf_c(out), 'Z');
    assert_non_null(z);
    return z + 1;
}

TEST(log_as_text) {
    AUTO(Buf) out = {0};
    AUTO_PTR(Log) log = log_new();
    log_add(log, to_buf(&out, LOG_TEXT, LOG_INFO));
    log_event(log, LOG_INFO, "run.started");
    assert_string_equal(behind_time(&out), " info  run.started\n");
    buf_clear(&out);
    log_event(log, LOG_WARN, "x.y", LOG_C("plain", "tap-csv"), LOG_C("blank", "a b"), LOG_C("empty", ""),
              LOG_C("none", NULL), LOG_STR("line", STR("a\n\"b\"")), LOG_C("eq", "a=b"), LOG_C("umlaut", "\xc3\xbc"),
              LOG_INT("n", -5), LOG_REAL("r", 1.5), LOG_BOOL("t", true));
    assert_string_equal(behind_time(&out), " warn  x.y plain=tap-csv blank=\"a b\" empty=\"\" none=\"\" "
                                           "line=\"a\\n\\\"b\\\"\" eq=\"a=b\" umlaut=\xc3\xbc n=-5 r=1.5 t=true\n");
    buf_clear(&out);
    Err err = {0};
    err_set(&err, ERR_CHILD, "tap failed");
    err_hint(&err, "look here");
    log_event(log, LOG_ERROR, "run.failed", LOG_ERR(&err));
    assert_string_equal(behind_time(&out), " error run.failed error=\"tap failed\" hint=\"look here\" code=CHILD\n");
    assert_int_equal(strchr(buf_c(&out), 'Z') - buf_c(&out), 19); /* whole seconds */
}

TEST(log_as_json) {
    AUTO(Buf) out = {0};
    AUTO(Arena) arena = {0};
    AUTO_PTR(Log) log = log_new();
    log_add(log, to_buf(&out, LOG_JSON, LOG_DEBUG));
    Err err = {0};
    err_set(&err, ERR_INPUT, "bad \"%s\"", "\xff");
    log_event(log, LOG_DEBUG, "a.b", LOG_STR("s", STR("x\ny")), LOG_INT("n", 7), LOG_REAL("r", __builtin_nan("")),
              LOG_BOOL("t", false), LOG_ERR(&err));
    Node *n = json_parse(&arena, buf_str(&out), &err);
    assert_non_null(n);
    assert_int_equal(n->len, 9);
    assert_int_equal(node_text(node_get_c(n, "time")).len, 27);
    assert_true(str_is(node_text(node_get_c(n, "level")), "debug"));
    assert_true(str_is(node_text(node_get_c(n, "event")), "a.b"));
    assert_true(str_is(node_text(node_get_c(n, "s")), "x\ny"));
    assert_true(node_is(node_get_c(n, "r"), NODE_NULL));
    assert_true(str_is(node_text(node_get_c(n, "error")), "bad \"\xef\xbf\xbd\""));
}

TEST(log_sinks_have_levels) {
    AUTO(Buf) all = {0};
    AUTO(Buf) warnings = {0};
    AUTO_PTR(Log) log = log_new();
    assert_false(log_wants(log, LOG_ERROR));
    log_add(log, to_buf(&all, LOG_TEXT, LOG_INFO));
    log_add(log, to_buf(&warnings, LOG_TEXT, LOG_WARN));
    assert_true(log_wants(log, LOG_INFO));
    assert_false(log_wants(log, LOG_DEBUG));
    log_event(log, LOG_DEBUG, "a");
    log_event(log, LOG_INFO, "b");
    assert_true(all.len > 0);
    assert_int_equal(warnings.len, 0);
    log_event(log, LOG_ERROR, "c");
    assert_true(warnings.len > 0);
    log_event(NULL, LOG_ERROR, "silent", LOG_INT("n", 1));
    assert_false(log_wants(NULL, LOG_ERROR));
    LogLevel level = LOG_ERROR;
    assert_true(log_level_parse(STR("WARNING"), &level) && level == LOG_WARN);
    assert_true(log_level_parse(STR("debug"), &level) && level == LOG_DEBUG);
    assert_false(log_level_parse(STR("loud"), &level));
}

TEST(log_to_a_file) {
    FILE *file = tmpfile();
    Log *log = log_new();
    log_add(log, log_to_file(file, LOG_TEXT, LOG_INFO));
    log_event(log, LOG_INFO, "a.b");
    char text[100] = "";
    rewind(file);
    assert_true(fread(text, 1, sizeof text - 1, file) > 0);
    assert_non_null(strstr(text, "info  a.b\n"));
    log_free(log);
    fclose(file);
}

static void *log_lines(void *log) {
    for (int i = 0; i < 200; i++) log_event(log, LOG_INFO, "line", LOG_INT("n", i));
    return NULL;
}

TEST(log_lines_of_threads_stay_whole) {
    AUTO(Buf) out = {0};
    AUTO_PTR(Log) log = log_new();
    log_add(log, to_buf(&out, LOG_TEXT, LOG_INFO));
    pthread_t threads[3];
    for (int i = 0; i < 3; i++) assert_int_equal(pthread_create(&threads[i], NULL, log_lines, log), 0);
    for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
    Str rest = buf_str(&out), line;
    int count = 0;
    while (str_cut(&rest, '\n', &line) && line.len) {
        assert_true(str_find_str(line, STR("Z info  line n=")) == 19);
        count++;
    }
    assert_int_equal(count, 600);
}

TEST(log_secrets_are_revealed_only_on_purpose) {
    Secret s = secret_of(STR("hunter2"));
    assert_true(str_is(secret_reveal(s), "hunter2"));
}

/* Statements, values as text, transactions and chunk sources on a real DuckDB in memory. */
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/test.h"
#include "warehouse/chunk_source.h"
#include "warehouse/result.h"
#include "warehouse/table.h"

static Warehouse *open_memory(void) {
    Err err = {0};
    Warehouse *w = warehouse_open(&(WarehouseOptions){.path = STR(":memory:")}, &err);
    if (!w) fail_msg("%s", err.msg);
    return w;
}

/* Each expression as we print it and as DuckDB itself casts it to VARCHAR. */
TEST(values_are_printed_as_duckdb_prints_them) {
    static const char *const expressions[] = {
        "1::tinyint",
        "-7::smallint",
        "2147483647",
        "-9223372036854775808",
        "255::utinyint",
        "65535::usmallint",
        "4294967295::uinteger",
        "18446744073709551615::ubigint",
        "(-170141183460469231731687303715884105727-1)::hugeint",
        "170141183460469231731687303715884105727::hugeint",
        "340282366920938463463374607431768211455::uhugeint",
        "true",
        "0.1::double",
        "1e15::double",
        "1e16::double",
        "123456.789::double",
        "1e-4::double",
        "1e-5::double",
        "'nan'::double",
        "'-inf'::double",
        "1.5::float",
        "0.1::float",
        "3.4028235e38::float",
        "100::double",
        "-0.0::double",
        "5e-324::double",
        "1.7976931348623157e308::double",
        "1.10::decimal(10,2)",
        "-0.05::decimal(4,3)",
        "12345678901234567890.123456789::decimal(38,9)",
        "7::decimal(18,0)",
        "'it''s'",
        "''",
        "'\\x00ab'::blob",
        "'a\"b'::blob",
        "date '2013-01-02'",
        "date '0044-03-15 (BC)'",
        "date '12345-01-01'",
        "'infinity'::date",
        "time '12:34:56.5'",
        "time '00:00:00'",
        "timestamp '2013-01-01 05:00:00.000001'",
        "timestamp '1969-12-31 23:59:59.5'",
        "'infinity'::timestamp",
        "timestamptz '2013-01-01 05:00:00+05:30'",
        "timestamp_s '2013-01-01 05:00:00'",
        "timestamp_ms '2013-01-01 05:00:00.123'",
        "timestamp_ns '2013-01-01 05:00:00.123456789'",
        "'12:00:00+05:30'::timetz",
        "interval '1 year 2 months 3 days 04:05:06.7'",
        "interval '0 seconds'",
        "interval '-1 month'",
        "interval '-90 minutes'",
        "uuid '6b1c6d0c-0001-4a0a-8000-0123456789ab'",
        "'b'::enum('a','b')",
        "[1,2,NULL]",
        "['a','b c','d,e','it''s','']",
        "[[1],[2,3]]",
        "[1,2,3]::integer[3]",
        "{'a': 1, 'b': 'x', 'c': NULL}",
        "{'a': [1.5, 2], 'b': {'c': date '2020-01-01'}}",
        "map {'k': 1, 'l': 2}",
        "union_value(n := 5)",
        "'0101'::bit",
        "'{\"a\": 1}'::json",
        "NULL",
    };
    Err err = {0};
    AUTO(Arena) a = {0};
    Warehouse *w = open_memory();
    Session *s = session_open(w, &err);
    assert_true(session_exec(s, &err, "SET TimeZone = 'UTC'"));
    for (size_t i = 0; i < ARRAY_LEN(expressions); i++) {
        Result *r = session_queryf(s, &err, "SELECT v, v::VARCHAR FROM (SELECT %s AS v)", expressions[i]);
        if (!r) fail_msg("%s: %s", expressions[i], err.msg);
        assert_true(result_next(r));
        Str ours = STR("<null>"), theirs = STR("<null>");
        assert_int_equal(result_text(r, 0, &a, &ours), result_text(r, 1, &a, &theirs));
        if (!str_equal(ours, theirs)) fail_msg("%s: %s, DuckDB says %s", expressions[i], ours.at, theirs.at);
        result_free(r);
    }
    session_close(s);
    warehouse_close(w);
}

TEST(a_failed_statement_ends_the_transaction) {
    Err err = {0};
    Warehouse *w = open_memory();
    Session *s = session_open(w, &err);
    assert_true(session_exec(s, &err, "CREATE TABLE t (a INTEGER)"));
    assert_true(session_begin(s, &err));
    assert_true(session_exec(s, &err, "INSERT INTO t VALUES (1)"));
    assert_false(session_exec(s, &err, "INSERT INTO t VALUES ('x')"));
    assert_int_equal(err.code, ERR_INPUT);
    session_rollback(s);
    Result *r = session_query(s, STR("SELECT count(*) FROM t"), &err);
    assert_true(r && result_next(r));
    assert_int_equal(result_i64(r, 0), 0);
    result_free(r);
    session_close(s);
    warehouse_close(w);
}

/* Not wrapped in "Attempting to execute an unsuccessful or closed pending query result". */
TEST(an_error_is_duckdbs_innermost_one) {
    static const struct {
        const char *sql, *begins;
        ErrCode code;
    } cases[] = {
        {"COPY (SELECT 1) TO '/nonexistent/x.csv'", "IO Error: Cannot open file", ERR_IO},
        {"SET frob = 1", "Catalog Error: unrecognized configuration parameter", ERR_NOT_FOUND},
        {"SELECT range::VARCHAR::TINYINT FROM range(1000)", "Conversion Error: ", ERR_INPUT},
        {"SELECT * FROM nowhere", "Catalog Error: Table with name nowhere", ERR_NOT_FOUND},
        {"SELECT error('no')", "Invalid Input Error: no", ERR_SQL},
    };
    Err open = {0};
    AUTO_PTR(Warehouse) w = open_memory();
    AUTO_PTR(Session) s = session_open(w, &open);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        Err err = {0};
        assert_false(session_exec_str(s, str_of(cases[i].sql), &err));
        if (!str_starts(str_of(err.msg), str_of(cases[i].begins))) fail_msg("%s: %s", cases[i].sql, err.msg);
        assert_int_equal(err.code, cases[i].code);
    }
}

/* Root may write everywhere: then a child plays the user nobody. */
static void open_denied(const char *path, const char *words) {
    pid_t child = fork();
    if (child == 0) {
        Err err = {0};
        if (geteuid() == 0 && (setgid(65534) || setuid(65534))) _exit(9);
        if (warehouse_open(&(WarehouseOptions){.path = str_of(path)}, &err)) _exit(1);
        if (!strstr(err.msg, words) || strstr(err.msg, "IO Error") || !err.hint[0]) _exit(2);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

TEST(a_file_or_folder_that_this_user_may_not_write) {
    char folder[] = "/tmp/pond_warehouse_XXXXXX", path[64];
    Err err = {0};
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/w.duckdb", folder);
    assert_int_equal(chmod(folder, 0555), 0);
    open_denied(path, "this user may not write in its folder");
    assert_int_equal(chmod(folder, 0755), 0);
    Warehouse *w = warehouse_open(&(WarehouseOptions){.path = str_of(path)}, &err);
    assert_non_null(w);
    warehouse_close(w);
    assert_int_equal(chmod(path, 0444), 0);
    open_denied(path, "this user may not read and write it");
    assert_int_equal(unlink(path) || rmdir(folder), 0);
}

TEST(table_info_knows_types_keys_and_indexes) {
    Err err = {0};
    AUTO(Arena) a = {0};
    Warehouse *w = open_memory();
    Session *s = session_open(w, &err);
    assert_true(
        session_exec(s, &err,
                     "CREATE SCHEMA \"o d\"; CREATE TABLE \"o d\".\"t\"\"x\" (id HUGEINT, \"Na me\" "
                     "VARCHAR NOT NULL, d DECIMAL(12,4), j JSON, z TIMESTAMPTZ, e INTEGER[], PRIMARY KEY (id))"));
    TableInfo t;
    assert_true(table_info(s, &a, STR("o d"), STR("t\"x"), &t, &err));
    assert_true(t.exists && t.has_index && !t.is_view);
    assert_int_equal(t.column_count, 6);
    assert_int_equal(t.primary_key_count, 1);
    assert_string_equal(t.primary_key[0].at, "id");
    assert_true(table_column(&t, STR("ID"))->in_index);
    assert_true(table_column(&t, STR("na me"))->not_null);
    assert_int_equal(table_column(&t, STR("d"))->type.scale, 4);
    assert_int_equal(table_column(&t, STR("j"))->type.kind, COLUMN_JSON);
    assert_int_equal(table_column(&t, STR("z"))->type.kind, COLUMN_TIMESTAMPTZ);
    assert_false(table_column(&t, STR("e"))->known);
    assert_true(table_info(s, &a, STR("main"), STR("absent"), &t, &err));
    assert_false(t.exists);
    assert_true(table_info(s, &a, STR("absent"), STR("absent"), &t, &err));
    assert_false(t.exists);
    session_close(s);
    warehouse_close(w);
}

TEST(table_info_sees_the_open_transaction_and_leaves_it_whole) {
    Err err = {0};
    AUTO(Arena) a = {0};
    Warehouse *w = open_memory();
    Session *s = session_open(w, &err);
    TableInfo t;
    assert_true(session_begin(s, &err) &&
                session_exec(s, &err, "CREATE TABLE \"New\"(i INTEGER); CREATE VIEW v AS SELECT 1"));
    assert_true(table_info(s, &a, STR("main"), STR("absent"), &t, &err) && !t.exists);
    assert_true(table_info(s, &a, STR("MAIN"), STR("V"), &t, &err) && t.exists && t.is_view);
    assert_true(table_info(s, &a, STR("Main"), STR("new"), &t, &err) && t.exists && !t.is_view && !t.has_index);
    assert_true(table_exists(s, STR("main"), STR("NEW")));
    assert_false(table_exists(s, STR("main"), STR("v")));
    assert_true(session_exec(s, &err, "INSERT INTO new VALUES (1); CREATE UNIQUE INDEX u ON new(i)"));
    assert_true(table_info(s, &a, STR("main"), STR("new"), &t, &err) && t.has_index && t.columns[0].in_index);
    assert_true(session_commit(s, &err) && session_exec(s, &err, "INSERT INTO new VALUES (2)"));
    session_close(s);
    warehouse_close(w);
}

enum { SOURCE_ROWS = 100000 };

typedef struct Counter {
    atomic_int next_row, open_workers;
    int fail_at;
} Counter;

static void *counter_open(void *context) {
    atomic_fetch_add(&((Counter *)context)->open_workers, 1);
    return context;
}

static void counter_close(void *context, void *local) {
    (void)local;
    atomic_fetch_sub(&((Counter *)context)->open_workers, 1);
}

static bool counter_next(void *context, void *local, Chunk *chunk, Err *err) {
    static const char long_text[] = "a text longer than twelve bytes";
    Counter *c = context;
    (void)local;
    int from = atomic_fetch_add(&c->next_row, (int)chunk->capacity);
    if (c->fail_at && from >= c->fail_at) return err_set(err, ERR_INPUT, "row %d is bad", from);
    for (int row = from; row < SOURCE_ROWS && chunk->rows < chunk->capacity; row++, chunk->rows++) {
        ((int64_t *)chunk->columns[0].data)[chunk->rows] = row;
        if (row % 3 == 0) chunk_set_null(chunk, &chunk->columns[1], chunk->rows);
        else chunk_set_text(&chunk->columns[1], chunk->rows, row % 3 == 1 ? STR("short") : str_of(long_text));
    }
    return true;
}

static ChunkSource counter_source(Counter *c) {
    static const SourceColumn columns[] = {{STR_INIT("n"), {.kind = COLUMN_BIGINT}},
                                           {STR_INIT("t"), {.kind = COLUMN_VARCHAR}}};
    return (ChunkSource){columns, 2, 2, c, counter_open, counter_close, counter_next};
}

TEST(a_chunk_source_feeds_a_table) {
    Err err = {0};
    AUTO(Arena) a = {0};
    Warehouse *w = open_memory();
    Session *s = session_open(w, &err);
    Counter c = {0};
    ChunkSource source = counter_source(&c);
    uint64_t id = chunk_source_add(w, &source), rows = 0;
    assert_true(session_exec(s, &err, "CREATE TABLE t (n BIGINT, t VARCHAR)"));
    assert_true(session_change(s, &rows, &err, "INSERT INTO t SELECT * FROM pond_records(%d)", (int)id));
    assert_int_equal(rows, SOURCE_ROWS);
    chunk_source_remove(w, id);
    assert_int_equal(atomic_load(&c.open_workers), 0);
    Result *r = session_query(s, STR("SELECT sum(n), count(t), count(DISTINCT t), max(t) FROM t"), &err);
    Str sum, text;
    assert_true(r && result_next(r) && result_text(r, 0, &a, &sum) && result_text(r, 3, &a, &text));
    assert_string_equal(sum.at, "4999950000");
    assert_int_equal(result_i64(r, 1), SOURCE_ROWS - (SOURCE_ROWS + 2) / 3);
    assert_int_equal(result_i64(r, 2), 2);
    assert_string_equal(text.at, "short");
    result_free(r);
    session_close(s);
    warehouse_close(w);
}

TEST(a_chunk_source_fails_with_its_own_error) {
    Err err = {0}, own = {0};
    Warehouse *w = open_memory();
    Session *s = session_open(w, &err);
    Counter c = {.fail_at = 50000};
    ChunkSource source = counter_source(&c);
    uint64_t id = chunk_source_add(w, &source);
    assert_true(session_exec(s, &err, "CREATE TABLE t (n BIGINT, t VARCHAR)"));
    assert_false(session_exec(s, &err, "INSERT INTO t SELECT * FROM pond_records(%d)", (int)id));
    assert_true(chunk_source_error(w, id, &own));
    assert_int_equal(own.code, ERR_INPUT);
    assert_non_null(strstr(own.msg, "is bad"));
    chunk_source_remove(w, id);
    assert_int_equal(atomic_load(&c.open_workers), 0);
    session_close(s);
    warehouse_close(w);
}

/* Rows put aside: in memory, then in a file, read in any order. */
#include "base/buf.h"
#include "pgwire/row_store.h"
#include "unit/test.h"

static void make_row(uint64_t i, Buf *row) {
    buf_clear(row);
    buf_printf(row, "row %llu ", (unsigned long long)i);
    for (uint64_t k = 0; k < i % 300; k++) buf_put(row, (char)('a' + (i + k) % 26));
    if (i % 7 == 0) buf_clear(row);
}

static void expect_row(RowStore *rows, uint64_t i) {
    AUTO(Buf) wanted = {0};
    Err err = {0};
    Str got;
    make_row(i, &wanted);
    if (!row_store_read(rows, i, &got, &err)) fail_msg("%s", err.msg);
    assert_true(str_equal(got, buf_str(&wanted)));
}

static void fill(RowStore *rows, uint64_t count) {
    AUTO(Buf) row = {0};
    Err err = {0};
    for (uint64_t i = row_store_count(rows); i < count; i++) {
        make_row(i, &row);
        if (!row_store_add(rows, buf_str(&row), &err)) fail_msg("%s", err.msg);
    }
}

TEST(row_store_gives_rows_in_any_order) {
    const uint64_t count = 300000; /* 45 MB: most of it in the file */
    RowStore *rows = row_store_new(&(RowStorePlan){"/tmp", UINT64_MAX});
    fill(rows, 10);
    assert_true(row_store_is_cheap(rows));
    for (uint64_t i = 0; i < 10; i++) expect_row(rows, i);
    fill(rows, count);
    assert_false(row_store_is_cheap(rows));
    assert_int_equal(row_store_count(rows), count);
    for (uint64_t i = 0; i < count; i++) expect_row(rows, i);
    for (uint64_t i = count; i-- > count - 1000;) expect_row(rows, i);
    for (uint64_t i = 1, at = 1; i < 5000; i++, at = (at * 1103515245 + 12345) % count) expect_row(rows, at);
    fill(rows, count + 100000); /* written while it is read */
    expect_row(rows, count + 99999);
    expect_row(rows, 0);
    row_store_free(rows);
}

TEST(row_store_has_a_limit) {
    RowStore *rows = row_store_new(&(RowStorePlan){"/tmp", 1000});
    Err err = {0};
    unsigned n = 0;
    while (row_store_add(rows, STR("0123456789012345678901234567890123456789"), &err)) n++;
    assert_int_equal(n, 22); /* 44 bytes each */
    assert_non_null(strstr(err.msg, "53400"));
    Str got;
    assert_true(row_store_read(rows, 21, &got, &err));
    assert_int_equal(got.len, 40);
    row_store_free(rows);
}

TEST(row_store_says_where_it_cannot_write) {
    RowStore *rows = row_store_new(&(RowStorePlan){"/nonexistent", UINT64_MAX});
    AUTO(Buf) row = {0};
    Err err = {0};
    BUG_ON(!buf_reserve(&row, 1 << 20));
    row.len = 1 << 20;
    memset(row.at, 'x', row.len);
    bool ok = true;
    for (int i = 0; ok && i < 100; i++) ok = row_store_add(rows, buf_str(&row), &err);
    assert_false(ok);
    assert_non_null(strstr(err.msg, "/nonexistent"));
    row_store_free(rows);
}

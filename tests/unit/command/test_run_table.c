/* The table at the end of a block. */
#include "unit/test.h"

#include "base/json.h"
#include "command/run_table.h"

/* A block of 2 s with two streams; release with report_release. */
static BlockReport report(void) {
    BlockReport r = {.name = STR("tap-shop target-duckdb"),
                     .state_id = STR("dev:tap-shop-to-target-duckdb"),
                     .loads = true,
                     .ok = true};
    StreamFigures *orders = load_figures_add(&r.figures, STR("orders")),
                  *users = load_figures_add(&r.figures, STR("users"));
    atomic_store(&orders->read, 336776);
    atomic_store(&orders->loaded, 336776);
    atomic_store(&orders->bytes, 100400000);
    atomic_store(&users->read, 77);
    atomic_store(&users->loaded, 77);
    report_update(&r);
    r.begin_us = 0;
    r.end_us = 2000000;
    r.tap_wait_us = 1500000;
    r.streams[0].first_us = 0;
    r.streams[0].last_us = 1000000;
    r.streams[1].first_us = r.streams[1].last_us;
    return r;
}

TEST(run_table_for_people) {
    AUTO(Out) out = {.fd = -1};
    BlockReport r = report();
    run_table_print(&out, &r);
    assert_string_equal(buf_c(&out.buf), "stream     rows  written   bytes   time   rows/s\n"
                                         "orders  336,776  336,776  100 MB  1.0 s  336,776\n"
                                         "users        77       77     0 B      -        -\n"
                                         "total   336,853  336,853  100 MB  2.0 s  168,427\n"
                                         "the tap was the slower side; state dev:tap-shop-to-target-duckdb\n");
    report_release(&r);
}

TEST(run_table_shows_a_column_only_when_it_has_a_figure) {
    AUTO(Out) out = {.fd = -1};
    BlockReport r = report();
    r.streams[0].updated = 5;
    run_table_print(&out, &r);
    assert_true(str_find_str(buf_str(&out.buf), STR("updated")) != STR_NONE);
    assert_true(str_find_str(buf_str(&out.buf), STR("deleted")) == STR_NONE);
    report_release(&r);
}

TEST(run_table_of_a_foreign_loader_knows_no_written_rows) {
    AUTO(Out) out = {.fd = -1};
    BlockReport r = report();
    r.foreign = r.at_least_once = true;
    run_table_print(&out, &r);
    assert_true(str_find_str(buf_str(&out.buf), STR("written")) == STR_NONE);
    assert_true(str_find_str(buf_str(&out.buf), STR("at least once")) != STR_NONE);
    report_release(&r);
}

TEST(run_table_without_rows_says_so) {
    AUTO(Out) out = {.fd = -1};
    BlockReport r = {.name = STR("tap target"), .loads = true, .ok = true, .end_us = 850000};
    run_table_print(&out, &r);
    assert_string_equal(buf_c(&out.buf), "nothing new, 850 ms\n");
    out_release(&out);
    out = (Out){.fd = -1};
    r.ok = false;
    run_table_print(&out, &r);
    assert_string_equal(buf_c(&out.buf), "failed after 850 ms\n");
}

TEST(run_table_as_json) {
    AUTO(Arena) a = {0};
    AUTO(Buf) text = {0};
    BlockReport r = report();
    json_write(&text, run_table_json(&a, &r), JSON_COMPACT);
    assert_true(
        str_starts(buf_str(&text), STR("{\"block\":\"tap-shop target-duckdb\",\"success\":true,"
                                       "\"duration_seconds\":2.000,\"state_id\":\"dev:tap-shop-to-target-duckdb\"")));
    assert_true(str_find_str(buf_str(&text), STR("\"stream\":\"orders\",\"table\":null,\"rows\":336776")) != STR_NONE);
    report_release(&r);
}

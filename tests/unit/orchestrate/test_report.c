/* Reports of a block, and names of states. */
#include "unit/test.h"

#include "orchestrate/report.h"
#include "orchestrate/state.h"

TEST(state_ids) {
    AUTO(Arena) a = {0};
    assert_string_equal(state_id_of(&a, STR("dev"), STR("tap-x"), STR("target-y"), STR("")).at,
                        "dev:tap-x-to-target-y");
    assert_string_equal(state_id_of(&a, STR("dev"), STR("tap-x"), STR("target-y"), STR("z")).at,
                        "dev:tap-x-to-target-y:z");
    assert_int_equal(state_id_of(&a, STR(""), STR("tap-x"), STR("target-y"), STR("z")).len, 0);
}

TEST(report_follows_the_figures) {
    BlockReport r = {.begin_us = clock_us()};
    StreamFigures *f = load_figures_add(&r.figures, STR("orders"));
    atomic_store(&f->read, 10);
    atomic_store(&f->loaded, 7);
    report_update(&r);
    assert_int_equal(r.stream_count, 1);
    assert_int_equal(r.streams[0].rows, 10);
    assert_true(r.streams[0].last_us >= r.streams[0].first_us);
    load_figures_add(&r.figures, STR("users"));
    atomic_store(&f->loaded, 10);
    report_update(&r);
    assert_int_equal(r.stream_count, 2);
    assert_int_equal(report_total(&r).rows, 10);
    assert_int_equal(report_total(&r).loaded, 10);
    report_release(&r);
}

TEST(report_knows_the_slow_side) {
    StreamReport stream = {.rows = 1};
    BlockReport r = {.begin_us = 0, .end_us = 1000000, .streams = &stream, .stream_count = 1};
    assert_int_equal(report_slow_side(&r), SLOW_NEITHER);
    r.tap_wait_us = 600000;
    assert_int_equal(report_slow_side(&r), SLOW_TAP);
    r.loader_wait_us = 700000;
    assert_int_equal(report_slow_side(&r), SLOW_LOADER);
    stream.rows = 0;
    assert_int_equal(report_slow_side(&r), SLOW_NEITHER);
}

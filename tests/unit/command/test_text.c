/* Figures, widths and tables for people. */
#include "unit/test.h"

#include "command/grid.h"
#include "command/help.h"
#include "command/human.h"
#include "command/nearest.h"

TEST(human_figures) {
    Human h;
    assert_string_equal(human_count(h, 0), "0");
    assert_string_equal(human_count(h, 999), "999");
    assert_string_equal(human_count(h, 1000), "1,000");
    assert_string_equal(human_count(h, 336776), "336,776");
    assert_string_equal(human_count(h, UINT64_MAX), "18,446,744,073,709,551,615");
    assert_string_equal(human_bytes(h, 999), "999 B");
    assert_string_equal(human_bytes(h, 1000), "1.0 kB");
    assert_string_equal(human_bytes(h, 999999), "1.0 MB");
    assert_string_equal(human_bytes(h, 100400000), "100 MB");
    assert_string_equal(human_rate(h, 10, 0), "-");
    assert_string_equal(human_rate(h, 336776, 1910000), "176,323");
    assert_string_equal(human_time(h, 0), "-");
    assert_string_equal(human_time(h, 1000000), "1970-01-01 00:00:01");
    assert_string_equal(human_time(h, 1999999), "1970-01-01 00:00:01");
}

TEST(text_widths) {
    assert_int_equal(text_width(STR("")), 0);
    assert_int_equal(text_width(STR("abc")), 3);
    assert_int_equal(text_width(STR("für")), 3);
    assert_int_equal(text_width(STR("日本")), 4);
    assert_int_equal(text_width(STR("e\xCC\x81")), 1);
    assert_int_equal(text_width(STR("\xFF\xC3")), 2);
    assert_int_equal(text_cut(STR("日本語"), 5).len, 6);
    assert_int_equal(text_cut(STR("abc"), 2).len, 2);
    assert_int_equal(text_cut(STR("abc"), 9).len, 3);
}

TEST(nearest_words) {
    AUTO(StrVec) known = {0};
    vec_push(&known, STR("install"));
    vec_push(&known, STR("invoke"));
    vec_push(&known, STR("run"));
    assert_true(str_is(nearest_word(STR("instal"), &known), "install"));
    assert_true(str_is(nearest_word(STR("inv"), &known), "invoke"));
    assert_true(str_is(nearest_word(STR("rnu"), &known), "run"));
    assert_int_equal(nearest_word(STR("schedule"), &known).len, 0);
    assert_int_equal(nearest_word(STR(""), &known).len, 0);
}

TEST(grid_aligns_and_cuts) {
    AUTO(Grid) grid = {0};
    AUTO(Out) out = {.fd = -1};
    grid_column(&grid, "stream", GRID_LEFT);
    grid_column(&grid, "rows", GRID_RIGHT);
    grid_cell(&grid, STR("flights"));
    grid_cell(&grid, STR("336,776"));
    grid_cell(&grid, STR("a\nb"));
    grid_printf(&grid, "%d", 5);
    grid_print(&grid, &out);
    assert_string_equal(buf_c(&out.buf), "stream      rows\n"
                                         "flights  336,776\n"
                                         "a b            5\n");
}

TEST(grid_cuts_the_last_column_of_a_terminal) {
    AUTO(Grid) grid = {0};
    AUTO(Out) out = {.fd = -1, .terminal = true, .width = 20, .utf8 = true};
    grid_column(&grid, "a", GRID_LEFT);
    grid_column(&grid, "value", GRID_LEFT);
    grid_cell(&grid, STR("x"));
    grid_cell(&grid, STR("0123456789012345678901234567890"));
    grid_print(&grid, &out);
    assert_string_equal(buf_c(&out.buf), "a  value\n"
                                         "x  0123456789012345…\n");
}

static void check_options(const Option *table) {
    for (const Option *o = table; o && o->name; o++) {
        assert_non_null(o->help);
        bool value = o->kind != OPTION_FLAG && o->kind != OPTION_SWITCH;
        assert_int_equal(value, o->argument != NULL);
        assert_true(strlen(o->help) < 90);
    }
}

/* A row without a body, a summary or a help text would only be found by the user. */
TEST(table_rows_are_complete) {
    check_options(global_options);
    for (size_t i = 0; commands[i]; i++) {
        const Command *c = commands[i];
        assert_non_null(c->summary);
        assert_true((c->run != NULL) != (c->verbs != NULL));
        check_options(c->options);
        for (size_t v = 0; c->verbs && c->verbs[v]; v++) {
            assert_non_null(c->verbs[v]->run);
            assert_non_null(c->verbs[v]->summary);
            check_options(c->verbs[v]->options);
        }
    }
}

TEST(help_shows_every_command) {
    AUTO(Out) out = {.fd = -1};
    help_print_all(&out);
    for (size_t i = 0; commands[i]; i++) {
        bool shown = str_find_str(buf_str(&out.buf), str_of(commands[i]->summary)) != STR_NONE;
        assert_int_equal(shown, !commands[i]->hidden);
    }
}

TEST(help_shows_options_and_their_twins) {
    AUTO(Out) out = {.fd = -1};
    help_print(&out, command_find(commands, STR("run")), NULL);
    assert_true(str_starts(buf_str(&out.buf), STR("usage: pond run [OPTIONS] BLOCK...\n")));
    assert_true(str_find_str(buf_str(&out.buf), STR("($POND_RUN_FULL_REFRESH)")) != STR_NONE);
}

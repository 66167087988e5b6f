/* Time: against Python's datetime by record, and by rules where Python has none. */
#include "base/time.h"
#include "unit/base/records.h"

static int64_t parsed(const char *text) {
    int64_t us = 0;
    bool has_zone;
    if (!time_parse(str_of(text), &us, &has_zone)) fail_msg("%s", text);
    return us;
}

TEST(time_parse_as_datetime) {
    AUTO(Arena) a = {0};
    Str rest = read_record(&a, "times.tsv"), fields[3];
    int good = 0, bad = 0;
    while (next_record(&rest, fields, 3)) {
        int64_t us = 1, wanted;
        bool has_zone = false, valid = str_to_i64(fields[1], &wanted);
        if (time_parse(fields[0], &us, &has_zone) != valid) fail_msg(STR_FMT, STR_ARG(fields[0]));
        if (valid) {
            assert_int_equal(us, wanted);
            assert_int_equal(has_zone, str_is(fields[2], "1"));
        }
        good += valid;
        bad += !valid;
    }
    assert_true(good > 200 && bad > 100);
}

/* What pond takes and Python's fromisoformat does not. */
TEST(time_parse_beyond_datetime) {
    const struct {
        const char *text, *same;
    } cases[] = {
        {"2013-01-01T24:00:00Z", "2013-01-02T00:00:00Z"},
        {"2013-01-01T24:00", "2013-01-02"},
        {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"},
        {"2016-12-31T23:59:60.5+00:00", "2017-01-01T00:00:00.5Z"},
        {"2013-01-01t05:00:00z", "2013-01-01T05:00:00Z"},
        {"2013-01-01 05:00:00 UTC", "2013-01-01T05:00:00Z"},
        {"2013-01-01 05:00:00 GMT", "2013-01-01T05:00:00Z"},
        {"2013-01-01 05:00:00 +0100", "2013-01-01T04:00:00Z"},
        {"2013-01-01T05:00:00.1234567899999Z", "2013-01-01T05:00:00.123456Z"},
        {"2013-01-01T05:00:00.1", "2013-01-01T05:00:00.100000"},
        {"10000-01-01", "+010000-01-01T00:00:00Z"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        if (parsed(cases[i].text) != parsed(cases[i].same)) fail_msg("%s", cases[i].text);
    }
    assert_int_equal(parsed("0000-12-31T00:00:00Z"), parsed("0001-01-01") - US_PER_DAY);
    assert_int_equal(parsed("-0001-12-31"), parsed("0000-01-01") - US_PER_DAY);
    assert_int_equal(parsed("0000-02-29T00:00:00Z") + US_PER_DAY, parsed("0000-03-01")); /* a leap year */
    assert_int_equal(parsed("1969-12-31T23:59:59.999999Z"), -1);
}

TEST(time_parse_refuses) {
    const char *wrong[] = {
        "2013-01-01T24:00:01",
        "2013-01-01T24:00:00.000001",
        "2013-01-01T25:00:00",
        "2013-01-01T05:00:61",
        "2013-02-29",
        "1900-02-29",
        "2013-01-01Z",
        "2013-01-01 UTC",
        "2013-01-01T05:00:00  Z",
        "2013-01-01T05:00:00 ",
        "2013-01-01T05:00:00UTC+1",
        "2013-01-01T05:00:00+",
        "2013-01-01T05:00:00+053",
        "2013-01-01T05:00:00.Z",
        "2013-01-01T05:00:00+05:60",
        "2013-01-01T05:00:00+05:3",
        "20130101T050000Z",
        "2013-01-01T05",
        "2013-W01-1",
        "2013-001",
        "213-01-01",
        "12345678-01-01",
        "-213-01-01",
        "+-2013-01-01",
        "2013-01-01T-5:00:00",
        "2013-01-01T05:00:-1",
        "2013-01-01T05:00:00.+1",
        "now",
        "infinity",
        "300000-01-01",
        "-300000-01-01",
    };
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        int64_t us = 7;
        bool has_zone = true;
        if (time_parse(str_of(wrong[i]), &us, &has_zone)) fail_msg("%s", wrong[i]);
        assert_int_equal(us, 7);
        assert_true(has_zone);
    }
    int64_t us;
    bool has_zone;
    assert_false(time_parse((Str){0}, &us, &has_zone));
    assert_false(time_parse(STR("2013-01-01\0"), &us, &has_zone));
}

/* DuckDB 1.5: select '290309-12-22 (BC) 00:00:00'::timestamp, '294247-01-10 04:00:54.775806'::timestamp. */
TEST(time_parse_ends_where_duckdb_does) {
    int64_t us;
    bool has_zone;
    assert_int_equal(parsed("294247-01-10T04:00:54.775806Z"), INT64_MAX - 1);
    assert_false(time_parse(STR("294247-01-10T04:00:54.775807Z"), &us, &has_zone));
    assert_int_equal(parsed("-290308-12-22T00:00:00Z"), -INT64_C(9223372022400000000));
    assert_false(time_parse(STR("-290308-12-21T23:59:59.999999Z"), &us, &has_zone));
    assert_false(time_parse(STR("-290308-12-22T00:00:00+00:01"), &us, &has_zone));
    int32_t days;
    assert_true(date_parse(STR("5881580-07-10"), &days) && days == 2147483646);
    assert_false(date_parse(STR("5881580-07-11"), &days));
    assert_true(date_parse(STR("-5877641-06-25"), &days) && days == -2147483646);
    assert_false(date_parse(STR("-5877641-06-24"), &days));
}

/* Reads no byte behind the text: each is a block of its own, which ASan watches. */
TEST(time_parse_of_every_prefix) {
    Str whole = STR("2013-01-01T05:00:00.123456+05:30");
    for (size_t len = 0; len <= whole.len; len++) {
        char *copy = malloc(len + 1);
        memcpy(copy, whole.at, len);
        char *exact = realloc(copy, len ? len : 1);
        int64_t us;
        bool has_zone, fraction = len >= 21 && len <= 26;
        bool valid = len == 10 || len == 16 || len == 19 || fraction || len == 29 || len == 32;
        assert_int_equal(time_parse((Str){exact, len}, &us, &has_zone), valid);
        free(exact);
    }
}

TEST(time_calendar_round_trip) {
    for (int64_t days = -800000; days < 3000000; days += 97) {
        Civil c = civil_from_days(days);
        assert_true(c.day >= 1 && c.day <= days_in_month(c.year, c.month));
        assert_int_equal(days_from_civil(c.year, c.month, c.day), days);
        Civil next = civil_from_days(days + 1);
        assert_true(next.day == c.day + 1 || (next.day == 1 && c.day == days_in_month(c.year, c.month)));
    }
    assert_int_equal(days_from_civil(1970, 1, 1), 0);
    assert_int_equal(days_from_civil(2000, 3, 1), 11017);
    assert_int_equal(days_from_civil(2013, 2, 29), days_from_civil(2013, 3, 1));
    assert_int_equal(days_in_month(2000, 2), 29);
    assert_int_equal(days_in_month(1900, 2), 28);
}

TEST(time_of_day_and_date_parse) {
    int64_t us = 7;
    int32_t days = 7;
    assert_true(time_of_day_parse(STR("05:30"), &us) && us == 19800 * US_PER_SECOND);
    assert_true(time_of_day_parse(STR("23:59:59.999999"), &us) && us == US_PER_DAY - 1);
    assert_true(time_of_day_parse(STR("24:00:00"), &us) && us == US_PER_DAY);
    assert_true(time_of_day_parse(STR("23:59:60"), &us) && us == US_PER_DAY);
    assert_true(time_of_day_parse(STR("05:30Z"), &us) && us == 19800 * US_PER_SECOND);
    assert_true(time_of_day_parse(STR("01:30:00+02:00"), &us) && us == 84600 * US_PER_SECOND);
    assert_true(time_of_day_parse(STR("23:30:00.5-01"), &us) && us == 1800 * US_PER_SECOND + 500000);
    const char *wrong[] = {"", "5:30", "05:30X", "05:30:00+1", "24:00:01", "23:59:60.5", "05", "05:60", "05:30:00."};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) assert_false(time_of_day_parse(str_of(wrong[i]), &us));
    assert_true(date_parse(STR("1969-12-31"), &days) && days == -1);
    const char *wrong_dates[] = {"", "1969-12-31T00:00:00", "1969-13-01", "1969-12-32", "1969-12", "1969-12-3"};
    for (size_t i = 0; i < ARRAY_LEN(wrong_dates); i++) assert_false(date_parse(str_of(wrong_dates[i]), &days));
}

TEST(time_formats) {
    char text[TIME_TEXT];
    assert_string_equal(time_format(0, text).at, "1970-01-01T00:00:00Z");
    assert_string_equal(time_format(-1, text).at, "1969-12-31T23:59:59.999999Z");
    assert_string_equal(time_format_us(US_PER_SECOND, text).at, "1970-01-01T00:00:01.000000Z");
    assert_string_equal(time_format(INT64_MAX, text).at, "294247-01-10T04:00:54.775807Z");
    assert_string_equal(time_format(INT64_MIN, text).at, "-290308-12-21T19:59:05.224192Z");
    assert_string_equal(date_format(-719528, text).at, "0000-01-01");
    assert_string_equal(date_format(-719529, text).at, "-0001-12-31");
    assert_string_equal(time_of_day_format(US_PER_DAY, text).at, "24:00:00");
    assert_string_equal(time_of_day_format(1, text).at, "00:00:00.000001");
    const int64_t moments[] = {
        0, -1, 1356998400123456, INT64_MAX - 1, -INT64_C(9223372022400000000), -INT64_C(62167219200000001)};
    for (size_t i = 0; i < ARRAY_LEN(moments); i++) {
        Str formatted = time_format(moments[i], text);
        assert_int_equal(formatted.len, strlen(text));
        assert_int_equal(parsed(text), moments[i]);
    }
    assert_true(time_now_us() > 1700000000 * US_PER_SECOND);
}

TEST(duration_texts) {
    const struct {
        const char *text;
        int64_t us;
    } good[] = {
        {"60", 60 * US_PER_SECOND},
        {"60s", 60 * US_PER_SECOND},
        {"10min", 600 * US_PER_SECOND},
        {"10 min", 600 * US_PER_SECOND},
        {"1h30m", 5400 * US_PER_SECOND},
        {"1h 30m", 5400 * US_PER_SECOND},
        {"250ms", 250 * US_PER_MS},
        {"1.5h", 5400 * US_PER_SECOND},
        {"2 days", 2 * US_PER_DAY},
        {"1 week", 7 * US_PER_DAY},
        {"0", 0},
        {"0.25", 250 * US_PER_MS},
        {"5us", 5},
        {"1 hour 1 second", 3601 * US_PER_SECOND},
        {"3hrs", 10800 * US_PER_SECOND},
        {"1d", US_PER_DAY},
        {"2 minutes", 120 * US_PER_SECOND},
    };
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        int64_t us = -1;
        if (!duration_parse(str_of(good[i].text), &us)) fail_msg("%s", good[i].text);
        assert_int_equal(us, good[i].us);
    }
    const char *wrong[] = {"",
                           " 60",
                           "60 ",
                           "60s ",
                           "-60",
                           "1h30",
                           "60 s 5",
                           "5x",
                           "h",
                           "1.h",
                           ".5h",
                           "1e3",
                           "99999999999999999999",
                           "99999999999d",
                           "1  h",
                           "1hs",
                           "60S"};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        int64_t us = 7;
        if (duration_parse(str_of(wrong[i]), &us)) fail_msg("%s", wrong[i]);
        assert_int_equal(us, 7);
    }
    char text[TIME_TEXT];
    assert_string_equal(duration_format(5, text).at, "5 us");
    assert_string_equal(duration_format(850 * US_PER_MS, text).at, "850 ms");
    assert_string_equal(duration_format(12340 * US_PER_MS, text).at, "12.3 s");
    assert_string_equal(duration_format(59960 * US_PER_MS, text).at, "1 min 0 s");
    assert_string_equal(duration_format(90 * US_PER_SECOND, text).at, "1 min 30 s");
    assert_string_equal(duration_format(7500 * US_PER_SECOND, text).at, "2 h 5 min");
    assert_string_equal(duration_format(76 * 3600 * US_PER_SECOND, text).at, "3 d 4 h");
    assert_string_equal(duration_format(-5, text).at, "0 us");
    assert_string_equal(duration_format(INT64_MAX, text).at, "106751991 d 4 h");
}

/* Exact numbers: comparing and dividing without rounding. */
#include "unit/test.h"

#include "singer/exact.h"

static Exact exact(const char *text) {
    Exact n;
    if (!exact_read(str_of(text), &n)) fail_msg("not read: %s", text);
    return n;
}

TEST(exact_compares_values_not_spellings) {
    static const struct {
        const char *a, *b;
        int order;
    } cases[] = {
        {"0", "-0", 0},
        {"0", "0.000e5", 0},
        {"1", "1.0", 0},
        {"100", "1e2", 0},
        {"0.01", "1E-02", 0},
        {"1230", "12.3e2", 0},
        {"9223372036854775807", "9223372036854775808", -1},
        {"-9223372036854775809", "-9223372036854775808", -1},
        {"18446744073709551615", "1.8446744073709551615e19", 0},
        {"0.1", "0.09999999999999999999999", 1},
        {"-0.1", "-0.09999999999999999999999", -1},
        {"1e999999", "9e999998", 1},
        {"1e-999999", "0", 1},
        {"-1e-999999", "0", -1},
        {"-5", "3", -1},
        {"0.00120", "0.0012", 0},
        {"120.5", "120.50000001", -1},
        {"12", "1.2", 1},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int order = exact_compare(exact(cases[i].a), exact(cases[i].b));
        int swapped = exact_compare(exact(cases[i].b), exact(cases[i].a));
        bool ok = (order > 0) - (order < 0) == cases[i].order && (swapped > 0) - (swapped < 0) == -cases[i].order;
        if (!ok) fail_msg("%s and %s: %d, %d", cases[i].a, cases[i].b, order, swapped);
    }
}

TEST(exact_counts_digits) {
    static const struct {
        const char *text;
        int whole, scale;
    } cases[] = {{"0", 0, 0},     {"12.340", 2, 2}, {"100", 3, 0},           {"0.05", 0, 2},
                 {"1e-06", 0, 6}, {"1.5e3", 4, 0},  {"1.55e1", 2, 1},        {"-7.125", 1, 3},
                 {"1e30", 31, 0}, {"0.10", 0, 1},   {"9999999999.99", 10, 2}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_int_equal(exact_integer_digits(exact(cases[i].text)), cases[i].whole);
        assert_int_equal(exact_scale(exact(cases[i].text)), cases[i].scale);
        assert_int_equal(exact_is_integer(exact(cases[i].text)), cases[i].scale == 0);
    }
}

TEST(exact_divides) {
    static const struct {
        const char *number, *step;
        bool multiple;
    } cases[] = {
        {"0", "0.01", true},
        {"0.07", "0.01", true},
        {"0.07", "1e-2", true},
        {"1.1", "0.01", true},
        {"1.005", "0.01", false},
        {"9999999999999999999999999999999999999.99", "0.01", true},
        {"9999999999999999999999999999999999999.991", "0.01", false},
        {"7", "2", false},
        {"-8", "2", true},
        {"8", "-2", true},
        {"4.5", "1.5", true},
        {"4.6", "1.5", false},
        {"1e300", "7", false},
        {"7e300", "7", true},
        {"1e999999999999", "3", false},
        {"3e999999999999", "3", true},
        {"1e-300", "0.01", false},
        {"0.3", "0.1", true},
        {"5", "0", true},
        {"19.99", "0.05", false},
        {"19.95", "0.05", true},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (exact_is_multiple(exact(cases[i].number), exact(cases[i].step)) != cases[i].multiple)
            fail_msg("%s of %s", cases[i].number, cases[i].step);
}

TEST(exact_refuses_what_is_no_number) {
    static const char *const texts[] = {
        "", "-", "NaN", "Infinity", "-Infinity", "1e", "x", "1x", "1e1.5", ".5", "1e99999999999999999999"};
    Exact n;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (exact_read(str_of(texts[i]), &n)) fail_msg("read: %s", texts[i]);
}

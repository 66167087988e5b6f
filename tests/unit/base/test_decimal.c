/* Numbers as digits and a power of ten. */
#include "base/decimal.h"
#include "base/real.h"
#include "unit/test.h"

static void expect(const char *text, int scale, int64_t wanted, bool wanted_exact) {
    Decimal d;
    Int128 value;
    bool exact;
    if (!decimal_read(str_of(text), &d)) fail_msg("%s is read", text);
    if (!decimal_scaled(&d, scale, &value, &exact)) fail_msg("%s fits", text);
    if (value != wanted || exact != wanted_exact) fail_msg("%s: %lld", text, (long long)value);
}

TEST(decimal_scales_and_rounds_half_away_from_zero) {
    expect("12.345", 2, 1235, false);
    expect("-12.345", 2, -1235, false);
    expect("12.344999999999999999999999", 2, 1234, false);
    expect("1.5e3", 0, 1500, true);
    expect("+.5", 1, 5, true);
    expect("7.", 0, 7, true);
    expect("-0", 3, 0, true);
    expect("1e-400", 2, 0, false);
}

TEST(decimal_refuses_what_is_no_number) {
    static const char *const bad[] = {"", "-", ".", "1e", "1e+", "1.2.3", "x", "1 ", "0x1", "1e99999999999999999999"};
    Decimal d;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (decimal_read(str_of(bad[i]), &d)) fail_msg("\"%s\" is no number", bad[i]);
}

TEST(decimal_that_does_not_fit) {
    Decimal d;
    Int128 value;
    bool exact;
    assert_true(decimal_read(STR("1e39"), &d));
    assert_false(decimal_scaled(&d, 0, &value, &exact));
    assert_true(decimal_read(STR("170141183460469231731687303715884105728"), &d));
    assert_false(decimal_scaled(&d, 0, &value, &exact));
}

TEST(real_read_is_exact_or_declines) {
    static const struct {
        const char *text;
        double wanted;
    } plain[] = {{"0.1", 0.1}, {"-2.5", -2.5}, {"9007199254740992", 9007199254740992.0}, {"5.", 5}, {".5", .5}};
    static const char *const other[] = {"",    "-",  ".", "1e5", "9007199254740993", "1234567890123456789",
                                        "nan", " 1", "+1"};
    double value;
    for (size_t i = 0; i < ARRAY_LEN(plain); i++) {
        if (!real_read(str_of(plain[i].text), &value)) fail_msg("%s is read", plain[i].text);
        assert_true(value == plain[i].wanted);
    }
    for (size_t i = 0; i < ARRAY_LEN(other); i++)
        if (real_read(str_of(other[i]), &value)) fail_msg("\"%s\" is left to others", other[i]);
}

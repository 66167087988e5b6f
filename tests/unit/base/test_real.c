/* Real numbers as text: the same as printf's with as many digits as strtod needs. */
#include "base/real.h"

#include <math.h>
#include <string.h>

#include "unit/base/records.h"

/* What is written with 15 digits, or the few more that it takes; without the zeros at its end. */
static void expect(double value) {
    char wanted[400], found[REAL_TEXT + 1];
    size_t len = real_text(value, found);
    int digits = 15;
    do snprintf(wanted, sizeof wanted, "%.*e", digits - 1, value);
    while (strtod(wanted, NULL) != value && ++digits <= 17);
    int decimals = digits - 1 - atoi(strchr(wanted, 'e') + 1);
    snprintf(wanted, sizeof wanted, "%.*f", decimals, value);
    for (char *end = wanted + strlen(wanted); strchr(wanted, '.') && (end[-1] == '0' || end[-1] == '.');) {
        bool point = *--end == '.';
        *end = '\0';
        if (point) break;
    }
    found[len] = '\0';
    assert_string_equal(found, wanted);
}

static void expect_single(float value) {
    char found[REAL_TEXT + 1];
    found[real_text_single(value, found)] = '\0';
    assert_true(strtof(found, NULL) == value);
    char shorter[64];
    snprintf(shorter, sizeof shorter, "%.*g", (int)strspn(found, "-0123456789.") - 2, (double)value);
    assert_true(strlen(found) <= 6 + 3 || strtof(shorter, NULL) != value || strlen(shorter) >= strlen(found));
}

TEST(reals_read_back) {
    uint64_t seed = 88172645463325252;
    for (int i = 0; i < 200000; i++) {
        seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
        double tenths = (double)(seed % 100000000) / 100, sixtieths = (double)(seed % 1000000 + 1) / 60;
        uint64_t bits = (1010 + seed % 62) << 52 | seed >> 12 | seed << 63;
        double any;
        memcpy(&any, &bits, sizeof any);
        if (tenths > 0) expect(tenths);
        expect(-sixtieths);
        expect(any);
        expect_single((float)sixtieths);
    }
}

TEST(reals_beside_powers) {
    for (int i = -13; i < 49; i++) {
        double power = ldexp(1, i);
        expect(power);
        expect(nextafter(power, 0));
        expect(nextafter(power, HUGE_VAL));
    }
    for (int i = -3; i < 15; i++) {
        expect(pow(10, i));
        expect(nextafter(pow(10, i), 0));
        expect(nextafter(pow(10, i), HUGE_VAL));
    }
}

TEST(reals_that_need_an_exponent) {
    char text[REAL_TEXT];
    const double others[] = {1e15, 9.9999e-5, 1e300, 5e-324, NAN, HUGE_VAL, -HUGE_VAL};
    for (size_t i = 0; i < ARRAY_LEN(others); i++) assert_int_equal(real_text(others[i], text), 0);
    assert_int_equal(real_text_single(1e6f, text), 0);
    assert_int_equal(real_text(0, text), 1);
    assert_int_equal(real_text(-0.0, text), 2);
    assert_memory_equal(text, "-0", 2);
    assert_int_equal(real_text_single(0.1f, text), 3);
    assert_memory_equal(text, "0.1", 3);
}

TEST(digits) {
    char text[20];
    const struct {
        uint64_t value;
        const char *text;
    } cases[] = {{0, "0"}, {9, "9"}, {10, "10"}, {99, "99"}, {100, "100"}, {UINT64_MAX, "18446744073709551615"}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_int_equal(digits_text(cases[i].value, text), strlen(cases[i].text));
        assert_memory_equal(text, cases[i].text, strlen(cases[i].text));
    }
}

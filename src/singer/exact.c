/* Exact: reading, comparing and dividing numbers digit by digit. */
#include "singer/exact.h"

#include "base/chunk.h"

enum { STEP_DIGITS = 18, EXPONENT_DIGITS = 18 };

static bool is_digits(Str s) {
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] < '0' || s.at[i] > '9') return false;
    return true;
}

static Str trim_start(Str s) {
    while (s.len && s.at[0] == '0') s = str_slice(s, 1, s.len);
    return s;
}

static Str trim_end(Str s) {
    while (s.len && s.at[s.len - 1] == '0') s.len--;
    return s;
}

/* Cuts "e+12" off the end of *text. */
static bool cut_exponent(Str *text, int64_t *ret) {
    size_t at = str_find(*text, 'e');
    if (at == STR_NONE) at = str_find(*text, 'E');
    *ret = 0;
    if (at == STR_NONE) return true;
    Str exponent = str_slice(*text, at + 1, text->len);
    text->len = at;
    bool sign = exponent.len && (exponent.at[0] == '-' || exponent.at[0] == '+');
    if (exponent.len > EXPONENT_DIGITS + (size_t)sign) return false;
    return str_to_i64(exponent, ret);
}

bool exact_read(Str number, Exact *ret) {
    Exact n = {.negative = number.len && number.at[0] == '-'};
    if (n.negative) number = str_slice(number, 1, number.len);
    if (!cut_exponent(&number, &n.exponent)) return false;
    size_t point = str_find(number, '.');
    Str whole = str_slice(number, 0, point), fraction = {0};
    if (point != STR_NONE) fraction = str_slice(number, point + 1, number.len);
    if (whole.len == 0 || !is_digits(whole) || !is_digits(fraction)) return false;

    n.exponent -= (int64_t)fraction.len;
    n.tail = trim_end(fraction);
    n.exponent += (int64_t)(fraction.len - n.tail.len);
    n.head = trim_start(whole);
    if (n.head.len == 0) n.tail = trim_start(n.tail);
    if (n.tail.len == 0) {
        Str head = trim_end(n.head);
        n.exponent += (int64_t)(n.head.len - head.len);
        n.head = head;
    }
    if (exact_is_zero(n)) n = (Exact){0};
    *ret = n;
    return true;
}

static size_t digit_count(Exact n) {
    return n.head.len + n.tail.len;
}

static int digit_at(Exact n, size_t i) {
    if (i < n.head.len) return n.head.at[i] - '0';
    i -= n.head.len;
    return i < n.tail.len ? n.tail.at[i] - '0' : 0;
}

int64_t exact_scale(Exact n) {
    return n.exponent < 0 ? -n.exponent : 0;
}

int64_t exact_integer_digits(Exact n) {
    if (exact_is_zero(n)) return 0;
    int64_t digits = (int64_t)digit_count(n) + n.exponent;
    return digits > 0 ? digits : 0;
}

static int compare_magnitude(Exact a, Exact b) {
    /* Place of the highest digit; digits have no leading zeros. */
    int64_t top_a = (int64_t)digit_count(a) + a.exponent, top_b = (int64_t)digit_count(b) + b.exponent;
    if (top_a != top_b) return top_a < top_b ? -1 : 1;
    size_t digits = MAX(digit_count(a), digit_count(b));
    for (size_t i = 0; i < digits; i++) {
        int order = digit_at(a, i) - digit_at(b, i);
        if (order) return order;
    }
    return 0;
}

int exact_compare(Exact a, Exact b) {
    bool zero_a = exact_is_zero(a), zero_b = exact_is_zero(b);
    if (zero_a || zero_b) {
        if (zero_a && zero_b) return 0;
        bool less = zero_a ? !b.negative : a.negative;
        return less ? -1 : 1;
    }
    if (a.negative != b.negative) return a.negative ? -1 : 1;
    int order = compare_magnitude(a, b);
    return a.negative ? -order : order;
}

static uint64_t multiply_mod(uint64_t a, uint64_t b, uint64_t modulus) {
    return (uint64_t)((UInt128)a * b % modulus);
}

static uint64_t power_of_ten_mod(int64_t exponent, uint64_t modulus) {
    uint64_t result = 1 % modulus, base = 10 % modulus;
    for (; exponent > 0; exponent >>= 1) {
        if (exponent & 1) result = multiply_mod(result, base, modulus);
        base = multiply_mod(base, base, modulus);
    }
    return result;
}

bool exact_is_multiple(Exact n, Exact step) {
    if (exact_is_zero(n) || exact_is_zero(step) || digit_count(step) > STEP_DIGITS) return true;
    /* n ends in a digit other than 0, so a finer exponent than the step's cannot be made from whole steps. */
    if (n.exponent < step.exponent) return false;
    uint64_t modulus = 0;
    for (size_t i = 0; i < digit_count(step); i++) modulus = modulus * 10 + (uint64_t)digit_at(step, i);
    uint64_t rest = 0;
    for (size_t i = 0; i < digit_count(n); i++)
        rest = (multiply_mod(rest, 10, modulus) + (uint64_t)digit_at(n, i)) % modulus;
    return multiply_mod(rest, power_of_ten_mod(n.exponent - step.exponent, modulus), modulus) == 0;
}

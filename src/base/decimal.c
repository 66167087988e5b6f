#include "base/decimal.h"

#define INT128_MAX ((Int128)(~(UInt128)0 >> 1))

bool decimal_read(Str s, Decimal *d) {
    *d = (Decimal){0};
    size_t i = 0, seen = 0;
    if (i < s.len && (s.at[i] == '-' || s.at[i] == '+')) d->negative = s.at[i++] == '-';
    bool fraction = false;
    for (; i < s.len; i++) {
        char c = s.at[i];
        if (c == '.' && !fraction) {
            fraction = true;
            continue;
        }
        if (c < '0' || c > '9') break;
        seen++;
        if (fraction) d->exponent--;
        if (!d->count && c == '0') continue;
        if (d->count < sizeof d->digits) d->digits[d->count++] = c;
        else d->exponent++, d->cut |= c != '0';
    }
    if (!seen) return false;
    if (i < s.len && (s.at[i] == 'e' || s.at[i] == 'E')) {
        int64_t power;
        if (!str_to_i64(str_slice(s, i + 1, s.len), &power) || power > 100000 || power < -100000) return false;
        d->exponent += power;
        i = s.len;
    }
    return i == s.len;
}

bool decimal_scaled(const Decimal *d, int scale, Int128 *ret, bool *ret_exact) {
    int64_t shift = d->exponent + scale, kept = (int64_t)d->count + MIN(shift, (int64_t)0);
    UInt128 value = 0;
    *ret_exact = !d->cut;
    for (int64_t i = 0; i < (int64_t)d->count; i++) {
        unsigned digit = (unsigned)(d->digits[i] - '0');
        if (i >= kept) {
            if (digit) *ret_exact = false;
            if (i == kept && digit >= 5) value++;
            continue;
        }
        if (__builtin_mul_overflow(value, (UInt128)10, &value) || __builtin_add_overflow(value, (UInt128)digit, &value))
            return false;
    }
    for (int64_t i = 0; i < shift && value; i++)
        if (__builtin_mul_overflow(value, (UInt128)10, &value)) return false;
    if (value > (UInt128)INT128_MAX) return false;
    *ret = d->negative ? -(Int128)value : (Int128)value;
    return true;
}

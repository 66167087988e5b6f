/* Real numbers as text, without printf: exact, because in this range everything fits into 128 bits. */
#include "base/real.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

__extension__ typedef unsigned __int128 Wide;

/* A format of real numbers: how many digits always survive, how many always suffice, bits of the mantissa with the hidden one. */
typedef struct RealKind {
    int safe, enough, bits;
} RealKind;

static const uint64_t tens[] = {
    1ULL,
    10ULL,
    100ULL,
    1000ULL,
    10000ULL,
    100000ULL,
    1000000ULL,
    10000000ULL,
    100000000ULL,
    1000000000ULL,
    10000000000ULL,
    100000000000ULL,
    1000000000000ULL,
    10000000000000ULL,
    100000000000000ULL,
    1000000000000000ULL,
    10000000000000000ULL,
    100000000000000000ULL,
    1000000000000000000ULL,
    10000000000000000000ULL,
};

static Wide ten_to(int n) {
    int most = (int)ARRAY_LEN(tens) - 1;
    return n <= most ? tens[n] : (Wide)tens[most] * tens[n - most];
}

size_t digits_text(uint64_t value, char *ret) {
    static const char pairs[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
                                "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
                                "8081828384858687888990919293949596979899";
    char digits[20], *at = digits + sizeof digits;
    for (; value >= 100; value /= 100) memcpy(at -= 2, pairs + 2 * (value % 100), 2);
    if (value >= 10) memcpy(at -= 2, pairs + 2 * value, 2);
    else *--at = (char)('0' + value);
    size_t len = (size_t)(digits + sizeof digits - at);
    memcpy(ret, at, len);
    return len;
}

/* The exponent of the first digit, from -4. The doubles next to 0.1 to 0.0001 are not below them, so comparing is exact. */
static int first_exponent(double size) {
    static const double below_one[] = {1e-3, 1e-2, 1e-1, 1};
    if (size < 1) {
        int n = 0;
        while (size >= below_one[n]) n++;
        return n - 4;
    }
    int n = 0;
    for (uint64_t whole = (uint64_t)size; whole >= tens[n + 1]; n++) continue;
    return n;
}

/* A value: mantissa / 2^shift, times 10^scale in `scaled`, so that `enough` digits stand before its point. */
typedef struct Scaled {
    Wide scaled, step; /* step: the distance to the next value, in the same unit */
    int shift;
    bool even, lowest; /* of the mantissa: even; the first of its power of two, below which values are twice as dense */
} Scaled;

/* The value rounded to fewer digits, unit (a power of ten) behind the last of them. Whether it reads back as the value. */
static bool rounds_to(const Scaled *s, uint64_t unit, uint64_t *ret) {
    uint64_t whole = (uint64_t)(s->scaled >> s->shift);
    Wide one = (Wide)unit << s->shift, rest = s->scaled - ((Wide)(whole / unit * unit) << s->shift);
    *ret = whole / unit;
    bool up = 2 * rest > one || (2 * rest == one && *ret % 2);
    *ret += up;
    Wide off = up ? one - rest : rest, reach = off * (!up && s->lowest ? 4 : 2);
    return reach < s->step || (reach == s->step && s->even);
}

/* digits / 10^fraction, without zeros at its end. */
static size_t put_point(uint64_t digits, int fraction, char *ret) {
    while (fraction && digits % 10 == 0) digits /= 10, fraction--;
    uint64_t whole = fraction < (int)ARRAY_LEN(tens) ? digits / tens[fraction] : 0; /* 17 digits are below 10^20 */
    size_t len = digits_text(whole, ret);
    if (!fraction) return len;
    ret[len++] = '.';
    char rest[20];
    size_t n = digits_text(whole ? digits - whole * tens[fraction] : digits, rest);
    memset(ret + len, '0', (size_t)fraction - n);
    memcpy(ret + len + (size_t)fraction - n, rest, n);
    return len + (size_t)fraction;
}

static size_t put_real(double value, const RealKind *kind, char *ret) {
    double size = fabs(value);
    size_t len = 0;
    if (signbit(value)) ret[len++] = '-';
    if (size == 0) {
        ret[len] = '0';
        return len + 1;
    }
    if (!(size >= 1e-4 && size < (double)tens[kind->safe])) return 0;
    int exponent;
    uint64_t mantissa = (uint64_t)ldexp(frexp(size, &exponent), kind->bits);
    int first = first_exponent(size), scale = kind->enough - 1 - first;
    Scaled s = {.step = ten_to(scale), .shift = kind->bits - exponent};
    s.scaled = mantissa * s.step;
    s.even = mantissa % 2 == 0;
    s.lowest = mantissa == 1ULL << (kind->bits - 1);
    uint64_t found;
    for (int digits = kind->safe; digits <= kind->enough; digits++)
        if (rounds_to(&s, tens[kind->enough - digits], &found))
            return len + put_point(found, digits - 1 - first, ret + len);
    return 0;
}

size_t real_text(double value, char *ret) {
    static const RealKind kind = {15, 17, 53};
    return put_real(value, &kind, ret);
}

size_t real_text_single(float value, char *ret) {
    static const RealKind kind = {6, 9, 24};
    return put_real((double)value, &kind, ret);
}

/* ---- reading ---- */

/* Up to 19 digits and a small power of ten: exact in one multiplication or division (Clinger 1990). */
bool real_read(Str s, double *ret) {
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    const char *p = s.at, *end = s.at + s.len;
    bool negative = p < end && *p == '-';
    uint64_t mantissa = 0;
    int decimals = 0, digits = 0;
    if (negative) p++;
    for (; p < end && (unsigned)(unsigned char)*p - '0' <= 9; p++, digits++)
        mantissa = mantissa * 10 + (uint64_t)(*p - '0');
    if (p < end && *p == '.')
        for (p++; p < end && (unsigned)(unsigned char)*p - '0' <= 9; p++, digits++, decimals++)
            mantissa = mantissa * 10 + (uint64_t)(*p - '0');
    if (p != end || digits == 0 || digits > 18 || mantissa > (UINT64_C(1) << 53) || decimals > 22) return false;
    double value = (double)mantissa / powers[decimals];
    *ret = negative ? -value : value;
    return true;
}

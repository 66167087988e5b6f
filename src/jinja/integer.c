/* Integers of any size: 64-bit arithmetic while it fits, schoolbook arithmetic on 32-bit limbs above. */
#include "jinja/integer.h"

#include <math.h>

/* The magnitude of an integer as limbs; `small` holds those of a 64-bit one. */
typedef struct Limbs {
    const uint32_t *at;
    size_t len;
    bool negative;
} Limbs;

static uint64_t magnitude_of(int64_t i) {
    return i < 0 ? 0 - (uint64_t)i : (uint64_t)i;
}

static int64_t small_of(Value v) {
    return v.kind == VALUE_BOOL ? v.truth : v.integer;
}

static Limbs limbs_of(Value v, uint32_t small[2]) {
    if (v.kind == VALUE_BIG) return (Limbs){v.big->limbs, v.big->len, v.big->negative};
    uint64_t m = magnitude_of(small_of(v));
    small[0] = (uint32_t)m;
    small[1] = (uint32_t)(m >> 32);
    return (Limbs){small, small[1] ? 2u : small[0] ? 1u : 0u, small_of(v) < 0};
}

static Big *big_new(Arena *a, size_t len) {
    Big *b = arena_alloc(a, sizeof(Big) + len * sizeof(uint32_t));
    b->len = (uint32_t)len;
    return b;
}

/* Drops leading zeros and takes the smallest kind. */
static Value big_value(Big *b) {
    while (b->len && !b->limbs[b->len - 1]) b->len--;
    if (b->len <= 2) {
        uint64_t m = (b->len > 1 ? (uint64_t)b->limbs[1] << 32 : 0) | (b->len ? b->limbs[0] : 0);
        if (m <= (uint64_t)INT64_MAX + b->negative) return value_int((int64_t)(b->negative ? 0 - m : m));
    }
    return (Value){.kind = VALUE_BIG, .big = b};
}

bool integer_is(Value v) {
    return v.kind == VALUE_INT || v.kind == VALUE_BIG || v.kind == VALUE_BOOL;
}

Value integer_of_u64(Arena *a, uint64_t magnitude, bool negative) {
    if (magnitude <= (uint64_t)INT64_MAX + negative) return value_int((int64_t)(negative ? 0 - magnitude : magnitude));
    Big *b = big_new(a, 2);
    b->negative = negative;
    b->limbs[0] = (uint32_t)magnitude;
    b->limbs[1] = (uint32_t)(magnitude >> 32);
    return big_value(b);
}

/* ---- text ---- */

static unsigned digit_of(char c) {
    if (c >= '0' && c <= '9') return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'z') return (unsigned)(c - 'a') + 10;
    if (c >= 'A' && c <= 'Z') return (unsigned)(c - 'A') + 10;
    return 99;
}

/* b = b * factor + add; b has room. */
static void multiply_add(Big *b, uint32_t factor, uint32_t add) {
    uint64_t carry = add;
    for (size_t i = 0; i < b->len; i++) {
        carry += (uint64_t)b->limbs[i] * factor;
        b->limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry) b->limbs[b->len++] = (uint32_t)carry;
}

bool integer_parse(Arena *a, Str digits, unsigned base, bool negative, Value *ret) {
    if (!digits.len) return false;
    for (size_t i = 0; i < digits.len; i++)
        if (digit_of(digits.at[i]) >= base) return false;
    uint64_t small = 0;
    size_t i = 0;
    while (i < digits.len && !__builtin_mul_overflow(small, (uint64_t)base, &small) &&
           !__builtin_add_overflow(small, (uint64_t)digit_of(digits.at[i]), &small))
        i++;
    if (i == digits.len) {
        *ret = integer_of_u64(a, small, negative);
        return true;
    }
    Big *b = big_new(a, digits.len / 5 + 2); /* 36^5 < 2^32 */
    b->negative = negative;
    b->len = 0;
    for (i = 0; i < digits.len; i++) multiply_add(b, base, digit_of(digits.at[i]));
    *ret = big_value(b);
    return true;
}

/* limbs /= divisor in place; returns the remainder. */
static uint32_t divide_small(uint32_t *limbs, size_t len, uint32_t divisor) {
    uint64_t rest = 0;
    for (size_t i = len; i-- > 0;) {
        rest = rest << 32 | limbs[i];
        limbs[i] = (uint32_t)(rest / divisor);
        rest %= divisor;
    }
    return (uint32_t)rest;
}

/* Digits of the magnitude, last one first. */
static void write_digits(Buf *out, Limbs n, unsigned base) {
    uint32_t chunk = base;
    int chunk_digits = 1;
    for (; (uint64_t)chunk * base <= UINT32_MAX; chunk *= base) chunk_digits++;
    uint32_t *rest = malloc(n.len * sizeof *rest);
    BUG_ON(!rest);
    memcpy(rest, n.at, n.len * sizeof *rest);
    size_t len = n.len;
    while (len) {
        uint32_t part = divide_small(rest, len, chunk);
        while (len && !rest[len - 1]) len--;
        for (int i = 0; i < chunk_digits && (len || part); i++, part /= base)
            buf_put(out, "0123456789abcdefghijklmnopqrstuvwxyz"[part % base]);
    }
    free(rest);
}

void integer_write(Buf *out, Value v, unsigned base) {
    if (v.kind != VALUE_BIG && base == 10) {
        buf_printf(out, "%lld", (long long)small_of(v));
        return;
    }
    uint32_t small[2];
    Limbs n = limbs_of(v, small);
    if (n.negative) buf_put(out, '-');
    if (!n.len) {
        buf_put(out, '0');
        return;
    }
    size_t from = out->len;
    write_digits(out, n, base);
    for (size_t i = from, j = out->len; i + 1 < j;) {
        char c = out->at[i];
        out->at[i++] = out->at[--j];
        out->at[j] = c;
    }
}

/* ---- doubles ---- */

bool integer_of_double(Arena *a, double real, Value *ret) {
    if (!isfinite(real)) return false;
    if (fabs(real) < 0x1p62) {
        *ret = value_int((int64_t)real);
        return true;
    }
    int exponent;
    double fraction = frexp(fabs(real), &exponent);
    Value mantissa = value_int((int64_t)ldexp(fraction, 53));
    Value n = integer_shift_left(a, mantissa, (size_t)(exponent - 53));
    *ret = real < 0 ? integer_negate(a, n) : n;
    return true;
}

/* The highest 64 bits of the magnitude, the lowest of them set when anything below is; *ret_shift bits were dropped. */
static uint64_t top_bits(Limbs n, size_t *ret_shift) {
    uint64_t top = 0;
    size_t bits = 0;
    for (size_t i = n.len; i-- > 0;) {
        if (!bits) {
            top = n.at[i];
            bits = 32 - (size_t)__builtin_clz(n.at[i]);
            continue;
        }
        size_t take = MIN((size_t)32, 64 - bits);
        top = take ? top << take | n.at[i] >> (32 - take) : top;
        bits += take;
        if (take < 32 && (uint32_t)((uint64_t)n.at[i] << take)) top |= 1;
    }
    size_t all = n.len ? 32 * n.len - (size_t)__builtin_clz(n.at[n.len - 1]) : 0;
    *ret_shift = all - bits;
    return top;
}

double integer_to_double(Value v) {
    if (v.kind != VALUE_BIG) return (double)small_of(v);
    size_t shift;
    double real = (double)top_bits((Limbs){v.big->limbs, v.big->len, false}, &shift);
    real = ldexp(real, (int)MIN(shift, (size_t)4096));
    return v.big->negative ? -real : real;
}

/* ---- size and order ---- */

bool integer_to_i64(Value v, int64_t *ret) {
    if (v.kind == VALUE_BIG) return false;
    *ret = small_of(v);
    return true;
}

int integer_sign(Value v) {
    if (v.kind == VALUE_BIG) return v.big->negative ? -1 : 1;
    return (small_of(v) > 0) - (small_of(v) < 0);
}

size_t integer_bits(Value v) {
    uint32_t small[2];
    Limbs n = limbs_of(v, small);
    return n.len ? 32 * n.len - (size_t)__builtin_clz(n.at[n.len - 1]) : 0;
}

size_t integer_digits(Value v) {
    if (v.kind != VALUE_BIG) {
        size_t digits = 1;
        for (uint64_t m = magnitude_of(small_of(v)); m > 9; m /= 10) digits++;
        return digits;
    }
    AUTO(Buf) out = {0};
    integer_write(&out, v, 10);
    return out.len - v.big->negative;
}

static int compare_limbs(Limbs x, Limbs y) {
    if (x.len != y.len) return x.len < y.len ? -1 : 1;
    for (size_t i = x.len; i-- > 0;)
        if (x.at[i] != y.at[i]) return x.at[i] < y.at[i] ? -1 : 1;
    return 0;
}

int integer_compare(Value a, Value b) {
    if (a.kind != VALUE_BIG && b.kind != VALUE_BIG) return (small_of(a) > small_of(b)) - (small_of(a) < small_of(b));
    uint32_t small_a[2], small_b[2];
    Limbs x = limbs_of(a, small_a), y = limbs_of(b, small_b);
    if (x.negative != y.negative) return x.negative ? -1 : 1;
    return x.negative ? compare_limbs(y, x) : compare_limbs(x, y);
}

/* ---- addition ---- */

static Value add_magnitudes(Arena *a, Limbs x, Limbs y, bool negative) {
    if (x.len < y.len) {
        Limbs t = x;
        x = y;
        y = t;
    }
    Big *b = big_new(a, x.len + 1);
    b->negative = negative;
    uint64_t carry = 0;
    for (size_t i = 0; i <= x.len; i++) {
        carry += (i < x.len ? (uint64_t)x.at[i] : 0) + (i < y.len ? y.at[i] : 0);
        b->limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    return big_value(b);
}

/* |x| - |y|, negative when `negative` differs from |x| < |y|. */
static Value subtract_magnitudes(Arena *a, Limbs x, Limbs y, bool negative) {
    if (compare_limbs(x, y) < 0) {
        Limbs t = x;
        x = y;
        y = t;
        negative = !negative;
    }
    Big *b = big_new(a, x.len);
    b->negative = negative;
    int64_t borrow = 0;
    for (size_t i = 0; i < x.len; i++) {
        int64_t d = (int64_t)x.at[i] - (i < y.len ? y.at[i] : 0) - borrow;
        borrow = d < 0;
        b->limbs[i] = (uint32_t)d;
    }
    return big_value(b);
}

static Value add_signed(Arena *a, Value x, Value y, bool flip) {
    uint32_t small_x[2], small_y[2];
    Limbs p = limbs_of(x, small_x), q = limbs_of(y, small_y);
    q.negative ^= flip;
    return p.negative == q.negative ? add_magnitudes(a, p, q, p.negative) : subtract_magnitudes(a, p, q, p.negative);
}

Value integer_add(Arena *a, Value x, Value y) {
    int64_t sum;
    if (x.kind != VALUE_BIG && y.kind != VALUE_BIG && !__builtin_add_overflow(small_of(x), small_of(y), &sum))
        return value_int(sum);
    return add_signed(a, x, y, false);
}

Value integer_subtract(Arena *a, Value x, Value y) {
    int64_t difference;
    if (x.kind != VALUE_BIG && y.kind != VALUE_BIG && !__builtin_sub_overflow(small_of(x), small_of(y), &difference))
        return value_int(difference);
    return add_signed(a, x, y, true);
}

Value integer_negate(Arena *a, Value v) {
    return integer_subtract(a, value_int(0), v);
}

Value integer_magnitude(Arena *a, Value v) {
    return integer_sign(v) < 0 ? integer_negate(a, v) : integer_add(a, v, value_int(0));
}

/* ---- multiplication ---- */

Value integer_multiply(Arena *a, Value x, Value y) {
    int64_t small;
    if (x.kind != VALUE_BIG && y.kind != VALUE_BIG && !__builtin_mul_overflow(small_of(x), small_of(y), &small))
        return value_int(small);
    uint32_t small_x[2], small_y[2];
    Limbs p = limbs_of(x, small_x), q = limbs_of(y, small_y);
    Big *b = big_new(a, p.len + q.len);
    b->negative = p.negative != q.negative;
    for (size_t i = 0; i < p.len; i++) {
        uint64_t carry = 0;
        for (size_t j = 0; j < q.len; j++) {
            carry += (uint64_t)p.at[i] * q.at[j] + b->limbs[i + j];
            b->limbs[i + j] = (uint32_t)carry;
            carry >>= 32;
        }
        b->limbs[i + q.len] = (uint32_t)carry;
    }
    return big_value(b);
}

Value integer_power(Arena *a, Value base, uint64_t exponent) {
    Value result = value_int(1);
    for (; exponent; exponent >>= 1) {
        if (exponent & 1) result = integer_multiply(a, result, base);
        if (exponent > 1) base = integer_multiply(a, base, base);
    }
    return result;
}

Value integer_power_of_ten(Arena *a, uint64_t exponent) {
    return integer_power(a, value_int(10), exponent);
}

/* ---- division ---- */

/* Knuth's algorithm D on normalised numbers: rest (one limb longer than x) becomes the remainder, still shifted. */
static void long_divide(uint32_t *rest, size_t rest_len, const uint32_t *divisor, size_t n, uint32_t *quotient) {
    for (size_t j = rest_len - n; j-- > 0;) {
        uint64_t top = (uint64_t)rest[j + n] << 32 | rest[j + n - 1];
        uint64_t guess = top / divisor[n - 1], left = top % divisor[n - 1];
        while (guess >> 32 || guess * divisor[n - 2] > (left << 32 | rest[j + n - 2])) {
            guess--;
            left += divisor[n - 1];
            if (left >> 32) break;
        }
        uint64_t carry = 0;
        int64_t borrow = 0;
        for (size_t i = 0; i < n; i++) {
            carry += guess * divisor[i];
            int64_t d = (int64_t)rest[i + j] - (int64_t)(uint32_t)carry + borrow;
            rest[i + j] = (uint32_t)d;
            borrow = d >> 32;
            carry >>= 32;
        }
        int64_t d = (int64_t)rest[j + n] - (int64_t)carry + borrow;
        rest[j + n] = (uint32_t)d;
        if (d < 0) { /* the guess was one too large */
            guess--;
            carry = 0;
            for (size_t i = 0; i < n; i++) {
                carry += (uint64_t)rest[i + j] + divisor[i];
                rest[i + j] = (uint32_t)carry;
                carry >>= 32;
            }
            rest[j + n] += (uint32_t)carry;
        }
        quotient[j] = (uint32_t)guess;
    }
}

static void shift_limbs(uint32_t *to, Limbs n, unsigned bits) {
    uint32_t carry = 0;
    for (size_t i = 0; i < n.len; i++) {
        to[i] = n.at[i] << bits | carry;
        carry = bits ? n.at[i] >> (32 - bits) : 0;
    }
    to[n.len] = carry;
}

/* Quotient and remainder of magnitudes; y is not 0. */
static void divide_magnitudes(Arena *a, Limbs x, Limbs y, Big **ret_quotient, Big **ret_remainder) {
    if (compare_limbs(x, y) < 0) {
        *ret_quotient = big_new(a, 0);
        *ret_remainder = big_new(a, x.len);
        memcpy((*ret_remainder)->limbs, x.at, x.len * sizeof *x.at);
        return;
    }
    Big *q = *ret_quotient = big_new(a, x.len - y.len + 1);
    if (y.len == 1) {
        q = *ret_quotient = big_new(a, x.len);
        memcpy(q->limbs, x.at, x.len * sizeof *x.at);
        *ret_remainder = big_new(a, 1);
        (*ret_remainder)->limbs[0] = divide_small(q->limbs, x.len, y.at[0]);
        return;
    }
    unsigned shift = (unsigned)__builtin_clz(y.at[y.len - 1]);
    Big *rest = *ret_remainder = big_new(a, x.len + 1);
    Big *divisor = big_new(a, y.len + 1);
    shift_limbs(rest->limbs, x, shift);
    shift_limbs(divisor->limbs, y, shift);
    long_divide(rest->limbs, x.len + 1, divisor->limbs, y.len, q->limbs);
    for (size_t i = 0; i < y.len; i++)
        rest->limbs[i] =
            rest->limbs[i] >> shift | (shift ? (uint32_t)((uint64_t)rest->limbs[i + 1] << (32 - shift)) : 0);
    rest->len = (uint32_t)y.len;
}

void integer_divide(Arena *a, Value x, Value y, Value *ret_quotient, Value *ret_remainder) {
    if (x.kind != VALUE_BIG && y.kind != VALUE_BIG && !(small_of(x) == INT64_MIN && small_of(y) == -1)) {
        int64_t q = small_of(x) / small_of(y), r = small_of(x) % small_of(y);
        bool adjust = r != 0 && (r < 0) != (small_of(y) < 0);
        *ret_quotient = value_int(q - adjust);
        *ret_remainder = value_int(adjust ? r + small_of(y) : r);
        return;
    }
    uint32_t small_x[2], small_y[2];
    Limbs p = limbs_of(x, small_x), d = limbs_of(y, small_y);
    Big *q, *r;
    divide_magnitudes(a, p, d, &q, &r);
    q->negative = p.negative != d.negative;
    r->negative = p.negative;
    *ret_quotient = big_value(q);
    *ret_remainder = big_value(r);
    if (integer_sign(*ret_remainder) && p.negative != d.negative) {
        *ret_quotient = integer_subtract(a, *ret_quotient, value_int(1));
        *ret_remainder = integer_add(a, *ret_remainder, y);
    }
}

double integer_ratio(Arena *a, Value x, Value y) {
    size_t bits_x = integer_bits(x), bits_y = integer_bits(y);
    if (bits_x <= 53 && bits_y <= 53) return integer_to_double(x) / integer_to_double(y);
    /* A quotient of 64 or 65 bits, its last bit set when there is a rest: enough to round once. */
    ptrdiff_t shift = (ptrdiff_t)bits_y - (ptrdiff_t)bits_x + 64;
    Value dividend = integer_magnitude(a, x), divisor = integer_magnitude(a, y), quotient, rest;
    if (shift > 0) dividend = integer_shift_left(a, dividend, (size_t)shift);
    else divisor = integer_shift_left(a, divisor, (size_t)-shift);
    integer_divide(a, dividend, divisor, &quotient, &rest);
    if (integer_sign(rest)) quotient = integer_bitwise(a, INTEGER_OR, quotient, value_int(1));
    double real = ldexp(integer_to_double(quotient), (int)MAX(MIN(-shift, (ptrdiff_t)4096), (ptrdiff_t)-4096));
    return (integer_sign(x) < 0) != (integer_sign(y) < 0) ? -real : real;
}

/* ---- bits ---- */

Value integer_shift_left(Arena *a, Value v, size_t bits) {
    uint32_t small[2];
    Limbs n = limbs_of(v, small);
    Big *b = big_new(a, bits / 32 + n.len + 1);
    b->negative = n.negative;
    shift_limbs(b->limbs + bits / 32, n, bits % 32);
    return big_value(b);
}

Value integer_shift_right(Arena *a, Value v, size_t bits) {
    if (bits >= integer_bits(v)) return value_int(integer_sign(v) < 0 ? -1 : 0);
    Value quotient, rest;
    integer_divide(a, v, integer_shift_left(a, value_int(1), bits), &quotient, &rest);
    return quotient;
}

/* The limbs of v in two's complement, `len` of them. */
static uint32_t *complement(Arena *a, Value v, size_t len) {
    uint32_t small[2];
    Limbs n = limbs_of(v, small);
    uint32_t *out = arena_array(a, uint32_t, len);
    uint64_t carry = 1;
    for (size_t i = 0; i < len; i++) {
        uint32_t limb = i < n.len ? n.at[i] : 0;
        if (n.negative) {
            carry += (uint32_t)~limb;
            limb = (uint32_t)carry;
            carry >>= 32;
        }
        out[i] = limb;
    }
    return out;
}

static uint32_t limb_bitwise(IntegerBits op, uint32_t x, uint32_t y) {
    switch (op) {
    case INTEGER_AND: return x & y;
    case INTEGER_OR: return x | y;
    case INTEGER_XOR: break;
    }
    return x ^ y;
}

Value integer_bitwise(Arena *a, IntegerBits op, Value x, Value y) {
    size_t len = MAX(integer_bits(x), integer_bits(y)) / 32 + 1; /* one bit for the sign */
    uint32_t *p = complement(a, x, len), *q = complement(a, y, len);
    Big *b = big_new(a, len);
    for (size_t i = 0; i < len; i++) b->limbs[i] = limb_bitwise(op, p[i], q[i]);
    b->negative = b->limbs[len - 1] >> 31;
    uint64_t carry = 1;
    for (size_t i = 0; b->negative && i < len; i++) {
        carry += (uint32_t)~b->limbs[i];
        b->limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    return big_value(b);
}

Value integer_invert(Arena *a, Value v) {
    return integer_subtract(a, value_int(-1), v);
}

/* Str: comparing, cutting and reading numbers from borrowed text. */
#include "base/str.h"

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool str_equal_nocase(Str a, Str b) {
    if (a.len != b.len) return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.at[i]) != lower(b.at[i])) return false;
    return true;
}

int str_compare(Str a, Str b) {
    size_t n = MIN(a.len, b.len);
    int order = n ? memcmp(a.at, b.at, n) : 0;
    if (order) return order;
    return a.len < b.len ? -1 : a.len > b.len;
}

bool str_starts(Str s, Str prefix) {
    return str_equal(str_slice(s, 0, prefix.len), prefix);
}

bool str_ends(Str s, Str suffix) {
    return s.len >= suffix.len && str_equal(str_slice(s, s.len - suffix.len, s.len), suffix);
}

size_t str_find(Str s, char c) {
    const char *hit = s.len ? memchr(s.at, c, s.len) : NULL;
    return hit ? (size_t)(hit - s.at) : STR_NONE;
}

size_t str_find_last(Str s, char c) {
    const char *hit = s.len ? memrchr(s.at, c, s.len) : NULL;
    return hit ? (size_t)(hit - s.at) : STR_NONE;
}

size_t str_find_str(Str s, Str needle) {
    if (needle.len == 0) return 0;
    const char *hit = s.len ? memmem(s.at, s.len, needle.at, needle.len) : NULL;
    return hit ? (size_t)(hit - s.at) : STR_NONE;
}

Str str_slice(Str s, size_t from, size_t to) {
    to = MIN(to, s.len);
    from = MIN(from, to);
    return (Str){s.at ? s.at + from : NULL, to - from};
}

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

Str str_trim(Str s) {
    while (s.len && is_space(s.at[0])) s = str_slice(s, 1, s.len);
    while (s.len && is_space(s.at[s.len - 1])) s.len--;
    return s;
}

bool str_cut(Str *rest, char sep, Str *ret_part) {
    if (!rest->at) return false;
    size_t at = str_find(*rest, sep);
    if (at == STR_NONE) {
        *ret_part = *rest;
        *rest = (Str){0};
        return true;
    }
    *ret_part = str_slice(*rest, 0, at);
    *rest = str_slice(*rest, at + 1, rest->len);
    return true;
}

uint64_t str_hash(Str s) {
    uint64_t h = 0x9E3779B97F4A7C15u ^ s.len;
    size_t i = 0;
    for (; i + 8 <= s.len; i += 8) {
        uint64_t word;
        memcpy(&word, s.at + i, 8);
        h = (h ^ word) * 0xFF51AFD7ED558CCDu;
        h ^= h >> 32;
    }
    uint64_t tail = 0;
    for (size_t shift = 0; i < s.len; i++, shift += 8) tail |= (uint64_t)(unsigned char)s.at[i] << shift;
    h = (h ^ tail) * 0xC4CEB9FE1A85EC53u;
    return h ^ (h >> 29);
}

/* Length of the well-formed sequence at p (Unicode 15, table 3-7), 0 when there is none. */
static size_t utf8_sequence(const unsigned char *p, size_t left) {
    unsigned char c = p[0];
    if (c < 0x80) return 1;
    size_t n = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
    if (c < 0xC2 || c > 0xF4 || left < n) return 0;
    unsigned char low = c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80;
    unsigned char high = c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
    if (p[1] < low || p[1] > high) return 0;
    for (size_t i = 2; i < n; i++)
        if ((p[i] & 0xC0) != 0x80) return 0;
    return n;
}

size_t str_utf8_length(Str s) {
    return s.len ? utf8_sequence((const unsigned char *)s.at, s.len) : 0;
}

char *utf8_encode(char *out, uint32_t c) {
    if (c >= 0xD800 && c <= 0xDFFF) c = 0xFFFD;
    if (c < 0x80) {
        *out++ = (char)c;
        return out;
    }
    int tail = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const unsigned char first[] = {0, 0xC0, 0xE0, 0xF0};
    *out++ = (char)(first[tail] | c >> 6 * tail);
    while (tail--) *out++ = (char)(0x80 | (c >> 6 * tail & 0x3F));
    return out;
}

bool str_is_utf8(Str s) {
    const unsigned char *p = (const unsigned char *)s.at;
    for (size_t i = 0; i < s.len;) {
        uint64_t word;
        if (i + 8 <= s.len && (memcpy(&word, p + i, 8), !(word & 0x8080808080808080u))) {
            i += 8;
            continue;
        }
        size_t n = utf8_sequence(p + i, s.len - i);
        if (!n) return false;
        i += n;
    }
    return true;
}

bool str_to_u64(Str s, uint64_t *ret) {
    if (s.len && s.at[0] == '+') s = str_slice(s, 1, s.len);
    if (!s.len) return false;
    uint64_t value = 0;
    for (size_t i = 0; i < s.len; i++) {
        unsigned digit = (unsigned)(unsigned char)s.at[i] - '0';
        if (digit > 9 || __builtin_mul_overflow(value, 10u, &value) || __builtin_add_overflow(value, digit, &value))
            return false;
    }
    *ret = value;
    return true;
}

bool str_to_i64(Str s, int64_t *ret) {
    bool negative = s.len && s.at[0] == '-';
    uint64_t magnitude;
    if (negative) s = str_slice(s, 1, s.len);
    if (negative && s.len && s.at[0] == '+') return false;
    if (!str_to_u64(s, &magnitude) || magnitude > (uint64_t)INT64_MAX + negative) return false;
    *ret = (int64_t)(negative ? 0 - magnitude : magnitude);
    return true;
}

bool str_to_double(Str s, double *ret) {
    char text[512];
    if (!s.len || s.len >= sizeof text || is_space(s.at[0])) return false;
    /* what strtod takes and float() does not: 0x1p3, nan(1) */
    if (str_find(s, 'x') != STR_NONE || str_find(s, 'X') != STR_NONE || str_find(s, '(') != STR_NONE) return false;
    memcpy(text, s.at, s.len);
    text[s.len] = '\0';
    char *end;
    double value = strtod(text, &end);
    if (end != text + s.len) return false;
    *ret = value;
    return true;
}

typedef struct Glyph {
    uint32_t code; /* of the character; a byte that is none is 0x110000 + byte */
    size_t len;
} Glyph;

static Glyph glyph_at(Str s, size_t i) {
    const unsigned char *p = (const unsigned char *)s.at + i;
    size_t len = utf8_sequence(p, s.len - i);
    if (!len) return (Glyph){0x110000u + p[0], 1};
    uint32_t code = len == 1 ? p[0] : p[0] & (0x7Fu >> len);
    for (size_t k = 1; k < len; k++) code = code << 6 | (p[k] & 0x3Fu);
    return (Glyph){code, len};
}

/* The place of the "]" that closes the set at pattern[at], STR_NONE when there is none. */
static size_t glob_set_end(Str pattern, size_t at) {
    size_t i = at + 1;
    if (i < pattern.len && pattern.at[i] == '!') i++;
    if (i < pattern.len && pattern.at[i] == ']') i++;
    while (i < pattern.len && pattern.at[i] != ']') i++;
    return i < pattern.len ? i : STR_NONE;
}

/* Whether the set [from, to) of the pattern holds the character. */
static bool glob_set_has(Str pattern, size_t from, size_t to, uint32_t code) {
    bool negated = pattern.at[from] == '!', hit = false;
    for (size_t i = from + negated; i < to;) {
        Glyph low = glyph_at(pattern, i), high = low;
        i += low.len;
        if (i + 1 < to && pattern.at[i] == '-') {
            high = glyph_at(pattern, i + 1);
            i += 1 + high.len;
        }
        hit |= code >= low.code && code <= high.code;
    }
    return hit != negated;
}

/* Matches one character of s against what stands at pattern[*at] (no star); moves *at behind that. */
static bool glob_one(Str pattern, size_t *at, Glyph glyph) {
    size_t close = pattern.at[*at] == '[' ? glob_set_end(pattern, *at) : STR_NONE;
    if (close != STR_NONE) {
        bool hit = glob_set_has(pattern, *at + 1, close, glyph.code);
        *at = close + 1;
        return hit;
    }
    Glyph wanted = glyph_at(pattern, *at);
    *at += wanted.len;
    return wanted.code == '?' || wanted.code == glyph.code;
}

bool str_glob(Str pattern, Str s) {
    size_t p = 0, i = 0, star = STR_NONE, star_i = 0;
    while (i < s.len || p < pattern.len) {
        if (p < pattern.len && pattern.at[p] == '*') {
            star = ++p;
            star_i = i;
            continue;
        }
        if (p < pattern.len && i < s.len) {
            Glyph glyph = glyph_at(s, i);
            if (glob_one(pattern, &p, glyph)) {
                i += glyph.len;
                continue;
            }
        }
        if (star == STR_NONE || star_i >= s.len) return false;
        p = star;
        star_i += glyph_at(s, star_i).len;
        i = star_i;
    }
    return true;
}

size_t str_distance(Str a, Str b) {
    enum { LIMIT = 64 };
    if (a.len > LIMIT || b.len > LIMIT) return LIMIT;
    size_t rows[3][LIMIT + 1];
    size_t *before = rows[0], *last = rows[1], *now = rows[2];
    for (size_t j = 0; j <= b.len; j++) last[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        now[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            bool same = a.at[i - 1] == b.at[j - 1];
            size_t best = MIN(MIN(last[j] + 1, now[j - 1] + 1), last[j - 1] + !same);
            if (i > 1 && j > 1 && a.at[i - 1] == b.at[j - 2] && a.at[i - 2] == b.at[j - 1])
                best = MIN(best, before[j - 2] + 1);
            now[j] = best;
        }
        size_t *free_row = before;
        before = last;
        last = now;
        now = free_row;
    }
    return last[b.len];
}

int str_hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

size_t str_characters(Str s) {
    size_t count = 0;
    for (size_t i = 0; i < s.len; i++) count += ((unsigned char)s.at[i] & 0xC0) != 0x80;
    return count;
}

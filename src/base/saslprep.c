#include "base/saslprep.h"

#include "base/buf.h"
#include "base/saslprep_data.h"
#include "base/vec.h"

typedef VEC(uint32_t) Points;

enum {
    HANGUL_FIRST = 0xAC00,
    LEADS = 19,
    VOWELS = 21,
    TAILS = 28,
    HANGUL_COUNT = LEADS * VOWELS * TAILS,
    LEAD_FIRST = 0x1100,
    VOWEL_FIRST = 0x1161,
    TAIL_FIRST = 0x11A7, /* of no tail */
};

/* The row of a table, sorted by its first member, that holds c; NULL when there is none. Rows begin with first and last. */
static const void *find_run(const void *table, size_t count, size_t size, uint32_t c) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const PrepRun *run = (const PrepRun *)((const char *)table + middle * size);
        if (c < run->first) high = middle;
        else if (c > run->last) low = middle + 1;
        else return run;
    }
    return NULL;
}

#define FIND(table, c) find_run((table), ARRAY_LEN(table), sizeof *(table), (c))

/* ---- text ---- */

static uint32_t point_at(Str s, size_t bytes) {
    const unsigned char *p = (const unsigned char *)s.at;
    uint32_t c = bytes == 1 ? *p : *p & (0x7Fu >> bytes);
    for (size_t i = 1; i < bytes; i++) c = c << 6 | (p[i] & 0x3F);
    return c;
}

/* RFC 4013, 2.1. */
static void map_points(Str s, Points *ret) {
    while (s.len) {
        size_t bytes = str_utf8_length(s);
        uint32_t c = point_at(s, bytes);
        if (FIND(space_runs, c)) c = ' ';
        if (!FIND(nothing_runs, c)) vec_push(ret, c);
        s = str_slice(s, bytes, s.len);
    }
}

/* 2.3 to 2.5. */
static bool allowed(const Points *p) {
    bool right = false, left = false;
    for (size_t i = 0; i < p->len; i++) {
        uint32_t c = p->at[i];
        if (c < 0x20 || c == 0x7F || FIND(forbidden_runs, c)) return false;
        right = right || FIND(right_to_left_runs, c);
        left = left || FIND(left_to_right_runs, c) || (c < 0x80 && ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'));
    }
    if (!right) return p->len > 0;
    return !left && FIND(right_to_left_runs, p->at[0]) && FIND(right_to_left_runs, vec_last(p));
}

/* ---- NFKC (UAX #15) ---- */

static uint32_t rank_of(uint32_t c) {
    const PrepClass *found = FIND(classes, c);
    return found ? found->rank : 0;
}

static int compare_pair(const void *c, const void *pair) {
    uint32_t a = *(const uint32_t *)c, b = ((const PrepPair *)pair)->composed;
    return (a > b) - (a < b);
}

static int compare_text(const void *c, const void *text) {
    uint32_t a = *(const uint32_t *)c, b = ((const PrepText *)text)->from;
    return (a > b) - (a < b);
}

/* Appends all that c consists of. */
static void decompose(uint32_t c, Points *ret) {
    if (c < 0x80) {
        vec_push(ret, c);
        return;
    }
    if (c >= HANGUL_FIRST && c < HANGUL_FIRST + HANGUL_COUNT) {
        uint32_t i = c - HANGUL_FIRST;
        vec_push(ret, LEAD_FIRST + i / (VOWELS * TAILS));
        vec_push(ret, VOWEL_FIRST + i % (VOWELS * TAILS) / TAILS);
        if (i % TAILS) vec_push(ret, TAIL_FIRST + i % TAILS);
        return;
    }
    const PrepShift *shift = FIND(shifts, c);
    const PrepPair *pair = bsearch(&c, pairs, ARRAY_LEN(pairs), sizeof *pairs, compare_pair);
    const PrepText *text = bsearch(&c, texts, ARRAY_LEN(texts), sizeof *texts, compare_text);
    if (shift) {
        decompose(shift->to + (c - shift->first), ret);
    } else if (pair) {
        decompose(pair->first, ret);
        decompose(pair->second, ret);
    } else if (text) {
        for (Str rest = str_of(text->to); rest.len;) {
            size_t bytes = str_utf8_length(rest);
            decompose(point_at(rest, bytes), ret);
            rest = str_slice(rest, bytes, rest.len);
        }
    } else {
        vec_push(ret, c);
    }
}

/* Marks on the same character in the order of their ranks. */
static void sort_marks(Points *p) {
    for (size_t i = 1; i < p->len; i++) {
        uint32_t mark = p->at[i], rank = rank_of(mark);
        size_t at = i;
        for (; rank && at && rank_of(p->at[at - 1]) > rank; at--) p->at[at] = p->at[at - 1];
        p->at[at] = mark;
    }
}

/* 0: there is no such character. */
static uint32_t compose_two(uint32_t a, uint32_t b) {
    if (a >= LEAD_FIRST && a < LEAD_FIRST + LEADS && b >= VOWEL_FIRST && b < VOWEL_FIRST + VOWELS)
        return HANGUL_FIRST + ((a - LEAD_FIRST) * VOWELS + (b - VOWEL_FIRST)) * TAILS;
    if (a >= HANGUL_FIRST && a < HANGUL_FIRST + HANGUL_COUNT && (a - HANGUL_FIRST) % TAILS == 0 && b > TAIL_FIRST &&
        b < TAIL_FIRST + TAILS)
        return a + (b - TAIL_FIRST);
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
        if (pairs[i].first == a && pairs[i].second == b) return pairs[i].composed;
    return 0;
}

/* In place. */
static void compose(Points *p) {
    size_t starter = 0, end = 1;
    int64_t last = -1; /* rank of what stands between the starter and the next one */
    for (size_t i = 1; i < p->len; i++) {
        uint32_t c = p->at[i], rank = rank_of(c);
        uint32_t composed = last < (int64_t)rank ? compose_two(p->at[starter], c) : 0;
        if (composed) {
            p->at[starter] = composed;
            continue;
        }
        if (!rank) starter = end;
        last = rank ? (int64_t)rank : -1;
        p->at[end++] = c;
    }
    p->len = MIN(p->len, end);
}

/* ---- both ---- */

static Str points_text(Arena *a, const Points *p) {
    AUTO(Buf) out = {0};
    for (size_t i = 0; i < p->len; i++) {
        char bytes[4];
        buf_append(&out, (Str){bytes, (size_t)(utf8_encode(bytes, p->at[i]) - bytes)});
    }
    return arena_str(a, buf_str(&out));
}

static bool is_ascii(Str s) {
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.at[i] >= 0x80) return false;
    return true;
}

bool saslprep(Arena *a, Str password, Str *ret) {
    if (is_ascii(password)) {
        *ret = password;
        return true;
    }
    if (!str_is_utf8(password)) return false;
    Points mapped = {0}, whole = {0};
    map_points(password, &mapped);
    bool ok = allowed(&mapped);
    if (ok) {
        for (size_t i = 0; i < mapped.len; i++) decompose(mapped.at[i], &whole);
        sort_marks(&whole);
        compose(&whole);
        *ret = points_text(a, &whole);
    }
    vec_release(&mapped);
    vec_release(&whole);
    return ok;
}

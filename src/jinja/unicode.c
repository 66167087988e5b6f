/* Characters: UTF-8 both ways, properties and case by runs (unicode_data.h). */
#include "jinja/unicode.h"

#include "jinja/unicode_data.h"

enum { STRAY_BYTE = 0xDC00 };

/* ---- UTF-8 ---- */

uint32_t utf8_next(Str s, size_t *at) {
    const unsigned char *p = (const unsigned char *)s.at + *at;
    if (*p < 0x80) {
        ++*at;
        return *p;
    }
    size_t n = str_utf8_length(str_slice(s, *at, s.len));
    *at += MAX(n, (size_t)1);
    if (!n) return STRAY_BYTE + *p;
    uint32_t c = *p & (0x7Fu >> n);
    for (size_t i = 1; i < n; i++) c = c << 6 | (p[i] & 0x3F);
    return c;
}

uint32_t utf8_previous(Str s, size_t *at) {
    size_t end = *at, from = end - 1;
    while (from && end - from < 4 && ((unsigned char)s.at[from] & 0xC0) == 0x80) from--;
    size_t behind = from;
    uint32_t c = utf8_next(str_slice(s, 0, end), &behind);
    *at = behind == end ? from : end - 1;
    return behind == end ? c : STRAY_BYTE + (uint32_t)(unsigned char)s.at[end - 1];
}

void utf8_put(Buf *out, uint32_t c) {
    char bytes[4];
    if (c >= STRAY_BYTE + 0x80 && c <= STRAY_BYTE + 0xFF) buf_put(out, (char)(c & 0xFF));
    else buf_append(out, (Str){bytes, (size_t)(utf8_encode(bytes, c) - bytes)});
}

bool str_is_ascii(Str s) {
    size_t i = 0;
    for (uint64_t word; i + 8 <= s.len; i += 8) {
        memcpy(&word, s.at + i, 8);
        if (word & 0x8080808080808080u) return false;
    }
    for (; i < s.len; i++)
        if ((unsigned char)s.at[i] >= 0x80) return false;
    return true;
}

size_t utf8_length(Str s) {
    if (str_is_ascii(s)) return s.len;
    size_t length = 0;
    for (size_t at = 0; at < s.len; length++) utf8_next(s, &at);
    return length;
}

size_t utf8_offset(Str s, size_t index) {
    if (index >= s.len) return s.len;
    if (str_is_ascii(str_slice(s, 0, index))) return index;
    size_t at = 0;
    while (index-- && at < s.len) utf8_next(s, &at);
    return at;
}

/* ---- properties ---- */

typedef struct Runs {
    const UnicodeRun *at;
    size_t len;
} Runs;

#define RUNS(table)                                                                                                    \
    { table, ARRAY_LEN(table) }
static const Runs properties[] = {
    [UNICODE_ALPHA] = RUNS(alpha_runs),   [UNICODE_DECIMAL] = RUNS(decimal_runs),
    [UNICODE_DIGIT] = RUNS(digit_runs),   [UNICODE_NUMERIC] = RUNS(numeric_runs),
    [UNICODE_SPACE] = RUNS(space_runs),   [UNICODE_UPPER] = RUNS(upper_runs),
    [UNICODE_LOWER] = RUNS(lower_runs),   [UNICODE_TITLE] = RUNS(title_runs),
    [UNICODE_HIDDEN] = RUNS(hidden_runs),
};

/* The last run that begins at or before c; NULL when c is in none. */
static const UnicodeRun *find_run(Runs runs, uint32_t c) {
    size_t low = 0, high = runs.len;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (runs.at[middle].first <= c) low = middle + 1;
        else high = middle;
    }
    const UnicodeRun *run = low ? &runs.at[low - 1] : NULL;
    return run && c <= run->last && (c - run->first) % run->step == 0 ? run : NULL;
}

static bool ascii_is(UnicodeProperty property, uint32_t c) {
    bool upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z';
    switch (property) {
    case UNICODE_ALPHA: return upper || lower;
    case UNICODE_DECIMAL:
    case UNICODE_DIGIT:
    case UNICODE_NUMERIC: return c >= '0' && c <= '9';
    case UNICODE_SPACE: return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1C && c <= 0x1F);
    case UNICODE_UPPER: return upper;
    case UNICODE_LOWER: return lower;
    case UNICODE_TITLE: return false;
    case UNICODE_HIDDEN: break;
    }
    return c < 0x20 || c == 0x7F;
}

bool unicode_is(UnicodeProperty property, uint32_t c) {
    return c < 0x80 ? ascii_is(property, c) : find_run(properties[property], c) != NULL;
}

bool unicode_is_cased(uint32_t c) {
    return unicode_is(UNICODE_LOWER, c) || unicode_is(UNICODE_UPPER, c) || unicode_is(UNICODE_TITLE, c);
}

int unicode_decimal(uint32_t c) {
    if (c < 0x80) return ascii_is(UNICODE_DECIMAL, c) ? (int)c - '0' : -1;
    const UnicodeRun *run = find_run(properties[UNICODE_DECIMAL], c);
    return run ? (int)((c - run->first) % 10) : -1; /* digits come in rows of ten */
}

/* ---- case ---- */

typedef struct CaseTable {
    const UnicodeShift *shifts;
    size_t shift_count;
    const UnicodeText *texts;
    size_t text_count;
    UnicodeCase otherwise; /* where the rest of it is */
} CaseTable;

#define CASE_TABLE(name, otherwise)                                                                                    \
    { name##_shifts, ARRAY_LEN(name##_shifts), name##_texts, ARRAY_LEN(name##_texts), otherwise }
static const CaseTable cases[] = {
    [UNICODE_TO_LOWER] = CASE_TABLE(lower, UNICODE_TO_LOWER),
    [UNICODE_TO_UPPER] = CASE_TABLE(upper, UNICODE_TO_UPPER),
    [UNICODE_TO_TITLE] = CASE_TABLE(title, UNICODE_TO_UPPER),
    [UNICODE_TO_FOLD] = CASE_TABLE(fold, UNICODE_TO_LOWER),
};

static const UnicodeShift *find_shift(const CaseTable *table, uint32_t c) {
    size_t low = 0, high = table->shift_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (table->shifts[middle].first <= c) low = middle + 1;
        else high = middle;
    }
    const UnicodeShift *shift = low ? &table->shifts[low - 1] : NULL;
    return shift && c <= shift->last && (c - shift->first) % shift->step == 0 ? shift : NULL;
}

void unicode_put_case(Buf *out, UnicodeCase to, uint32_t c) {
    if (c < 0x80) {
        UnicodeProperty from = to == UNICODE_TO_LOWER || to == UNICODE_TO_FOLD ? UNICODE_UPPER : UNICODE_LOWER;
        buf_put(out, (char)(ascii_is(from, c) ? c ^ 0x20 : c));
        return;
    }
    const CaseTable *table = &cases[to];
    for (size_t i = 0; i < table->text_count && table->texts[i].from <= c; i++)
        if (table->texts[i].from == c) {
            buf_append_c(out, table->texts[i].to);
            return;
        }
    const UnicodeShift *shift = find_shift(table, c);
    if (shift) utf8_put(out, (uint32_t)((int32_t)c + shift->distance));
    else if (table->otherwise != to) unicode_put_case(out, table->otherwise, c);
    else utf8_put(out, c);
}

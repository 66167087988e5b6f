#include "pgwire/copy_cut.h"

#include "base/bytes8.h"

const char copy_signature[COPY_SIGNATURE] = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', '\377', '\r', '\n', '\0'};

CopyCutter copy_cutter(const CopyStatement *statement, size_t columns) {
    return (CopyCutter){.statement = statement, .columns = columns};
}

/* ---- csv: what is inside quotes ---- */

typedef struct Quotes {
    char quote, escape; /* escape NUL: it is the quote */
    bool open, was_escaped;
} Quotes;

static Quotes quotes_of(const CopyStatement *s) {
    return (Quotes){.quote = s->quote, .escape = s->escape == s->quote ? '\0' : s->escape};
}

static void pass(Quotes *q, char c) {
    if (q->open && q->escape && c == q->escape) q->was_escaped = !q->was_escaped;
    if (c == q->quote && !q->was_escaped) q->open = !q->open;
    if (!q->escape || c != q->escape) q->was_escaped = false;
}

static size_t count_byte(Str data, char c) {
    size_t count = 0, i = 0;
    for (; i + 8 <= data.len; i += 8) {
        /* Exact for every byte, as bytes8_equal is not. */
        uint64_t x = bytes8_at(data.at + i) ^ (BYTES8_ONES * (unsigned char)c), low = ~BYTES8_HIGHS;
        count += (size_t)__builtin_popcountll(~(((x & low) + low) | x | low));
    }
    for (; i < data.len; i++) count += data.at[i] == c;
    return count;
}

static void pass_all(Quotes *q, Str data) {
    if (q->escape)
        for (size_t i = 0; i < data.len; i++) pass(q, data.at[i]);
    else q->open ^= count_byte(data, q->quote) & 1;
}

/* ---- how lines end ---- */

/* The place of the first line's end; STR_NONE: it has not come. */
static size_t first_end(const CopyStatement *s, Str data) {
    Quotes q = quotes_of(s);
    for (size_t i = 0; i < data.len; i++) {
        char c = data.at[i];
        if (s->format == COPY_CSV) pass(&q, c);
        else if (c == '\\') i++;
        if (i < data.len && !q.open && (c == '\n' || c == '\r')) return i;
    }
    return STR_NONE;
}

static bool learn_eol(CopyCutter *c, Str data) {
    if (c->eol != COPY_EOL_UNKNOWN) return true;
    size_t i = first_end(c->statement, data);
    if (i == STR_NONE || (data.at[i] == '\r' && i + 1 == data.len)) return false;
    c->eol = data.at[i] == '\n' ? COPY_EOL_LF : data.at[i + 1] == '\n' ? COPY_EOL_CRLF : COPY_EOL_CR;
    return true;
}

static char last_of_line(const CopyCutter *c) {
    return c->eol == COPY_EOL_CR ? '\r' : '\n';
}

/* ---- text ---- */

/* Whether the byte at `at` stands behind a backslash that is none's second itself. */
static bool is_escaped(Str data, size_t at) {
    size_t from = at;
    while (from && data.at[from - 1] == '\\') from--;
    return (at - from) % 2;
}

static size_t cut_lines(CopyCutter *c, Str data) {
    size_t end = data.len, from = c->seen;
    while (end > from) {
        const char *hit = memrchr(data.at + from, last_of_line(c), end - from);
        if (!hit) break;
        end = (size_t)(hit - data.at);
        if (!is_escaped(data, end)) return end + 1;
    }
    return 0;
}

/* ---- csv ---- */

/* From the end back to the last line's end outside quotes, when the escape is the quote: every other quote opens. */
static size_t cut_quoted(CopyCutter *c, Str data, Quotes *q) {
    bool open = q->open;
    for (size_t i = data.len; i > c->seen; i--) {
        char at = data.at[i - 1];
        if (at == q->quote) open = !open;
        else if (!open && at == last_of_line(c)) return i;
    }
    return 0;
}

static size_t cut_csv(CopyCutter *c, Str data) {
    Quotes q = quotes_of(c->statement);
    size_t cut = 0;
    q.open = c->quoted;
    q.was_escaped = c->was_escaped;
    if (q.escape) {
        for (size_t i = c->seen; i < data.len; i++) {
            pass(&q, data.at[i]);
            if (!q.open && data.at[i] == last_of_line(c)) cut = i + 1;
        }
    } else {
        pass_all(&q, str_slice(data, c->seen, data.len));
        cut = cut_quoted(c, data, &q);
    }
    c->quoted = q.open;
    c->was_escaped = q.was_escaped;
    return cut;
}

/* ---- the end mark ---- */

/* May be wrong in saying so. */
static bool has_pair(Str rows) {
    size_t i = 0;
    for (; i + 9 <= rows.len; i += 8) {
        uint64_t first = bytes8_equal(bytes8_at(rows.at + i), '\\');
        if (first & bytes8_equal(bytes8_at(rows.at + i + 1), '.')) return true;
    }
    for (; i + 1 < rows.len; i++)
        if (rows.at[i] == '\\' && rows.at[i + 1] == '.') return true;
    return false;
}

/* Whether the rows hold a backslash and a dot that end the data, or that are an error: text takes them anywhere, csv alone on a line. */
static bool has_mark(const CopyCutter *c, Str rows) {
    if (!has_pair(rows)) return false;
    Quotes q = quotes_of(c->statement);
    size_t passed = 0;
    for (size_t i = 0; i + 1 < rows.len; i++) {
        if (rows.at[i] != '\\' || rows.at[i + 1] != '.') continue;
        if (c->statement->format == COPY_TEXT) {
            if (!is_escaped(rows, i)) return true;
            continue;
        }
        bool begins = !i || rows.at[i - 1] == last_of_line(c);
        bool alone = i + 2 < rows.len && (rows.at[i + 2] == '\n' || rows.at[i + 2] == '\r');
        if (!begins || !alone) continue;
        pass_all(&q, str_slice(rows, passed, i));
        passed = i;
        if (!q.open) return true;
    }
    return false;
}

/* ---- binary ---- */

static uint32_t be32_at(Str data, size_t at) {
    uint32_t v;
    memcpy(&v, data.at + at, sizeof v);
    return __builtin_bswap32(v);
}

/* The tuple at `at` is whole: *ret_end is what is behind it. False: it is not, or it is none (c->ended). */
static bool tuple_end(CopyCutter *c, Str data, size_t at, size_t *ret_end) {
    enum { COUNT = 2, LENGTH = 4 };
    if (data.len - at < COUNT) return false;
    int16_t count = (int16_t)((unsigned char)data.at[at] << 8 | (unsigned char)data.at[at + 1]);
    at += COUNT;
    if (count == -1) {
        c->ended = data.len > at; /* only the end may follow */
        return false;
    }
    c->ended = count < 0 || (size_t)count != c->columns;
    for (size_t i = 0; i < c->columns && !c->ended; i++) {
        if (data.len - at < LENGTH) return false;
        int32_t length = (int32_t)be32_at(data, at);
        at += LENGTH;
        c->ended = length < -1;
        if (length <= 0) continue;
        if (data.len - at < (size_t)length) return false;
        at += (size_t)length;
    }
    *ret_end = at;
    return !c->ended;
}

static bool pass_header(CopyCutter *c, Str data) {
    if (c->begun) return true;
    c->ended = memcmp(data.at, copy_signature, MIN(data.len, (size_t)COPY_SIGNATURE)) != 0;
    if (c->ended || data.len < COPY_HEADER) return false;
    uint32_t flags = be32_at(data, COPY_SIGNATURE), extension = be32_at(data, COPY_SIGNATURE + 4);
    c->ended = flags >> 16 || extension > INT32_MAX;
    if (c->ended || data.len - COPY_HEADER < extension) return false;
    c->begun = true;
    c->seen = COPY_HEADER + extension;
    return true;
}

static size_t cut_tuples(CopyCutter *c, Str data) {
    if (pass_header(c, data))
        while (tuple_end(c, data, c->seen, &c->seen)) {}
    size_t cut = c->ended ? data.len : c->seen;
    c->seen = 0;
    return cut;
}

size_t copy_cut(CopyCutter *c, Str data) {
    if (c->ended) return data.len;
    if (!data.len) return 0;
    if (c->statement->format == COPY_BINARY) return cut_tuples(c, data);
    if (!learn_eol(c, data)) return 0;
    size_t cut = c->statement->format == COPY_CSV ? cut_csv(c, data) : cut_lines(c, data);
    c->seen = data.len - cut;
    if (cut) c->ended = has_mark(c, str_slice(data, 0, cut));
    return cut;
}

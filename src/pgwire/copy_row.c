#include "pgwire/copy_row.h"

#include "base/bytes8.h"
#include "pgwire/session.h"

void copy_rows_release(CopyRows *r) {
    arena_release(&r->texts);
    free(r->fields);
    r->fields = NULL;
}

/* Text for PostgreSQL: no line of it needs another look. */
static bool is_plain(Str data) {
    uint64_t high = 0, nul = 0;
    size_t i = 0;
    for (; i + 8 <= data.len; i += 8) {
        uint64_t w = bytes8_at(data.at + i);
        high |= w;
        nul |= bytes8_equal(w, '\0');
    }
    bool ascii = !(high & BYTES8_HIGHS);
    Str rest = str_slice(data, ascii ? i : 0, data.len);
    return !nul && str_find(rest, '\0') == STR_NONE && str_is_utf8(rest);
}

void copy_rows_begin(CopyRows *r, const CopyPart *part) {
    const CopyStatement *s = r->spec->statement;
    if (!r->fields) r->fields = calloc(r->spec->column_count + 1, sizeof *r->fields);
    BUG_ON(!r->fields);
    r->at = part->data.at;
    r->end = r->at + part->data.len;
    /* PostgreSQL learns it from the first line. */
    r->eol = part->first ? COPY_EOL_UNKNOWN : part->eol;
    r->binary_header = part->first && s->format == COPY_BINARY;
    r->header = part->first && s->header;
    r->checked = s->format != COPY_BINARY && is_plain(part->data);
    r->over = false;
    r->line = 0;
}

/* ---- looking for one of some bytes ---- */

typedef struct Stops {
    unsigned char at[4];
} Stops;

static inline bool is_stop(Stops s, char c) {
    unsigned char u = (unsigned char)c;
    return u == s.at[0] || u == s.at[1] || u == s.at[2] || u == s.at[3];
}

static inline const char *next_stop(Stops s, const char *p, const char *end) {
    for (; end - p >= 8; p += 8) {
        uint64_t w = bytes8_at(p);
        uint64_t found =
            bytes8_equal(w, s.at[0]) | bytes8_equal(w, s.at[1]) | bytes8_equal(w, s.at[2]) | bytes8_equal(w, s.at[3]);
        if (found) return p + bytes8_first(found);
    }
    while (p < end && !is_stop(s, *p)) p++;
    return p;
}

static Stops stops(char a, char b, char c, char d) {
    return (Stops){{(unsigned char)a, (unsigned char)b, (unsigned char)c, (unsigned char)d}};
}

/* ---- lines: CopyReadLineText ---- */

static bool literal(const CopyRows *r, bool newline, Err *err) {
    bool csv = r->spec->statement->format == COPY_CSV;
    pg_error(err, "22P04", "%s %s found in data", csv ? "unquoted" : "literal",
             newline ? "newline" : "carriage return");
    if (csv) return err_hint(err, "Use quoted CSV field to represent %s.", newline ? "newline" : "carriage return");
    return err_hint(err, "Use \"\\%c\" to represent %s.", newline ? 'n' : 'r', newline ? "newline" : "carriage return");
}

/* p at the \r or \n that ends a line; *p is behind its end then. */
static bool end_line(CopyRows *r, const char **p, Err *err) {
    bool newline = *(*p)++ == '\n';
    if (newline) {
        if (r->eol == COPY_EOL_CR || r->eol == COPY_EOL_CRLF) return literal(r, true, err);
        r->eol = COPY_EOL_LF;
        return true;
    }
    if (r->eol == COPY_EOL_LF) return literal(r, false, err);
    if (r->eol == COPY_EOL_CR) return true;
    bool both = *p < r->end && **p == '\n';
    if (!both && r->eol == COPY_EOL_CRLF) return literal(r, false, err);
    r->eol = both ? COPY_EOL_CRLF : COPY_EOL_CR;
    *p += both;
    return true;
}

/* p behind a backslash and a dot. *ret_is false: csv takes them for data. */
static bool end_mark(const CopyRows *r, const char *p, bool *ret_is, Err *err) {
    static const char corrupt[] = "end-of-copy marker corrupt";
    static const char other[] = "end-of-copy marker does not match previous newline style";
    bool csv = r->spec->statement->format == COPY_CSV;
    char c;
    *ret_is = true;
    if (r->eol == COPY_EOL_CRLF) {
        c = p < r->end ? *p++ : '\0';
        if (csv && c != '\r') return !(*ret_is = false);
        if (c != '\r') return pg_error(err, "22P04", "%s", c == '\n' ? other : corrupt);
    }
    c = p < r->end ? *p : '\0';
    if (c != '\r' && c != '\n') {
        *ret_is = !csv;
        return csv || pg_error(err, "22P04", "%s", corrupt);
    }
    bool differs = r->eol != COPY_EOL_UNKNOWN && c != (r->eol == COPY_EOL_CR ? '\r' : '\n');
    return !differs || pg_error(err, "22P04", "%s", other);
}

/* The rest of the block is a line without an end, or nothing. */
static bool last_line(CopyRows *r, const char *end, Str *ret) {
    *ret = (Str){r->at, (size_t)(end - r->at)};
    r->at = r->end;
    r->over = true;
    return true;
}

static bool text_line(CopyRows *r, Str *ret, Err *err) {
    const Stops all = stops('\n', '\r', '\\', '\n');
    for (const char *p = r->at;;) {
        bool mark;
        p = next_stop(all, p, r->end);
        if (p == r->end || (*p == '\\' && p + 1 == r->end)) return last_line(r, r->end, ret);
        if (*p == '\\' && p[1] != '.') {
            p += 2;
            continue;
        }
        if (*p == '\\') return end_mark(r, p + 2, &mark, err) && last_line(r, p, ret);
        *ret = (Str){r->at, (size_t)(p - r->at)};
        if (!end_line(r, &p, err)) return false;
        r->at = p;
        return true;
    }
}

/* The state of csv's quotes while a line is read. */
typedef struct LineQuotes {
    char quote, escape; /* NUL: it is the quote */
    bool open;
    const char *escaped; /* the byte that an escape stands before; NULL: none */
} LineQuotes;

static void pass_quote(LineQuotes *q, const char *p) {
    bool was = q->escaped == p;
    if (q->open && q->escape && *p == q->escape) was = !was;
    if (*p == q->quote && !was) q->open = !q->open;
    q->escaped = q->escape && *p == q->escape && was ? p + 1 : NULL;
}

static bool csv_line(CopyRows *r, Str *ret, Err *err) {
    const CopyStatement *s = r->spec->statement;
    LineQuotes q = {.quote = s->quote, .escape = s->escape == s->quote ? '\0' : s->escape};
    const Stops all = stops('\n', '\r', s->quote, q.escape ? q.escape : s->quote);
    bool mark = false;
    if (r->end - r->at >= 2 && r->at[0] == '\\' && r->at[1] == '.') {
        if (!end_mark(r, r->at + 2, &mark, err)) return false;
        if (mark) return last_line(r, r->at, ret);
    }
    for (const char *p = r->at;; p++) {
        p = next_stop(all, p, r->end);
        if (p == r->end) return last_line(r, r->end, ret);
        bool breaks = *p == '\n' || *p == '\r';
        if (!breaks) pass_quote(&q, p);
        if (breaks && q.open) r->line += *p == (r->eol == COPY_EOL_LF ? '\n' : '\r');
        if (!breaks || q.open) continue;
        *ret = (Str){r->at, (size_t)(p - r->at)};
        if (!end_line(r, &p, err)) return false;
        r->at = p;
        return true;
    }
}

/* The next line without its end; *ret_any false: there is none. */
static bool next_line(CopyRows *r, Str *ret, bool *ret_any, Err *err) {
    *ret_any = false;
    if (r->at == r->end) {
        r->over = true;
        return true;
    }
    r->line++;
    bool ok = r->spec->statement->format == COPY_CSV ? csv_line(r, ret, err) : text_line(r, ret, err);
    if (!ok) return false;
    *ret_any = !r->over || ret->len;
    return r->checked || copy_check_text(*ret, r->end, err);
}

/* ---- what an error's context says ---- */

/* A value of at most 100 bytes, and dots for the rest. */
static void say_where(CopyRows *r, const char *column, Str value) {
    enum { SHOWN = 100 };
    size_t shown = value.len;
    if (shown > SHOWN) {
        shown = SHOWN;
        while (shown && ((unsigned char)value.at[shown] & 0xC0) == 0x80) shown--;
    }
    Str cut = str_slice(value, 0, shown);
    snprintf(r->where, sizeof r->where, "%s%.128s: \"" STR_FMT "%s\"", column ? ", column " : "", column ? column : "",
             STR_ARG(cut), shown < value.len ? "..." : "");
}

/* ---- fields of text: CopyReadAttributesText ---- */

static int64_t hex_or_octal(const char **p, const char *end) {
    int64_t value = 0;
    if (**p != 'x') {
        for (int i = 0; i < 3 && *p < end && **p >= '0' && **p <= '7'; i++, ++*p) value = value * 8 + (**p - '0');
        return value & 0xFF;
    }
    ++*p;
    if (*p == end || str_hex_digit(**p) < 0) return 'x';
    for (int i = 0; i < 2 && *p < end && str_hex_digit(**p) >= 0; i++, ++*p) value = value * 16 + str_hex_digit(**p);
    return value;
}

/* A field without its escapes. */
static bool unescape(CopyRows *r, Str raw, Str *ret, Err *err) {
    static const char letters[] = "bfnrtv", meant[] = "\b\f\n\r\t\v";
    char *out = arena_alloc(&r->texts, raw.len + 1), *to = out;
    const char *p = raw.at, *end = p + raw.len;
    bool check = false;
    while (p < end) {
        if (*p != '\\' || ++p == end) {
            if (p < end) *to++ = *p++;
            continue;
        }
        const char *letter = *p ? strchr(letters, *p) : NULL;
        if (letter) {
            *to++ = meant[letter - letters];
            p++;
        } else if (*p == 'x' || (*p >= '0' && *p <= '7')) {
            *to = (char)hex_or_octal(&p, end);
            check |= !*to || (unsigned char)*to >= 0x80;
            to++;
        } else {
            *to++ = *p++;
        }
    }
    *ret = (Str){out, (size_t)(to - out)};
    return !check || copy_check_text(*ret, to, err);
}

static bool split_text(CopyRows *r, Str line, Err *err) {
    const CopyStatement *s = r->spec->statement;
    const Stops all = stops(s->delimiter, '\\', s->delimiter, '\\');
    const char *p = line.at, *from = p, *end = p + line.len;
    bool escaped = false;
    r->field_count = 0;
    for (;;) {
        p = next_stop(all, p, end);
        if (p < end && *p == '\\') {
            escaped = true;
            p += p + 1 < end ? 2 : 1;
            continue;
        }
        Str raw = {from, (size_t)(p - from)};
        if (r->field_count++ < r->spec->column_count) {
            Str *field = &r->fields[r->field_count - 1];
            if (str_equal(raw, s->null)) *field = (Str){0};
            else if (!escaped) *field = raw;
            else if (!unescape(r, raw, field, err)) return false;
        }
        if (p == end) return true;
        from = ++p;
        escaped = false;
    }
}

/* ---- fields of csv: CopyReadAttributesCSV ---- */

/* A field that is not all between two quotes, written without them; *p is behind it. False: a quote stays open. */
static bool unquote(CopyRows *r, const char **p, const char *end, Str *ret) {
    const CopyStatement *s = r->spec->statement;
    bool quoted = false;
    char *out = arena_alloc(&r->texts, (size_t)(end - *p) + 1), *to = out;
    for (; *p < end && (quoted || **p != s->delimiter); ++*p) {
        char c = **p;
        if (quoted && c == s->escape && *p + 1 < end && ((*p)[1] == s->escape || (*p)[1] == s->quote)) *to++ = *++*p;
        else if (c == s->quote) quoted = !quoted;
        else *to++ = c;
    }
    *ret = (Str){out, (size_t)(to - out)};
    return !quoted;
}

/* p at a quote: a field that is all between it and the next one. False: it is another one. */
static bool whole_quoted(const CopyStatement *s, const char **p, const char *end, Str *ret) {
    const char *from = *p + 1;
    const char *close = next_stop(stops(s->quote, s->escape, s->quote, s->escape), from, end);
    if (close == end || *close != s->quote || (close + 1 < end && close[1] != s->delimiter)) return false;
    *ret = (Str){from, (size_t)(close - from)};
    *p = close + 1;
    return true;
}

static bool split_csv(CopyRows *r, Str line, Err *err) {
    const CopyStatement *s = r->spec->statement;
    const Stops all = stops(s->delimiter, s->quote, s->delimiter, s->quote);
    const char *p = line.at, *end = p + line.len;
    r->field_count = 0;
    for (;; p++) {
        const char *from = p;
        Str field;
        p = next_stop(all, p, end);
        bool quoted = p < end && *p == s->quote;
        if (!quoted) {
            field = (Str){from, (size_t)(p - from)};
            if (str_equal(field, s->null)) field = (Str){0};
        } else if (p > from || !whole_quoted(s, &p, end, &field)) {
            p = from;
            if (!unquote(r, &p, end, &field)) return pg_error(err, "22P04", "unterminated CSV quoted field");
        }
        if (r->field_count++ < r->spec->column_count) r->fields[r->field_count - 1] = field;
        if (p == end) return true;
    }
}

/* ---- rows ---- */

static bool split(CopyRows *r, Str line, Err *err) {
    return r->spec->statement->format == COPY_CSV ? split_csv(r, line, err) : split_text(r, line, err);
}

/* csv: FORCE NOT NULL and FORCE NULL. */
static Str forced(const CopyRows *r, size_t column) {
    Str field = r->fields[column], null = r->spec->statement->null;
    if (!field.at && r->spec->force_not_null[column]) return null;
    if (field.at && r->spec->force_null[column] && str_equal(field, null)) return (Str){0};
    return field;
}

static bool put_fields(CopyRows *r, Chunk *chunk, Err *err) {
    const CopyRowSpec *spec = r->spec;
    bool csv = spec->statement->format == COPY_CSV;
    if (r->field_count > spec->column_count) return pg_error(err, "22P04", "extra data after last expected column");
    for (size_t i = 0; i < spec->column_count; i++) {
        const CopyField *f = &spec->columns[i];
        if (i >= r->field_count)
            return pg_error(err, "22P04", "missing data for column \"" STR_FMT "\"", STR_ARG(f->name));
        Str field = csv ? forced(r, i) : r->fields[i];
        if (!field.at) {
            chunk_set_null(chunk, &chunk->columns[i], chunk->rows);
            continue;
        }
        CopyCell cell = {&chunk->columns[i], chunk->rows, spec->zone, &r->texts};
        if (f->text(f, field, &cell, err)) continue;
        say_where(r, f->name.at, field);
        return false;
    }
    chunk->rows++;
    return true;
}

static bool put_line(CopyRows *r, Str line, Chunk *chunk, Err *err) {
    if (split(r, line, err) && put_fields(r, chunk, err)) return true;
    if (!r->where[0]) say_where(r, NULL, line);
    return false;
}

static bool match_header(CopyRows *r, Str line, Err *err) {
    const CopyRowSpec *spec = r->spec;
    if (!split(r, line, err)) return false;
    if (r->field_count != spec->column_count)
        return pg_error(err, "22P04", "wrong number of fields in header line: got %zu, expected %zu", r->field_count,
                        spec->column_count);
    for (size_t i = 0; i < spec->column_count; i++) {
        Str name = r->fields[i], null = spec->statement->null, wanted = spec->columns[i].name;
        if (name.at && str_equal(name, wanted)) continue;
        return pg_error(
            err, "22P04",
            "column name mismatch in header line field %zu: got %s\"" STR_FMT "\"%s, expected \"" STR_FMT "\"", i + 1,
            name.at ? "" : "null value (", STR_ARG(name.at ? name : null), name.at ? "" : ")", STR_ARG(wanted));
    }
    return true;
}

static bool take_names(CopyRows *r, Err *err) {
    Str line;
    bool any;
    r->header = false;
    if (!next_line(r, &line, &any, err)) return false;
    if (!any || !r->spec->statement->header_match || match_header(r, line, err)) return true;
    say_where(r, NULL, line);
    return false;
}

static bool next_text(CopyRows *r, Chunk *chunk, Err *err) {
    Str line;
    bool any;
    if (r->header && !take_names(r, err)) return false;
    if (r->over) return true;
    if (!next_line(r, &line, &any, err)) return false;
    return !any || put_line(r, line, chunk, err);
}

/* ---- binary ---- */

static bool bad(const char *text, Err *err) {
    return pg_error(err, "22P04", "%s", text);
}

static bool take_header(CopyRows *r, Err *err) {
    Fields f = fields_of((Str){r->at, (size_t)(r->end - r->at)});
    Str signature = field_bytes(&f, COPY_SIGNATURE);
    r->binary_header = false;
    if (f.bad || memcmp(signature.at, copy_signature, COPY_SIGNATURE) != 0)
        return bad("COPY file signature not recognized", err);
    uint32_t flags = (uint32_t)field_i32(&f);
    if (f.bad) return bad("invalid COPY file header (missing flags)", err);
    if (flags & 1 << 16) return bad("invalid COPY file header (WITH OIDS)", err);
    if (flags >> 16) return bad("unrecognized critical flags in COPY file header", err);
    int32_t extension = field_i32(&f);
    if (f.bad || extension < 0) return bad("invalid COPY file header (missing length)", err);
    (void)field_bytes(&f, extension);
    if (f.bad) return bad("invalid COPY file header (wrong length)", err);
    r->at = f.at;
    return true;
}

static bool put_field(CopyRows *r, Fields *f, size_t column, Chunk *chunk, Err *err) {
    const CopyField *c = &r->spec->columns[column];
    CopyCell cell = {&chunk->columns[column], chunk->rows, r->spec->zone, &r->texts};
    int32_t len = field_i32(f);
    if (f->bad) return bad("unexpected EOF in COPY data", err);
    if (len == -1) {
        chunk_set_null(chunk, cell.column, chunk->rows);
        return true;
    }
    if (len < 0) return bad("invalid field size", err);
    Str bytes = field_bytes(f, len);
    if (f->bad) return bad("unexpected EOF in COPY data", err);
    return c->binary(c, bytes, &cell, err);
}

static bool next_tuple(CopyRows *r, Chunk *chunk, Err *err) {
    r->where[0] = '\0';
    if (r->binary_header && !take_header(r, err)) return false;
    Fields f = fields_of((Str){r->at, (size_t)(r->end - r->at)});
    r->over = r->at == r->end;
    if (r->over) return true;
    r->line++;
    int16_t count = field_i16(&f);
    r->over = f.bad || count == -1;
    if (!f.bad && count == -1 && f.at < f.end) return bad("received copy data after EOF marker", err);
    if (r->over) return true;
    if (count < 0 || (size_t)count != r->spec->column_count)
        return pg_error(err, "22P04", "row field count is %d, expected %zu", count, r->spec->column_count);
    for (size_t i = 0; i < r->spec->column_count; i++) {
        if (put_field(r, &f, i, chunk, err)) continue;
        snprintf(r->where, sizeof r->where, ", column %.128s", r->spec->columns[i].name.at);
        return false;
    }
    r->at = f.at;
    chunk->rows++;
    return true;
}

bool copy_rows_next(CopyRows *r, Chunk *chunk, Err *err) {
    return r->spec->statement->format == COPY_BINARY ? next_tuple(r, chunk, err) : next_text(r, chunk, err);
}

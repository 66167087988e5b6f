#include "pgwire/copy_in.h"

#include "pgwire/parameter.h"
#include "pgwire/session.h"

void copy_in_init(CopyIn *in, const CopyStatement *statement, const uint32_t *oids, size_t columns) {
    *in = (CopyIn){.statement = statement, .oids = oids, .columns = columns};
}

void copy_in_release(CopyIn *in) {
    buf_release(&in->rest);
    arena_release(&in->arena);
}

static void put_quoted(Str value, Buf *out) {
    buf_put(out, '"');
    for (;;) {
        size_t quote = str_find(value, '"');
        buf_append(out, str_slice(value, 0, quote));
        if (quote == STR_NONE) break;
        buf_append_c(out, "\"\"");
        value = str_slice(value, quote + 1, value.len);
    }
    buf_put(out, '"');
}

/* ---- text ---- */

/* A field without its escapes: \t, \N is none of them, octal and \x. */
static Str unescape(Arena *a, Str field) {
    static const char letters[] = "bfnrtv", meant[] = "\b\f\n\r\t\v";
    if (str_find(field, '\\') == STR_NONE) return field;
    char *out = arena_alloc(a, field.len + 1), *to = out;
    for (size_t i = 0; i < field.len; i++) {
        char c = field.at[i];
        if (c != '\\' || i + 1 == field.len) {
            *to++ = c;
            continue;
        }
        c = field.at[++i];
        const char *letter = c ? strchr(letters, c) : NULL;
        unsigned value = 0;
        if (letter) {
            *to++ = meant[letter - letters];
        } else if (c >= '0' && c <= '7') {
            size_t end = MIN(i + 3, field.len);
            for (; i < end && field.at[i] >= '0' && field.at[i] <= '7'; i++)
                value = value * 8 + (unsigned)(field.at[i] - '0');
            *to++ = (char)value;
            i--;
        } else {
            *to++ = c;
        }
    }
    return (Str){out, (size_t)(to - out)};
}

/* The next field's end: a delimiter without a backslash before it. */
static size_t field_end(Str line, size_t at, char delimiter) {
    for (; at < line.len && line.at[at] != delimiter; at++)
        if (line.at[at] == '\\') at++;
    return MIN(at, line.len);
}

static bool put_line(CopyIn *in, Str line, Buf *csv, Err *err) {
    const CopyStatement *c = in->statement;
    in->line++;
    if (line.len && line.at[line.len - 1] == '\r') line = str_slice(line, 0, line.len - 1);
    if (str_is(line, "\\.")) in->ended = true;
    if (in->ended || (in->line == 1 && c->header)) return true;
    size_t at = 0, field = 0;
    for (;; field++) {
        size_t end = field_end(line, at, c->delimiter);
        Str raw = str_slice(line, at, end);
        if (field == in->columns)
            return pg_error(err, "22P04", "COPY, line %llu: extra data after last expected column",
                            (unsigned long long)in->line);
        if (field) buf_put(csv, ',');
        if (!str_equal(raw, c->null)) put_quoted(unescape(&in->arena, raw), csv);
        at = end + 1;
        if (end >= line.len) break;
    }
    if (field + 1 < in->columns)
        return pg_error(err, "22P04", "COPY, line %llu: missing data for column %zu", (unsigned long long)in->line,
                        field + 2);
    buf_put(csv, '\n');
    return true;
}

/* Whole lines; a line break behind a backslash belongs to the value. */
static bool put_lines(CopyIn *in, Buf *csv, Err *err) {
    Str data = buf_str(&in->rest);
    size_t from = 0;
    for (size_t at = 0; at < data.len; at++) {
        if (data.at[at] == '\\') at++;
        else if (data.at[at] == '\n') {
            if (!put_line(in, str_slice(data, from, at), csv, err)) return false;
            from = at + 1;
        }
    }
    buf_drop(&in->rest, from);
    arena_reset(&in->arena);
    return true;
}

/* ---- binary ---- */

static const char signature[] = "PGCOPY\n\377\r\n";
enum { SIGNATURE = 11, HEADER = SIGNATURE + 8 };

/* Its header, when all of it is there. */
static bool take_header(CopyIn *in, Err *err) {
    if (in->begun || in->rest.len < HEADER) return true;
    if (memcmp(in->rest.at, signature, SIGNATURE) != 0)
        return pg_error(err, "22P04", "COPY file signature not recognized");
    Fields f = fields_of(str_slice(buf_str(&in->rest), SIGNATURE, in->rest.len));
    int32_t flags = field_i32(&f), extension = field_i32(&f);
    if (flags & 1 << 16) return pg_error(err, "22P04", "COPY with OIDs is not supported");
    (void)field_bytes(&f, extension);
    if (f.bad) return true;
    in->begun = true;
    buf_drop(&in->rest, (size_t)(f.at - in->rest.at));
    return true;
}

static bool put_value(CopyIn *in, size_t column, Str bytes, Buf *csv, Err *err) {
    ParameterValue value;
    const DataType any = {.id = DATA_VARCHAR};
    if (!parameter_value(&in->arena, column + 1, in->oids[column], &any, 1, bytes, &value, err))
        return err_context(err, "COPY, row %llu", (unsigned long long)in->line);
    AUTO(Buf) text = {0};
    parameter_put_text(&value, &text);
    put_quoted(buf_str(&text), csv);
    return true;
}

/* One tuple; *ret_whole false: its end has not come yet. */
static bool put_tuple(CopyIn *in, Fields *f, bool *ret_whole, Buf *csv, Err *err) {
    size_t before = csv->len;
    int16_t count = field_i16(f);
    *ret_whole = true;
    if (!f->bad && count == -1) {
        in->ended = true;
        return true;
    }
    if (!f->bad && (size_t)count != in->columns)
        return pg_error(err, "22P04", "COPY, row %llu: %d fields, expected %zu", (unsigned long long)in->line + 1,
                        count, in->columns);
    in->line++;
    for (size_t i = 0; i < in->columns && !f->bad; i++) {
        int32_t len = field_i32(f);
        Str bytes = f->bad || len < 0 ? (Str){0} : field_bytes(f, len);
        if (i) buf_put(csv, ',');
        if (!f->bad && len >= 0 && !put_value(in, i, bytes, csv, err)) return false;
    }
    if (!f->bad) {
        buf_put(csv, '\n');
        return true;
    }
    *ret_whole = false;
    in->line--;
    csv->len = before;
    return true;
}

static bool put_tuples(CopyIn *in, Buf *csv, Err *err) {
    if (!take_header(in, err)) return false;
    if (!in->begun) return true;
    Fields f = fields_of(buf_str(&in->rest));
    bool whole = true;
    size_t used = 0;
    while (whole && !in->ended && f.at < f.end) {
        if (!put_tuple(in, &f, &whole, csv, err)) return false;
        if (whole) used = (size_t)(f.at - in->rest.at);
    }
    buf_drop(&in->rest, in->ended ? in->rest.len : used);
    arena_reset(&in->arena);
    return true;
}

/* ---- all ---- */

bool copy_in_add(CopyIn *in, Str data, Buf *csv, Err *err) {
    if (in->ended) return true;
    if (in->statement->format == COPY_CSV) {
        buf_append(csv, data);
        return true;
    }
    buf_append(&in->rest, data);
    return in->statement->format == COPY_TEXT ? put_lines(in, csv, err) : put_tuples(in, csv, err);
}

bool copy_in_end(CopyIn *in, Buf *csv, Err *err) {
    if (in->statement->format == COPY_TEXT && in->rest.len) {
        /* The last line may lack its break. */
        buf_put(&in->rest, '\n');
        return put_lines(in, csv, err);
    }
    if (in->statement->format == COPY_BINARY && !in->ended && (in->rest.len || !in->begun))
        return pg_error(err, "22P04", "COPY, row %llu: unexpected end of binary data",
                        (unsigned long long)in->line + 1);
    return true;
}

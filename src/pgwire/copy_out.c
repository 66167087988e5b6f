#include "pgwire/copy_out.h"

static const char binary_signature[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0"; /* and flags and extension, both none */
enum { BINARY_HEADER = 19 };

/* Special characters have their letters, others are as they are. */
static const char text_special[] = "\b\f\n\r\t\v\\", text_letters[] = "bfnrtv\\";

void copy_out_init(CopyOut *o, const CopyStatement *c, const CopyColumn *columns, size_t count) {
    *o = (CopyOut){.statement = c, .columns = columns, .count = count};
    const char *special = c->format == COPY_CSV ? "\n\r" : text_special;
    for (; *special; special++) o->special[(unsigned char)*special] = true;
    o->special[(unsigned char)c->delimiter] = true;
    if (c->format == COPY_CSV) o->special[(unsigned char)c->quote] = true;
}

void copy_out_release(CopyOut *o) {
    buf_release(&o->scratch);
}

/* How many bytes stand as they are. */
static size_t plain_bytes(const CopyOut *o, Str value) {
    size_t n = 0;
    while (n < value.len && !o->special[(unsigned char)value.at[n]]) n++;
    return n;
}

static void put_text(const CopyOut *o, Str value, Buf *out) {
    for (;;) {
        size_t plain = plain_bytes(o, value);
        buf_append(out, str_slice(value, 0, plain));
        if (plain == value.len) return;
        const char *at = value.at[plain] ? strchr(text_special, value.at[plain]) : NULL;
        buf_put(out, '\\');
        buf_put(out, at ? text_letters[at - text_special] : value.at[plain]);
        value = str_slice(value, plain + 1, value.len);
    }
}

static void put_quoted(const CopyStatement *c, Str value, Buf *out) {
    buf_put(out, c->quote);
    for (size_t i = 0; i < value.len; i++) {
        if (value.at[i] == c->quote || value.at[i] == c->escape) buf_put(out, c->escape);
        buf_put(out, value.at[i]);
    }
    buf_put(out, c->quote);
}

/* What csv puts in quotes: also what would read as NULL, and the only column's "\\.", the end mark. */
static bool is_plain(const CopyOut *o, Str value) {
    const CopyStatement *c = o->statement;
    if (plain_bytes(o, value) < value.len) return false;
    if (c->format == COPY_TEXT) return true;
    return !str_equal(value, c->null) && !(o->count == 1 && str_is(value, "\\."));
}

/* What was written behind `at` becomes a field. Most are as they are. */
static void finish_field(CopyOut *o, bool force, size_t at, Buf *out) {
    Str written = {out->at + at, out->len - at};
    if (!force && is_plain(o, written)) return;
    buf_clear(&o->scratch);
    buf_append(&o->scratch, written);
    out->len = at;
    if (o->statement->format == COPY_CSV) put_quoted(o->statement, buf_str(&o->scratch), out);
    else put_text(o, buf_str(&o->scratch), out);
}

static void put_header(Wire *w, const CopyOut *o) {
    const CopyStatement *c = o->statement;
    for (size_t i = 0; i < o->count; i++) {
        Str name = o->columns[i].name;
        if (i) buf_put(&w->out, c->delimiter);
        if (is_plain(o, name)) buf_append(&w->out, name);
        else if (c->format == COPY_CSV) put_quoted(c, name, &w->out);
        else put_text(o, name, &w->out);
    }
    buf_put(&w->out, '\n');
}

void copy_out_begin(Wire *w, const CopyOut *o) {
    if (o->statement->format != COPY_BINARY && !o->statement->header) return;
    wire_begin(w, 'd');
    if (o->statement->format == COPY_BINARY) {
        wire_put_bytes(w, (Str){binary_signature, BINARY_HEADER});
        return;
    }
    put_header(w, o);
    wire_end(w);
}

/* The next CopyData message, if it has not begun with the signature. */
static void begin_data(Wire *w) {
    if (w->message_at == SIZE_MAX) wire_begin(w, 'd');
}

static void put_binary(Wire *w, const CopyOut *o, const Vector *values, size_t row) {
    wire_put_i16(w, (int16_t)o->count);
    for (size_t i = 0; i < o->count; i++) {
        size_t at = w->out.len;
        wire_put_i32(w, -1);
        if (values[i].type->id == DATA_NULL || vector_is_null(&values[i], row)) continue;
        o->columns[i].write(&values[i], row, &w->out);
        put_be32(w->out.at + at, (uint32_t)(w->out.len - at - 4));
    }
}

static void put_fields(Buf *out, CopyOut *o, const Vector *values, size_t row) {
    for (size_t i = 0; i < o->count; i++) {
        if (i) buf_put(out, o->statement->delimiter);
        if (values[i].type->id == DATA_NULL || vector_is_null(&values[i], row)) {
            buf_append(out, o->statement->null);
            continue;
        }
        size_t at = out->len;
        o->columns[i].write(&values[i], row, out);
        finish_field(o, o->columns[i].force_quote, at, out);
    }
    buf_put(out, '\n');
}

void copy_out_row(Wire *w, CopyOut *o, const Vector *values, size_t row) {
    begin_data(w);
    if (o->statement->format == COPY_BINARY) put_binary(w, o, values, row);
    else put_fields(&w->out, o, values, row);
    wire_end(w);
}

void copy_out_end(Wire *w, const CopyOut *o) {
    if (o->statement->format == COPY_BINARY) {
        begin_data(w);
        wire_put_i16(w, -1);
        wire_end(w);
    }
    wire_begin(w, 'c');
    wire_end(w);
}

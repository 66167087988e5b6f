#include "pgwire/copy_out.h"

static const char binary_signature[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0"; /* and flags and extension, both none */
enum { BINARY_HEADER = 19 };

/* Special characters have their letters, others are as they are. */
static void put_text(const CopyStatement *c, Str value, Buf *out) {
    static const char special[] = "\b\f\n\r\t\v\\", letters[] = "bfnrtv\\";
    for (size_t i = 0; i < value.len; i++) {
        char byte = value.at[i];
        const char *at = byte ? strchr(special, byte) : NULL;
        if (at) {
            buf_put(out, '\\');
            buf_put(out, letters[at - special]);
        } else {
            if (byte == c->delimiter) buf_put(out, '\\');
            buf_put(out, byte);
        }
    }
}

/* alone: the only column, where "\\." would be the end mark. */
static bool needs_quotes(const CopyStatement *c, bool alone, Str value) {
    if (str_equal(value, c->null)) return true;
    for (size_t i = 0; i < value.len; i++) {
        char b = value.at[i];
        if (b == c->delimiter || b == c->quote || b == '\n' || b == '\r') return true;
    }
    return alone && str_is(value, "\\.");
}

static void put_csv(const CopyStatement *c, bool force, bool alone, Str value, Buf *out) {
    if (!force && !needs_quotes(c, alone, value)) {
        buf_append(out, value);
        return;
    }
    buf_put(out, c->quote);
    for (size_t i = 0; i < value.len; i++) {
        if (value.at[i] == c->quote || value.at[i] == c->escape) buf_put(out, c->escape);
        buf_put(out, value.at[i]);
    }
    buf_put(out, c->quote);
}

static void put_field(const CopyStatement *c, bool force, bool alone, Str value, Buf *out) {
    if (c->format == COPY_CSV) put_csv(c, force, alone, value, out);
    else put_text(c, value, out);
}

void copy_out_begin(Wire *w, const CopyStatement *c, const CopyColumn *columns, size_t count) {
    if (c->format != COPY_BINARY && !c->header) return;
    wire_begin(w, 'd');
    if (c->format == COPY_BINARY) {
        wire_put_bytes(w, (Str){binary_signature, BINARY_HEADER});
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (i) buf_put(&w->out, c->delimiter);
        put_field(c, false, count == 1, columns[i].name, &w->out);
    }
    buf_put(&w->out, '\n');
    wire_end(w);
}

/* The next CopyData message, if it has not begun with the signature. */
static void begin_data(Wire *w) {
    if (w->message_at == SIZE_MAX) wire_begin(w, 'd');
}

static void put_binary(Wire *w, const CopyColumn *columns, size_t count, const Vector *values, size_t row) {
    wire_put_i16(w, (int16_t)count);
    for (size_t i = 0; i < count; i++) {
        size_t at = w->out.len;
        wire_put_i32(w, -1);
        if (values[i].type->id == DATA_NULL || vector_is_null(&values[i], row)) continue;
        columns[i].write(&values[i], row, &w->out);
        put_be32(w->out.at + at, (uint32_t)(w->out.len - at - 4));
    }
}

void copy_out_row(Wire *w, const CopyStatement *c, const CopyColumn *columns, size_t count, const Vector *values,
                  size_t row, Buf *scratch) {
    begin_data(w);
    if (c->format == COPY_BINARY) put_binary(w, columns, count, values, row);
    for (size_t i = 0; i < count && c->format != COPY_BINARY; i++) {
        if (i) buf_put(&w->out, c->delimiter);
        if (values[i].type->id == DATA_NULL || vector_is_null(&values[i], row)) {
            buf_append(&w->out, c->null);
            continue;
        }
        buf_clear(scratch);
        columns[i].write(&values[i], row, scratch);
        put_field(c, columns[i].force_quote, count == 1, buf_str(scratch), &w->out);
    }
    if (c->format != COPY_BINARY) buf_put(&w->out, '\n');
    wire_end(w);
}

void copy_out_end(Wire *w, const CopyStatement *c) {
    if (c->format == COPY_BINARY) {
        begin_data(w);
        wire_put_i16(w, -1);
        wire_end(w);
    }
    wire_begin(w, 'c');
    wire_end(w);
}

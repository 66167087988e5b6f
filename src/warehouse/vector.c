/* Single values of vectors, and the names of types. */
#include "warehouse/vector.h"

#include <inttypes.h>

static const char *const names[DATA_TYPES] = {
#define X(name, sql) [DATA_##name] = sql,
    DATA_TYPE_IDS(X)
#undef X
};

static void put_quoted(Str text, char quote, Buf *out) {
    buf_put(out, quote);
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == quote) buf_put(out, quote);
        buf_put(out, text.at[i]);
    }
    buf_put(out, quote);
}

static void put_members(const DataType *type, Buf *out) {
    for (size_t i = 0; i < type->child_count; i++) {
        buf_append_c(out, i ? ", " : "(");
        put_quoted(type->names[i], '"', out);
        buf_put(out, ' ');
        data_type_sql(&type->children[i], out);
    }
    buf_put(out, ')');
}

static void put_words(const DataType *type, Buf *out) {
    for (size_t i = 0; i < type->name_count; i++) {
        buf_append_c(out, i ? ", " : "(");
        put_quoted(type->names[i], '\'', out);
    }
    buf_put(out, ')');
}

void data_type_sql(const DataType *type, Buf *out) {
    if (type->alias.len) {
        buf_append(out, type->alias);
        return;
    }
    bool list = type->id == DATA_LIST, array = type->id == DATA_ARRAY;
    if (list || array) data_type_sql(&type->children[0], out);
    else buf_append_c(out, names[type->id]);
    if (list) buf_append_c(out, "[]");
    if (array) buf_printf(out, "[%" PRIu64 "]", type->array_size);
    if (type->id == DATA_DECIMAL) buf_printf(out, "(%u,%u)", type->width, type->scale);
    if (type->id == DATA_ENUM && type->name_count) put_words(type, out);
    if (type->id == DATA_STRUCT || type->id == DATA_UNION) put_members(type, out);
    if (type->id != DATA_MAP) return;
    buf_put(out, '(');
    data_type_sql(&type->children[0], out);
    buf_append_c(out, ", ");
    data_type_sql(&type->children[1], out);
    buf_put(out, ')');
}

Str vector_bytes(const Vector *v, uint64_t row) {
    const ChunkText *t = (const ChunkText *)v->data + row;
    return (Str){t->len <= sizeof t->inlined ? t->inlined : t->pointer.at, t->len};
}

Int128 vector_decimal(const Vector *v, uint64_t row) {
    switch (v->type->bytes) {
    case 2: return ((const int16_t *)v->data)[row];
    case 4: return ((const int32_t *)v->data)[row];
    case 8: return ((const int64_t *)v->data)[row];
    default: return ((const Int128 *)v->data)[row];
    }
}

Str vector_enum(const Vector *v, uint64_t row) {
    uint32_t code = v->type->bytes == 1   ? ((const uint8_t *)v->data)[row]
                    : v->type->bytes == 2 ? ((const uint16_t *)v->data)[row]
                                          : ((const uint32_t *)v->data)[row];
    BUG_ON(code >= v->type->name_count);
    return v->type->names[code];
}

/* 40 bits of microseconds, 24 bits of offset stored as 57599 - offset. */
TimeTz vector_timetz(const Vector *v, uint64_t row) {
    uint64_t bits = ((const uint64_t *)v->data)[row];
    return (TimeTz){(int64_t)(bits >> 24), 57599 - (int32_t)(bits & 0xFFFFFF)};
}

size_t vector_union_tag(const Vector *v, uint64_t row) {
    return ((const uint8_t *)v->data)[row];
}

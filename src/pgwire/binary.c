#include "pgwire/binary.h"

#include "base/time.h"
#include "pgwire/pg_type.h"
#include "pgwire/wire.h"
#include "sql/type_number.h"

#define CELL(Type) (((const Type *)v->data)[row])

/* PostgreSQL counts from 2000-01-01. */
enum { EPOCH_DAYS = 10957 };
#define EPOCH_US (EPOCH_DAYS * INT64_C(86400) * US_PER_SECOND)

static void put_u16(uint16_t value, Buf *out) {
    char bytes[2];
    put_be16(bytes, value);
    buf_append(out, (Str){bytes, sizeof bytes});
}
static void put_u32(uint32_t value, Buf *out) {
    char bytes[4];
    put_be32(bytes, value);
    buf_append(out, (Str){bytes, sizeof bytes});
}
static void put_u64(uint64_t value, Buf *out) {
    char bytes[8];
    put_be64(bytes, value);
    buf_append(out, (Str){bytes, sizeof bytes});
}

void pg_binary_bytes(const Vector *v, uint64_t row, Buf *out) {
    buf_append(out, vector_bytes(v, row));
}
void pg_binary_char(const Vector *v, uint64_t row, Buf *out) {
    Str bytes = vector_bytes(v, row);
    buf_put(out, bytes.len ? bytes.at[0] : '\0');
}
void pg_binary_bool(const Vector *v, uint64_t row, Buf *out) {
    buf_put(out, (char)(CELL(uint8_t) != 0));
}
void pg_binary_i8(const Vector *v, uint64_t row, Buf *out) {
    put_u16((uint16_t)CELL(int8_t), out);
}
void pg_binary_i16(const Vector *v, uint64_t row, Buf *out) {
    put_u16(CELL(uint16_t), out);
}
void pg_binary_i32(const Vector *v, uint64_t row, Buf *out) {
    put_u32(CELL(uint32_t), out);
}
void pg_binary_i64(const Vector *v, uint64_t row, Buf *out) {
    put_u64(CELL(uint64_t), out);
}
void pg_binary_oid(const Vector *v, uint64_t row, Buf *out) {
    put_u32((uint32_t)CELL(uint64_t), out);
}
void pg_binary_regproc(const Vector *v, uint64_t row, Buf *out) {
    put_u32((uint32_t)sql_function_number(vector_bytes(v, row)), out);
}
void pg_binary_u8(const Vector *v, uint64_t row, Buf *out) {
    put_u16(CELL(uint8_t), out);
}
void pg_binary_u16(const Vector *v, uint64_t row, Buf *out) {
    put_u32(CELL(uint16_t), out);
}
void pg_binary_u32(const Vector *v, uint64_t row, Buf *out) {
    put_u64(CELL(uint32_t), out);
}
void pg_binary_float(const Vector *v, uint64_t row, Buf *out) {
    put_u32(CELL(uint32_t), out);
}
void pg_binary_double(const Vector *v, uint64_t row, Buf *out) {
    put_u64(CELL(uint64_t), out);
}

/* Unsigned bits and a sign of any number that is no float. */
static UInt128 magnitude(const Vector *v, uint64_t row, bool *ret_negative) {
    Int128 value = 0;
    *ret_negative = false;
    if (v->type->id == DATA_UBIGINT) return CELL(uint64_t);
    if (v->type->id == DATA_UHUGEINT) return CELL(UInt128);
    if (v->type->id == DATA_HUGEINT) value = CELL(Int128);
    else value = vector_decimal(v, row);
    *ret_negative = value < 0;
    return value < 0 ? 0 - (UInt128)value : (UInt128)value;
}

/* numeric_send: digits of base 10,000 on both sides of the point, without zeros at either end. */
void pg_binary_numeric(const Vector *v, uint64_t row, Buf *out) {
    enum { BASE = 10000, MOST = 24 };
    bool negative;
    UInt128 value = magnitude(v, row, &negative);
    unsigned scale = v->type->id == DATA_DECIMAL ? v->type->scale : 0;
    for (; scale && pg_is_plain_numeric(v->type) && value % 10 == 0; scale--) value /= 10;
    uint16_t digits[MOST];
    size_t count = 0;
    /* The fraction's last digit is filled up to four decimals, apart from the rest: together they would not fit. */
    unsigned last = scale % 4, fraction_digits = (scale + 3) / 4;
    if (last) {
        static const unsigned units[] = {1, 10, 100, 1000};
        digits[count++] = (uint16_t)((unsigned)(value % units[last]) * units[4 - last]);
        value /= units[last];
    }
    for (; value; value /= BASE) digits[count++] = (uint16_t)(value % BASE);
    int weight = (int)count - (int)fraction_digits - 1;
    size_t first = 0, end = count;
    while (first < end && !digits[first]) first++;
    while (end > first && !digits[end - 1]) end--, weight--;
    if (first == end) weight = 0;
    put_u16((uint16_t)(end - first), out);
    put_u16((uint16_t)weight, out);
    put_u16(negative ? 0x4000 : 0, out);
    put_u16((uint16_t)scale, out);
    for (size_t i = end; i > first; i--) put_u16(digits[i - 1], out);
}

void pg_binary_bit(const Vector *v, uint64_t row, Buf *out) {
    /* First byte: how many padding bits the second begins with; PostgreSQL pads at the end. */
    Str bytes = vector_bytes(v, row);
    size_t padding = bytes.len ? (unsigned char)bytes.at[0] : 0, bits = bytes.len ? (bytes.len - 1) * 8 - padding : 0;
    put_u32((uint32_t)bits, out);
    for (size_t i = 0; i < bits; i += 8) {
        unsigned byte = 0;
        for (size_t k = i; k < i + 8; k++) {
            size_t from = 8 + padding + k;
            byte = byte << 1 | (k < bits && (bytes.at[from / 8] & (0x80 >> from % 8)));
        }
        buf_put(out, (char)byte);
    }
}

void pg_binary_uuid(const Vector *v, uint64_t row, Buf *out) {
    UInt128 value = (UInt128)CELL(Int128) ^ ((UInt128)1 << 127);
    put_u64((uint64_t)(value >> 64), out);
    put_u64((uint64_t)value, out);
}

void pg_binary_date(const Vector *v, uint64_t row, Buf *out) {
    int32_t days = CELL(int32_t);
    if (days == INT32_MAX || days == -INT32_MAX) put_u32(days > 0 ? INT32_MAX : (uint32_t)INT32_MIN, out);
    else put_u32((uint32_t)(days - EPOCH_DAYS), out);
}

void pg_binary_time(const Vector *v, uint64_t row, Buf *out) {
    put_u64((uint64_t)(v->type->id == DATA_TIME_NS ? CELL(int64_t) / 1000 : CELL(int64_t)), out);
}

void pg_binary_timetz(const Vector *v, uint64_t row, Buf *out) {
    TimeTz t = vector_timetz(v, row);
    put_u64((uint64_t)t.micros, out);
    put_u32((uint32_t)-t.seconds, out); /* west of UTC */
}

int64_t pg_timestamp_micros(const Vector *v, uint64_t row) {
    int64_t t = CELL(int64_t), scaled;
    if (t == INT64_MAX || t == -INT64_MAX) return t;
    int64_t unit = v->type->id == DATA_TIMESTAMP_S ? US_PER_SECOND : v->type->id == DATA_TIMESTAMP_MS ? 1000 : 1;
    if (v->type->id == DATA_TIMESTAMP_NS) return t / 1000 - (t % 1000 < 0);
    return __builtin_mul_overflow(t, unit, &scaled) ? (t > 0 ? INT64_MAX : -INT64_MAX) : scaled;
}

void pg_binary_timestamp(const Vector *v, uint64_t row, Buf *out) {
    int64_t t = pg_timestamp_micros(v, row);
    if (t == INT64_MAX || t == -INT64_MAX) put_u64(t > 0 ? INT64_MAX : (uint64_t)INT64_MIN, out);
    else put_u64((uint64_t)(t - EPOCH_US), out);
}

void pg_binary_interval(const Vector *v, uint64_t row, Buf *out) {
    Interval i = CELL(Interval);
    put_u64((uint64_t)i.micros, out);
    put_u32((uint32_t)i.days, out);
    put_u32((uint32_t)i.months, out);
}

typedef struct ArrayFormat {
    uint32_t element, first; /* type; index of the first one */
    PgWrite put;
} ArrayFormat;

static void put_array(const Vector *v, uint64_t row, const ArrayFormat *format, Buf *out) {
    const Vector *items = &v->children[0];
    ListEntry entry =
        v->type->id == DATA_ARRAY ? (ListEntry){row * v->type->array_size, v->type->array_size} : CELL(ListEntry);
    bool nulls = false;
    for (uint64_t i = 0; i < entry.length && !nulls; i++) nulls = vector_is_null(items, entry.offset + i);
    put_u32(entry.length ? 1 : 0, out);
    put_u32(nulls, out);
    put_u32(format->element, out);
    if (!entry.length) return;
    put_u32((uint32_t)entry.length, out);
    put_u32(format->first, out);
    for (uint64_t i = 0; i < entry.length; i++) {
        size_t at = out->len;
        bool null = vector_is_null(items, entry.offset + i) || items->type->id == DATA_NULL;
        put_u32(UINT32_MAX, out);
        if (null) continue;
        format->put(items, entry.offset + i, out);
        put_be32(out->at + at, (uint32_t)(out->len - at - 4));
    }
}

void pg_binary_array(const Vector *v, uint64_t row, Buf *out) {
    const DataType *type = v->children[0].type;
    put_array(v, row, &(ArrayFormat){pg_type_of(type).oid, 1, pg_binary_writer(type)}, out);
}

void pg_binary_int2vector(const Vector *v, uint64_t row, Buf *out) {
    put_array(v, row, &(ArrayFormat){OID_INT2, 0, pg_binary_i16}, out);
}

void pg_binary_oidvector(const Vector *v, uint64_t row, Buf *out) {
    put_array(v, row, &(ArrayFormat){OID_OID, 0, pg_binary_oid}, out);
}

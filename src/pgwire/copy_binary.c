#include "pgwire/copy_binary.h"

#include "base/time.h"
#include "pgwire/parameter.h"
#include "pgwire/pg_type.h"
#include "pgwire/session.h"

/* PostgreSQL counts from 2000-01-01. */
enum { EPOCH_DAYS = 10957 };
#define EPOCH_US (EPOCH_DAYS * US_PER_DAY)
/* DuckDB's first finite one. */
#define TIMESTAMP_LEAST (-INT64_C(9223372022400000000))

#define CELL(cell, Type) (((Type *)(cell)->column->data)[(cell)->row])

bool copy_wrong_binary(Err *err) {
    return pg_error(err, "22P03", "incorrect binary data format");
}

/* The field has the bytes of its type. */
static bool check_size(const CopyField *f, Str field, Err *err) {
    if (field.len < f->bytes) return pg_error(err, "08P01", "insufficient data left in message");
    return field.len == f->bytes || copy_wrong_binary(err);
}

static uint64_t big_endian(Str bytes) {
    uint64_t v = 0;
    for (size_t i = 0; i < bytes.len; i++) v = v << 8 | (unsigned char)bytes.at[i];
    return v;
}

bool copy_binary_integer(const CopyField *f, Str field, CopyCell *cell, Err *err) {
    if (!check_size(f, field, err)) return false;
    uint64_t v = big_endian(field);
    int64_t value = f->bytes == 2 ? (int16_t)v : f->bytes == 4 ? (int32_t)v : (int64_t)v;
    if (f->oid == OID_OID) value = (int64_t)v;
    if (value >= f->least && value <= f->most) {
        CELL(cell, int64_t) = value;
        return true;
    }
    return pg_error(err, "22003", "value \"%lld\" is out of range for type %s", (long long)value, f->type_name);
}

bool copy_binary_real(const CopyField *f, Str field, CopyCell *cell, Err *err) {
    if (!check_size(f, field, err)) return false;
    uint64_t v = big_endian(field);
    uint32_t low = (uint32_t)v;
    float single;
    if (f->bytes == sizeof single) {
        memcpy(&single, &low, sizeof single);
        CELL(cell, double) = (double)single;
    } else {
        memcpy(&CELL(cell, double), &v, sizeof v);
    }
    return true;
}

bool copy_binary_numeric(const CopyField *f, Str field, CopyCell *cell, Err *err) {
    ParameterValue value;
    const DataType any = {.id = DATA_VARCHAR};
    if (!parameter_value(cell->texts, 1, OID_NUMERIC, &any, 1, field, &value, err)) return copy_wrong_binary(err);
    return f->text(f, value.text, cell, err);
}

bool copy_binary_boolean(const CopyField *f, Str field, CopyCell *cell, Err *err) {
    if (!check_size(f, field, err)) return false;
    CELL(cell, uint8_t) = field.at[0] != 0;
    return true;
}

bool copy_binary_date(const CopyField *f, Str field, CopyCell *cell, Err *err) {
    if (!check_size(f, field, err)) return false;
    int64_t days = (int32_t)big_endian(field);
    if (days == INT32_MIN) days = -INT32_MAX;
    else if (days != INT32_MAX) days += EPOCH_DAYS;
    if (days > INT32_MAX) return pg_error(err, "22008", "date out of range");
    CELL(cell, int32_t) = (int32_t)days;
    return true;
}

bool copy_binary_timestamp(const CopyField *f, Str field, CopyCell *cell, Err *err) {
    if (!check_size(f, field, err)) return false;
    int64_t us = (int64_t)big_endian(field);
    if (us == INT64_MIN) us = -INT64_MAX;
    else if (us != INT64_MAX && (__builtin_add_overflow(us, EPOCH_US, &us) || us < TIMESTAMP_LEAST))
        return pg_error(err, "22008", "timestamp out of range");
    CELL(cell, int64_t) = us;
    return true;
}

bool copy_binary_time(const CopyField *f, Str field, CopyCell *cell, Err *err) {
    if (!check_size(f, field, err)) return false;
    int64_t us = (int64_t)big_endian(field);
    if (us < 0 || us > US_PER_DAY) return pg_error(err, "22008", "time out of range");
    CELL(cell, int64_t) = us;
    return true;
}

bool copy_binary_text(const CopyField *f, Str field, CopyCell *cell, Err *err) {
    return copy_check_text(field, field.at + field.len, err) && f->text(f, field, cell, err);
}

bool copy_binary_bytea(const CopyField *f, Str field, CopyCell *cell, Err *err) {
    (void)f;
    (void)err;
    chunk_set_text(cell->column, cell->row, field);
    return true;
}

bool copy_binary_uuid(const CopyField *f, Str field, CopyCell *cell, Err *err) {
    if (!check_size(f, field, err)) return false;
    UInt128 high = big_endian(str_slice(field, 0, 8)), low = big_endian(str_slice(field, 8, 16));
    CELL(cell, UInt128) = (high << 64 | low) ^ (UInt128)1 << 127;
    return true;
}

/* Widening of column types. */
#include "load/column_change.h"

enum { BIGINT_DIGITS = 19, HUGEINT_DIGITS = 38, DECIMAL_DIGITS = 38 };

/* Types of one family widen within it, by rank; across families only VARCHAR holds both. */
typedef enum Family { FAMILY_NUMBER, FAMILY_TIME, FAMILY_OTHER } Family;

static const struct {
    Family family;
    int rank;
} kinds[] = {
    [COLUMN_BOOLEAN] = {FAMILY_NUMBER, 0}, [COLUMN_BIGINT] = {FAMILY_NUMBER, 1},
    [COLUMN_HUGEINT] = {FAMILY_NUMBER, 2}, [COLUMN_DECIMAL] = {FAMILY_NUMBER, 3},
    [COLUMN_DOUBLE] = {FAMILY_NUMBER, 4},  [COLUMN_DATE] = {FAMILY_TIME, 0},
    [COLUMN_TIMESTAMP] = {FAMILY_TIME, 1}, [COLUMN_TIMESTAMPTZ] = {FAMILY_TIME, 1},
    [COLUMN_TIME] = {FAMILY_OTHER, 0},     [COLUMN_VARCHAR] = {FAMILY_OTHER, 0},
    [COLUMN_JSON] = {FAMILY_OTHER, 0},     [COLUMN_BLOB] = {FAMILY_OTHER, 0},
    [COLUMN_UUID] = {FAMILY_OTHER, 0},
};

bool column_type_equal(ColumnType a, ColumnType b) {
    return a.kind == b.kind && (a.kind != COLUMN_DECIMAL || (a.precision == b.precision && a.scale == b.scale));
}

/* Digits before the point and behind it. */
static bool as_decimal(ColumnType t, int *ret_whole, int *ret_scale) {
    *ret_scale = 0;
    switch ((int)t.kind) {
    case COLUMN_BOOLEAN: *ret_whole = 1; return true;
    case COLUMN_BIGINT: *ret_whole = BIGINT_DIGITS; return true;
    case COLUMN_HUGEINT: *ret_whole = HUGEINT_DIGITS; return true;
    case COLUMN_DECIMAL:
        *ret_whole = t.precision - t.scale;
        *ret_scale = t.scale;
        return true;
    default: return false;
    }
}

static ColumnType join_numbers(ColumnType a, ColumnType b) {
    int whole_a, scale_a, whole_b, scale_b;
    bool exact = as_decimal(a, &whole_a, &scale_a) && as_decimal(b, &whole_b, &scale_b);
    bool decimal = a.kind == COLUMN_DECIMAL || b.kind == COLUMN_DECIMAL;
    if (!exact || !decimal) return kinds[a.kind].rank >= kinds[b.kind].rank ? a : b;
    int whole = MAX(whole_a, whole_b), scale = MAX(scale_a, scale_b);
    if (whole + scale > DECIMAL_DIGITS) return (ColumnType){.kind = COLUMN_DOUBLE};
    return (ColumnType){COLUMN_DECIMAL, (uint8_t)(whole + scale), (uint8_t)scale};
}

ColumnType column_type_join(ColumnType existing, ColumnType wanted) {
    Family family = kinds[existing.kind].family;
    if (column_type_equal(existing, wanted) || existing.kind == COLUMN_VARCHAR || existing.kind == COLUMN_JSON)
        return existing;
    if (family == kinds[wanted.kind].family && family == FAMILY_NUMBER) return join_numbers(existing, wanted);
    if (family == kinds[wanted.kind].family && family == FAMILY_TIME)
        return kinds[existing.kind].rank >= kinds[wanted.kind].rank ? existing : wanted;
    return (ColumnType){.kind = wanted.kind == COLUMN_JSON ? COLUMN_JSON : COLUMN_VARCHAR};
}

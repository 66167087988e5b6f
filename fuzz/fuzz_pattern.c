/* to_char, to_date and to_number of any pattern: what is written can be read again or refused, and nothing overflows. */
#include "sql/date_pattern.h"
#include "sql/number_pattern.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LONGEST = 200, SCALES = 39 };

/* Eight bytes of a number, a pattern, a zero, a text. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AUTO(Buf) out = {.limit = 1 << 20};
    Err err = {0};
    int64_t value = 0, micros = 0;
    Int128 number = 0;
    if (size < sizeof value || size > LONGEST) return 0;
    memcpy(&value, data, sizeof value);
    Str text = {(const char *)data + sizeof value, size - sizeof value}, pattern;
    (void)!str_cut(&text, '\0', &pattern);
    DateFields instant = date_fields_of_timestamp(value % INT64_C(9223372036854775807)),
               amount = date_fields_of_interval((int32_t)value, (int32_t)(value >> 32), value);
    (void)!date_pattern_format(pattern, &instant, &out, &err);
    (void)!date_pattern_format(pattern, &amount, &out, &err);
    DateFields date = date_fields_of_date((int32_t)value);
    (void)!date_pattern_format(pattern, &date, &out, &err);
    (void)!date_pattern_read(pattern, text, &micros, &err);
    NumberValue exact = {.unscaled = value, .scale = (int)((uint64_t)value % SCALES)}, real = {.is_real = true};
    memcpy(&real.real, &value, sizeof value);
    (void)!number_pattern_format(pattern, &exact, &out, &err);
    (void)!number_pattern_format(pattern, &real, &out, &err);
    (void)!number_pattern_read(pattern, text, 10, &number, &err);
    return 0;
}

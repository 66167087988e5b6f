#include "base/quantity.h"

static const struct {
    const char *name;
    double bytes;
} units[] = {
    {"", 1},      {"b", 1},        {"kb", 1e3},        {"mb", 1e6},           {"gb", 1e9},
    {"tb", 1e12}, {"kib", 1024.0}, {"mib", 1048576.0}, {"gib", 1073741824.0}, {"tib", 1099511627776.0},
};

bool quantity_bytes(Str text, uint64_t whole, uint64_t *ret) {
    size_t n = 0;
    double number, unit = 0;
    text = str_trim(text);
    while (n < text.len && ((text.at[n] >= '0' && text.at[n] <= '9') || text.at[n] == '.')) n++;
    Str name = str_trim(str_slice(text, n, STR_NONE));
    if (!n || !str_to_double(str_slice(text, 0, n), &number)) return false;
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (str_equal_nocase(name, str_of(units[i].name))) unit = units[i].bytes;
    if (str_is(name, "%")) unit = (double)whole / 100;
    if (unit <= 0 || number * unit >= 9e18) return false;
    *ret = (uint64_t)(number * unit);
    return true;
}

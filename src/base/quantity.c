#include "base/quantity.h"

typedef struct Unit {
    const char *name;
    double size;
} Unit;

static const Unit byte_units[] = {
    {"", 1},      {"b", 1},        {"kb", 1e3},        {"mb", 1e6},           {"gb", 1e9},
    {"tb", 1e12}, {"kib", 1024.0}, {"mib", 1048576.0}, {"gib", 1073741824.0}, {"tib", 1099511627776.0},
};

static const Unit time_units[] = {
    {"us", 1}, {"ms", 1e3}, {"s", 1e6}, {"sec", 1e6}, {"min", 6e7}, {"h", 3.6e9}, {"d", 8.64e10},
};

/* The number at the beginning, and what is behind it. */
static bool split(Str text, double *ret_number, Str *ret_unit) {
    size_t n = 0;
    text = str_trim(text);
    while (n < text.len && ((text.at[n] >= '0' && text.at[n] <= '9') || text.at[n] == '.')) n++;
    *ret_unit = str_trim(str_slice(text, n, STR_NONE));
    return n && str_to_double(str_slice(text, 0, n), ret_number);
}

static const Unit *find(const Unit *units, size_t count, Str name) {
    for (size_t i = 0; i < count; i++)
        if (str_equal_nocase(name, str_of(units[i].name))) return &units[i];
    return NULL;
}

bool quantity_bytes(Str text, uint64_t whole, uint64_t *ret) {
    double number;
    Str name;
    if (!split(text, &number, &name)) return false;
    const Unit percent = {"%", (double)whole / 100};
    const Unit *unit = str_is(name, "%") ? &percent : find(byte_units, ARRAY_LEN(byte_units), name);
    if (!unit || number * unit->size >= 9e18) return false;
    *ret = (uint64_t)(number * unit->size);
    return true;
}

bool quantity_time(Str text, int64_t unit_us, int64_t *ret) {
    double number;
    Str name;
    if (!split(text, &number, &name)) return false;
    const Unit usual = {"", (double)unit_us};
    const Unit *unit = name.len ? find(time_units, ARRAY_LEN(time_units), name) : &usual;
    if (!unit || number * unit->size >= 9e18) return false;
    *ret = (int64_t)(number * unit->size);
    return true;
}

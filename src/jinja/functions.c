/* The functions of the language. simpleeval and the Singer SDK have rand, randint, int, float, str, bool, list, tuple,
 * dict, set, md5 and sha256; the others of Python's builtins are here because maps keep asking for them. */
#include <math.h>
#include <sys/random.h>

#include "base/crypto.h"
#include "jinja/builtins.h"
#include "jinja/bytes.h"
#include "jinja/decimal.h"
#include "jinja/number.h"
#include "jinja/sort.h"
#include "jinja/unicode.h"
#include "jinja/write.h"

enum { RANGE_LIMIT = EXPR_SEQUENCE_LIMIT };

/* ---- conversions ---- */

static bool cannot_convert(Call *c) {
    AUTO(Buf) shown = {.limit = 100};
    value_write_quoted(&shown, c->args[0]);
    return eval_fail(c->ev, "%s() cannot convert " STR_FMT, c->builtin->name, STR_ARG(buf_str(&shown)));
}

static bool integer_of_text(Call *c, Value *ret) {
    int64_t base = 10;
    if (!call_index(c, 1, &base)) return false;
    if (base && (base < 2 || base > 36)) return eval_fail(c->ev, "int() base must be 0 or from 2 to 36");
    return integer_parse_text(c->ev->arena, c->args[0].text, (unsigned)base, ret) || cannot_convert(c);
}

static bool call_int(Call *c, Value *ret) {
    Value v = c->args[0];
    if (v.kind == VALUE_STR) return integer_of_text(c, ret);
    if (call_has(c, 1)) return eval_fail(c->ev, "int() can convert only a text with a base");
    if (v.kind == VALUE_UNDEFINED) *ret = value_int(0);
    else if (integer_is(v)) *ret = integer_add(c->ev->arena, v, value_int(0));
    else if (v.kind == VALUE_FLOAT) return integer_of_double(c->ev->arena, v.real, ret) || cannot_convert(c);
    else if (decimal_is(v))
        return decimal_to_integer(c->ev->arena, (const Decimal *)v.object, ret) || cannot_convert(c);
    else return call_fail(c, 0, "a text or a number");
    return true;
}

static bool call_float(Call *c, Value *ret) {
    Value v = c->args[0];
    double real = 0;
    if (v.kind == VALUE_STR) {
        if (!float_parse(v.text, &real)) return cannot_convert(c);
    } else if (number_is(v)) {
        real = number_to_double(v);
        if (isinf(real) && integer_is(v)) return eval_fail(c->ev, "integer is too large for a float");
    } else if (v.kind != VALUE_UNDEFINED) {
        return call_fail(c, 0, "a text or a number");
    }
    *ret = value_float(real);
    return true;
}

static bool call_text(Call *c, Value *ret) {
    if (c->args[0].kind == VALUE_STR) {
        *ret = c->args[0];
        return true;
    }
    AUTO(Buf) out = eval_buf();
    value_write(&out, c->args[0]);
    return eval_text(c->ev, &out, ret);
}

static bool call_bool(Call *c, Value *ret) {
    *ret = value_bool(value_truth(c->args[0]));
    return true;
}

static bool call_list(Call *c, Value *ret) {
    Value out = value_list(c->ev->arena);
    List *items;
    if (call_has(c, 0)) {
        if (!call_items(c, 0, &items)) return false;
        *out.list = *items;
    }
    if (str_is(str_of(c->builtin->name), "tuple")) out.kind = VALUE_TUPLE;
    *ret = out;
    return true;
}

static bool put(Call *c, Dict *dict, Value key, Value value) {
    return dict_put(c->ev->arena, dict, key, value) || eval_fail(c->ev, "unhashable type: '%s'", value_type_name(key));
}

static bool call_set(Call *c, Value *ret) {
    Value out = value_set(c->ev->arena);
    List *items;
    if (call_has(c, 0)) {
        if (!call_items(c, 0, &items)) return false;
        for (size_t i = 0; i < items->len; i++)
            if (!put(c, out.dict, items->items[i], value_none())) return false;
    }
    *ret = out;
    return true;
}

static bool put_pairs(Call *c, Dict *dict, Value from) {
    List *pairs, *pair;
    if (!eval_items(c->ev, from, &pairs)) return false;
    for (size_t i = 0; i < pairs->len; i++) {
        if (!eval_items(c->ev, pairs->items[i], &pair)) return false;
        if (pair->len != 2) return eval_fail(c->ev, "dict() needs pairs, item %zu has %zu parts", i, pair->len);
        if (!put(c, dict, pair->items[0], pair->items[1])) return false;
    }
    return true;
}

static bool call_dict(Call *c, Value *ret) {
    Value out = value_dict(c->ev->arena);
    if (c->len > 1) return eval_fail(c->ev, "dict() takes at most 1 argument by position");
    if (c->len && c->args[0].kind == VALUE_DICT) {
        const Dict *from = c->args[0].dict;
        for (size_t i = 0; i < from->len; i++)
            if (!put(c, out.dict, from->entries[i].key, from->entries[i].value)) return false;
    } else if (c->len && !put_pairs(c, out.dict, c->args[0])) {
        return false;
    }
    for (size_t i = 0; i < c->given->named_len; i++)
        dict_put_str(c->ev->arena, out.dict, c->given->names[i], c->given->named[i]);
    *ret = out;
    return true;
}

/* ---- digests and chance ---- */

static bool digest(Call *c, DigestKind kind, Value *ret) {
    Str text;
    if (!call_str(c, 0, &text)) return false;
    *ret = value_str(digest_hex(c->ev->arena, kind, text));
    return true;
}

static bool call_md5(Call *c, Value *ret) {
    return digest(c, DIGEST_MD5, ret);
}

static bool call_sha256(Call *c, Value *ret) {
    return digest(c, DIGEST_SHA256, ret);
}

/* In [0, 1), 53 bits. */
static double chance(void) {
    uint64_t bits = 0;
    ssize_t n = getrandom(&bits, sizeof bits, 0);
    BUG_ON(n != sizeof bits);
    return (double)(bits >> 11) * 0x1p-53;
}

static bool call_rand(Call *c, Value *ret) {
    (void)c;
    *ret = value_float(chance());
    return true;
}

static bool call_randint(Call *c, Value *ret) {
    if (!number_is(c->args[0]) || decimal_is(c->args[0])) return call_fail(c, 0, "a number");
    return integer_of_double(c->ev->arena, chance() * number_to_double(c->args[0]), ret) || cannot_convert(c);
}

/* ---- numbers ---- */

static bool call_abs(Call *c, Value *ret) {
    Value v = c->args[0], zero = value_int(0);
    if (v.kind == VALUE_FLOAT) {
        *ret = value_float(fabs(v.real));
        return true;
    }
    if (!number_is(v)) {
        Value negative;
        if (v.kind != VALUE_OBJECT || !v.object->type->compare) return call_fail(c, 0, "a number");
        if (!eval_unary(c->ev, OP_NEGATE, v, &negative)) return false;
        bool less;
        if (!eval_compare(c->ev, OP_LESS, v, negative, &less)) return false;
        *ret = less ? negative : v;
        return true;
    }
    return eval_unary(c->ev, number_compare(v, zero) == ORDER_LESS ? OP_NEGATE : OP_PLUS, v, ret);
}

static bool round_integer(Call *c, Value v, int64_t places, Value *ret) {
    Arena *a = c->ev->arena;
    Decimal whole = {.negative = integer_sign(v) < 0, .coefficient = integer_magnitude(a, v)};
    if (places >= 0) *ret = integer_add(a, v, value_int(0));
    else if (places < -EXPR_SHIFT_LIMIT) *ret = value_int(0);
    else return decimal_to_integer(a, decimal_round(a, &whole, places), ret);
    return true;
}

/* Correctly rounded: the digits of the exact value. */
static double round_float(double real, int64_t places) {
    if (!isfinite(real)) return real;
    if (places < 0) {
        double unit = pow(10, (double)MIN(-places, (int64_t)400));
        return isfinite(unit) ? rint(real / unit) * unit : copysign(0, real);
    }
    AUTO(Buf) text = {0};
    buf_printf(&text, "%.*f", (int)MIN(places, (int64_t)400), real);
    return strtod(buf_c(&text), NULL);
}

static bool call_round(Call *c, Value *ret) {
    Value v = c->args[0];
    int64_t places = 0;
    bool whole = !call_has_value(c, 1);
    if (!number_is(v)) return call_fail(c, 0, "a number");
    if (!whole && !call_index(c, 1, &places)) return false;
    places = MAX(MIN(places, (int64_t)DECIMAL_DIGITS_LIMIT), (int64_t)-DECIMAL_DIGITS_LIMIT);
    if (integer_is(v)) return round_integer(c, v, places, ret);
    if (v.kind == VALUE_FLOAT && whole) return integer_of_double(c->ev->arena, rint(v.real), ret) || cannot_convert(c);
    if (v.kind == VALUE_FLOAT) {
        *ret = value_float(round_float(v.real, places));
        return true;
    }
    Decimal *rounded = decimal_round(c->ev->arena, (const Decimal *)v.object, places);
    *ret = value_object(&rounded->head);
    if (!whole && integer_digits(rounded->coefficient) > DECIMAL_PRECISION)
        return eval_fail(c->ev, "round(): the result has more than %d digits", DECIMAL_PRECISION);
    return !whole || decimal_to_integer(c->ev->arena, rounded, ret) || cannot_convert(c);
}

/* ---- what loops over things ---- */

static bool call_len(Call *c, Value *ret) {
    Value v = c->args[0];
    size_t len;
    switch ((int)v.kind) {
    case VALUE_STR: len = utf8_length(v.text); break;
    case VALUE_LIST:
    case VALUE_TUPLE: len = v.list->len; break;
    case VALUE_SET:
    case VALUE_DICT: len = v.dict->len; break;
    default:
        if (!bytes_is(v)) return eval_fail(c->ev, "object of type '%s' has no len()", value_type_name(v));
        len = bytes_of(v).len;
    }
    *ret = value_int((int64_t)len);
    return true;
}

/* A keyword argument of a function that takes any; UNDEFINED when it was not given. */
static Value named(const Call *c, const char *name) {
    for (size_t i = 0; i < c->given->named_len; i++)
        if (str_is(c->given->names[i], name)) return c->given->named[i];
    return (Value){0};
}

static bool extreme(Call *c, Operator better, Value *ret) {
    List list = {.len = c->len}, *items = &list;
    Value key = named(c, "key"), fallback = named(c, "default"), best_key, item_key;
    if (c->len == 1 && !call_items(c, 0, &items)) return false;
    if (c->len > 1) *items = *value_tuple(c->ev->arena, c->args, c->len).list;
    if (!items->len) {
        *ret = fallback;
        return fallback.kind != VALUE_UNDEFINED || eval_fail(c->ev, "%s() of nothing", c->builtin->name);
    }
    for (size_t i = 0; i < items->len; i++) {
        bool take = i == 0;
        item_key = items->items[i];
        if (key.kind != VALUE_UNDEFINED && key.kind != VALUE_NONE && !value_call(c->ev, key, item_key, &item_key))
            return false;
        if (i && !eval_compare(c->ev, better, item_key, best_key, &take)) return false;
        if (!take) continue;
        best_key = item_key;
        *ret = items->items[i];
    }
    return true;
}

static bool call_min(Call *c, Value *ret) {
    return extreme(c, OP_LESS, ret);
}

static bool call_max(Call *c, Value *ret) {
    return extreme(c, OP_GREATER, ret);
}

static bool call_sum(Call *c, Value *ret) {
    List *items;
    *ret = call_has(c, 1) ? c->args[1] : value_int(0);
    if (!call_items(c, 0, &items)) return false;
    if (ret->kind == VALUE_STR) return eval_fail(c->ev, "sum() cannot add texts: use ''.join(list)");
    for (size_t i = 0; i < items->len; i++)
        if (!eval_binary(c->ev, OP_ADD, *ret, items->items[i], ret) || !eval_memory_left(c->ev)) return false;
    return true;
}

static bool call_sorted(Call *c, Value *ret) {
    List *items;
    if (!call_items(c, 0, &items) || !values_sort(c->ev, items->items, items->len, c->args[1], value_truth(c->args[2])))
        return false;
    *ret = (Value){.kind = VALUE_LIST, .list = items};
    return true;
}

static bool any_or_all(Call *c, bool looked_for, Value *ret) {
    List *items;
    if (!call_items(c, 0, &items)) return false;
    *ret = value_bool(!looked_for);
    for (size_t i = 0; i < items->len; i++)
        if (value_truth(items->items[i]) == looked_for) *ret = value_bool(looked_for);
    return true;
}

static bool call_any(Call *c, Value *ret) {
    return any_or_all(c, true, ret);
}

static bool call_all(Call *c, Value *ret) {
    return any_or_all(c, false, ret);
}

/* A list, not a range object. */
static bool call_range(Call *c, Value *ret) {
    int64_t bound[3] = {0, 0, 1};
    if (!call_index(c, 0, &bound[0]) || !call_index(c, 1, &bound[1]) || !call_index(c, 2, &bound[2])) return false;
    if (!call_has(c, 1)) {
        bound[1] = bound[0];
        bound[0] = 0;
    }
    if (!bound[2]) return eval_fail(c->ev, "range() step cannot be zero");
    Value out = value_list(c->ev->arena);
    bool beyond = false;
    for (int64_t i = bound[0]; !beyond && (bound[2] > 0 ? i < bound[1] : i > bound[1]);
         beyond = __builtin_add_overflow(i, bound[2], &i)) {
        if (out.list->len >= RANGE_LIMIT) return eval_fail(c->ev, "range() is longer than %d", RANGE_LIMIT);
        list_push(c->ev->arena, out.list, value_int(i));
    }
    *ret = out;
    return true;
}

static bool call_enumerate(Call *c, Value *ret) {
    List *items;
    int64_t start = 0;
    if (!call_items(c, 0, &items) || !call_index(c, 1, &start)) return false;
    Value out = value_list(c->ev->arena), number = value_int(start);
    for (size_t i = 0; i < items->len; i++) {
        Value pair[2] = {number, items->items[i]};
        list_push(c->ev->arena, out.list, value_tuple(c->ev->arena, pair, 2));
        number = integer_add(c->ev->arena, number, value_int(1));
    }
    *ret = out;
    return true;
}

static bool call_zip(Call *c, Value *ret) {
    List **lists = arena_array(c->ev->arena, List *, c->len);
    size_t shortest = SIZE_MAX;
    for (size_t i = 0; i < c->len; i++) {
        if (!call_items(c, i, &lists[i])) return false;
        shortest = MIN(shortest, lists[i]->len);
    }
    Value out = value_list(c->ev->arena);
    for (size_t i = 0; c->len && i < shortest; i++) {
        Value row = value_list(c->ev->arena);
        for (size_t j = 0; j < c->len; j++) list_push(c->ev->arena, row.list, lists[j]->items[i]);
        row.kind = VALUE_TUPLE;
        list_push(c->ev->arena, out.list, row);
    }
    *ret = out;
    return true;
}

static const Builtin functions[] = {
    {"int", call_int, 0, 2, "x base", &builtins_int},
    {"float", call_float, 0, 1, NULL, &builtins_float},
    {"str", call_text, 0, 1, "object", &builtins_str},
    {"bool", call_bool, 0, 1, NULL, &builtins_int},
    {"list", call_list, 0, 1, NULL, &builtins_list},
    {"tuple", call_list, 0, 1, NULL, &builtins_tuple},
    {"dict", call_dict, 0, BUILTIN_ANY, NULL, &builtins_dict},
    {"set", call_set, 0, 1, NULL, &builtins_set},
    {"md5", call_md5, 1, 1, "string", NULL},
    {"sha256", call_sha256, 1, 1, "string", NULL},
    {"rand", call_rand, 0, 0, NULL, NULL},
    {"randint", call_randint, 1, 1, "top", NULL},
    {"len", call_len, 1, 1, NULL, NULL},
    {"min", call_min, 1, BUILTIN_ANY, NULL, NULL},
    {"max", call_max, 1, BUILTIN_ANY, NULL, NULL},
    {"sum", call_sum, 1, 2, "iterable start", NULL},
    {"abs", call_abs, 1, 1, NULL, NULL},
    {"round", call_round, 1, 2, "number ndigits", NULL},
    {"sorted", call_sorted, 1, 1, "iterable key reverse", NULL},
    {"any", call_any, 1, 1, NULL, NULL},
    {"all", call_all, 1, 1, NULL, NULL},
    {"range", call_range, 1, 3, NULL, NULL},
    {"enumerate", call_enumerate, 1, 2, "iterable start", NULL},
    {"zip", call_zip, 0, BUILTIN_ANY, NULL, NULL},
};

const Builtins builtins_functions = BUILTINS(functions);

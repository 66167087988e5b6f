/* Operators on values, with Python's meaning and simpleeval's limits. */
#include <math.h>

#include "jinja/builtins.h"
#include "jinja/decimal.h"
#include "jinja/format.h"
#include "jinja/number.h"
#include "jinja/unicode.h"

static const char *const signs[] = {
    [OP_ADD] = "+",
    [OP_SUBTRACT] = "-",
    [OP_MULTIPLY] = "*",
    [OP_DIVIDE] = "/",
    [OP_FLOOR_DIVIDE] = "//",
    [OP_MODULO] = "%",
    [OP_POWER] = "**",
    [OP_SHIFT_LEFT] = "<<",
    [OP_SHIFT_RIGHT] = ">>",
    [OP_AND] = "&",
    [OP_OR] = "|",
    [OP_XOR] = "^",
    [OP_EQUAL] = "==",
    [OP_NOT_EQUAL] = "!=",
    [OP_LESS] = "<",
    [OP_LESS_EQUAL] = "<=",
    [OP_GREATER] = ">",
    [OP_GREATER_EQUAL] = ">=",
    [OP_IN] = "in",
    [OP_NOT_IN] = "not in",
    [OP_IS] = "is",
    [OP_IS_NOT] = "is not",
    [OP_NEGATE] = "-",
    [OP_PLUS] = "+",
    [OP_INVERT] = "~",
    [OP_NOT] = "not",
};

static bool refuse(Eval *ev, Operator op, Value left, Value right) {
    eval_fail(ev, "unsupported operand types for %s: %s and %s", signs[op], value_type_name(left),
              value_type_name(right));
    bool mixed = (decimal_is(left) && right.kind == VALUE_FLOAT) || (decimal_is(right) && left.kind == VALUE_FLOAT);
    return mixed ? err_hint(ev->err, "numbers with a fraction in a record are exact decimals: write float(x)") : false;
}

static bool too_large(Eval *ev, Operator op) {
    return eval_fail(ev, "result of %s is too large", signs[op]);
}

/* ---- integers ---- */

static bool integer_power_value(Eval *ev, Value base, Value exponent, Value *ret) {
    int64_t n;
    bool small = integer_to_i64(exponent, &n);
    if (integer_sign(exponent) < 0) {
        if (!integer_sign(base)) return eval_fail(ev, "0.0 cannot be raised to a negative power");
        *ret = value_float(pow(integer_to_double(base), integer_to_double(exponent)));
        return true;
    }
    size_t bits = integer_bits(base);
    if (!small || (bits > 1 && (uint64_t)n * bits > EXPR_INTEGER_BITS + bits)) return too_large(ev, OP_POWER);
    *ret = integer_power(ev->arena, base, (uint64_t)n);
    return true;
}

static bool shift(Eval *ev, Operator op, Value left, Value right, Value *ret) {
    int64_t bits;
    if (!integer_to_i64(right, &bits) || llabs(bits) > EXPR_SHIFT_LIMIT || integer_bits(left) > 1024)
        return too_large(ev, op);
    if (bits < 0) return eval_fail(ev, "negative shift count");
    *ret = op == OP_SHIFT_LEFT ? integer_shift_left(ev->arena, left, (size_t)bits)
                               : integer_shift_right(ev->arena, left, (size_t)bits);
    return true;
}

static bool bitwise(Eval *ev, Operator op, Value left, Value right, Value *ret) {
    IntegerBits which = op == OP_AND ? INTEGER_AND : op == OP_OR ? INTEGER_OR : INTEGER_XOR;
    Value v = integer_bitwise(ev->arena, which, left, right);
    *ret = left.kind == VALUE_BOOL && right.kind == VALUE_BOOL ? value_bool(integer_sign(v) != 0) : v;
    return true;
}

static bool integer_division(Eval *ev, Operator op, Value left, Value right, Value *ret) {
    Value quotient, rest;
    if (!integer_sign(right)) return eval_fail(ev, "division by zero");
    if (op == OP_DIVIDE) {
        double ratio = integer_ratio(ev->arena, left, right);
        *ret = value_float(ratio);
        return isfinite(ratio) || too_large(ev, op);
    }
    integer_divide(ev->arena, left, right, &quotient, &rest);
    *ret = op == OP_MODULO ? rest : quotient;
    return true;
}

static bool integer_binary(Eval *ev, Operator op, Value left, Value right, Value *ret) {
    switch ((int)op) {
    case OP_ADD: *ret = integer_add(ev->arena, left, right); break;
    case OP_SUBTRACT: *ret = integer_subtract(ev->arena, left, right); break;
    case OP_MULTIPLY:
        if (integer_bits(left) + integer_bits(right) > EXPR_INTEGER_BITS) return too_large(ev, op);
        *ret = integer_multiply(ev->arena, left, right);
        break;
    case OP_POWER: return integer_power_value(ev, left, right, ret);
    case OP_SHIFT_LEFT:
    case OP_SHIFT_RIGHT: return shift(ev, op, left, right, ret);
    case OP_AND:
    case OP_OR:
    case OP_XOR: return bitwise(ev, op, left, right, ret);
    default: return integer_division(ev, op, left, right, ret);
    }
    return integer_bits(*ret) <= EXPR_INTEGER_BITS || too_large(ev, op);
}

/* ---- floats ---- */

static bool float_power(Eval *ev, double x, double y, Value *ret) {
    if (x == 0 && y < 0) return eval_fail(ev, "0.0 cannot be raised to a negative power");
    if (x < 0 && isfinite(x) && isfinite(y) && y != floor(y))
        return eval_unsupported(ev, "a root of a negative number: complex numbers are not built in");
    double power = pow(x, y);
    if (isinf(power) && isfinite(x) && isfinite(y)) return too_large(ev, OP_POWER);
    *ret = value_float(power);
    return true;
}

/* The remainder with the divisor's sign, and the quotient that belongs to it. */
static double float_modulo(double x, double y, double *ret_quotient) {
    double rest = fmod(x, y), quotient = (x - rest) / y;
    if (rest != 0 && (y < 0) != (rest < 0)) {
        rest += y;
        quotient -= 1;
    } else if (rest == 0) {
        rest = copysign(0, y);
    }
    double whole = floor(quotient);
    if (quotient - whole > 0.5) whole += 1;
    *ret_quotient = quotient != 0 ? whole : copysign(0, x / y);
    return rest;
}

static bool float_binary(Eval *ev, Operator op, double x, double y, Value *ret) {
    double rest, quotient;
    if ((op == OP_DIVIDE || op == OP_FLOOR_DIVIDE || op == OP_MODULO) && y == 0)
        return eval_fail(ev, "float division by zero");
    switch ((int)op) {
    case OP_ADD: *ret = value_float(x + y); return true;
    case OP_SUBTRACT: *ret = value_float(x - y); return true;
    case OP_MULTIPLY: *ret = value_float(x * y); return true;
    case OP_DIVIDE: *ret = value_float(x / y); return true;
    case OP_POWER: return float_power(ev, x, y, ret);
    default:
        rest = float_modulo(x, y, &quotient);
        *ret = value_float(op == OP_MODULO ? rest : quotient);
        return true;
    }
}

/* ---- sequences ---- */

static size_t length_of(Value v) {
    switch ((int)v.kind) {
    case VALUE_STR: return utf8_length(v.text);
    case VALUE_LIST:
    case VALUE_TUPLE: return v.list->len;
    default: return 0;
    }
}

static bool concatenate(Eval *ev, Value left, Value right, Value *ret) {
    if (length_of(left) + length_of(right) > EXPR_SEQUENCE_LIMIT)
        return eval_fail(ev, "result of + would be longer than %d", EXPR_SEQUENCE_LIMIT);
    if (left.kind == VALUE_STR) {
        char *text = arena_alloc(ev->arena, left.text.len + right.text.len + 1);
        if (left.text.len) memcpy(text, left.text.at, left.text.len);
        if (right.text.len) memcpy(text + left.text.len, right.text.at, right.text.len);
        *ret = value_str((Str){text, left.text.len + right.text.len});
        return true;
    }
    Value out = value_list(ev->arena);
    for (size_t i = 0; i < left.list->len; i++) list_push(ev->arena, out.list, left.list->items[i]);
    for (size_t i = 0; i < right.list->len; i++) list_push(ev->arena, out.list, right.list->items[i]);
    out.kind = left.kind;
    *ret = out;
    return true;
}

static bool repeat(Eval *ev, Value sequence, Value count, Value *ret) {
    int64_t times;
    if (!integer_to_i64(count, &times)) return too_large(ev, OP_MULTIPLY);
    size_t len = length_of(sequence);
    times = MAX(times, (int64_t)0);
    if (len && times > (int64_t)(EXPR_SEQUENCE_LIMIT / len))
        return eval_fail(ev, "result of * would be longer than %d", EXPR_SEQUENCE_LIMIT);
    if (sequence.kind == VALUE_STR) {
        AUTO(Buf) out = eval_buf();
        for (int64_t i = 0; len && i < times; i++) buf_append(&out, sequence.text);
        return eval_text(ev, &out, ret);
    }
    Value out = value_list(ev->arena);
    for (int64_t i = 0; len && i < times; i++)
        for (size_t j = 0; j < len; j++) list_push(ev->arena, out.list, sequence.list->items[j]);
    out.kind = sequence.kind;
    *ret = out;
    return true;
}

static bool is_sequence(Value v) {
    return v.kind == VALUE_STR || v.kind == VALUE_LIST || v.kind == VALUE_TUPLE;
}

/* ---- sets and dicts ---- */

static bool set_binary(Eval *ev, Operator op, const Dict *x, const Dict *y, Value *ret) {
    Value out = value_set(ev->arena);
    bool known = true;
    for (size_t i = 0; i < x->len; i++) {
        bool both = dict_find(y, x->entries[i].key) != NULL;
        if (op == OP_OR || both == (op == OP_AND))
            known &= dict_put(ev->arena, out.dict, x->entries[i].key, value_none());
    }
    for (size_t i = 0; i < y->len && (op == OP_OR || op == OP_XOR); i++)
        if (op == OP_OR || !dict_find(x, y->entries[i].key))
            known &= dict_put(ev->arena, out.dict, y->entries[i].key, value_none());
    BUG_ON(!known);
    *ret = out;
    return true;
}

static bool merge_dicts(Eval *ev, const Dict *x, const Dict *y, Value *ret) {
    *ret = value_dict(ev->arena);
    bool known = true;
    for (size_t i = 0; i < x->len; i++) known &= dict_put(ev->arena, ret->dict, x->entries[i].key, x->entries[i].value);
    for (size_t i = 0; i < y->len; i++) known &= dict_put(ev->arena, ret->dict, y->entries[i].key, y->entries[i].value);
    BUG_ON(!known);
    return true;
}

/* ---- binary ---- */

/* simpleeval refuses to raise large numbers at all. */
static bool power_allowed(Eval *ev, Value left, Value right) {
    Value limit = value_int(EXPR_POWER_LIMIT), low = value_int(-EXPR_POWER_LIMIT);
    bool large = number_compare(left, limit) == ORDER_GREATER || number_compare(left, low) == ORDER_LESS ||
                 number_compare(right, limit) == ORDER_GREATER || number_compare(right, low) == ORDER_LESS;
    return !large || too_large(ev, OP_POWER);
}

static Outcome object_binary(Eval *ev, Operator op, Value left, Value right, Value *ret) {
    for (int side = 0; side < 2; side++) {
        Value v = side ? right : left;
        if (v.kind != VALUE_OBJECT || !v.object->type->binary) continue;
        Outcome outcome = v.object->type->binary(ev, op, left, right, ret);
        if (outcome != OUTCOME_FOREIGN) return outcome;
    }
    return OUTCOME_FOREIGN;
}

static bool number_binary(Eval *ev, Operator op, Value left, Value right, Value *ret) {
    bool bits = op == OP_AND || op == OP_OR || op == OP_XOR || op == OP_SHIFT_LEFT || op == OP_SHIFT_RIGHT;
    if (op == OP_POWER && !power_allowed(ev, left, right)) return false;
    if (integer_is(left) && integer_is(right)) return integer_binary(ev, op, left, right, ret);
    if (bits || decimal_is(left) || decimal_is(right)) return refuse(ev, op, left, right);
    double x = number_to_double(left), y = number_to_double(right);
    bool lost = (isinf(x) && integer_is(left)) || (isinf(y) && integer_is(right));
    return lost ? eval_fail(ev, "integer is too large for a float") : float_binary(ev, op, x, y, ret);
}

bool eval_binary(Eval *ev, Operator op, Value left, Value right, Value *ret) {
    if (left.kind == VALUE_OBJECT || right.kind == VALUE_OBJECT) {
        if (op == OP_POWER && number_is(left) && number_is(right) && !power_allowed(ev, left, right)) return false;
        Outcome outcome = object_binary(ev, op, left, right, ret);
        if (outcome != OUTCOME_FOREIGN) return outcome == OUTCOME_DONE;
    }
    if (number_is(left) && number_is(right)) return number_binary(ev, op, left, right, ret);
    if (op == OP_ADD && is_sequence(left) && left.kind == right.kind) return concatenate(ev, left, right, ret);
    if (op == OP_MULTIPLY && is_sequence(left) && integer_is(right)) return repeat(ev, left, right, ret);
    if (op == OP_MULTIPLY && is_sequence(right) && integer_is(left)) return repeat(ev, right, left, ret);
    if (op == OP_MODULO && left.kind == VALUE_STR) return format_percent(ev, left.text, right, ret);
    bool sets = left.kind == VALUE_SET && right.kind == VALUE_SET;
    if (sets && (op == OP_OR || op == OP_AND || op == OP_XOR || op == OP_SUBTRACT))
        return set_binary(ev, op, left.dict, right.dict, ret);
    if (op == OP_OR && left.kind == VALUE_DICT && right.kind == VALUE_DICT)
        return merge_dicts(ev, left.dict, right.dict, ret);
    return refuse(ev, op, left, right);
}

/* ---- unary ---- */

bool eval_unary(Eval *ev, Operator op, Value v, Value *ret) {
    if (op == OP_NOT) {
        *ret = value_bool(!value_truth(v));
        return true;
    }
    if (v.kind == VALUE_OBJECT && v.object->type->unary) {
        Outcome outcome = v.object->type->unary(ev, op, v.object, ret);
        if (outcome != OUTCOME_FOREIGN) return outcome == OUTCOME_DONE;
    } else if (integer_is(v)) {
        *ret = op == OP_NEGATE ? integer_negate(ev->arena, v)
               : op == OP_PLUS ? integer_add(ev->arena, v, value_int(0))
                               : integer_invert(ev->arena, v);
        return true;
    } else if (v.kind == VALUE_FLOAT && op != OP_INVERT) {
        *ret = value_float(op == OP_NEGATE ? -v.real : v.real);
        return true;
    }
    return eval_fail(ev, "bad operand type for unary %s: %s", signs[op], value_type_name(v));
}

/* ---- comparison ---- */

static bool contains(Eval *ev, Value container, Value item, bool *ret) {
    uint64_t hash;
    switch ((int)container.kind) {
    case VALUE_STR:
        if (item.kind != VALUE_STR)
            return eval_fail(ev, "'in <text>' needs a text on its left, not %s", value_type_name(item));
        *ret = str_find_str(container.text, item.text) != STR_NONE;
        return true;
    case VALUE_LIST:
    case VALUE_TUPLE:
        *ret = false;
        for (size_t i = 0; i < container.list->len && !*ret; i++) *ret = value_equal(container.list->items[i], item);
        return true;
    case VALUE_SET:
    case VALUE_DICT:
        if (!value_hash(item, &hash)) return eval_fail(ev, "unhashable type: '%s'", value_type_name(item));
        *ret = dict_find(container.dict, item) != NULL;
        return true;
    default: return eval_fail(ev, "'%s' object has no items", value_type_name(container));
    }
}

static bool is_subset(const Dict *x, const Dict *y) {
    for (size_t i = 0; i < x->len; i++)
        if (!dict_find(y, x->entries[i].key)) return false;
    return true;
}

static bool order_sets(Operator op, const Dict *x, const Dict *y) {
    bool proper = op == OP_LESS || op == OP_GREATER;
    bool up = op == OP_LESS || op == OP_LESS_EQUAL;
    return is_subset(up ? x : y, up ? y : x) && (!proper || x->len != y->len);
}

static bool holds(Operator op, Order order) {
    switch ((int)op) {
    case OP_LESS: return order == ORDER_LESS;
    case OP_LESS_EQUAL: return order == ORDER_LESS || order == ORDER_SAME;
    case OP_GREATER: return order == ORDER_GREATER;
    default: return order == ORDER_GREATER || order == ORDER_SAME;
    }
}

/* Lists by their first items that differ. */
static bool compare_lists(Eval *ev, Operator op, const List *x, const List *y, bool *ret) {
    size_t i = 0, shorter = MIN(x->len, y->len);
    while (i < shorter && value_equal(x->items[i], y->items[i])) i++;
    if (i < shorter) {
        if (ev->depth >= VALUE_DEPTH_LIMIT) return eval_fail(ev, "lists are nested too deep to compare");
        ev->depth++;
        bool known = eval_compare(ev, op, x->items[i], y->items[i], ret);
        ev->depth--;
        return known;
    }
    *ret = holds(op, x->len < y->len ? ORDER_LESS : x->len > y->len ? ORDER_GREATER : ORDER_SAME);
    return true;
}

static bool compare_order(Eval *ev, Operator op, Value left, Value right, bool *ret) {
    Order order = ORDER_NONE;
    if (number_is(left) && number_is(right)) {
        order = number_compare(left, right);
    } else if (left.kind == VALUE_OBJECT && left.object->type->compare) {
        if (!left.object->type->compare(left.object, right, &order)) return refuse(ev, op, left, right);
    } else if (left.kind != right.kind) {
        return refuse(ev, op, left, right);
    } else if (left.kind == VALUE_STR) {
        int sign = str_compare(left.text, right.text);
        order = sign < 0 ? ORDER_LESS : sign > 0 ? ORDER_GREATER : ORDER_SAME;
    } else if (left.kind == VALUE_LIST || left.kind == VALUE_TUPLE) {
        return compare_lists(ev, op, left.list, right.list, ret);
    } else if (left.kind == VALUE_SET) {
        *ret = order_sets(op, left.dict, right.dict);
        return true;
    } else {
        return refuse(ev, op, left, right);
    }
    *ret = holds(op, order);
    return true;
}

/* Identity. Equal numbers and texts of one kind count as one object: Python leaves that open. */
static bool identical(Value left, Value right) {
    if (left.kind != right.kind) return false;
    switch ((int)left.kind) {
    case VALUE_LIST:
    case VALUE_TUPLE: return left.list == right.list;
    case VALUE_SET:
    case VALUE_DICT: return left.dict == right.dict;
    case VALUE_OBJECT: return left.object == right.object;
    default: return value_equal(left, right);
    }
}

bool eval_compare(Eval *ev, Operator op, Value left, Value right, bool *ret) {
    switch ((int)op) {
    case OP_EQUAL: *ret = value_equal(left, right); return true;
    case OP_NOT_EQUAL: *ret = !value_equal(left, right); return true;
    case OP_IS: *ret = identical(left, right); return true;
    case OP_IS_NOT: *ret = !identical(left, right); return true;
    case OP_IN:
    case OP_NOT_IN:
        if (!contains(ev, right, left, ret)) return false;
        *ret = *ret == (op == OP_IN);
        return true;
    default: return compare_order(ev, op, left, right, ret);
    }
}

/* Builtins: finding them, binding arguments to parameters. */
#include "jinja/builtins.h"

const Builtin *builtins_find(const Builtins *table, Str name) {
    for (size_t i = 0; table && i < table->len; i++) {
        const char *at = table->items[i].name;
        if (name.len && at[0] == name.at[0] && strlen(at) == name.len && !memcmp(at, name.at, name.len))
            return &table->items[i];
    }
    return NULL;
}

const Builtin *function_find(Str name) {
    return builtins_find(&builtins_functions, name);
}

bool module_find(Str name, Value *ret) {
    if (str_is(name, "datetime")) *ret = value_object(&module_datetime);
    else if (str_is(name, "json")) *ret = value_object(&module_json);
    else return false;
    return true;
}

const Builtin *method_find(Value self, Str name) {
    static const Builtins *const tables[] = {
        [VALUE_STR] = &builtins_str,   [VALUE_LIST] = &builtins_list, [VALUE_TUPLE] = &builtins_tuple,
        [VALUE_DICT] = &builtins_dict, [VALUE_SET] = &builtins_set,   [VALUE_INT] = &builtins_int,
        [VALUE_BIG] = &builtins_int,   [VALUE_BOOL] = &builtins_int,  [VALUE_FLOAT] = &builtins_float,
        [VALUE_OBJECT] = NULL,
    };
    if (self.kind == VALUE_OBJECT) return builtins_find(self.object->type->methods, name);
    if (self.kind == VALUE_FUNCTION) return builtins_find(self.function->methods, name);
    return builtins_find(tables[self.kind], name);
}

/* ---- binding ---- */

/* Index of the parameter called `name`, STR_NONE when there is none. */
static size_t parameter_index(const Builtin *b, Str name) {
    Str rest = str_of(b->parameters), one;
    for (size_t i = 0; str_cut(&rest, ' ', &one); i++)
        if (str_equal(one, name)) return i;
    return STR_NONE;
}

static bool wrong_count(Eval *ev, const Builtin *b, size_t given) {
    bool few = given < b->min;
    const char *which = b->min == b->max ? "exactly" : few ? "at least" : "at most";
    unsigned count = few ? b->min : b->max;
    return eval_fail(ev, "%s() takes %s %u argument%s (%zu given)", b->name, which, count, count == 1 ? "" : "s",
                     given);
}

static bool bind_named(Eval *ev, const Builtin *b, const Arguments *given, Value *args) {
    for (size_t n = 0; n < given->named_len; n++) {
        size_t i = parameter_index(b, given->names[n]);
        if (i == STR_NONE)
            return eval_fail(ev, "%s() has no argument named \"" STR_FMT "\"", b->name, STR_ARG(given->names[n]));
        if (args[i].kind != VALUE_UNDEFINED)
            return eval_fail(ev, "%s() got argument \"" STR_FMT "\" twice", b->name, STR_ARG(given->names[n]));
        args[i] = given->named[n];
    }
    for (size_t i = 0; i < b->min; i++)
        if (args[i].kind == VALUE_UNDEFINED) return wrong_count(ev, b, given->len + given->named_len);
    return true;
}

bool builtin_call(Eval *ev, const Builtin *b, Value self, const Arguments *given, Value *ret) {
    Call c = {.ev = ev, .builtin = b, .self = self, .args = given->items, .len = given->len, .given = given};
    if (b->max == BUILTIN_ANY) return given->len < b->min ? wrong_count(ev, b, given->len) : b->call(&c, ret);
    if (given->len > b->max) return wrong_count(ev, b, given->len);
    Value args[BUILTIN_PARAMETERS] = {0};
    if (given->len) memcpy(args, given->items, given->len * sizeof *args);
    c.args = args;
    return bind_named(ev, b, given, args) && b->call(&c, ret);
}

bool value_call(Eval *ev, Value function, Value argument, Value *ret) {
    if (function.kind != VALUE_FUNCTION) return eval_fail(ev, "'%s' object is not callable", value_type_name(function));
    Arguments one = {.items = &argument, .len = 1};
    return builtin_call(ev, function.function, (Value){0}, &one, ret);
}

/* ---- arguments ---- */

bool call_fail(Call *c, size_t i, const char *expected) {
    return eval_fail(c->ev, "%s() argument %zu must be %s, not %s", c->builtin->name, i + 1, expected,
                     value_type_name(c->args[i]));
}

bool call_str(Call *c, size_t i, Str *ret) {
    if (c->args[i].kind != VALUE_STR) return call_fail(c, i, "str");
    *ret = c->args[i].text;
    return true;
}

bool call_index(Call *c, size_t i, int64_t *ret) {
    return !call_has(c, i) || eval_index(c->ev, c->args[i], ret);
}

bool call_items(Call *c, size_t i, List **ret) {
    return eval_items(c->ev, c->args[i], ret);
}

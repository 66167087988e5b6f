/*
 * Builtin: a function or method of the language, a row of a table. Arguments are bound to its parameters before it is
 * called.
 *
 *     static bool call_zfill(Call *c, Value *ret) { ... c->self, c->args[0] ... }
 *     static const Builtin methods[] = {{"zfill", call_zfill, 1, 1, "width"}, ...};
 */
#pragma once

#include "jinja/eval.h"

enum { BUILTIN_PARAMETERS = 10, BUILTIN_ANY = 0xFF };

/* What stands between the brackets of a call. */
typedef struct Arguments {
    const Value *items; /* by position */
    size_t len;
    const Str *names; /* by name */
    const Value *named;
    size_t named_len;
} Arguments;

typedef struct Call {
    Eval *ev;
    const Builtin *builtin;
    Value self;        /* of a method */
    const Value *args; /* one for each parameter, VALUE_UNDEFINED when not given; all positional ones for BUILTIN_ANY */
    size_t len;        /* positional ones given */
    const Arguments *given; /* with names only BUILTIN_ANY may need */
} Call;

typedef bool BuiltinCall(Call *c, Value *ret);
typedef struct Builtins Builtins;

struct Builtin {
    const char *name;
    BuiltinCall *call;
    uint8_t min, max; /* positional arguments; max BUILTIN_ANY: as many as are given, names unchecked */
    const char
        *parameters; /* names, with blanks between, for arguments given by name: may be more than max; NULL: none */
    const Builtins *methods; /* of a type: str.lower(x) */
};

struct Builtins {
    const Builtin *items;
    size_t len;
};

#define BUILTINS(table)                                                                                                \
    { (table), ARRAY_LEN(table) }

/* NULL when there is none. */
const Builtin *builtins_find(const Builtins *table, Str name);
/* A function of the language: functions.c. */
const Builtin *function_find(Str name);
/* A module of the language as a value: `datetime`, `json`. */
bool module_find(Str name, Value *ret);
/* A method of a value. */
const Builtin *method_find(Value self, Str name);

bool builtin_call(Eval *ev, const Builtin *b, Value self, const Arguments *given, Value *ret) MUST_USE;
/* Calls a value with one argument (`key=`, `default=`). */
bool value_call(Eval *ev, Value function, Value argument, Value *ret) MUST_USE;

/* ---- arguments of a call; i counts from 0; false: err is set ---- */

static inline bool call_has(const Call *c, size_t i) {
    return c->args[i].kind != VALUE_UNDEFINED;
}
/* Given and not None. */
static inline bool call_has_value(const Call *c, size_t i) {
    return call_has(c, i) && c->args[i].kind != VALUE_NONE;
}
bool call_fail(Call *c, size_t i, const char *expected); /* "zfill() argument 1 must be an integer, not str" */
bool call_str(Call *c, size_t i, Str *ret) MUST_USE;
bool call_index(Call *c, size_t i, int64_t *ret) MUST_USE; /* *ret is left alone when it was not given */
bool call_items(Call *c, size_t i, List **ret) MUST_USE;

/* ---- tables, each in the file of its name ---- */

extern const Builtins builtins_functions;
extern const Builtins builtins_str;
extern const Builtins builtins_int;
extern const Builtins builtins_float;
extern const Builtins builtins_list;
extern const Builtins builtins_tuple;
extern const Builtins builtins_set;
extern const Builtins builtins_dict;

extern Object module_json;
extern Object module_datetime;

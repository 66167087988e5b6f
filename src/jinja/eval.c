/* Walks the tree of an expression. The rules are simpleeval's EvalWithCompoundTypes: what may be called, which names come
 * first, what its limits count. */
#include "jinja/eval.h"

#include "jinja/builtins.h"
#include "jinja/format.h"
#include "jinja/syntax.h"
#include "jinja/unicode.h"
#include "jinja/write.h"

struct Frame {
    const Frame *outer;
    Str *names;
    Value *values;
    size_t len, cap;
};

static bool eval_node(Eval *ev, const Syntax *s, Value *ret);

/* ---- errors and limits ---- */

static bool PRINTF_LIKE(3, 0) fail(Eval *ev, ErrCode code, const char *format, va_list args) {
    char text[1024];
    vsnprintf(text, sizeof text, format, args);
    return err_set(ev->err, code, "column %u: %s", ev->column, text);
}

bool eval_fail(Eval *ev, const char *format, ...) {
    va_list args;
    va_start(args, format);
    fail(ev, ERR_INPUT, format, args);
    va_end(args);
    return false;
}

bool eval_unsupported(Eval *ev, const char *format, ...) {
    va_list args;
    va_start(args, format);
    fail(ev, ERR_UNSUPPORTED, format, args);
    va_end(args);
    return false;
}

bool eval_memory_left(Eval *ev) {
    return ev->arena->bytes <= ev->arena_limit || eval_fail(ev, "expression takes more memory than it may");
}

bool eval_text(Eval *ev, const Buf *text, Value *ret) {
    if (text->failed) return eval_fail(ev, "text would be longer than %d bytes", EXPR_TEXT_LIMIT);
    *ret = value_str(arena_str(ev->arena, buf_str(text)));
    return eval_memory_left(ev);
}

bool eval_items(Eval *ev, Value v, List **ret) {
    List *list = *ret = value_list(ev->arena).list;
    switch ((int)v.kind) {
    case VALUE_LIST:
    case VALUE_TUPLE: *list = *value_tuple(ev->arena, v.list->items, v.list->len).list; return true;
    case VALUE_SET:
    case VALUE_DICT:
        for (size_t i = 0; i < v.dict->len; i++) list_push(ev->arena, list, v.dict->entries[i].key);
        return true;
    case VALUE_STR:
        for (size_t at = 0; at < v.text.len;) {
            size_t from = at;
            utf8_next(v.text, &at);
            list_push(ev->arena, list, value_str(str_slice(v.text, from, at)));
        }
        return eval_memory_left(ev);
    default: return eval_fail(ev, "'%s' object is not iterable", value_type_name(v));
    }
}

/* ---- names ---- */

static bool frame_find(const Frame *frame, Str name, Value *ret) {
    for (; frame; frame = frame->outer)
        for (size_t i = 0; i < frame->len; i++)
            if (str_equal(frame->names[i], name)) {
                *ret = frame->values[i];
                return true;
            }
    return false;
}

static void frame_bind(Eval *ev, Frame *frame, Str name, Value value) {
    for (size_t i = 0; i < frame->len; i++)
        if (str_equal(frame->names[i], name)) {
            frame->values[i] = value;
            return;
        }
    if (frame->len == frame->cap) {
        frame->cap = frame->cap ? frame->cap * 2 : 4;
        Str *names = arena_array(ev->arena, Str, frame->cap);
        Value *values = arena_array(ev->arena, Value, frame->cap);
        if (frame->len) memcpy(names, frame->names, frame->len * sizeof *names);
        if (frame->len) memcpy(values, frame->values, frame->len * sizeof *values);
        frame->names = names;
        frame->values = values;
    }
    frame->names[frame->len] = name;
    frame->values[frame->len++] = value;
}

static bool eval_name(Eval *ev, Str name, Value *ret) {
    if (frame_find(ev->frame, name, ret)) return true;
    if (ev->scope->lookup && ev->scope->lookup(ev->scope->context, ev->arena, name, ret)) return true;
    const Builtin *function = function_find(name);
    if (function) {
        *ret = (Value){.kind = VALUE_FUNCTION, .function = function};
        return true;
    }
    if (module_find(name, ret)) return true;
    return err_set(ev->err, ERR_NOT_FOUND, "column %u: \"" STR_FMT "\" is not defined", ev->column, STR_ARG(name));
}

/* ---- attributes and calls ---- */

/* What simpleeval never lets through. */
static bool attribute_allowed(Eval *ev, Str name) {
    static const char *const refused[] = {"format",   "format_map", "mro",      "tb_frame",
                                          "gi_frame", "ag_frame",   "cr_frame", "exec"};
    if (str_starts(name, STR("_")) || str_starts(name, STR("func_")))
        return eval_unsupported(ev, "attribute \"" STR_FMT "\" is not available in expressions", STR_ARG(name));
    for (size_t i = 0; i < ARRAY_LEN(refused); i++)
        if (str_is(name, refused[i]))
            return eval_unsupported(ev, "method %s() is not available in expressions", refused[i]);
    return true;
}

/* An attribute that is no method; a dict's keys are its attributes too. */
static bool find_attribute(Eval *ev, Value of, Str name, Value *ret) {
    if (of.kind == VALUE_OBJECT && of.object->type->attribute)
        return of.object->type->attribute(ev, of.object, name, ret);
    const DictEntry *e = of.kind == VALUE_DICT ? dict_find(of.dict, value_str(name)) : NULL;
    if (e) *ret = e->value;
    return e != NULL;
}

static bool no_attribute(Eval *ev, Value of, Str name) {
    return err_set(ev->err, ERR_UNSUPPORTED, "column %u: %s has no attribute \"" STR_FMT "\"", ev->column,
                   value_type_name(of), STR_ARG(name));
}

static bool eval_attribute(Eval *ev, const Syntax *s, Value *ret) {
    Value of;
    if (!attribute_allowed(ev, s->name) || !eval_node(ev, s->items[0], &of)) return false;
    ev->column = s->column;
    if (method_find(of, s->name)) {
        if (of.kind == VALUE_OBJECT && find_attribute(ev, of, s->name, ret)) return true;
        return eval_unsupported(ev, "method " STR_FMT " has to be called", STR_ARG(s->name));
    }
    return find_attribute(ev, of, s->name, ret) || no_attribute(ev, of, s->name);
}

static bool eval_arguments(Eval *ev, const Syntax *call, Arguments *ret) {
    size_t count = call->len - 1, named = 0;
    while (named < count && call->items[count - named]->kind == SYNTAX_KEYWORD) named++;
    Value *values = arena_array(ev->arena, Value, count);
    Str *names = named ? arena_array(ev->arena, Str, named) : NULL;
    for (size_t i = 0; i < count; i++) {
        const Syntax *argument = call->items[i + 1];
        bool keyword = argument->kind == SYNTAX_KEYWORD;
        if (keyword) names[i - (count - named)] = argument->name;
        if (!eval_node(ev, keyword ? argument->items[0] : argument, &values[i])) return false;
    }
    *ret = (Arguments){values, count - named, names, values + (count - named), named};
    return true;
}

/* str.lower(x): the method of a type, with the value as first argument. */
static bool call_unbound(Eval *ev, const Builtin *method, const Syntax *s, Arguments *arguments, Value *ret) {
    if (!arguments->len || method_find(arguments->items[0], str_of(method->name)) != method)
        return eval_fail(ev, "%s() needs a value of its type as first argument", method->name);
    Arguments rest = *arguments;
    rest.items++;
    rest.len--;
    ev->column = s->column;
    return builtin_call(ev, method, arguments->items[0], &rest, ret);
}

static bool call_method(Eval *ev, const Syntax *call, Value *ret) {
    const Syntax *attribute = call->items[0];
    Value of, function;
    Arguments arguments;
    if (!attribute_allowed(ev, attribute->name) || !eval_node(ev, attribute->items[0], &of)) return false;
    const Builtin *method = method_find(of, attribute->name);
    ev->column = attribute->column;
    if (!method) {
        if (!find_attribute(ev, of, attribute->name, &function)) return no_attribute(ev, of, attribute->name);
        if (function.kind != VALUE_FUNCTION)
            return eval_fail(ev, "'%s' object is not callable", value_type_name(function));
        method = function.function;
    }
    if (!eval_arguments(ev, call, &arguments)) return false;
    if (of.kind == VALUE_FUNCTION) return call_unbound(ev, method, attribute, &arguments, ret);
    ev->column = attribute->column;
    return builtin_call(ev, method, of, &arguments, ret);
}

static bool eval_call(Eval *ev, const Syntax *call, Value *ret) {
    const Syntax *function = call->items[0];
    if (function->kind == SYNTAX_ATTRIBUTE) return call_method(ev, call, ret);
    if (function->kind != SYNTAX_NAME) return eval_unsupported(ev, "only functions and methods can be called by name");
    const Builtin *builtin = function_find(function->name);
    Arguments arguments;
    ev->column = function->column;
    if (!builtin) return eval_unsupported(ev, "function " STR_FMT "() is not defined", STR_ARG(function->name));
    if (!eval_arguments(ev, call, &arguments)) return false;
    ev->column = function->column;
    return builtin_call(ev, builtin, (Value){0}, &arguments, ret);
}

/* ---- operators ---- */

static bool eval_joined(Eval *ev, const Syntax *s, Value *ret) {
    bool stop_at = s->kind == SYNTAX_OR;
    for (size_t i = 0; i < s->len; i++) {
        if (!eval_node(ev, s->items[i], ret)) return false;
        if (value_truth(*ret) == stop_at) break;
    }
    return true;
}

static bool eval_comparison(Eval *ev, const Syntax *s, Value *ret) {
    Value left, right;
    bool holds = true;
    if (!eval_node(ev, s->items[0], &left)) return false;
    for (size_t i = 1; i < s->len && holds; i++, left = right) {
        if (!eval_node(ev, s->items[i], &right)) return false;
        ev->column = s->column;
        if (!eval_compare(ev, s->ops[i - 1], left, right, &holds)) return false;
    }
    *ret = value_bool(holds);
    return true;
}

static bool eval_operation(Eval *ev, const Syntax *s, Value *ret) {
    Value left, right;
    if (!eval_node(ev, s->items[0], &left)) return false;
    if (s->kind == SYNTAX_BINARY && !eval_node(ev, s->items[1], &right)) return false;
    ev->column = s->column;
    return s->kind == SYNTAX_BINARY ? eval_binary(ev, s->op, left, right, ret) : eval_unary(ev, s->op, left, ret);
}

static bool eval_slice(Eval *ev, const Syntax *s, Value *ret) {
    Value part[3] = {value_none(), value_none(), value_none()};
    for (size_t i = 0; i < 3; i++)
        if (s->items[i] && !eval_node(ev, s->items[i], &part[i])) return false;
    *ret = value_slice(ev->arena, part[0], part[1], part[2]);
    return true;
}

static bool eval_item(Eval *ev, const Syntax *s, Value *ret) {
    Value container, key;
    if (!eval_node(ev, s->items[0], &container) || !eval_node(ev, s->items[1], &key)) return false;
    ev->column = s->column;
    return eval_subscript(ev, container, key, ret);
}

/* ---- displays ---- */

static bool unhashable(Eval *ev, Value key) {
    return eval_fail(ev, "unhashable type: '%s'", value_type_name(key));
}

/* simpleeval knows *x in lists only. */
static bool eval_list(Eval *ev, const Syntax *s, Value *ret) {
    Value out = value_list(ev->arena), item;
    List *more;
    for (size_t i = 0; i < s->len; i++) {
        const Syntax *one = s->items[i];
        bool starred = one->kind == SYNTAX_STARRED;
        if (starred && s->kind != SYNTAX_LIST) return eval_unsupported(ev, "* is available in lists only");
        if (!eval_node(ev, starred ? one->items[0] : one, &item)) return false;
        if (starred && !eval_items(ev, item, &more)) return false;
        for (size_t j = 0; starred && j < more->len; j++) list_push(ev->arena, out.list, more->items[j]);
        if (!starred) list_push(ev->arena, out.list, item);
    }
    out.kind = s->kind == SYNTAX_LIST ? VALUE_LIST : VALUE_TUPLE;
    *ret = out;
    return true;
}

static bool eval_set(Eval *ev, const Syntax *s, Value *ret) {
    Value items, out = value_set(ev->arena);
    if (!eval_list(ev, s, &items)) return false;
    for (size_t i = 0; i < items.list->len; i++)
        if (!dict_put(ev->arena, out.dict, items.list->items[i], value_none()))
            return unhashable(ev, items.list->items[i]);
    *ret = out;
    return true;
}

/* **value: whatever dict.update() takes. */
static bool merge_into(Eval *ev, Value dict, Value from) {
    Value none;
    Arguments one = {.items = &from, .len = 1};
    return builtin_call(ev, method_find(dict, STR("update")), dict, &one, &none);
}

static bool eval_dict(Eval *ev, const Syntax *s, Value *ret) {
    Value out = value_dict(ev->arena), key, value;
    for (size_t i = 0; i < s->len; i += 2) {
        if (s->items[i] && !eval_node(ev, s->items[i], &key)) return false;
        if (!eval_node(ev, s->items[i + 1], &value)) return false;
        if (!s->items[i]) {
            if (!merge_into(ev, out, value)) return false;
        } else if (!dict_put(ev->arena, out.dict, key, value)) {
            return unhashable(ev, key);
        }
    }
    *ret = out;
    return true;
}

/* ---- comprehensions ---- */

/* Binds names as zip() pairs them: what has no partner is left out. */
static bool bind_target(Eval *ev, Frame *frame, const Syntax *target, Value value) {
    if (target->kind == SYNTAX_NAME) {
        frame_bind(ev, frame, target->name, value);
        return true;
    }
    List *items;
    if (!eval_items(ev, value, &items)) return false;
    for (size_t i = 0; i < target->len && i < items->len; i++)
        if (!bind_target(ev, frame, target->items[i], items->items[i])) return false;
    return true;
}

static bool conditions_hold(Eval *ev, const Clause *clause, bool *ret) {
    Value v;
    *ret = true;
    for (size_t i = 0; i < clause->condition_count && *ret; i++) {
        if (!eval_node(ev, clause->conditions[i], &v)) return false;
        *ret = value_truth(v);
    }
    return true;
}

static bool add_round(Eval *ev, const Syntax *s, Value out) {
    Value first, second;
    if (!eval_node(ev, s->items[0], &first)) return false;
    if (s->kind == SYNTAX_LIST_LOOP) {
        list_push(ev->arena, out.list, first);
        return true;
    }
    if (!eval_node(ev, s->items[1], &second)) return false;
    return dict_put(ev->arena, out.dict, first, second) || unhashable(ev, first);
}

static bool run_clause(Eval *ev, const Syntax *s, size_t at, Frame *frame, Value out) {
    const Clause *clause = &s->clauses[at];
    Value v;
    List *items;
    if (!eval_node(ev, clause->items, &v) || !eval_items(ev, v, &items)) return false;
    for (size_t i = 0; i < items->len; i++) {
        bool holds;
        if (++ev->rounds > EXPR_LOOP_LIMIT)
            return eval_fail(ev, "comprehensions take more than %d rounds", EXPR_LOOP_LIMIT);
        if (!bind_target(ev, frame, clause->target, items->items[i])) return false;
        if (!conditions_hold(ev, clause, &holds)) return false;
        bool last = at + 1 == s->clause_count;
        if (holds && !(last ? add_round(ev, s, out) : run_clause(ev, s, at + 1, frame, out))) return false;
    }
    return true;
}

static bool eval_loop(Eval *ev, const Syntax *s, Value *ret) {
    Frame frame = {.outer = ev->frame};
    Value out = s->kind == SYNTAX_LIST_LOOP ? value_list(ev->arena) : value_dict(ev->arena);
    ev->frame = &frame;
    bool done = run_clause(ev, s, 0, &frame, out);
    ev->frame = frame.outer;
    if (done) *ret = out;
    return done;
}

/* ---- f-strings ---- */

static bool eval_formatted(Eval *ev, const Syntax *s, Value *ret) {
    Value value, spec;
    if (!eval_node(ev, s->items[0], &value)) return false;
    if (!s->items[1]) {
        *ret = value;
        return true;
    }
    if (!eval_node(ev, s->items[1], &spec)) return false;
    AUTO(Buf) out = eval_buf();
    ev->column = s->column;
    return format_value(ev, &out, value, spec.text) && eval_text(ev, &out, ret);
}

static bool eval_text_parts(Eval *ev, const Syntax *s, Value *ret) {
    AUTO(Buf) out = eval_buf();
    for (size_t i = 0; i < s->len; i++) {
        Value part;
        size_t before = out.len;
        if (!eval_node(ev, s->items[i], &part)) return false;
        value_write(&out, part);
        if (out.len - before > EXPR_SEQUENCE_LIMIT &&
            utf8_length(str_slice(buf_str(&out), before, out.len)) > EXPR_SEQUENCE_LIMIT)
            return eval_fail(ev, "part of an f-string is longer than %d", EXPR_SEQUENCE_LIMIT);
    }
    return eval_text(ev, &out, ret);
}

/* ---- the walk ---- */

static bool eval_node(Eval *ev, const Syntax *s, Value *ret) {
    Value condition;
    ev->column = s->column;
    if (!eval_memory_left(ev)) return false;
    switch (s->kind) {
    case SYNTAX_CONSTANT: *ret = s->constant; return true;
    case SYNTAX_NAME: return eval_name(ev, s->name, ret);
    case SYNTAX_ATTRIBUTE: return eval_attribute(ev, s, ret);
    case SYNTAX_SUBSCRIPT: return eval_item(ev, s, ret);
    case SYNTAX_SLICE: return eval_slice(ev, s, ret);
    case SYNTAX_CALL: return eval_call(ev, s, ret);
    case SYNTAX_UNARY:
    case SYNTAX_BINARY: return eval_operation(ev, s, ret);
    case SYNTAX_COMPARE: return eval_comparison(ev, s, ret);
    case SYNTAX_AND:
    case SYNTAX_OR: return eval_joined(ev, s, ret);
    case SYNTAX_CONDITIONAL:
        return eval_node(ev, s->items[0], &condition) && eval_node(ev, s->items[value_truth(condition) ? 1 : 2], ret);
    case SYNTAX_LIST:
    case SYNTAX_TUPLE: return eval_list(ev, s, ret);
    case SYNTAX_SET: return eval_set(ev, s, ret);
    case SYNTAX_DICT: return eval_dict(ev, s, ret);
    case SYNTAX_LIST_LOOP:
    case SYNTAX_DICT_LOOP: return eval_loop(ev, s, ret);
    case SYNTAX_JOINED: return eval_text_parts(ev, s, ret);
    case SYNTAX_FORMATTED: return eval_formatted(ev, s, ret);
    case SYNTAX_KEYWORD:
    case SYNTAX_STARRED: break;
    }
    return eval_unsupported(ev, "* is not available here");
}

bool expr_eval(const Expr *e, const ExprScope *scope, Arena *a, Value *ret, Err *err) {
    Eval ev = {
        .arena = a,
        .scope = scope,
        .err = err,
        .arena_limit = a->bytes + (scope->memory_limit ? scope->memory_limit : EXPR_MEMORY_LIMIT),
    };
    return eval_node(&ev, e->root, ret);
}

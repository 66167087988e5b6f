/*
 * Object: a value whose behaviour is a table of functions: decimals, dates, modules; later a template's macros and what
 * its host puts into scope. A type embeds Object as its first member and leaves the slots NULL that mean nothing to it.
 */
#pragma once

#include "base/buf.h"
#include "jinja/value.h"

typedef struct Eval Eval;

typedef enum Operator {
    OP_ADD,
    OP_SUBTRACT,
    OP_MULTIPLY,
    OP_DIVIDE,
    OP_FLOOR_DIVIDE,
    OP_MODULO,
    OP_POWER, /* arithmetic */
    OP_SHIFT_LEFT,
    OP_SHIFT_RIGHT,
    OP_AND,
    OP_OR,
    OP_XOR, /* bits and sets */
    OP_EQUAL,
    OP_NOT_EQUAL,
    OP_LESS,
    OP_LESS_EQUAL,
    OP_GREATER,
    OP_GREATER_EQUAL, /* order */
    OP_IN,
    OP_NOT_IN,
    OP_IS,
    OP_IS_NOT,
    OP_NEGATE,
    OP_PLUS,
    OP_INVERT,
    OP_NOT, /* one operand */
} Operator;

typedef enum Outcome {
    OUTCOME_DONE,
    OUTCOME_FAILED, /* err is set */
    OUTCOME_FOREIGN /* not for these operands */
} Outcome;

typedef enum Order { ORDER_LESS, ORDER_SAME, ORDER_GREATER, ORDER_NONE } Order;

typedef struct ObjectType {
    const char *name;                             /* as Python prints it: "datetime.date" */
    bool (*truth)(const Object *o);               /* NULL: always true */
    bool (*equal)(const Object *o, Value other);  /* NULL: the same object */
    bool (*hash)(const Object *o, uint64_t *ret); /* NULL: by address; false: cannot be hashed */
    /* Order of o against other; false: not comparable. */
    bool (*compare)(const Object *o, Value other, Order *ret);
    /* One of the operands is of this type. */
    Outcome (*binary)(Eval *ev, Operator op, Value left, Value right, Value *ret);
    Outcome (*unary)(Eval *ev, Operator op, const Object *o, Value *ret);
    /* str(), or repr() when quoted. */
    void (*write)(Buf *out, const Object *o, bool quoted);
    /* As text in a document; NULL: as write. */
    void (*write_document)(Buf *out, const Object *o);
    /* format(): by a format specification that is not empty. NULL: only the empty one is allowed. */
    bool (*format)(Eval *ev, Buf *out, const Object *o, Str spec);
    /* False: no such attribute. */
    bool (*attribute)(Eval *ev, const Object *o, Str name, Value *ret);
    const struct Builtins *methods;
} ObjectType;

struct Object {
    const ObjectType *type;
};

static inline Value value_object(Object *o) {
    return (Value){.kind = VALUE_OBJECT, .object = o};
}

static inline bool value_is_a(Value v, const ObjectType *type) {
    return v.kind == VALUE_OBJECT && v.object->type == type;
}

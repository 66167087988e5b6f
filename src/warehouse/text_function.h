/* Functions of SQL that C answers: a number for a text. NULL for NULL. */
#pragma once

#include "base/str.h"
#include "warehouse/warehouse.h"

typedef struct TextFunction {
    const char *name;
    int64_t (*number)(Str text); /* on any thread; the same for the same text, always */
} TextFunction;

/* In the session's whole database, until it is closed. Once for each name. */
bool text_function_register(Session *s, const TextFunction *function, Err *err) MUST_USE;

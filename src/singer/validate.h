/*
 * Validator: checks records against a stream's JSON schema, as the Singer SDK does with jsonschema (Draft 2020-12, and
 * what older drafts mean: `exclusiveMaximum: true`, a list under `items`). Numbers are compared exactly.
 *
 * Checked: type, enum, const, minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, minLength, maxLength (code
 * points), pattern (singer/pattern.h), items, prefixItems, minItems, maxItems, uniqueItems (lists up to
 * VALIDATE_UNIQUE_LIMIT), properties, patternProperties, additionalProperties, required, minProperties, maxProperties,
 * anyOf, oneOf, allOf, not, and true and false as schemas. `format` is not checked, as in the SDK.
 *
 *     StrVec unchecked = {0};
 *     Validator *v = validator_new(arena, schema, &unchecked);       warn about what is in `unchecked`, once
 *     if (!validator_check(v, record, err)) ...     "price: -5 is less than 0; \"name\" is required but missing"
 */
#pragma once

#include "base/err.h"
#include "base/node.h"
#include "base/vec.h"

typedef struct Validator Validator;

enum { VALIDATE_UNIQUE_LIMIT = 1000, VALIDATE_SHOWN = 5 /* violations in a message */ };

/* Lives in the arena and borrows the schema. *ret_unchecked (may be NULL) gets what the schema asks for and is not checked,
 * each once: `$ref`, `pattern "(?=x)"`; texts in the arena. A keyword with a value of the wrong kind counts as that. */
Validator *validator_new(Arena *a, const Node *schema, StrVec *ret_unchecked);
/* False: err (ERR_INPUT) lists the first violations and counts the rest. Any thread. */
bool validator_check(const Validator *v, const Node *record, Err *err) MUST_USE;

/* Both in one, for a single record: compiles the schema into scratch each time. */
bool record_validate(const Node *schema, const Node *record, Arena *scratch, Err *err) MUST_USE;

/* Flattening: the properties of a record's schema as a flat list, objects opened to a depth. Singer SDK's
 * helpers/_flattening.py and target-duckdb's flatten_schema, which open the same objects and differ in names: the SDK
 * abbreviates long ones. */
#pragma once

#include "base/vec.h"
#include "singer/schema.h"

typedef struct FlatProperty {
    Str *path; /* property names from the record's root */
    size_t depth;
    Str name; /* the path joined and abbreviated; not yet a column's name */
    const Node *schema;
} FlatProperty;

typedef VEC(FlatProperty) FlatProperties;

/* Appends to *ret, in the order of the schema. Lives in the arena, except the array: vec_release. A property is opened
 * when its type has "object", it has `properties` and lies above options->flatten_depth; with none inside it vanishes, as
 * in the SDK. False: a limit of schema.h. */
bool flatten_schema(Arena *a, const Node *schema, const SchemaOptions *options, FlatProperties *ret, Err *err) MUST_USE;

/* SDK's flatten_key: the names joined; when that has max_length characters or more (0 = no limit), the names are
 * abbreviated from the left until it has not: "customerAddress" -> "ca", "city" -> "cit". */
Str flatten_name(Arena *a, const Str *path, size_t depth, Str separator, size_t max_length);

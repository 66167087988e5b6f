/*
 * Types with a name of their own over a type that DuckDB has, as JSON is one over VARCHAR: DataType.alias says the name, also behind
 * views, joins, aggregates and of parameters, while the values and what may be done with them stay those of the type below.
 *
 *     alias_type_register(s, &(AliasType){"pg_oid", DATA_BIGINT}, err)        then: SELECT 5::pg_oid
 *
 * A table that is made from such columns keeps the name in its file, where DuckDB reads it without knowing the type.
 */
#pragma once

#include "warehouse/vector.h"
#include "warehouse/warehouse.h"

typedef struct AliasType {
    const char *name;
    DataTypeId base; /* BIGINT, SMALLINT or VARCHAR: over a list no function would take it */
    bool vector;     /* of numbers: a list of them is "1 2" as text, as int2vector is */
    /* A text that stands for a number: compared with numbers, also of another such type, it is that. NULL: it does not. */
    int64_t (*number)(Str text);
    const char *number_type;
} AliasType;

/* In the session's whole database, until it is closed. Once for each name: a second time is an error. */
bool alias_type_register(Session *s, const AliasType *type, Err *err) MUST_USE;

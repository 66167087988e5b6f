/*
 * JSON values into the cells of typed columns. Lenient where target-duckdb is and nothing is lost: "12" is an integer, 0 a
 * boolean, 1e3 an integer; 2.5 is none. An empty text is NULL in every column that is no text.
 */
#pragma once

#include "base/chunk.h"
#include "base/err.h"

/* A JSON value as the scanner found it. */
typedef enum JsonKind { JSON_NULL, JSON_TRUE, JSON_FALSE, JSON_NUMBER, JSON_TEXT, JSON_CONTAINER } JsonKind;

typedef struct JsonValue {
    JsonKind kind;
    Str raw;  /* the value as written */
    Str text; /* JSON_TEXT: decoded; else raw */
} JsonValue;

typedef enum ConvertResult { CONVERT_OK, CONVERT_NULL, CONVERT_BAD } ConvertResult;

/* Writes the value into the row. Texts are borrowed. CONVERT_NULL: the caller sets NULL. CONVERT_BAD: it does not fit;
 * *ret_problem gets words for an error: "is not an integer". Any thread. */
ConvertResult convert_value(JsonValue value, ChunkColumn *column, size_t row, const char **ret_problem);

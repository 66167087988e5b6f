/* What the catalog says about a table, and quoting of names and texts for SQL. */
#pragma once

#include "base/chunk.h"
#include "warehouse/warehouse.h"

typedef struct TableColumn {
    Str name;
    Str sql_type;    /* as DuckDB writes it */
    bool known;      /* type is one that a Chunk can hold */
    ColumnType type; /* when known */
    bool not_null;
    bool in_index; /* part of a primary key, unique constraint or index: its type cannot be changed */
} TableColumn;

typedef struct TableInfo {
    bool exists;
    bool is_view;
    TableColumn *columns;
    size_t column_count;
    Str *primary_key; /* column names */
    size_t primary_key_count;
    bool has_index; /* a primary key, unique constraint or index */
} TableInfo;

/* Whether there is such a table, no view; names are case-insensitive. Costs microseconds. */
bool table_exists(Session *s, Str schema, Str table);
/* An absent table is no error. Everything lives in the arena. */
bool table_info(Session *s, Arena *a, Str schema, Str table, TableInfo *ret, Err *err) MUST_USE;
/* Of a table that this transaction made, without keys or indexes. */
bool table_info_created(Session *s, Arena *a, Str schema, Str table, TableInfo *ret, Err *err) MUST_USE;
/* Case-insensitive, as DuckDB. NULL when absent. */
const TableColumn *table_column(const TableInfo *t, Str name);
/* "DECIMAL(10,2)" to a type a Chunk can hold; false for others. */
bool column_type_parse(Str sql, ColumnType *ret);

/* Quoted and escaped, NUL-terminated: "a""b", 'it''s', "schema"."table". */
const char *sql_ident(Arena *a, Str name);
const char *sql_literal(Arena *a, Str text);
const char *sql_table(Arena *a, Str schema, Str table);

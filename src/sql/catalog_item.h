/* What the files of the catalog hand to sql/catalog.c: views, tables and macros, made in this order. */
#pragma once

#include "base/vec.h"
#include "warehouse/warehouse.h"

typedef struct CatalogItem {
    const char *kind; /* VIEW, TABLE, MACRO; EMPTY: a view without rows, its columns as "name TYPE, name TYPE" */
    const char *name, *sql;
} CatalogItem;

/* information_schema.c: the views of the schema `information_schema`, over those of `pg`. */
extern const char sql_information_schema[]; /* where they are, with its database */
extern const CatalogItem sql_information_items[];
extern const size_t sql_information_count;

/* catalog_enum.c: types that users make; items of catalog.c use them. */
extern const CatalogItem sql_enum_items[];
extern const size_t sql_enum_count;
/* catalog_classes.c: rows of pond_classes. */
extern const char *const sql_class_rows[];
extern const size_t sql_class_count;

/* catalog_live.c: what is asked of the server at the moment. */
extern const CatalogItem sql_live_items[];
extern const size_t sql_live_count;

/* catalog_empty.c: views that never have rows. */
extern const CatalogItem sql_empty_items[], sql_empty_information_items[];
extern const size_t sql_empty_count, sql_empty_information_count;

/* What makes the catalog, in this order. Texts in the arena. */
typedef struct CatalogStatement {
    const char *name; /* of what it makes */
    Str sql;
} CatalogStatement;
typedef VEC(CatalogStatement) CatalogStatements;

/* catalog_file.c: attaches pond_catalog as the statements make it, and leaves the search path at it. */
bool sql_catalog_attach(Session *s, Str folder, const CatalogStatements *statements, Err *err) MUST_USE;

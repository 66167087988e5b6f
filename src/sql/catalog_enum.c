/*
 * Types that users make: CREATE TYPE ... AS ENUM. DuckDB's columns keep an enum's labels and not its name, so that a column has the type
 * of these labels: of its own schema if there is one, else the first.
 */
#include "base/macros.h"
#include "sql/catalog_item.h"

/* Numbers of what has none in DuckDB are made of the type's: n * 1000 is its array, n * 1000 + i a label. */
const CatalogItem sql_enum_items[] = {
    /* clang-format off */
    {"VIEW", "pond_enums",
     "SELECT type_oid AS pond_oid, type_name AS pond_name, schema_oid AS pond_schema_oid, schema_name AS pond_schema, labels AS pond_labels, "
     "CASE schema_name WHEN system.main.current_schema() THEN pond_format('%I', type_name) ELSE pond_format('%I.%I', CASE schema_name WHEN 'main' THEN 'public' ELSE schema_name END, type_name) END AS pond_sql_name "
     "FROM duckdb_types() WHERE logical_type = 'ENUM' AND NOT internal AND database_name = current_database()"},
    /* What a column's type reads like in duckdb_columns(), and who may be meant. */
    {"VIEW", "pond_enum_texts",
     "SELECT 'ENUM(' || replace(pond_format('%L', system.main.array_to_string(pond_labels, chr(1))), chr(1), ''', ''') || ')' AS pond_text, list(pond_schema) AS pond_schemas, "
     "list({'oid': pond_oid, 'name': pond_name, 'schema': pond_schema, 'sql_name': pond_sql_name}) AS pond_types FROM pond_enums GROUP BY ALL"},
    {"VIEW", "pond_enum_types",
     "SELECT pond_oid AS oid, pond_name AS typname, 4 AS typlen, 'e' AS typtype, 'E' AS typcategory, 0 AS typelem, pond_oid * 1000 AS typarray, pond_sql_name AS sql_name, pond_schema_oid AS typnamespace, pond_schema FROM pond_enums "
     "UNION ALL SELECT pond_oid * 1000, '_' || pond_name, -1, 'b', 'A', pond_oid, 0, pond_sql_name || '[]', pond_schema_oid, pond_schema FROM pond_enums"},
    {"VIEW", "pg_enum",
     "SELECT (pond_oid * 1000 + pond_i)::pg_oid AS oid, pond_oid::pg_oid AS enumtypid, pond_i::FLOAT AS enumsortorder, pond_label::pg_name AS enumlabel "
     "FROM (SELECT pond_oid, unnest(pond_labels) AS pond_label, generate_subscripts(pond_labels, 1) AS pond_i FROM pond_enums)"},
    {"MACRO", "pond_enum_name",
     "(o) AS (SELECT min(pond_x.pond_sql_name || CASE pond_a.pond_arg WHEN pond_x.pond_oid THEN '' ELSE '[]' END) FROM (SELECT o AS pond_arg) pond_a JOIN pond_enums pond_x ON pond_a.pond_arg IN (pond_x.pond_oid, pond_x.pond_oid * 1000))"},
    {"MACRO", "pg_type_is_visible",
     "(o) AS o NOT IN (SELECT pond_x.oid FROM pond_enum_types pond_x WHERE pond_x.pond_schema <> system.main.current_schema())"},
    /* clang-format on */
};

const size_t sql_enum_count = ARRAY_LEN(sql_enum_items);

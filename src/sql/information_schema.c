/* The SQL standard's information_schema with PostgreSQL 15's columns and names: `public`, int4, "character varying". */
#include "sql/catalog_item.h"

#include "base/macros.h"

const char sql_information_schema[] = "pond_catalog.information";

const CatalogItem sql_information_items[] = {
    /* clang-format off */
    {"VIEW", "information_schema_catalog_name",
     "SELECT current_database() AS catalog_name"},
    {"VIEW", "schemata",
     "SELECT current_database() AS catalog_name, nspname AS schema_name, pg_get_userbyid(nspowner) AS schema_owner, NULL::VARCHAR AS default_character_set_catalog, "
     "NULL::VARCHAR AS default_character_set_schema, NULL::VARCHAR AS default_character_set_name, NULL::VARCHAR AS sql_path FROM pg_namespace"},
    {"VIEW", "tables",
     "SELECT current_database() AS table_catalog, n.nspname AS table_schema, c.relname AS table_name, CASE WHEN c.relpersistence = 't' THEN 'LOCAL TEMPORARY' WHEN c.relkind = 'v' THEN 'VIEW' ELSE 'BASE TABLE' END AS table_type, "
     "NULL::VARCHAR AS self_referencing_column_name, NULL::VARCHAR AS reference_generation, NULL::VARCHAR AS user_defined_type_catalog, NULL::VARCHAR AS user_defined_type_schema, NULL::VARCHAR AS user_defined_type_name, "
     "CASE WHEN c.relkind = 'r' THEN 'YES' ELSE 'NO' END AS is_insertable_into, 'NO' AS is_typed, NULL::VARCHAR AS commit_action FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'v')"},
    {"VIEW", "views",
     "SELECT current_database() AS table_catalog, schemaname AS table_schema, viewname AS table_name, definition AS view_definition, 'NONE' AS check_option, 'NO' AS is_updatable, 'NO' AS is_insertable_into, "
     "'NO' AS is_trigger_updatable, 'NO' AS is_trigger_deletable, 'NO' AS is_trigger_insertable_into FROM pg_views"},
    {"VIEW", "columns",
     "SELECT current_database() AS table_catalog, CASE WHEN c.database_name = 'temp' THEN 'pg_temp_1' ELSE pond_public(c.schema_name) END AS table_schema, c.table_name, c.column_name, c.column_index AS ordinal_position, "
     "CASE WHEN NOT c.pond_generated THEN pond_expression(c.column_default, coalesce(t.sql_name, c.pond_sql_name)) END AS column_default, CASE WHEN c.is_nullable THEN 'YES' ELSE 'NO' END AS is_nullable, CASE WHEN t.typcategory = 'A' OR (c.pond_enum IS NOT NULL AND c.pond_is_list) THEN 'ARRAY' WHEN c.pond_enum IS NOT NULL THEN 'USER-DEFINED' ELSE t.sql_name END AS data_type, NULL::INTEGER AS character_maximum_length, "
     "CASE WHEN t.typname = 'text' THEN 1073741824 END AS character_octet_length, CASE t.typname WHEN 'int2' THEN 16 WHEN 'int4' THEN 32 WHEN 'int8' THEN 64 WHEN 'float4' THEN 24 WHEN 'float8' THEN 53 WHEN 'numeric' THEN c.numeric_precision END AS numeric_precision, "
     "CASE WHEN t.typname = 'numeric' THEN 10 WHEN t.typcategory = 'N' THEN 2 END AS numeric_precision_radix, CASE WHEN t.typname = 'numeric' THEN c.numeric_scale WHEN t.typname IN ('int2', 'int4', 'int8') THEN 0 END AS numeric_scale, "
     "CASE WHEN t.typname = 'date' THEN 0 WHEN t.typcategory IN ('D', 'T') THEN 6 END AS datetime_precision, NULL::VARCHAR AS interval_type, NULL::INTEGER AS interval_precision, NULL::VARCHAR AS character_set_catalog, "
     "NULL::VARCHAR AS character_set_schema, NULL::VARCHAR AS character_set_name, NULL::VARCHAR AS collation_catalog, NULL::VARCHAR AS collation_schema, NULL::VARCHAR AS collation_name, NULL::VARCHAR AS domain_catalog, NULL::VARCHAR AS domain_schema, "
     "NULL::VARCHAR AS domain_name, current_database() AS udt_catalog, CASE WHEN c.pond_enum IS NULL THEN 'pg_catalog' ELSE pond_public(c.pond_enum.schema) END AS udt_schema, coalesce(t.typname, CASE WHEN c.pond_is_list THEN '_' ELSE '' END || c.pond_enum.name) AS udt_name, NULL::VARCHAR AS scope_catalog, NULL::VARCHAR AS scope_schema, NULL::VARCHAR AS scope_name, "
     "NULL::INTEGER AS maximum_cardinality, c.column_index::VARCHAR AS dtd_identifier, 'NO' AS is_self_referencing, 'NO' AS is_identity, NULL::VARCHAR AS identity_generation, NULL::VARCHAR AS identity_start, NULL::VARCHAR AS identity_increment, "
     "NULL::VARCHAR AS identity_maximum, NULL::VARCHAR AS identity_minimum, 'NO' AS identity_cycle, CASE WHEN c.pond_generated THEN 'ALWAYS' ELSE 'NEVER' END AS is_generated, CASE WHEN c.pond_generated THEN c.column_default END AS generation_expression, "
     "CASE WHEN v.view_oid IS NULL THEN 'YES' ELSE 'NO' END AS is_updatable FROM pond_columns c LEFT JOIN pond_types t ON t.oid = c.pond_type "
     "LEFT JOIN duckdb_views() v ON v.view_oid = c.table_oid AND v.database_name = c.database_name WHERE c.database_name IN (current_database(), 'temp')"},
    {"VIEW", "table_constraints",
     "SELECT current_database() AS constraint_catalog, n.nspname AS constraint_schema, c.conname AS constraint_name, current_database() AS table_catalog, n.nspname AS table_schema, t.relname AS table_name, "
     "CASE c.contype WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE' WHEN 'f' THEN 'FOREIGN KEY' ELSE 'CHECK' END AS constraint_type, 'NO' AS is_deferrable, 'NO' AS initially_deferred, 'YES' AS enforced, "
     "CASE WHEN c.contype = 'u' THEN 'YES' END AS nulls_distinct FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace"},
    {"VIEW", "key_column_usage",
     "SELECT current_database() AS constraint_catalog, k.nspname AS constraint_schema, k.conname AS constraint_name, current_database() AS table_catalog, k.nspname AS table_schema, k.relname AS table_name, a.attname AS column_name, "
     "k.i::INTEGER AS ordinal_position, CASE WHEN k.contype = 'f' THEN k.i::INTEGER END AS position_in_unique_constraint FROM (SELECT c.*, n.nspname, t.relname, unnest(c.conkey) AS pond_key, generate_subscripts(c.conkey, 1) AS i "
     "FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace WHERE c.contype IN ('p', 'u', 'f')) k "
     "JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.pond_key"},
    {"VIEW", "constraint_column_usage",
     "SELECT current_database() AS table_catalog, k.nspname AS table_schema, k.relname AS table_name, a.attname AS column_name, current_database() AS constraint_catalog, k.nspname AS constraint_schema, k.conname AS constraint_name "
     "FROM (SELECT c.conname, n.nspname, t.relname, t.oid AS pond_table, unnest(CASE WHEN c.contype = 'f' THEN c.confkey ELSE c.conkey END) AS pond_key FROM pg_constraint c "
     "JOIN pg_class t ON t.oid = CASE WHEN c.contype = 'f' THEN c.confrelid ELSE c.conrelid END JOIN pg_namespace n ON n.oid = t.relnamespace) k JOIN pg_attribute a ON a.attrelid = k.pond_table AND a.attnum = k.pond_key"},
    {"VIEW", "constraint_table_usage",
     "SELECT DISTINCT table_catalog, table_schema, table_name, constraint_catalog, constraint_schema, constraint_name FROM pond_catalog.information.constraint_column_usage"},
    {"VIEW", "referential_constraints",
     "SELECT current_database() AS constraint_catalog, n.nspname AS constraint_schema, c.conname AS constraint_name, current_database() AS unique_constraint_catalog, n.nspname AS unique_constraint_schema, u.conname AS unique_constraint_name, "
     "'NONE' AS match_option, 'NO ACTION' AS update_rule, 'NO ACTION' AS delete_rule FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace "
     "LEFT JOIN pg_constraint u ON u.conrelid = c.confrelid AND u.contype IN ('p', 'u') AND u.conkey = c.confkey WHERE c.contype = 'f'"},
    {"VIEW", "check_constraints",
     "SELECT current_database() AS constraint_catalog, n.nspname AS constraint_schema, c.conname AS constraint_name, c.conbin AS check_clause FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace WHERE c.contype = 'c'"},
    {"VIEW", "table_privileges",
     "SELECT 'admin' AS grantor, r.rolname AS grantee, current_database() AS table_catalog, n.nspname AS table_schema, c.relname AS table_name, p.privilege_type, 'NO' AS is_grantable, CASE p.privilege_type WHEN 'SELECT' THEN 'YES' ELSE 'NO' END AS with_hierarchy "
     "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, pg_roles r, (SELECT unnest(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS privilege_type) p WHERE c.relkind IN ('r', 'v') "
     "AND (r.rolsuper OR p.privilege_type = 'SELECT')"},
    {"VIEW", "role_table_grants",
     "SELECT * FROM pond_catalog.information.table_privileges"},
    {"VIEW", "column_privileges",
     "SELECT t.grantor, t.grantee, t.table_catalog, t.table_schema, t.table_name, c.column_name, t.privilege_type, t.is_grantable FROM pond_catalog.information.table_privileges t "
     "JOIN pond_catalog.information.columns c ON c.table_schema = t.table_schema AND c.table_name = t.table_name WHERE t.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')"},
    {"VIEW", "role_column_grants",
     "SELECT * FROM pond_catalog.information.column_privileges"},
    {"VIEW", "sequences",
     "SELECT current_database() AS sequence_catalog, schemaname AS sequence_schema, sequencename AS sequence_name, 'bigint' AS data_type, 64 AS numeric_precision, 2 AS numeric_precision_radix, 0 AS numeric_scale, "
     "start_value::VARCHAR AS start_value, min_value::VARCHAR AS minimum_value, max_value::VARCHAR AS maximum_value, increment_by::VARCHAR AS increment, CASE WHEN cycle THEN 'YES' ELSE 'NO' END AS cycle_option FROM pg_sequences"},
    {"VIEW", "routines",
     "SELECT current_database() AS specific_catalog, n.nspname AS specific_schema, p.proname || '_' || p.oid AS specific_name, current_database() AS routine_catalog, n.nspname AS routine_schema, p.proname AS routine_name, 'FUNCTION' AS routine_type, NULL::pg_name AS module_catalog, NULL::pg_name AS module_schema, NULL::pg_name AS module_name, NULL::pg_name AS udt_catalog, NULL::pg_name AS udt_schema, NULL::pg_name AS udt_name, p.pond_result AS data_type, NULL::INTEGER AS character_maximum_length, NULL::INTEGER AS character_octet_length, NULL::pg_name AS character_set_catalog, NULL::pg_name AS character_set_schema, NULL::pg_name AS character_set_name, NULL::pg_name AS collation_catalog, NULL::pg_name AS collation_schema, NULL::pg_name AS collation_name, NULL::INTEGER AS numeric_precision, NULL::INTEGER AS numeric_precision_radix, NULL::INTEGER AS numeric_scale, NULL::INTEGER AS datetime_precision, NULL::VARCHAR AS interval_type, NULL::INTEGER AS interval_precision, NULL::pg_name AS type_udt_catalog, NULL::pg_name AS type_udt_schema, NULL::pg_name AS type_udt_name, NULL::pg_name AS scope_catalog, NULL::pg_name AS scope_schema, NULL::pg_name AS scope_name, NULL::INTEGER AS maximum_cardinality, NULL::pg_name AS dtd_identifier, 'EXTERNAL' AS routine_body, p.prosrc AS routine_definition, NULL::VARCHAR AS external_name, 'SQL' AS external_language, 'GENERAL' AS parameter_style, 'YES' AS is_deterministic, 'MODIFIES' AS sql_data_access, NULL::VARCHAR AS is_null_call, NULL::VARCHAR AS sql_path, 'YES' AS schema_level_routine, NULL::INTEGER AS max_dynamic_result_sets, 'NO' AS is_user_defined_cast, 'NO' AS is_implicitly_invocable, 'INVOKER' AS security_type, NULL::VARCHAR AS to_sql_specific_catalog, NULL::pg_name AS to_sql_specific_schema, NULL::pg_name AS to_sql_specific_name, NULL::VARCHAR AS as_locator, NULL::TIMESTAMPTZ AS created, NULL::TIMESTAMPTZ AS last_altered, NULL::VARCHAR AS new_savepoint_level, 'NO' AS is_udt_dependent, NULL::VARCHAR AS result_cast_from_data_type, NULL::VARCHAR AS result_cast_as_locator, NULL::INTEGER AS result_cast_char_max_length, NULL::INTEGER AS result_cast_char_octet_length, NULL::pg_name AS result_cast_char_set_catalog, NULL::pg_name AS result_cast_char_set_schema, NULL::pg_name AS result_cast_char_set_name, NULL::pg_name AS result_cast_collation_catalog, NULL::pg_name AS result_cast_collation_schema, NULL::pg_name AS result_cast_collation_name, NULL::INTEGER AS result_cast_numeric_precision, NULL::INTEGER AS result_cast_numeric_precision_radix, NULL::INTEGER AS result_cast_numeric_scale, NULL::INTEGER AS result_cast_datetime_precision, NULL::VARCHAR AS result_cast_interval_type, NULL::INTEGER AS result_cast_interval_precision, NULL::pg_name AS result_cast_type_udt_catalog, NULL::pg_name AS result_cast_type_udt_schema, NULL::pg_name AS result_cast_type_udt_name, NULL::pg_name AS result_cast_scope_catalog, NULL::pg_name AS result_cast_scope_schema, NULL::pg_name AS result_cast_scope_name, NULL::INTEGER AS result_cast_maximum_cardinality, NULL::pg_name AS result_cast_dtd_identifier "
     "FROM pond_functions p JOIN pg_namespace n ON n.oid = p.pronamespace"},
    {"VIEW", "element_types",
     "SELECT table_catalog AS object_catalog, table_schema AS object_schema, table_name AS object_name, 'TABLE' AS object_type, dtd_identifier AS collection_type_identifier, (SELECT min(CASE e.typcategory WHEN 'E' THEN 'USER-DEFINED' ELSE e.sql_name END) FROM pond_all_types e WHERE '_' || e.typname = c.udt_name) AS data_type, NULL::INTEGER AS character_maximum_length, NULL::INTEGER AS character_octet_length, NULL::pg_name AS character_set_catalog, NULL::pg_name AS character_set_schema, NULL::pg_name AS character_set_name, NULL::pg_name AS collation_catalog, NULL::pg_name AS collation_schema, NULL::pg_name AS collation_name, NULL::INTEGER AS numeric_precision, NULL::INTEGER AS numeric_precision_radix, NULL::INTEGER AS numeric_scale, NULL::INTEGER AS datetime_precision, NULL::VARCHAR AS interval_type, NULL::INTEGER AS interval_precision, NULL::VARCHAR AS domain_default, udt_catalog AS udt_catalog, udt_schema AS udt_schema, substr(udt_name, 2) AS udt_name, NULL::pg_name AS scope_catalog, NULL::pg_name AS scope_schema, NULL::pg_name AS scope_name, NULL::INTEGER AS maximum_cardinality, 'a' || dtd_identifier AS dtd_identifier "
     "FROM pond_catalog.information.columns c WHERE data_type = 'ARRAY'"},
    {"VIEW", "character_sets",
     "SELECT NULL::VARCHAR AS character_set_catalog, NULL::VARCHAR AS character_set_schema, 'UTF8' AS character_set_name, 'UCS' AS character_repertoire, 'UTF8' AS form_of_use, current_database() AS default_collate_catalog, "
     "'pg_catalog' AS default_collate_schema, 'C.UTF-8' AS default_collate_name"},
    {"VIEW", "enabled_roles",
     "SELECT rolname AS role_name FROM pg_roles"},
    {"MACRO", "_pg_expandarray",
     "(a) AS unnest(list_transform(a, lambda x, i: {'x': x, 'n': i::INTEGER}))"},
    /* clang-format on */
};

const size_t sql_information_count = ARRAY_LEN(sql_information_items);

/* Each view and macro of the catalog: PostgreSQL 15's columns in its order, from what DuckDB tells of itself. */
#include "sql/catalog.h"

#include "base/buf.h"
#include "sql/catalog_item.h"
#include "sql/functions.h"
#include "sql/macros.h"
#include "sql/type_number.h"
#include "warehouse/alias_type.h"

/*
 * An argument of a macro takes the place of its name as it was written, so that inside a subquery `oid` or `c.oid` would mean the
 * subquery's own columns: arguments go through `(SELECT o AS pond_arg) pond_a`, which has none, and tables have names nobody uses.
 */

const char sql_catalog_schema[] = "pond_catalog.pg";

static const CatalogItem items[] = {
    /* clang-format off */
    {"TABLE", "pond_types",
     "(oid pg_oid, typname VARCHAR, typlen INTEGER, typtype VARCHAR, typcategory VARCHAR, typelem pg_oid, typarray pg_oid, "
     "sql_name VARCHAR)"},
    {"VIEW", "pond_all_types",
     "SELECT *, 11 AS typnamespace, 'pg_catalog' AS pond_schema FROM pond_types UNION ALL SELECT * FROM pond_enum_types"},
    /* DuckDB does not tell which defaults are those of generated columns: the table's text does. */
    {"VIEW", "pond_columns",
     "SELECT *, coalesce(pond_enum.oid * CASE WHEN pond_is_list THEN 1000 ELSE 1 END, pond_type_oid(data_type)) AS pond_type, pond_enum.sql_name || CASE WHEN pond_is_list THEN '[]' ELSE '' END AS pond_sql_name "
     "FROM (SELECT c.*, ends_with(c.data_type, ')[]') AS pond_is_list, coalesce(e.pond_types[list_position(e.pond_schemas, c.schema_name)], e.pond_types[1]) AS pond_enum, "
     "g.sql IS NOT NULL AND c.column_default IS NOT NULL AND regexp_matches(replace(g.sql, '\"', ''), '[(,] ?' || regexp_escape(replace(c.column_name || ' ' || c.data_type, '\"', '') || ' GENERATED ALWAYS AS(')) AS pond_generated "
     "FROM duckdb_columns() c LEFT JOIN pond_enum_texts e ON e.pond_text = CASE WHEN ends_with(c.data_type, ')[]') THEN c.data_type[:-3] ELSE c.data_type END "
     "LEFT JOIN duckdb_tables() g ON g.table_oid = c.table_oid AND g.database_name = c.database_name AND contains(g.sql, ' GENERATED ALWAYS AS(') WHERE NOT c.internal)"},
    {"TABLE", "pond_classes", "(oid pg_oid, relname VARCHAR, relnamespace pg_oid)"},
    {"MACRO", "pond_public",
     "(name) AS CASE name WHEN 'main' THEN 'public' ELSE name END"},
    {"MACRO", "pond_typmod",
     "(digits, places, t) AS CASE WHEN t = 'DECIMAL(38,10)' THEN -1 WHEN starts_with(t, 'DECIMAL') THEN (digits << 16 | places) + 4 ELSE -1 END"},
    {"VIEW", "pg_namespace",
     "SELECT oid::pg_oid AS oid, pond_public(schema_name)::pg_name AS nspname, 10::pg_oid AS nspowner, NULL::VARCHAR[] AS nspacl FROM duckdb_schemas() "
     "WHERE database_name = current_database() AND schema_name <> 'pg_catalog' AND schema_name <> 'information_schema' "
     "UNION ALL SELECT 11, 'pg_catalog', 10, NULL UNION ALL SELECT 12, 'information_schema', 10, NULL UNION ALL SELECT 13, 'pg_temp_1', 10, NULL"},
    {"MACRO", "pond_index_columns",
     "(expressions) AS list_transform(string_split(expressions[2:-2], ', '), lambda e: trim(e, '''\"'))"},
    {"VIEW", "pond_table_columns",
     "SELECT database_name AS pond_database, schema_name AS pond_schema, table_name AS pond_table, table_oid AS pond_oid, map(list(column_name), list(column_index)) AS pond_columns FROM duckdb_columns() WHERE NOT internal GROUP BY ALL"},
    /* DuckDB keeps no names of constraints and makes some: these are PostgreSQL's, where they differ. */
    {"VIEW", "pond_constraints",
     "SELECT table_oid * 1000 + constraint_index AS pond_oid, * REPLACE (CASE constraint_type WHEN 'PRIMARY KEY' THEN table_name || '_pkey' "
     "WHEN 'FOREIGN KEY' THEN table_name || '_' || array_to_string(constraint_column_names, '_') || '_fkey' ELSE constraint_name END AS constraint_name) "
     "FROM duckdb_constraints() WHERE database_name = current_database()"},
    {"VIEW", "pond_relations",
     "SELECT table_oid::BIGINT AS oid, table_name AS relname, CASE WHEN temporary THEN 13 ELSE schema_oid END::BIGINT AS relnamespace, 'r' AS relkind, column_count AS relnatts, "
     "estimated_size::FLOAT AS reltuples, index_count > 0 AS relhasindex, temporary AS temp, comment, sql, check_constraint_count AS checks, has_primary_key FROM duckdb_tables() "
     "WHERE database_name = current_database() OR (temporary AND database_name = 'temp') "
     "UNION ALL SELECT view_oid, view_name, schema_oid, 'v', column_count, 0, false, temporary, comment, sql, 0, false FROM duckdb_views() WHERE NOT internal AND database_name = current_database() "
     "UNION ALL SELECT index_oid, index_name, schema_oid, 'i', len(pond_index_columns(expressions)), 0, false, false, comment, sql, 0, false FROM duckdb_indexes() WHERE database_name = current_database() "
     "UNION ALL SELECT pond_oid, constraint_name, schema_oid, 'i', len(constraint_column_indexes), 0, false, false, NULL, NULL, 0, false "
     "FROM pond_constraints WHERE constraint_type IN ('PRIMARY KEY', 'UNIQUE') "
     "UNION ALL SELECT sequence_oid, sequence_name, CASE WHEN temporary THEN 13 ELSE schema_oid END, 'S', 3, 1, false, temporary, comment, sql, 0, false FROM duckdb_sequences() "
     "WHERE database_name = current_database() OR (temporary AND database_name = 'temp')"},
    /* What a regclass may be. pond_place: in which order the search path finds it, NULL: it does not. */
    {"VIEW", "pond_named",
     "SELECT oid, relname, 'pg_temp' AS nspname, 0 AS pond_place FROM pond_relations WHERE relnamespace = 13 "
     "UNION ALL SELECT r.oid, relname, pond_public(n.schema_name), 1 + list_position(system.main.current_schemas(false), n.schema_name) "
     "FROM pond_relations r JOIN duckdb_schemas() n ON n.oid = r.relnamespace AND n.database_name = current_database() "
     "UNION ALL SELECT oid, relname, CASE relnamespace WHEN 11 THEN 'pg_catalog' ELSE 'information_schema' END, CASE relnamespace WHEN 11 THEN 1 END FROM pond_classes"},
    /* relpages: a client that reads a large table in parts does so over several connections, which could not share a snapshot here. */
    {"VIEW", "pg_class",
     "SELECT oid::pg_oid AS oid, relname::pg_name AS relname, relnamespace::pg_oid AS relnamespace, 0::pg_oid AS reltype, 0::pg_oid AS reloftype, 10::pg_oid AS relowner, "
     "CASE relkind WHEN 'r' THEN 2 WHEN 'i' THEN 403 ELSE 0 END::pg_oid AS relam, CASE relkind WHEN 'v' THEN 0 ELSE oid END::pg_oid AS relfilenode, 0::pg_oid AS reltablespace, "
     "least(reltuples / 100, 1000)::INTEGER AS relpages, reltuples, 0 AS relallvisible, 0::pg_oid AS reltoastrelid, relhasindex OR has_primary_key AS relhasindex, false AS relisshared, "
     "CASE WHEN temp THEN 't' ELSE 'p' END::pg_char AS relpersistence, relkind::pg_char AS relkind, relnatts::SMALLINT AS relnatts, checks::SMALLINT AS relchecks, "
     "relkind = 'v' AS relhasrules, (relnamespace, relname) IN (SELECT schema_oid, unnest([table_name, referenced_table]) FROM duckdb_constraints() WHERE constraint_type = 'FOREIGN KEY' AND database_name = current_database()) AS relhastriggers, false AS relhassubclass, false AS relrowsecurity, false AS relforcerowsecurity, "
     "true AS relispopulated, CASE relkind WHEN 'r' THEN 'd' ELSE 'n' END::pg_char AS relreplident, false AS relispartition, 0::pg_oid AS relrewrite, 0::BIGINT AS relfrozenxid, 0::BIGINT AS relminmxid, "
     "NULL::VARCHAR[] AS relacl, NULL::VARCHAR[] AS reloptions, NULL::VARCHAR AS relpartbound FROM pond_relations"},
    {"VIEW", "pg_index",
     "SELECT pond_oid::pg_oid AS indexrelid, table_oid::pg_oid AS indrelid, len(constraint_column_indexes)::SMALLINT AS indnatts, len(constraint_column_indexes)::SMALLINT AS indnkeyatts, "
     "true AS indisunique, false AS indnullsnotdistinct, constraint_type = 'PRIMARY KEY' AS indisprimary, false AS indisexclusion, true AS indimmediate, false AS indisclustered, true AS indisvalid, false AS indcheckxmin, "
     "true AS indisready, true AS indislive, false AS indisreplident, list_transform(constraint_column_indexes, lambda x: (x + 1)::SMALLINT)::pg_int2vector_item[] AS indkey, NULL::pg_oidvector_item[] AS indcollation, NULL::pg_oidvector_item[] AS indclass, list_transform(constraint_column_indexes, lambda x: 0::SMALLINT)::pg_int2vector_item[] AS indoption, NULL::VARCHAR AS indexprs, NULL::VARCHAR AS indpred "
     "FROM pond_constraints WHERE constraint_type IN ('PRIMARY KEY', 'UNIQUE') "
     "UNION ALL SELECT index_oid, table_oid, len(pond_index_columns(expressions))::SMALLINT, len(pond_index_columns(expressions))::SMALLINT, is_unique, false, is_primary, false, true, false, true, false, true, true, false, "
     "list_transform(pond_index_columns(expressions), lambda e: coalesce(pond_columns[e], 0)::SMALLINT), NULL, NULL, list_transform(pond_index_columns(expressions), lambda e: 0::SMALLINT), NULL, NULL "
     "FROM duckdb_indexes() JOIN pond_table_columns ON pond_database = database_name AND pond_oid = table_oid WHERE database_name = current_database()"},
    {"MACRO", "pond_storage",
     "(name, length) AS CASE WHEN length > 0 THEN 'p' WHEN name = 'numeric' THEN 'm' WHEN name IN ('int2vector', 'oidvector') THEN 'p' ELSE 'x' END"},
    {"MACRO", "pond_align",
     "(name, length) AS CASE WHEN name IN ('uuid', 'name', 'char', 'bool', 'unknown') THEN 'c' WHEN length = 2 THEN 's' WHEN length = 8 OR name IN ('interval', 'timetz', '_int8', '_float8', '_timestamp', '_timestamptz', '_time', '_timetz', '_interval') THEN 'd' ELSE 'i' END"},
    {"MACRO", "pond_expression",
     "(e, t) AS CASE WHEN e[1] = '''' THEN e || '::' || t WHEN e = 'CAST(''t'' AS BOOLEAN)' THEN 'true' WHEN e = 'CAST(''f'' AS BOOLEAN)' THEN 'false' "
     "WHEN starts_with(e, 'nextval(''') THEN 'nextval(''' || pond_class_text(regexp_extract(e, '^nextval\\(''(.*)''\\)$', 1)) || '''::regclass)' WHEN e = 'get_current_timestamp()' THEN 'now()' ELSE e END"},
    {"VIEW", "pg_attribute",
     "SELECT table_oid::pg_oid AS attrelid, column_name::pg_name AS attname, pond_type::pg_oid AS atttypid, -1 AS attstattarget, "
     "coalesce(pond_length, -1)::SMALLINT AS attlen, column_index::SMALLINT AS attnum, CASE WHEN ends_with(data_type, ']') THEN 1 ELSE 0 END AS attndims, "
     "-1 AS attcacheoff, pond_typmod(numeric_precision, numeric_scale, data_type)::INTEGER AS atttypmod, coalesce(pond_length BETWEEN 1 AND 8, false) AS attbyval, pond_align(t.typname, pond_length)::pg_char AS attalign, pond_storage(t.typname, pond_length)::pg_char AS attstorage, ''::pg_char AS attcompression, "
     "NOT is_nullable AS attnotnull, column_default IS NOT NULL AS atthasdef, false AS atthasmissing, ''::pg_char AS attidentity, CASE WHEN pond_generated THEN 's' ELSE '' END::pg_char AS attgenerated, "
     "false AS attisdropped, true AS attislocal, 0 AS attinhcount, CASE WHEN starts_with(data_type, 'VARCHAR') THEN 100 ELSE 0 END::pg_oid AS attcollation, "
     "NULL::VARCHAR[] AS attacl, NULL::VARCHAR[] AS attoptions, NULL::VARCHAR[] AS attfdwoptions, NULL::VARCHAR AS attmissingval "
     "FROM (SELECT *, coalesce(t.typlen, CASE WHEN pond_enum IS NOT NULL AND NOT pond_is_list THEN 4 END) AS pond_length FROM pond_columns LEFT JOIN pond_types t ON t.oid = pond_type) t WHERE database_name IN (current_database(), 'temp') "
     "UNION ALL SELECT x.indexrelid, coalesce(c.column_name, 'expr'), coalesce(c.pond_type, 25), -1, coalesce(t.typlen, -1)::SMALLINT, x.pond_n::SMALLINT, 0, -1, -1, coalesce(t.typlen BETWEEN 1 AND 8, false), pond_align(t.typname, t.typlen), pond_storage(t.typname, t.typlen), '', false, false, false, '', '', false, true, 0, 0, NULL, NULL, NULL, NULL "
     "FROM (SELECT indexrelid, indrelid, unnest(indkey) AS pond_key, generate_subscripts(indkey, 1) AS pond_n FROM pg_index) x LEFT JOIN pond_columns c ON c.table_oid = x.indrelid AND c.column_index = x.pond_key "
     "AND c.database_name = current_database() LEFT JOIN pond_types t ON t.oid = c.pond_type"},
    {"VIEW", "pg_attrdef",
     "SELECT (table_oid * 1000 + column_index)::pg_oid AS oid, table_oid::pg_oid AS adrelid, column_index::SMALLINT AS adnum, pond_expression(column_default, coalesce(t.sql_name, pond_sql_name)) AS adbin "
     "FROM pond_columns LEFT JOIN pond_types t ON t.oid = pond_type WHERE database_name = current_database() AND column_default IS NOT NULL"},
    {"MACRO", "pond_function_oid",
     "(name) AS pond_function_number(name)::pg_oid"},
    {"MACRO", "pond_type_function_name",
     "(name, category, what) AS CASE WHEN category = 'A' THEN 'array_' || what WHEN category = 'E' THEN 'enum_' || what WHEN name IN ('name', 'bool', 'text', 'bytea', 'char') OR name LIKE 'int_' OR name LIKE 'float%' OR name LIKE 'oid%' THEN name || what "
     "ELSE name || '_' || what END"},
    {"MACRO", "pond_type_function",
     "(name, category, what) AS pond_type_function_name(name, category, what)::pg_regproc"},
    {"VIEW", "pg_type",
     "SELECT oid::pg_oid AS oid, typname::pg_name AS typname, typnamespace::pg_oid AS typnamespace, 10::pg_oid AS typowner, typlen::SMALLINT AS typlen, typlen BETWEEN 1 AND 8 AS typbyval, typtype::pg_char AS typtype, typcategory::pg_char AS typcategory, "
     "typname IN ('bool', 'float8', 'text', 'timestamptz', 'interval', 'varbit', 'oid') AS typispreferred, true AS typisdefined, ','::pg_char AS typdelim, 0::pg_oid AS typrelid, "
     "CASE WHEN typcategory = 'A' THEN pond_function_oid('array_subscript_handler') ELSE 0 END::pg_oid AS typsubscript, typelem::pg_oid AS typelem, typarray::pg_oid AS typarray, "
     "pond_type_function(typname, typcategory, 'in') AS typinput, pond_type_function(typname, typcategory, 'out') AS typoutput, pond_type_function(typname, typcategory, 'recv') AS typreceive, pond_type_function(typname, typcategory, 'send') AS typsend, "
     "0::pg_oid AS typmodin, 0::pg_oid AS typmodout, 0::pg_oid AS typanalyze, pond_align(typname, typlen)::pg_char AS typalign, pond_storage(typname, typlen)::pg_char AS typstorage, false AS typnotnull, 0::pg_oid AS typbasetype, -1 AS typtypmod, 0 AS typndims, "
     "CASE WHEN typname IN ('name', '_name') THEN 950 WHEN typname IN ('text', 'varchar', 'bpchar', '_text', '_varchar', '_bpchar') THEN 100 ELSE 0 END::pg_oid AS typcollation, NULL::VARCHAR AS typdefaultbin, NULL::VARCHAR AS typdefault, NULL::VARCHAR[] AS typacl FROM pond_all_types"},
    {"VIEW", "pg_am",
     "SELECT 2::pg_oid AS oid, 'heap'::pg_name AS amname, 'heap_tableam_handler'::pg_regproc AS amhandler, 't'::pg_char AS amtype UNION ALL SELECT 403, 'btree', 'bthandler', 'i'"},
    {"VIEW", "pg_tablespace",
     "SELECT 1663::pg_oid AS oid, 'pg_default'::pg_name AS spcname, 10::pg_oid AS spcowner, NULL::VARCHAR[] AS spcacl, NULL::VARCHAR[] AS spcoptions UNION ALL SELECT 1664, 'pg_global', 10, NULL, NULL"},
    {"VIEW", "pg_constraint",
     "SELECT c.pond_oid::pg_oid AS oid, constraint_name::pg_name AS conname, schema_oid::pg_oid AS connamespace, "
     "CASE constraint_type WHEN 'PRIMARY KEY' THEN 'p' WHEN 'UNIQUE' THEN 'u' WHEN 'FOREIGN KEY' THEN 'f' WHEN 'CHECK' THEN 'c' ELSE 'n' END::pg_char AS contype, false AS condeferrable, false AS condeferred, true AS convalidated, "
     "table_oid::pg_oid AS conrelid, 0::pg_oid AS contypid, CASE WHEN constraint_type IN ('PRIMARY KEY', 'UNIQUE') THEN c.pond_oid ELSE coalesce((SELECT min(k.pond_oid) FROM pond_constraints k WHERE k.database_name = c.database_name AND k.table_oid = ref.pond_oid AND k.constraint_type IN ('PRIMARY KEY', 'UNIQUE') AND k.constraint_column_names = c.referenced_column_names), 0) END::pg_oid AS conindid, 0::pg_oid AS conparentid, "
     "coalesce(ref.pond_oid, 0)::pg_oid AS confrelid, "
     "CASE constraint_type WHEN 'FOREIGN KEY' THEN 'a' ELSE ' ' END::pg_char AS confupdtype, CASE constraint_type WHEN 'FOREIGN KEY' THEN 'a' ELSE ' ' END::pg_char AS confdeltype, CASE constraint_type WHEN 'FOREIGN KEY' THEN 's' ELSE ' ' END::pg_char AS confmatchtype, true AS conislocal, 0 AS coninhcount, constraint_type <> 'CHECK' AS connoinherit, list_transform(constraint_column_indexes, lambda x: (x + 1)::SMALLINT) AS conkey, "
     "CASE WHEN constraint_type = 'FOREIGN KEY' THEN list_transform(c.referenced_column_names, lambda x: ref.pond_columns[x]::SMALLINT) END AS confkey, NULL::pg_oid[] AS conpfeqop, NULL::pg_oid[] AS conppeqop, NULL::pg_oid[] AS conffeqop, NULL::SMALLINT[] AS confdelsetcols, NULL::pg_oid[] AS conexclop, expression AS conbin "
     "FROM pond_constraints c LEFT JOIN pond_table_columns ref ON ref.pond_database = c.database_name AND ref.pond_schema = c.schema_name AND ref.pond_table = c.referenced_table "
     "WHERE constraint_type <> 'NOT NULL'"},
    {"VIEW", "pg_description",
     "SELECT table_oid::pg_oid AS objoid, 1259::pg_oid AS classoid, 0 AS objsubid, comment AS description FROM duckdb_tables() WHERE comment IS NOT NULL AND database_name = current_database() "
     "UNION ALL SELECT view_oid, 1259, 0, comment FROM duckdb_views() WHERE comment IS NOT NULL AND database_name = current_database() "
     "UNION ALL SELECT table_oid, 1259, column_index, comment FROM duckdb_columns() WHERE comment IS NOT NULL AND database_name = current_database() "
     "UNION ALL SELECT type_oid, 1247, 0, comment FROM duckdb_types() WHERE comment IS NOT NULL AND NOT internal AND database_name = current_database()"},
    {"VIEW", "pond_functions",
     "SELECT (200000000 + f.function_oid * 1000 + row_number() OVER (PARTITION BY f.database_name, f.function_oid ORDER BY len(parameters), parameter_types, varargs, return_type))::pg_oid AS oid, function_name::pg_name AS proname, coalesce(n.oid, 11)::pg_oid AS pronamespace, 10::pg_oid AS proowner, 14::pg_oid AS prolang, 1::FLOAT AS procost, 0::FLOAT AS prorows, 0::pg_oid AS provariadic, '-'::pg_regproc AS prosupport, "
     "CASE function_type WHEN 'aggregate' THEN 'a' ELSE 'f' END::pg_char AS prokind, false AS prosecdef, false AS proleakproof, false AS proisstrict, false AS proretset, 'v'::pg_char AS provolatile, 's'::pg_char AS proparallel, "
     "len(parameters)::SMALLINT AS pronargs, 0::SMALLINT AS pronargdefaults, pond_type_oid(coalesce(return_type, 'VARCHAR'))::pg_oid AS prorettype, list_transform(parameter_types, lambda t: pond_type_oid(coalesce(t, 'VARCHAR')))::pg_oidvector_item[] AS proargtypes, NULL::pg_oid[] AS proallargtypes, NULL::pg_char[] AS proargmodes, parameters AS proargnames, "
     "NULL::VARCHAR AS proargdefaults, NULL::pg_oid[] AS protrftypes, macro_definition AS prosrc, NULL::VARCHAR AS probin, NULL::VARCHAR AS prosqlbody, NULL::VARCHAR[] AS proconfig, NULL::VARCHAR[] AS proacl, array_to_string(CASE WHEN function_type IN ('macro', 'table_macro') THEN parameters ELSE parameter_types END, ', ') AS pond_arguments, return_type AS pond_result "
     "FROM duckdb_functions() f LEFT JOIN duckdb_schemas() n ON n.database_name = f.database_name AND n.schema_name = f.schema_name AND n.database_name = current_database() "
     "WHERE f.database_name IN (current_database(), 'system', 'pond_catalog') AND NOT (f.database_name <> current_database() AND starts_with(function_name, 'pond_')) "
     "UNION ALL SELECT pond_function_oid(name), name, 11, 10, 12, 1, 0, 0, '-', 'f', false, false, true, false, 'i', 's', 1::SMALLINT, 0::SMALLINT, CASE WHEN what IN ('in', 'recv') THEN oid ELSE 25 END, [25], NULL, NULL, ['value'], NULL, NULL, name, NULL, NULL, NULL, NULL, 'internal', 'internal' "
     "FROM (SELECT pond_type_function_name(typname, typcategory, what) AS name, what, min(oid) AS oid FROM (SELECT oid, typname, typcategory FROM pond_types UNION ALL SELECT 3500, 'anyenum', 'E'), (SELECT unnest(['in', 'out', 'recv', 'send']) AS what) GROUP BY ALL)"},
    {"VIEW", "pg_proc",
     "SELECT oid, proname, pronamespace, proowner, prolang, procost, prorows, provariadic, prosupport, prokind, prosecdef, proleakproof, proisstrict, proretset, provolatile, proparallel, pronargs, pronargdefaults, prorettype, proargtypes, proallargtypes, proargmodes, proargnames, proargdefaults, protrftypes, prosrc, probin, prosqlbody, proconfig, proacl FROM pond_functions"},
    {"VIEW", "pg_tables",
     "SELECT pond_public(schema_name)::pg_name AS schemaname, table_name::pg_name AS tablename, 'admin'::pg_name AS tableowner, NULL::pg_name AS tablespace, index_count > 0 AS hasindexes, false AS hasrules, false AS hastriggers, false AS rowsecurity FROM duckdb_tables() WHERE database_name = current_database()"},
    {"VIEW", "pg_views",
     "SELECT pond_public(schema_name)::pg_name AS schemaname, view_name::pg_name AS viewname, 'admin'::pg_name AS viewowner, sql AS definition FROM duckdb_views() WHERE database_name = current_database() AND NOT internal"},
    {"VIEW", "pg_extension",
     "SELECT (13000 + row_number() OVER ())::pg_oid AS oid, extension_name::pg_name AS extname, 10::pg_oid AS extowner, 11::pg_oid AS extnamespace, false AS extrelocatable, extension_version AS extversion, NULL::pg_oid[] AS extconfig, NULL::VARCHAR[] AS extcondition FROM duckdb_extensions() WHERE loaded"},
    {"VIEW", "pg_collation",
     "SELECT 100::pg_oid AS oid, 'default'::pg_name AS collname, 11::pg_oid AS collnamespace, 10::pg_oid AS collowner, 'd'::pg_char AS collprovider, true AS collisdeterministic, -1 AS collencoding, NULL::VARCHAR AS collcollate, NULL::VARCHAR AS collctype, NULL::VARCHAR AS colliculocale, NULL::VARCHAR AS collversion"},
    {"VIEW", "pg_language",
     "SELECT 14::pg_oid AS oid, 'sql'::pg_name AS lanname, 10::pg_oid AS lanowner, false AS lanispl, true AS lanpltrusted, 0::pg_oid AS lanplcallfoid, 0::pg_oid AS laninline, 0::pg_oid AS lanvalidator, NULL::VARCHAR[] AS lanacl"},
    {"VIEW", "pg_sequences",
     "SELECT pond_public(schema_name)::pg_name AS schemaname, sequence_name::pg_name AS sequencename, 'admin'::pg_name AS sequenceowner, 'bigint' AS data_type, start_value, min_value, max_value, increment_by, cycle, 1::BIGINT AS cache_size, last_value FROM duckdb_sequences() WHERE database_name = current_database()"},
    {"VIEW", "pg_sequence",
     "SELECT sequence_oid::pg_oid AS seqrelid, 20::pg_oid AS seqtypid, start_value AS seqstart, increment_by AS seqincrement, max_value AS seqmax, min_value AS seqmin, 1::BIGINT AS seqcache, cycle AS seqcycle FROM duckdb_sequences() WHERE database_name = current_database()"},
    {"VIEW", "pg_stat_user_tables",
     "SELECT table_oid::pg_oid AS relid, pond_public(schema_name)::pg_name AS schemaname, table_name::pg_name AS relname, 0::BIGINT AS seq_scan, 0::BIGINT AS seq_tup_read, NULL::BIGINT AS idx_scan, NULL::BIGINT AS idx_tup_fetch, "
     "0::BIGINT AS n_tup_ins, 0::BIGINT AS n_tup_upd, 0::BIGINT AS n_tup_del, 0::BIGINT AS n_tup_hot_upd, estimated_size::BIGINT AS n_live_tup, 0::BIGINT AS n_dead_tup, 0::BIGINT AS n_mod_since_analyze, 0::BIGINT AS n_ins_since_vacuum, "
     "NULL::TIMESTAMPTZ AS last_vacuum, NULL::TIMESTAMPTZ AS last_autovacuum, NULL::TIMESTAMPTZ AS last_analyze, NULL::TIMESTAMPTZ AS last_autoanalyze, 0::BIGINT AS vacuum_count, 0::BIGINT AS autovacuum_count, 0::BIGINT AS analyze_count, "
     "0::BIGINT AS autoanalyze_count FROM duckdb_tables() WHERE database_name = current_database()"},
    {"VIEW", "pg_stat_all_tables", "SELECT * FROM pg_stat_user_tables"},
    {"MACRO", "version",
     "() AS 'PostgreSQL 15.0 (Pond), DuckDB 1.5'"},
    {"MACRO", "pg_encoding_to_char",
     "(e) AS CASE e WHEN 6 THEN 'UTF8' ELSE '' END"},
    {"MACRO", "pg_is_in_recovery",
     "() AS false"},
    {"MACRO", "pg_is_wal_replay_paused",
     "() AS false"},
    {"MACRO", "pg_jit_available",
     "() AS false"},
    {"MACRO", "pg_table_is_visible",
     "(o) AS o IN (SELECT pond_x.oid FROM pond_relations pond_x WHERE pond_x.relnamespace = 13 OR pond_x.relnamespace IN "
     "(SELECT pond_n.oid FROM duckdb_schemas() pond_n WHERE pond_n.database_name = current_database() AND pond_n.schema_name = "
     "system.main.current_schema()))"},
    {"MACRO", "pg_get_expr",
     "(e, r) AS e::VARCHAR, (e, r, pretty) AS e::VARCHAR"},
    {"MACRO", "pg_get_viewdef",
     "(o) AS (SELECT min(replace(regexp_replace(pond_x.sql, '(?is)^create\\s(.*?\\s)?view\\s.*?\\sas\\s+', ''), 'count_star()', 'count(*)')) FROM (SELECT o AS "
     "pond_arg) pond_a JOIN duckdb_views() pond_x ON pond_x.view_oid = pond_a.pond_arg), (o, pretty) AS (SELECT "
     "min(replace(regexp_replace(pond_x.sql, '(?is)^create\\s(.*?\\s)?view\\s.*?\\sas\\s+', ''), 'count_star()', 'count(*)')) FROM (SELECT o AS pond_arg) pond_a "
     "JOIN duckdb_views() pond_x ON pond_x.view_oid = pond_a.pond_arg)"},
    /* quote_ident quotes words that are no reserved ones of PostgreSQL too */
    {"MACRO", "pond_quoted", "(n) AS CASE WHEN regexp_full_match(n, '[a-z_][a-z_0-9]*') THEN n ELSE quote_ident(n) END"},
    {"MACRO", "pond_names", "(names) AS '(' || array_to_string(list_transform(names, lambda n: pond_quoted(n)), ', ') || ')'"},
    {"MACRO", "pond_index_text",
     "(uniq, name, schema, tab, names) AS 'CREATE ' || CASE WHEN uniq THEN 'UNIQUE ' ELSE '' END || 'INDEX ' || pond_quoted(name) || ' ON ' || pond_quoted(pond_public(schema)) || '.' || pond_quoted(tab) || ' USING btree ' || pond_names(names)"},
    {"VIEW", "pond_indexes",
     "SELECT pond_oid AS indexrelid, schema_name, table_name, constraint_name AS index_name, constraint_column_names AS names, pond_index_text(true, constraint_name, schema_name, table_name, constraint_column_names) AS indexdef "
     "FROM pond_constraints WHERE constraint_type IN ('PRIMARY KEY', 'UNIQUE') UNION ALL SELECT index_oid, schema_name, table_name, index_name, pond_index_columns(expressions), "
     "pond_index_text(is_unique, index_name, schema_name, table_name, pond_index_columns(expressions)) FROM duckdb_indexes() WHERE database_name = current_database()"},
    {"VIEW", "pg_indexes", "SELECT pond_public(schema_name)::pg_name AS schemaname, table_name::pg_name AS tablename, index_name::pg_name AS indexname, NULL::pg_name AS tablespace, indexdef FROM pond_indexes"},
    {"MACRO", "pond_indexdef",
     "(o) AS (SELECT min(pond_x.indexdef) FROM (SELECT o AS pond_arg) pond_a JOIN pond_indexes pond_x ON pond_x.indexrelid = pond_a.pond_arg)"},
    {"MACRO", "pg_get_indexdef",
     "(o) AS pond_indexdef(o), (o, c, pretty) AS CASE WHEN c = 0 THEN pond_indexdef(o) ELSE "
     "(SELECT min(pond_x.names[pond_a.pond_column]) FROM (SELECT o AS pond_arg, c AS pond_column) pond_a JOIN pond_indexes pond_x ON pond_x.indexrelid = pond_a.pond_arg) END"},
    /* As PostgreSQL writes them; what is in a CHECK is DuckDB's text. */
    {"MACRO", "pond_constraintdef",
     "(o, pretty) AS (SELECT min(CASE pond_x.constraint_type WHEN 'CHECK' THEN 'CHECK (' || CASE WHEN pond_a.pond_pretty AND starts_with(pond_x.expression, '(') THEN pond_x.expression[2:-2] ELSE pond_x.expression END || ')' "
     "WHEN 'FOREIGN KEY' THEN 'FOREIGN KEY ' || pond_names(pond_x.constraint_column_names) || ' REFERENCES ' || CASE WHEN pond_x.schema_name = system.main.current_schema() THEN '' ELSE pond_quoted(pond_public(pond_x.schema_name)) || '.' END "
     "|| pond_quoted(pond_x.referenced_table) || pond_names(pond_x.referenced_column_names) ELSE pond_x.constraint_type || ' ' || pond_names(pond_x.constraint_column_names) END) "
     "FROM (SELECT o AS pond_arg, pretty AS pond_pretty) pond_a JOIN pond_constraints pond_x ON pond_x.pond_oid = pond_a.pond_arg)"},
    {"MACRO", "pg_get_constraintdef", "(o) AS pond_constraintdef(o, false), (o, pretty) AS pond_constraintdef(o, pretty)"},
    {"MACRO", "pg_get_partkeydef",
     "(o) AS NULL::VARCHAR"},
    {"MACRO", "pg_get_triggerdef",
     "(o) AS NULL::VARCHAR, (o, pretty) AS NULL::VARCHAR"},
    {"MACRO", "pg_get_ruledef",
     "(o) AS NULL::VARCHAR, (o, pretty) AS NULL::VARCHAR"},
    {"MACRO", "pg_get_statisticsobjdef_columns",
     "(o) AS NULL::VARCHAR"},
    {"MACRO", "pg_get_function_result",
     "(o) AS (SELECT min(pond_x.pond_result) FROM (SELECT o AS pond_arg) pond_a JOIN pond_functions pond_x ON pond_x.oid = "
     "pond_a.pond_arg)"},
    {"MACRO", "pg_get_function_arguments",
     "(o) AS (SELECT min(pond_x.pond_arguments) FROM (SELECT o AS pond_arg) pond_a JOIN pond_functions pond_x ON pond_x.oid = "
     "pond_a.pond_arg)"},
    {"MACRO", "pg_get_function_identity_arguments",
     "(o) AS (SELECT min(pond_x.pond_arguments) FROM (SELECT o AS pond_arg) pond_a JOIN pond_functions pond_x ON pond_x.oid = "
     "pond_a.pond_arg)"},
    {"MACRO", "pg_get_functiondef",
     "(o) AS (SELECT min(pond_x.prosrc) FROM (SELECT o AS pond_arg) pond_a JOIN pond_functions pond_x ON pond_x.oid = "
     "pond_a.pond_arg)"},
    {"MACRO", "pg_partition_ancestors", "(o) AS unnest([]::BIGINT[])"},
    {"MACRO", "pg_partition_ancestors", "(o) AS TABLE SELECT NULL::pg_oid AS relid, NULL::BIGINT AS ordinality WHERE false"},
    {"MACRO", "pg_options_to_table", "(o) AS TABLE SELECT NULL::VARCHAR AS option_name, NULL::VARCHAR AS option_value WHERE false"},
    {"MACRO", "pg_get_function_sqlbody", "(o) AS NULL::VARCHAR"},
    {"MACRO", "pg_describe_object", "(class, o, sub) AS NULL::VARCHAR"},
    {"MACRO", "pg_statistics_obj_is_visible", "(o) AS true"},
    {"MACRO", "pg_relation_is_publishable",
     "(o) AS false"},
    {"MACRO", "pg_function_is_visible",
     "(o) AS o NOT IN (SELECT pond_x.oid FROM pond_functions pond_x WHERE pond_x.pronamespace <> 11 AND pond_x.pronamespace NOT IN "
     "(SELECT pond_n.oid FROM duckdb_schemas() pond_n WHERE pond_n.database_name = current_database() AND list_contains(system.main.current_schemas(false), pond_n.schema_name)))"},
    {"MACRO", "pg_size_pretty", "(n) AS pond_size_pretty(n)"},
    {"MACRO", "pg_tablespace_location",
     "(o) AS ''"},
    {"MACRO", "pg_stat_get_numscans",
     "(o) AS 0::BIGINT"},
    {"MACRO", "current_schemas",
     "(implicit) AS (CASE WHEN implicit THEN ['pg_catalog', pond_public(system.main.current_schema())] ELSE [pond_public(system.main.current_schema())] END)::pg_name[]"},
    {"MACRO", "current_schema",
     "() AS pond_public(system.main.current_schema())"},
    {"MACRO", "pg_get_keywords",
     "() AS TABLE SELECT keyword_name AS word, CASE keyword_category WHEN 'reserved' THEN 'R' WHEN 'unreserved' THEN 'U' WHEN 'column_name' THEN 'C' ELSE 'T' END AS catcode, true AS barelabel, keyword_category AS catdesc, "
     "'can be bare label' AS baredesc FROM duckdb_keywords()"},
    {"MACRO", "format_type",
     "(o, m) AS CASE WHEN o IS NULL THEN NULL WHEN o = 1700 AND m > 4 THEN 'numeric(' || ((m - 4) >> 16) || ',' || ((m - "
     "4) & 65535) || ')' ELSE coalesce((SELECT min(pond_x.sql_name) FROM (SELECT o AS pond_arg) pond_a JOIN pond_types "
     "pond_x ON pond_x.oid = pond_a.pond_arg), pond_enum_name(o), 'unknown') END"},
    {"MACRO", "col_description",
     "(t, c) AS (SELECT min(pond_x.description) FROM (SELECT t AS pond_t, c AS pond_c) pond_a JOIN pg_description pond_x "
     "ON pond_x.objoid = pond_a.pond_t AND pond_x.objsubid = pond_a.pond_c)"},
    {"MACRO", "obj_description",
     "(o) AS (SELECT min(pond_x.description) FROM (SELECT o AS pond_arg) pond_a JOIN pg_description pond_x ON "
     "pond_x.objoid = pond_a.pond_arg AND pond_x.objsubid = 0), (o, c) AS (SELECT min(pond_x.description) FROM (SELECT o "
     "AS pond_arg) pond_a JOIN pg_description pond_x ON pond_x.objoid = pond_a.pond_arg AND pond_x.objsubid = 0)"},
    {"MACRO", "shobj_description",
     "(o, c) AS NULL::VARCHAR"},
    {"MACRO", "pond_bare",
     "(t) AS replace(regexp_replace(t, '^(\"?pg_catalog\"?|\"?public\"?|\"?main\"?)\\s*\\.\\s*', ''), '\"', '')"},
    {"MACRO", "to_regclass",
     "(t) AS (SELECT arg_min(pond_x.oid, coalesce(pond_x.pond_place, 0)) FROM (SELECT pond_name_part(pond_b.pond_arg, 1) AS pond_name, pond_public(pond_name_part(pond_b.pond_arg, 2)) AS pond_schema FROM (SELECT t AS pond_arg) pond_b) pond_a "
     "JOIN pond_named pond_x ON lower(pond_x.relname) = lower(pond_a.pond_name) AND pond_a.pond_name IN (pond_x.relname, lower(pond_x.relname)) "
     "AND CASE WHEN pond_a.pond_schema IS NULL THEN pond_x.pond_place IS NOT NULL ELSE pond_a.pond_schema IN (pond_x.nspname, lower(pond_x.nspname)) END)::pg_oid"},
    /* 't'::regclass, '1259'::regclass */
    {"MACRO", "pond_regclass",
     "(t) AS (SELECT CASE WHEN regexp_full_match(pond_c.pond_arg, '\\s*[0-9]+\\s*') THEN TRY_CAST(pond_c.pond_arg AS BIGINT) ELSE coalesce(to_regclass(pond_c.pond_arg), pond_no_class(pond_c.pond_arg)) END FROM (SELECT t AS pond_arg) pond_c)::pg_oid"},
    /* The same of a number or a text. */
    {"MACRO", "pond_class",
     "(o) AS CASE WHEN typeof(o) IN ('VARCHAR', 'pg_name') THEN pond_regclass(CASE WHEN typeof(o) IN ('VARCHAR', 'pg_name') THEN o::VARCHAR END) ELSE TRY_CAST(o AS BIGINT) END"},
    {"MACRO", "pond_size",
     "(o) AS (SELECT min(pond_x.estimated_size * 8 * pond_x.column_count) FROM (SELECT o AS pond_arg) pond_a JOIN "
     "duckdb_tables() pond_x ON pond_x.table_oid = pond_a.pond_arg)::BIGINT"},
    {"MACRO", "pg_total_relation_size", "(o) AS pond_size(pond_class(o))"},
    {"MACRO", "pg_relation_size", "(o) AS pond_size(pond_class(o)), (o, fork) AS pond_size(pond_class(o))"},
    {"MACRO", "pg_table_size", "(o) AS pond_size(pond_class(o))"},
    {"MACRO", "pg_indexes_size", "(o) AS (pond_class(o) * 0)::BIGINT"},
    {"MACRO", "pond_set", "(n, l) AS CASE WHEN len(l) >= 0 THEN n::BIGINT END"},
    {"MACRO", "setval",
     "(s, n) AS pond_set(n, list_transform(range(pond_steps(n::BIGINT, true, (SELECT min(pond_x.sql) FROM duckdb_sequences() pond_x WHERE pond_x.sequence_oid = pond_regclass(s)), s)), lambda pond_i: nextval(s))), "
     "(s, n, called) AS pond_set(n, list_transform(range(pond_steps(n::BIGINT, called::BOOLEAN, (SELECT min(pond_x.sql) FROM duckdb_sequences() pond_x WHERE pond_x.sequence_oid = pond_regclass(s)), s)), lambda pond_i: nextval(s)))"},
    {"MACRO", "lastval",
     "() AS error('[0A000] lastval() is not kept' || chr(10) || 'HINT:  INSERT ... RETURNING gives the number of a new row, currval(sequence) the newest one of a sequence.')::BIGINT"},
    {"MACRO", "pond_default_sequence", "(e) AS regexp_extract(e, '^nextval\\(''(.*)''\\)$', 1)"},
    {"MACRO", "pg_get_serial_sequence",
     "(t, c) AS (SELECT CASE WHEN pond_b.pond_oid IS NULL THEN NULL WHEN max(pond_x.column_name) IS NULL THEN error('[42703] column \"' || pond_b.pond_column || '\" of relation \"' || pond_name_part(pond_b.pond_table, 1) || '\" does not exist') "
     "ELSE max(CASE WHEN starts_with(pond_x.column_default, 'nextval(') THEN CASE coalesce(pond_name_part(pond_default_sequence(pond_x.column_default), 2), '') WHEN '' THEN pond_quoted(pond_public(pond_x.schema_name)) || '.' "
     "WHEN 'main' THEN 'public.' ELSE '' END || pond_class_text(pond_default_sequence(pond_x.column_default)) END) END "
     "FROM (SELECT t AS pond_table, pond_regclass(t) AS pond_oid, c AS pond_column) pond_b LEFT JOIN duckdb_columns() pond_x ON pond_x.table_oid = pond_b.pond_oid AND pond_x.column_name = pond_b.pond_column "
     "GROUP BY pond_b.pond_oid, pond_b.pond_table, pond_b.pond_column)"},
    {"MACRO", "to_regtype",
     "(t) AS (SELECT min(pond_x.oid) FROM (SELECT pond_bare(t) AS pond_arg) pond_a JOIN pond_all_types pond_x ON "
     "pond_x.typname = pond_a.pond_arg OR replace(pond_x.sql_name, '\"', '') = pond_a.pond_arg)"},
    {"MACRO", "to_regproc",
     "(t) AS (SELECT min(pond_x.oid) FROM (SELECT pond_bare(t) AS pond_arg) pond_a JOIN pg_proc pond_x ON pond_x.proname = "
     "pond_a.pond_arg)"},
    {"MACRO", "to_regnamespace",
     "(t) AS (SELECT min(pond_x.oid) FROM (SELECT replace(t, '\"', '') AS pond_arg) pond_a JOIN pg_namespace pond_x ON "
     "pond_x.nspname = pond_a.pond_arg)"},
    {"MACRO", "to_regrole",
     "(t) AS 10::BIGINT"},
    {"MACRO", "pond_regclass_text",
     "(o) AS coalesce((SELECT min(CASE WHEN pond_x.pond_place IS NOT NULL OR pond_x.nspname = 'public' THEN quote_ident(pond_x.relname) ELSE "
     "quote_ident(pond_x.nspname) || '.' || quote_ident(pond_x.relname) END) FROM (SELECT o AS pond_arg) pond_a JOIN "
     "pond_named pond_x ON pond_x.oid = pond_a.pond_arg), o::VARCHAR)"},
    {"MACRO", "pond_regclass_name",
     "(o) AS CASE WHEN typeof(o) IN ('VARCHAR', 'pg_name') THEN pond_class(o)::VARCHAR ELSE pond_regclass_text(TRY_CAST(o AS BIGINT)) END"},
    {"MACRO", "pond_regtype_name",
     "(o) AS format_type(o, NULL)"},
    {"MACRO", "pond_regproc_name",
     "(o) AS o::VARCHAR"},
    {"MACRO", "pond_regnamespace_name",
     "(o) AS (SELECT min(pond_x.nspname) FROM (SELECT o AS pond_arg) pond_a JOIN pg_namespace pond_x ON pond_x.oid = "
     "pond_a.pond_arg)"},
    {"MACRO", "pond_regrole_name",
     "(o) AS 'admin'"},
    {"MACRO", "array_remove", "(a, x) AS list_filter(a, lambda e: e IS DISTINCT FROM x)"},
    {"MACRO", "array_replace", "(a, x, y) AS list_transform(a, lambda e: CASE WHEN e IS NOT DISTINCT FROM x THEN y ELSE e END)"},
    {"MACRO", "jsonb_pretty", "(j) AS json_pretty(j)"},
    {"MACRO", "array_lower",
     "(a, d) AS CASE WHEN len(a) > 0 THEN 1 END"},
    {"MACRO", "array_dims",
     "(a) AS '[1:' || len(a) || ']'"},
    {"MACRO", "clock_timestamp",
     "() AS now()"},
    {"MACRO", "statement_timestamp",
     "() AS now()"},
    {"MACRO", "timeofday",
     "() AS now()::VARCHAR"},
    {"MACRO", "inet_server_addr",
     "() AS NULL::VARCHAR"},
    {"MACRO", "inet_server_port",
     "() AS NULL::INTEGER"},
    {"MACRO", "pg_char_to_encoding",
     "(n) AS 6"},
    {"MACRO", "row_security_active",
     "(t) AS false"},
    {"MACRO", "has_database_privilege",
     "(d, p) AS true, (u, d, p) AS true"},
    {"MACRO", "has_schema_privilege",
     "(s, p) AS true, (u, s, p) AS true"},
    {"MACRO", "has_column_privilege",
     "(t, c, p) AS true, (u, t, c, p) AS true"},
    {"MACRO", "has_function_privilege",
     "(f, p) AS true, (u, f, p) AS true"},
    {"MACRO", "pg_has_role",
     "(r, p) AS true, (u, r, p) AS true"},
    /* clang-format on */
};

/* PostgreSQL's own types (its pg_type.dat) that a value here may have: oid, name, length, kind, category, element, array, name in SQL. */
static const char *const type_rows[] = {
    /* clang-format off */
    "(16, 'bool', 1, 'b', 'B', 0, 1000, 'boolean'), (1000, '_bool', -1, 'b', 'A', 16, 0, 'boolean[]'), (17, 'bytea', -1, 'b', 'U', 0, 1001, 'bytea')",
    "(1001, '_bytea', -1, 'b', 'A', 17, 0, 'bytea[]'), (22, 'int2vector', -1, 'b', 'A', 21, 1006, 'int2vector'), (30, 'oidvector', -1, 'b', 'A', 26, 1013, 'oidvector'), (18, 'char', 1, 'b', 'Z', 0, 1002, '\"char\"'), (1002, '_char', -1, 'b', 'A', 18, 0, '\"char\"[]')",
    "(19, 'name', 64, 'b', 'S', 0, 1003, 'name'), (1003, '_name', -1, 'b', 'A', 19, 0, 'name[]'), (20, 'int8', 8, 'b', 'N', 0, 1016, 'bigint')",
    "(1016, '_int8', -1, 'b', 'A', 20, 0, 'bigint[]'), (21, 'int2', 2, 'b', 'N', 0, 1005, 'smallint'), (1005, '_int2', -1, 'b', 'A', 21, 0, 'smallint[]')",
    "(23, 'int4', 4, 'b', 'N', 0, 1007, 'integer'), (1007, '_int4', -1, 'b', 'A', 23, 0, 'integer[]'), (24, 'regproc', 4, 'b', 'N', 0, 1008, 'regproc')",
    "(1008, '_regproc', -1, 'b', 'A', 24, 0, 'regproc[]'), (25, 'text', -1, 'b', 'S', 0, 1009, 'text'), (1009, '_text', -1, 'b', 'A', 25, 0, 'text[]')",
    "(26, 'oid', 4, 'b', 'N', 0, 1028, 'oid'), (1028, '_oid', -1, 'b', 'A', 26, 0, 'oid[]'), (114, 'json', -1, 'b', 'U', 0, 199, 'json')",
    "(199, '_json', -1, 'b', 'A', 114, 0, 'json[]'), (700, 'float4', 4, 'b', 'N', 0, 1021, 'real'), (1021, '_float4', -1, 'b', 'A', 700, 0, 'real[]')",
    "(701, 'float8', 8, 'b', 'N', 0, 1022, 'double precision'), (1022, '_float8', -1, 'b', 'A', 701, 0, 'double precision[]'), (705, 'unknown', -2, 'b', 'X', 0, 0, 'unknown')",
    "(1042, 'bpchar', -1, 'b', 'S', 0, 1014, 'character'), (1014, '_bpchar', -1, 'b', 'A', 1042, 0, 'character[]'), (1043, 'varchar', -1, 'b', 'S', 0, 1015, 'character varying')",
    "(1015, '_varchar', -1, 'b', 'A', 1043, 0, 'character varying[]'), (1082, 'date', 4, 'b', 'D', 0, 1182, 'date'), (1182, '_date', -1, 'b', 'A', 1082, 0, 'date[]')",
    "(1083, 'time', 8, 'b', 'D', 0, 1183, 'time without time zone'), (1183, '_time', -1, 'b', 'A', 1083, 0, 'time without time zone[]'), (1114, 'timestamp', 8, 'b', 'D', 0, 1115, 'timestamp without time zone')",
    "(1115, '_timestamp', -1, 'b', 'A', 1114, 0, 'timestamp without time zone[]'), (1184, 'timestamptz', 8, 'b', 'D', 0, 1185, 'timestamp with time zone'), (1185, '_timestamptz', -1, 'b', 'A', 1184, 0, 'timestamp with time zone[]')",
    "(1186, 'interval', 16, 'b', 'T', 0, 1187, 'interval'), (1187, '_interval', -1, 'b', 'A', 1186, 0, 'interval[]'), (1266, 'timetz', 12, 'b', 'D', 0, 1270, 'time with time zone')",
    "(1270, '_timetz', -1, 'b', 'A', 1266, 0, 'time with time zone[]'), (1560, 'bit', -1, 'b', 'V', 0, 1561, 'bit'), (1561, '_bit', -1, 'b', 'A', 1560, 0, 'bit[]')",
    "(1562, 'varbit', -1, 'b', 'V', 0, 1563, 'bit varying'), (1563, '_varbit', -1, 'b', 'A', 1562, 0, 'bit varying[]'), (1700, 'numeric', -1, 'b', 'N', 0, 1231, 'numeric')",
    "(1231, '_numeric', -1, 'b', 'A', 1700, 0, 'numeric[]'), (2205, 'regclass', 4, 'b', 'N', 0, 2210, 'regclass'), (2210, '_regclass', -1, 'b', 'A', 2205, 0, 'regclass[]')",
    "(2206, 'regtype', 4, 'b', 'N', 0, 2211, 'regtype'), (2211, '_regtype', -1, 'b', 'A', 2206, 0, 'regtype[]'), (2249, 'record', -1, 'p', 'P', 0, 2287, 'record')",
    "(2287, '_record', -1, 'b', 'A', 2249, 0, 'record[]'), (2278, 'void', 4, 'p', 'P', 0, 0, 'void'), (2950, 'uuid', 16, 'b', 'U', 0, 2951, 'uuid')",
    "(2951, '_uuid', -1, 'b', 'A', 2950, 0, 'uuid[]'), (3802, 'jsonb', -1, 'b', 'U', 0, 3807, 'jsonb'), (3807, '_jsonb', -1, 'b', 'A', 3802, 0, 'jsonb[]')",
    /* clang-format on */
};

/* Types of PostgreSQL that DuckDB has no like of: the columns above are cast to them, and the wire tells them by their names. */
static const AliasType catalog_types[] = {
    {.name = "pg_oid", .base = DATA_BIGINT},
    {.name = "pg_name", .base = DATA_VARCHAR},
    {.name = "pg_char", .base = DATA_VARCHAR},
    {.name = "pg_void", .base = DATA_VARCHAR},
    {.name = "pg_int2vector_item", .base = DATA_SMALLINT, .vector = true}, /* a list of them is an int2vector */
    {.name = "pg_oidvector_item", .base = DATA_BIGINT, .vector = true},
    {.name = "pg_regproc", .base = DATA_VARCHAR, .number = sql_function_number, .number_type = "pg_oid"},
};

/* "oid pg_oid, stakind SMALLINT": a view with these columns and no rows. */
static Str empty_view(Arena *a, const char *schema, const CatalogItem *item) {
    AUTO(Buf) sql = {0};
    buf_printf(&sql, "CREATE VIEW %s.%s AS SELECT", schema, item->name);
    for (Str rest = str_of(item->sql); rest.len;) {
        size_t end = str_find_str(rest, STR(", "));
        Str column = str_slice(rest, 0, end), name = str_slice(column, 0, str_find(column, ' '));
        Str type = str_slice(column, name.len + 1, STR_NONE);
        rest = end == STR_NONE ? (Str){0} : str_slice(rest, end + 2, STR_NONE);
        buf_printf(&sql, " NULL::" STR_FMT " AS \"" STR_FMT "\"%s", STR_ARG(type), STR_ARG(name), rest.len ? "," : "");
    }
    buf_append_c(&sql, " WHERE false");
    return arena_str(a, buf_str(&sql));
}

static void put_items(Arena *a, const char *schema, const CatalogItem *item, size_t count, CatalogStatements *out) {
    for (size_t i = 0; i < count; i++) {
        bool as = strcmp(item[i].kind, "VIEW") == 0;
        bool empty = strcmp(item[i].kind, "EMPTY") == 0;
        Str text = empty ? empty_view(a, schema, &item[i])
                         : arena_printf(a, "CREATE %s %s.%s %s%s", item[i].kind, schema, item[i].name, as ? "AS " : "",
                                        item[i].sql);
        vec_push(out, (CatalogStatement){item[i].name, text});
    }
}

static void put_rows(Arena *a, const char *table, const char *const *rows, size_t count, CatalogStatements *out) {
    AUTO(Buf) sql = {0};
    buf_printf(&sql, "INSERT INTO %s.%s VALUES ", sql_catalog_schema, table);
    for (size_t i = 0; i < count; i++) buf_printf(&sql, "%s%s", i ? ", " : "", rows[i]);
    vec_push(out, (CatalogStatement){table, arena_str(a, buf_str(&sql))});
}

/* What an item is made of is found by the search path. */
static void put_schemas(Arena *a, CatalogStatements *out) {
    Str text = arena_printf(a, "CREATE SCHEMA %s; CREATE SCHEMA %s; SET search_path = 'main,%s'", sql_catalog_schema,
                            sql_information_schema, sql_catalog_schema);
    vec_push(out, (CatalogStatement){"schemas", text});
}

bool sql_catalog_make(Session *s, Str folder, Err *err) {
    if (str_equal_nocase(warehouse_name(session_warehouse(s)), STR("pond_catalog"))) {
        err_set(err, ERR_CONFIG,
                "\"" STR_FMT "\" cannot be served: clients find the catalog of PostgreSQL by that name",
                STR_ARG(warehouse_path(session_warehouse(s))));
        return err_hint(err, "give the file another name");
    }
    if (!sql_functions_register(s, err)) return false;
    for (size_t i = 0; i < ARRAY_LEN(catalog_types); i++)
        if (!alias_type_register(s, &catalog_types[i], err)) return false;
    AUTO(Arena) a = {0};
    CatalogStatements all = {0};
    put_schemas(&a, &all);
    sql_macros_put(&a, &all); /* items use some */
    put_items(&a, sql_catalog_schema, sql_enum_items, sql_enum_count, &all);
    put_items(&a, sql_catalog_schema, items, ARRAY_LEN(items), &all);
    put_items(&a, sql_catalog_schema, sql_live_items, sql_live_count, &all);
    put_items(&a, sql_catalog_schema, sql_empty_items, sql_empty_count, &all);
    put_items(&a, sql_information_schema, sql_information_items, sql_information_count, &all);
    put_items(&a, sql_information_schema, sql_empty_information_items, sql_empty_information_count, &all);
    put_rows(&a, "pond_types", type_rows, ARRAY_LEN(type_rows), &all);
    put_rows(&a, "pond_classes", sql_class_rows, sql_class_count, &all);
    bool ok = sql_catalog_attach(s, folder, &all, err);
    vec_release(&all);
    return ok;
}

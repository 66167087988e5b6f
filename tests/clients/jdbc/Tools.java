/**
 * The questions of DBeaver's tree, of Metabase's sync and of the like, reduced to what the server has to understand in them: the
 * tables, columns, joins, functions and casts they use.
 */
final class Tools {
    static final String[] QUESTIONS = {
        // DBeaver
        "SELECT current_schema(), session_user",
        "SELECT db.oid, db.* FROM pg_catalog.pg_database db WHERE datallowconn AND NOT datistemplate OR db.datname = current_database() ORDER BY db.datname",
        "SELECT * FROM pg_catalog.pg_enum WHERE 1 <> 1 LIMIT 1",
        "SELECT reltype FROM pg_catalog.pg_class WHERE 1 <> 1 LIMIT 1",
        "SELECT t.oid, t.*, c.relkind, format_type(nullif(t.typbasetype, 0), t.typtypmod) AS base_type_name, d.description FROM pg_catalog.pg_type t "
            + "LEFT OUTER JOIN pg_catalog.pg_type et ON et.oid = t.typelem LEFT OUTER JOIN pg_catalog.pg_class c ON c.oid = t.typrelid "
            + "LEFT OUTER JOIN pg_catalog.pg_description d ON t.oid = d.objoid WHERE t.typname IS NOT NULL "
            + "AND (c.relkind IS NULL OR c.relkind = 'c') AND (et.typcategory IS NULL OR et.typcategory <> 'C')",
        "SELECT n.oid, n.*, d.description FROM pg_catalog.pg_namespace n LEFT OUTER JOIN pg_catalog.pg_description d "
            + "ON d.objoid = n.oid AND d.objsubid = 0 AND d.classoid = 'pg_namespace'::regclass ORDER BY nspname",
        "SELECT c.oid, c.*, d.description, pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS partition_expr, pg_catalog.pg_get_partkeydef(c.oid) AS partition_key "
            + "FROM pg_catalog.pg_class c LEFT OUTER JOIN pg_catalog.pg_description d ON d.objoid = c.oid AND d.objsubid = 0 AND d.classoid = 'pg_class'::regclass "
            + "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind NOT IN ('i', 'I', 'c')",
        "SELECT c.relname, a.*, pg_catalog.pg_get_expr(ad.adbin, ad.adrelid, true) AS def_value, dsc.description, dep.objid FROM pg_catalog.pg_attribute a "
            + "INNER JOIN pg_catalog.pg_class c ON (a.attrelid = c.oid) LEFT OUTER JOIN pg_catalog.pg_attrdef ad ON (a.attrelid = ad.adrelid AND a.attnum = ad.adnum) "
            + "LEFT OUTER JOIN pg_catalog.pg_description dsc ON (c.oid = dsc.objoid AND a.attnum = dsc.objsubid) "
            + "LEFT OUTER JOIN pg_depend dep ON dep.refobjid = a.attrelid AND dep.deptype = 'i' AND dep.refobjsubid = a.attnum AND dep.classid = dep.refclassid "
            + "WHERE NOT a.attisdropped AND c.oid = 'jdbc_md_parent'::regclass ORDER BY a.attnum",
        "SELECT c.oid, c.*, t.relname AS tabrelname, rt.relnamespace AS refnamespace, d.description, "
            + "CASE WHEN c.contype = 'c' THEN substring(pg_get_constraintdef(c.oid), 7) ELSE NULL END AS consrc_copy FROM pg_catalog.pg_constraint c "
            + "INNER JOIN pg_catalog.pg_class t ON t.oid = c.conrelid LEFT OUTER JOIN pg_catalog.pg_class rt ON rt.oid = c.confrelid "
            + "LEFT OUTER JOIN pg_catalog.pg_description d ON d.objoid = c.oid AND d.objsubid = 0 AND d.classoid = 'pg_constraint'::regclass "
            + "WHERE c.conrelid = 'jdbc_md_child'::regclass ORDER BY c.oid",
        "SELECT i.*, i.indkey AS keys, c.relname, c.relnamespace, c.relam, c.reltablespace, tc.relname AS tabrelname, dsc.description, "
            + "pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS pred_expr, pg_catalog.pg_get_expr(i.indexprs, i.indrelid, true) AS expr, "
            + "pg_catalog.pg_relation_size(i.indexrelid) AS index_rel_size, pg_catalog.pg_stat_get_numscans(i.indexrelid) AS index_num_scans "
            + "FROM pg_catalog.pg_index i INNER JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid INNER JOIN pg_catalog.pg_class tc ON tc.oid = i.indrelid "
            + "LEFT OUTER JOIN pg_catalog.pg_description dsc ON i.indexrelid = dsc.objoid WHERE i.indrelid = 'jdbc_md_parent'::regclass ORDER BY tabrelname, c.relname",
        "SELECT i.*, c.relnamespace FROM pg_catalog.pg_inherits i, pg_catalog.pg_class c WHERE i.inhrelid = 'jdbc_md_parent'::regclass AND c.oid = i.inhparent ORDER BY i.inhseqno",
        "SELECT tgname, t.tgrelid, p.proname AS func_name, d.description FROM pg_catalog.pg_trigger t LEFT OUTER JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid "
            + "LEFT OUTER JOIN pg_catalog.pg_description d ON t.oid = d.objoid WHERE NOT t.tgisinternal AND t.tgrelid = 'jdbc_md_parent'::regclass",
        "SELECT DISTINCT dep.deptype, dep.classid, dep.objid, cl.relkind, attr.attname, pg_get_expr(ad.adbin, ad.adrelid) AS adefval FROM pg_depend dep "
            + "LEFT JOIN pg_class cl ON dep.objid = cl.oid LEFT JOIN pg_attribute attr ON dep.objid = attr.attrelid AND dep.objsubid = attr.attnum "
            + "LEFT JOIN pg_attrdef ad ON ad.oid = dep.objid WHERE dep.refobjid = 'jdbc_md_parent'::regclass",
        "SELECT p.oid AS poid, p.*, pg_catalog.pg_get_expr(p.proargdefaults, 0) AS arg_defaults, d.description FROM pg_catalog.pg_proc p "
            + "LEFT OUTER JOIN pg_catalog.pg_description d ON d.objoid = p.oid WHERE p.pronamespace = 'public'::regnamespace ORDER BY p.proname",
        "SELECT seq.seqstart, seq.seqincrement, seq.seqmax, seq.seqmin FROM pg_catalog.pg_sequence seq LIMIT 5",
        "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_catalog.pg_class c WHERE c.relnamespace = 'public'::regnamespace",
        "SELECT c.oid, pg_catalog.pg_total_relation_size(c.oid) AS total_rel_size, pg_catalog.pg_relation_size(c.oid) AS rel_size FROM pg_class c "
            + "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'm')",
        "SELECT a.oid, a.*, pd.description FROM pg_catalog.pg_roles a LEFT JOIN pg_catalog.pg_shdescription pd ON a.oid = pd.objoid ORDER BY a.rolname",
        "SELECT e.oid, cfg.tbls, n.nspname AS schema_name, e.* FROM pg_catalog.pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace "
            + "LEFT JOIN (SELECT oid, 1 AS tbls FROM pg_extension) cfg ON cfg.oid = e.oid ORDER BY e.oid",
        "SELECT * FROM pg_catalog.pg_available_extensions ORDER BY name LIMIT 5",
        "SELECT t.oid, t.* FROM pg_catalog.pg_tablespace t ORDER BY t.oid",
        "SELECT am.oid, am.* FROM pg_catalog.pg_am am ORDER BY am.oid",
        "SELECT l.oid, l.* FROM pg_catalog.pg_language l ORDER BY l.oid",
        "SELECT c.oid, c.* FROM pg_catalog.pg_collation c LIMIT 5",
        "SELECT w.oid, w.*, p.proname AS handler FROM pg_catalog.pg_foreign_data_wrapper w LEFT OUTER JOIN pg_catalog.pg_proc p ON p.oid = w.fdwhandler ORDER BY w.fdwname",
        "SELECT f.oid, f.*, w.fdwname FROM pg_catalog.pg_foreign_server f LEFT JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = f.srvfdw",
        "SELECT pg_get_viewdef('jdbc_md_view'::regclass::oid, true) AS definition",
        "SELECT word FROM pg_catalog.pg_get_keywords()",
        "SELECT setting FROM pg_catalog.pg_settings WHERE name = 'standard_conforming_strings'",
        "SELECT * FROM pg_catalog.pg_settings",
        "SELECT c.relname, c.relkind FROM pg_class c WHERE c.relname ILIKE '%md_par%' AND c.relnamespace IN ('public'::regnamespace) LIMIT 100",
        "SELECT pg_catalog.pg_encoding_to_char(6), pg_catalog.pg_char_to_encoding('UTF8')",
        "SELECT s.oid, s.* FROM pg_catalog.pg_event_trigger s",
        "SELECT p.* FROM pg_catalog.pg_policies p WHERE p.schemaname = 'public'",
        "SELECT * FROM pg_catalog.pg_partitioned_table LIMIT 1",
        "SELECT * FROM information_schema.table_privileges WHERE table_schema = 'public' AND table_name = 'jdbc_md_parent'",
        // Metabase
        "SELECT nspname FROM pg_namespace WHERE nspname !~ '^information_schema|catalog_history|pg_' AND has_schema_privilege(nspname, 'USAGE')",
        "SELECT n.nspname AS schema, c.relname AS name, CASE c.relkind WHEN 'r' THEN 'TABLE' WHEN 'p' THEN 'PARTITIONED TABLE' WHEN 'v' THEN 'VIEW' "
            + "WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE NULL END AS type, d.description, stat.n_live_tup AS estimated_row_count "
            + "FROM pg_catalog.pg_class AS c INNER JOIN pg_catalog.pg_namespace AS n ON c.relnamespace = n.oid "
            + "LEFT JOIN pg_catalog.pg_description AS d ON c.oid = d.objoid AND d.objsubid = 0 AND d.classoid = 'pg_class'::regclass "
            + "LEFT JOIN pg_stat_user_tables AS stat ON n.nspname = stat.schemaname AND c.relname = stat.relname "
            + "WHERE c.relnamespace = n.oid AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'v', 'f', 'm') AND n.nspname IN ('public') "
            + "ORDER BY type ASC, schema ASC, name ASC",
        "SELECT c.column_name AS name, c.udt_name AS database_type, c.ordinal_position - 1 AS database_position, c.table_schema AS table_schema, c.table_name AS table_name, "
            + "pk.column_name IS NOT NULL AS is_pk, col_description(CAST(CAST(format('%I.%I', CAST(c.table_schema AS TEXT), CAST(c.table_name AS TEXT)) AS REGCLASS) AS OID), c.ordinal_position) AS field_comment, "
            + "(c.column_default IS NULL OR LOWER(c.column_default) = 'null') AND c.is_nullable = 'NO' AND NOT (c.column_default IS NOT NULL AND c.column_default LIKE '%nextval(%') AS required "
            + "FROM information_schema.columns AS c LEFT JOIN (SELECT tc.table_schema, tc.table_name, kc.column_name FROM information_schema.table_constraints AS tc "
            + "INNER JOIN information_schema.key_column_usage AS kc ON tc.constraint_name = kc.constraint_name AND tc.table_schema = kc.table_schema AND tc.table_name = kc.table_name "
            + "WHERE tc.constraint_type = 'PRIMARY KEY') AS pk ON c.table_schema = pk.table_schema AND c.table_name = pk.table_name AND c.column_name = pk.column_name "
            + "WHERE c.table_schema !~ '^information_schema|catalog_history|pg_' AND c.table_name = 'jdbc_md_parent' ORDER BY table_schema, table_name, database_position",
        "SELECT fk_ns.nspname AS fk_schema, fk_table.relname AS fk_name, fk_column.attname AS fk_column, pk_table.relname AS pk_name, pk_column.attname AS pk_column "
            + "FROM pg_constraint AS c INNER JOIN pg_class AS fk_table ON c.conrelid = fk_table.oid INNER JOIN pg_namespace AS fk_ns ON c.connamespace = fk_ns.oid "
            + "INNER JOIN pg_attribute AS fk_column ON c.conrelid = fk_column.attrelid INNER JOIN pg_class AS pk_table ON c.confrelid = pk_table.oid "
            + "INNER JOIN pg_attribute AS pk_column ON c.confrelid = pk_column.attrelid WHERE fk_ns.nspname !~ '^information_schema|catalog_history|pg_' "
            + "AND c.contype = 'f'::\"char\" AND fk_column.attnum = ANY(c.conkey) AND pk_column.attnum = ANY(c.confkey) ORDER BY fk_schema, fk_name",
        "SELECT tmp.table_schema, tmp.table_name, TRIM(BOTH '\"' FROM pg_catalog.pg_get_indexdef(tmp.ci_oid, tmp.pos, false)) AS field_name FROM "
            + "(SELECT n.nspname AS table_schema, ct.relname AS table_name, ci.oid AS ci_oid, (information_schema._pg_expandarray(i.indkey)).n AS pos "
            + "FROM pg_catalog.pg_class AS ct INNER JOIN pg_catalog.pg_namespace AS n ON ct.relnamespace = n.oid INNER JOIN pg_catalog.pg_index AS i ON ct.oid = i.indrelid "
            + "INNER JOIN pg_catalog.pg_class AS ci ON ci.oid = i.indexrelid WHERE pg_catalog.pg_get_expr(i.indpred, i.indrelid) IS NULL "
            + "AND n.nspname !~ '^information_schema|catalog_history|pg_') AS tmp WHERE tmp.pos = 1 ORDER BY table_schema",
        "SELECT t.typname FROM pg_type t JOIN pg_enum e ON t.oid = e.enumtypid GROUP BY t.typname",
        "WITH table_privileges AS (SELECT NULL AS role, t.schemaname AS schema, t.objectname AS table, "
            + "pg_catalog.has_any_column_privilege(current_user, concat('\"', replace(t.schemaname, '\"', '\"\"'), '\".\"', t.objectname, '\"'), 'update') AS update, "
            + "pg_catalog.has_table_privilege(current_user, concat('\"', t.schemaname, '\".\"', t.objectname, '\"'), 'SELECT') AS select "
            + "FROM (SELECT schemaname, tablename AS objectname FROM pg_catalog.pg_tables UNION SELECT schemaname, viewname AS objectname FROM pg_views "
            + "UNION SELECT schemaname, matviewname AS objectname FROM pg_matviews) AS t WHERE t.schemaname !~ '^pg_' AND t.schemaname <> 'information_schema' "
            + "AND pg_catalog.has_schema_privilege(current_user, t.schemaname, 'usage')) SELECT t.* FROM table_privileges t",
        "SELECT date_trunc('month', made) AS made, count(*) AS count FROM public.jdbc_md_parent GROUP BY date_trunc('month', made) ORDER BY date_trunc('month', made) ASC",
        "SELECT CAST(extract(dow FROM made) AS integer) + 1 AS dow, sum(price) FROM jdbc_md_parent WHERE made >= CAST('2024-01-01 00:00:00.000Z' AS timestamp with time zone) GROUP BY 1",
        "SELECT (CAST(date_trunc('week', (made + INTERVAL '1 day')) AS timestamp) + INTERVAL '-1 day') AS w FROM jdbc_md_parent LIMIT 10",
    };
}

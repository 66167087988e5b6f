/*
 * The part of the catalog that is made of what the server knows at the moment: sessions, users, settings, locks; and functions that
 * belong to the session that asks. Over pond_call and pond_rows (warehouse/live.h), which src/pgwire answers.
 */
#include "base/macros.h"
#include "sql/catalog_item.h"

/* An argument stands where its name is, so it may be there once: it may be a call that does something. */
const CatalogItem sql_live_items[] = {
    /* clang-format off */

    /* ---- functions of the session ---- */
    {"MACRO", "pg_backend_pid", "() AS pond_call('pid', NULL, NULL, NULL)::INTEGER"},
    {"MACRO", "pg_cancel_backend", "(pid) AS pond_call('cancel', pid::INTEGER::VARCHAR, NULL, NULL)::BOOLEAN"},
    {"MACRO", "pg_terminate_backend",
     "(pid) AS pond_call('terminate', pid::INTEGER::VARCHAR, NULL, NULL)::BOOLEAN, "
     "(pid, timeout) AS pond_call('terminate', pid::INTEGER::VARCHAR, timeout::BIGINT::VARCHAR, NULL)::BOOLEAN"},
    {"MACRO", "current_setting",
     "(name) AS pond_call('setting', name, 'false', NULL), "
     "(name, missing_ok) AS pond_call('setting', name, missing_ok::BOOLEAN::VARCHAR, NULL)"},
    {"MACRO", "set_config", "(name, value, is_local) AS pond_call('set', name, value::VARCHAR, is_local::BOOLEAN::VARCHAR)"},
    {"MACRO", "pg_sleep", "(seconds) AS pond_call('sleep', seconds::DOUBLE::VARCHAR, NULL, NULL)::pg_void"},
    {"MACRO", "pg_sleep_for", "(delay) AS pond_call('sleep', epoch(delay::INTERVAL)::DOUBLE::VARCHAR, NULL, NULL)::pg_void"},
    {"MACRO", "pg_sleep_until",
     "(moment) AS pond_call('sleep', epoch(moment::TIMESTAMPTZ - now()::TIMESTAMPTZ)::DOUBLE::VARCHAR, NULL, NULL)::pg_void"},
    {"MACRO", "pg_postmaster_start_time", "() AS pond_call('started', NULL, NULL, NULL)::TIMESTAMPTZ"},
    {"MACRO", "pg_conf_load_time", "() AS pond_call('started', NULL, NULL, NULL)::TIMESTAMPTZ"},
    {"MACRO", "inet_client_addr", "() AS pond_call('client_addr', NULL, NULL, NULL)"},
    {"MACRO", "inet_client_port", "() AS pond_call('client_port', NULL, NULL, NULL)::INTEGER"},
    {"MACRO", "txid_current", "() AS pond_call('transaction', NULL, NULL, NULL)::BIGINT"},
    {"MACRO", "pg_current_xact_id", "() AS pond_call('transaction', NULL, NULL, NULL)::BIGINT"},
    {"MACRO", "txid_current_if_assigned", "() AS pond_call('transaction', 'if assigned', NULL, NULL)::BIGINT"},
    {"MACRO", "pg_current_xact_id_if_assigned", "() AS pond_call('transaction', 'if assigned', NULL, NULL)::BIGINT"},

    /* ---- advisory locks: s shared, x up to the transaction's end, 2 a pair ---- */
#define KEY "k::BIGINT::VARCHAR, NULL"
#define PAIR "a::INTEGER::VARCHAR, b::INTEGER::VARCHAR"
#define ADVISORY(name, call, flags, type) \
    {"MACRO", name, "(k) AS pond_call('" call "', '" flags "', " KEY ")" type ", (a, b) AS pond_call('" call "', '" flags "2', " PAIR ")" type}
    ADVISORY("pg_advisory_lock", "lock", "", "::pg_void"),
    ADVISORY("pg_advisory_lock_shared", "lock", "s", "::pg_void"),
    ADVISORY("pg_advisory_xact_lock", "lock", "x", "::pg_void"),
    ADVISORY("pg_advisory_xact_lock_shared", "lock", "sx", "::pg_void"),
    ADVISORY("pg_try_advisory_lock", "try_lock", "", "::BOOLEAN"),
    ADVISORY("pg_try_advisory_lock_shared", "try_lock", "s", "::BOOLEAN"),
    ADVISORY("pg_try_advisory_xact_lock", "try_lock", "x", "::BOOLEAN"),
    ADVISORY("pg_try_advisory_xact_lock_shared", "try_lock", "sx", "::BOOLEAN"),
    ADVISORY("pg_advisory_unlock", "unlock", "", "::BOOLEAN"),
    ADVISORY("pg_advisory_unlock_shared", "unlock", "s", "::BOOLEAN"),
    {"MACRO", "pg_advisory_unlock_all", "() AS pond_call('unlock_all', NULL, NULL, NULL)::pg_void"},

    /* ---- views ---- */
    {"VIEW", "pg_database",
     "SELECT oid::pg_oid AS oid, datname::pg_name AS datname, 10::pg_oid AS datdba, 6 AS encoding, 'c'::pg_char AS datlocprovider, false AS datistemplate, true AS datallowconn, "
     "-1 AS datconnlimit, 0::BIGINT AS datfrozenxid, 1::BIGINT AS datminmxid, 1663::pg_oid AS dattablespace, 'C.UTF-8' AS datcollate, 'C.UTF-8' AS datctype, NULL::VARCHAR AS daticulocale, "
     "NULL::VARCHAR AS datcollversion, NULL::VARCHAR[] AS datacl FROM pond_rows('databases') d(oid, datname)"},
    {"MACRO", "pg_database_size",
     "(d) AS (SELECT CASE WHEN pond_x.bytes IS NULL AND pond_a.pond_arg IS NOT NULL THEN error('[3D000] database \"' || pond_a.pond_arg || '\" does not exist') ELSE pond_x.bytes::BIGINT END "
     "FROM (SELECT d::VARCHAR AS pond_arg) pond_a LEFT JOIN pond_rows('databases') pond_x(oid, name, bytes) ON pond_a.pond_arg IN (pond_x.oid, pond_x.name))"},
    {"MACRO", "pg_tablespace_size", "(o) AS pg_database_size(current_database())"},
    {"VIEW", "pg_stat_activity",
     "SELECT (SELECT min(d.oid) FROM pg_database d WHERE d.datname = a.datname)::pg_oid AS datid, datname, pid::INTEGER AS pid, NULL::INTEGER AS leader_pid, usesysid::pg_oid AS usesysid, usename, application_name, client_addr, "
     "NULL::VARCHAR AS client_hostname, client_port::INTEGER AS client_port, backend_start::TIMESTAMPTZ AS backend_start, xact_start::TIMESTAMPTZ AS xact_start, "
     "query_start::TIMESTAMPTZ AS query_start, state_change::TIMESTAMPTZ AS state_change, wait_event_type, wait_event, state, NULL::BIGINT AS backend_xid, NULL::BIGINT AS backend_xmin, "
     "NULL::BIGINT AS query_id, query, backend_type FROM pond_rows('activity') a(datname, pid, usesysid, usename, application_name, client_addr, client_port, backend_start, xact_start, "
     "query_start, state_change, wait_event_type, wait_event, state, query, backend_type)"},
    {"VIEW", "pg_stat_database",
     "SELECT d.oid AS datid, d.datname, count(a.pid)::INTEGER AS numbackends, NULL::BIGINT AS xact_commit, NULL::BIGINT AS xact_rollback, NULL::BIGINT AS blks_read, NULL::BIGINT AS blks_hit, NULL::BIGINT AS tup_returned, NULL::BIGINT AS tup_fetched, NULL::BIGINT AS tup_inserted, NULL::BIGINT AS tup_updated, NULL::BIGINT AS tup_deleted, NULL::BIGINT AS conflicts, NULL::BIGINT AS temp_files, NULL::BIGINT AS temp_bytes, NULL::BIGINT AS deadlocks, NULL::BIGINT AS checksum_failures, NULL::TIMESTAMPTZ AS checksum_last_failure, NULL::DOUBLE AS blk_read_time, NULL::DOUBLE AS blk_write_time, NULL::DOUBLE AS session_time, NULL::DOUBLE AS active_time, NULL::DOUBLE AS idle_in_transaction_time, NULL::BIGINT AS sessions, NULL::BIGINT AS sessions_abandoned, NULL::BIGINT AS sessions_fatal, NULL::BIGINT AS sessions_killed, NULL::TIMESTAMPTZ AS stats_reset "
     "FROM pg_database d LEFT JOIN pond_rows('activity') a(datname, pid) ON a.datname = d.datname GROUP BY d.oid, d.datname"},
    {"VIEW", "pg_roles",
     "SELECT rolname::pg_name AS rolname, role = 'admin' AS rolsuper, true AS rolinherit, role = 'admin' AS rolcreaterole, role = 'admin' AS rolcreatedb, login::BOOLEAN AS rolcanlogin, false AS rolreplication, "
     "-1 AS rolconnlimit, '********' AS rolpassword, NULL::TIMESTAMPTZ AS rolvaliduntil, false AS rolbypassrls, NULL::VARCHAR[] AS rolconfig, oid::pg_oid AS oid FROM pond_rows('users') u(oid, rolname, role, login)"},
    {"VIEW", "pg_authid",
     "SELECT oid, rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls, rolconnlimit, NULL::VARCHAR AS rolpassword, rolvaliduntil FROM pg_roles"},
    {"VIEW", "pg_user",
     "SELECT rolname AS usename, oid AS usesysid, rolcreatedb AS usecreatedb, rolsuper AS usesuper, rolreplication AS userepl, rolbypassrls AS usebypassrls, rolpassword AS passwd, "
     "rolvaliduntil AS valuntil, rolconfig AS useconfig FROM pg_roles WHERE rolcanlogin"},
    {"VIEW", "pg_shadow",
     "SELECT usename, usesysid, usecreatedb, usesuper, userepl, usebypassrls, NULL::VARCHAR AS passwd, valuntil, useconfig FROM pg_user"},
    {"MACRO", "pg_get_userbyid",
     "(o) AS coalesce((SELECT min(pond_x.rolname) FROM (SELECT o AS pond_arg) pond_a JOIN pg_roles pond_x ON pond_x.oid = pond_a.pond_arg), 'unknown (OID=' || o || ')')"},
    {"VIEW", "pg_settings",
     "SELECT name, setting, unit, category, ''::VARCHAR AS short_desc, NULL::VARCHAR AS extra_desc, context, vartype, source, NULL::VARCHAR AS min_val, NULL::VARCHAR AS max_val, "
     "NULL::VARCHAR[] AS enumvals, boot_val, boot_val AS reset_val, NULL::VARCHAR AS sourcefile, NULL::INTEGER AS sourceline, false AS pending_restart "
     "FROM pond_rows('settings') p(name, setting, unit, category, context, vartype, source, boot_val) "
     "UNION ALL SELECT name, value, NULL, 'DuckDB', description, NULL, 'internal', 'string', 'default', NULL, NULL, NULL, NULL, value, NULL, NULL, false FROM duckdb_settings() "
     "WHERE lower(name) NOT IN (SELECT lower(c1) FROM pond_rows('settings'))"},
    {"VIEW", "pg_locks",
     "SELECT 'advisory'::VARCHAR AS locktype, database::pg_oid AS database, NULL::pg_oid AS relation, NULL::INTEGER AS page, NULL::SMALLINT AS tuple, NULL::VARCHAR AS virtualxid, NULL::BIGINT AS transactionid, "
     "classid::pg_oid AS classid, objid::pg_oid AS objid, objsubid::SMALLINT AS objsubid, pid || '/1' AS virtualtransaction, pid::INTEGER AS pid, mode, granted::BOOLEAN AS granted, false AS fastpath, "
     "NULL::TIMESTAMPTZ AS waitstart FROM pond_rows('locks') l(classid, objid, objsubid, pid, mode, granted, database)"},
    {"MACRO", "pg_blocking_pids",
     "(p) AS coalesce((SELECT list(DISTINCT pond_h.pid) FROM (SELECT p AS pond_arg) pond_a JOIN pg_locks pond_w ON pond_w.pid = pond_a.pond_arg AND NOT pond_w.granted JOIN pg_locks pond_h "
     "ON pond_h.granted AND pond_h.pid <> pond_w.pid AND pond_h.classid = pond_w.classid AND pond_h.objid = pond_w.objid AND pond_h.objsubid = pond_w.objsubid AND pond_h.database = pond_w.database), [])::INTEGER[]"},
    {"VIEW", "pg_stat_ssl",
     "SELECT pid::INTEGER AS pid, version IS NOT NULL AS ssl, version, cipher, bits::INTEGER AS bits, NULL::VARCHAR AS client_dn, "
     "NULL::DECIMAL AS client_serial, NULL::VARCHAR AS issuer_dn FROM pond_rows('ssl') s(pid, version, cipher, bits)"},
    {"VIEW", "pg_cursors",
     "SELECT name, statement, is_holdable::BOOLEAN AS is_holdable, is_binary::BOOLEAN AS is_binary, is_scrollable::BOOLEAN AS is_scrollable, creation_time::TIMESTAMPTZ AS creation_time "
     "FROM pond_rows('cursors') c(name, statement, is_holdable, is_binary, is_scrollable, creation_time)"},
    {"VIEW", "pg_prepared_statements",
     "SELECT name, statement, prepare_time::TIMESTAMPTZ AS prepare_time, coalesce((SELECT list(t.sql_name ORDER BY u.n) FROM (SELECT unnest(string_split(types, ',')) AS o, generate_subscripts(string_split(types, ','), 1) AS n) u JOIN pond_types t ON t.oid::VARCHAR = u.o), []) AS parameter_types, from_sql::BOOLEAN AS from_sql, "
     "generic_plans::BIGINT AS generic_plans, custom_plans::BIGINT AS custom_plans FROM pond_rows('prepared') p(name, statement, prepare_time, types, from_sql, generic_plans, custom_plans)"},

    /* ---- who may what: everybody all, of tables and users that are there ---- */
#define IS_TEXT "typeof(pond_a.pond_arg) IN ('VARCHAR', 'pg_name')"
    {"MACRO", "pond_known_table",
     "(t) AS (SELECT CASE WHEN pond_a.pond_arg IS NULL THEN NULL WHEN NOT " IS_TEXT " OR regexp_matches(pond_a.pond_arg::VARCHAR, '^\"?(pg_|information_schema)') OR to_regclass(pond_a.pond_arg::VARCHAR) IS NOT NULL "
     "THEN true ELSE error('[42P01] relation \"' || replace(pond_a.pond_arg::VARCHAR, '\"', '') || '\" does not exist')::BOOLEAN END FROM (SELECT t AS pond_arg) pond_a)"},
    {"MACRO", "pond_known_role",
     "(u) AS (SELECT CASE WHEN pond_a.pond_arg IS NULL THEN NULL WHEN NOT " IS_TEXT " OR pond_a.pond_arg::VARCHAR = 'public' OR pond_a.pond_arg::VARCHAR IN (SELECT pond_x.rolname::VARCHAR FROM pg_roles pond_x) "
     "THEN true ELSE error('[42704] role \"' || pond_a.pond_arg::VARCHAR || '\" does not exist')::BOOLEAN END FROM (SELECT u AS pond_arg) pond_a)"},
    {"MACRO", "pond_known_privilege",
     "(p, list) AS CASE WHEN regexp_full_match(p, '(?i)\\s*(' || list || ')(\\s+with\\s+grant\\s+option)?\\s*(,\\s*(' || list || ')(\\s+with\\s+grant\\s+option)?\\s*)*') THEN true "
     "WHEN p IS NOT NULL THEN error('[22023] unrecognized privilege type: \"' || p || '\"')::BOOLEAN END"},
#define OF_TABLE(name, list) \
    {"MACRO", name, "(t, p) AS pond_known_table(t) AND pond_known_privilege(p, '" list "'), " \
                    "(u, t, p) AS pond_known_role(u) AND pond_known_table(t) AND pond_known_privilege(p, '" list "')"}
    OF_TABLE("has_table_privilege", "select|insert|update|delete|truncate|references|trigger|rule"),
    OF_TABLE("has_any_column_privilege", "select|insert|update|references"),
    OF_TABLE("has_sequence_privilege", "usage|select|update"),
    /* clang-format on */
};

const size_t sql_live_count = ARRAY_LEN(sql_live_items);

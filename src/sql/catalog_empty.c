/*
 * Views of PostgreSQL's catalog that have no rows here: what they tell of, Pond has not. Clients ask for them all the same, so that they
 * have PostgreSQL 15's columns. "name type" for each, in its order.
 */
#include "base/macros.h"
#include "sql/catalog_item.h"

const CatalogItem sql_empty_items[] = {
    /* clang-format off */
    {"EMPTY", "pg_aggregate",
     "aggfnoid pg_regproc, aggkind pg_char, aggnumdirectargs SMALLINT, aggtransfn pg_regproc, aggfinalfn pg_regproc, aggcombinefn pg_regproc, "
     "aggserialfn pg_regproc, aggdeserialfn pg_regproc, aggmtransfn pg_regproc, aggminvtransfn pg_regproc, aggmfinalfn pg_regproc, aggfinalextra BOOLEAN, "
     "aggmfinalextra BOOLEAN, aggfinalmodify pg_char, aggmfinalmodify pg_char, aggsortop pg_oid, aggtranstype pg_oid, aggtransspace INTEGER, "
     "aggmtranstype pg_oid, aggmtransspace INTEGER, agginitval VARCHAR, aggminitval VARCHAR"},
    {"EMPTY", "pg_amop",
     "oid pg_oid, amopfamily pg_oid, amoplefttype pg_oid, amoprighttype pg_oid, amopstrategy SMALLINT, amoppurpose pg_char, amopopr pg_oid, "
     "amopmethod pg_oid, amopsortfamily pg_oid"},
    {"EMPTY", "pg_amproc",
     "oid pg_oid, amprocfamily pg_oid, amproclefttype pg_oid, amprocrighttype pg_oid, amprocnum SMALLINT, amproc pg_regproc"},
    {"EMPTY", "pg_auth_members",
     "roleid pg_oid, member pg_oid, grantor pg_oid, admin_option BOOLEAN"},
    {"EMPTY", "pg_available_extension_versions",
     "name pg_name, version VARCHAR, installed BOOLEAN, superuser BOOLEAN, trusted BOOLEAN, relocatable BOOLEAN, schema pg_name, requires pg_name[], "
     "comment VARCHAR"},
    {"EMPTY", "pg_available_extensions",
     "name pg_name, default_version VARCHAR, installed_version VARCHAR, comment VARCHAR"},
    {"EMPTY", "pg_backend_memory_contexts",
     "name VARCHAR, ident VARCHAR, parent VARCHAR, level INTEGER, total_bytes BIGINT, total_nblocks BIGINT, free_bytes BIGINT, free_chunks BIGINT, "
     "used_bytes BIGINT"},
    {"EMPTY", "pg_cast",
     "oid pg_oid, castsource pg_oid, casttarget pg_oid, castfunc pg_oid, castcontext pg_char, castmethod pg_char"},
    {"EMPTY", "pg_config",
     "name VARCHAR, setting VARCHAR"},
    {"EMPTY", "pg_conversion",
     "oid pg_oid, conname pg_name, connamespace pg_oid, conowner pg_oid, conforencoding INTEGER, contoencoding INTEGER, conproc pg_regproc, "
     "condefault BOOLEAN"},
    {"EMPTY", "pg_db_role_setting",
     "setdatabase pg_oid, setrole pg_oid, setconfig VARCHAR[]"},
    {"EMPTY", "pg_default_acl",
     "oid pg_oid, defaclrole pg_oid, defaclnamespace pg_oid, defaclobjtype pg_char, defaclacl VARCHAR[]"},
    {"EMPTY", "pg_depend",
     "classid pg_oid, objid pg_oid, objsubid INTEGER, refclassid pg_oid, refobjid pg_oid, refobjsubid INTEGER, deptype pg_char"},
    {"EMPTY", "pg_event_trigger",
     "oid pg_oid, evtname pg_name, evtevent pg_name, evtowner pg_oid, evtfoid pg_oid, evtenabled pg_char, evttags VARCHAR[]"},
    {"EMPTY", "pg_file_settings",
     "sourcefile VARCHAR, sourceline INTEGER, seqno INTEGER, name VARCHAR, setting VARCHAR, applied BOOLEAN, error VARCHAR"},
    {"EMPTY", "pg_foreign_data_wrapper",
     "oid pg_oid, fdwname pg_name, fdwowner pg_oid, fdwhandler pg_oid, fdwvalidator pg_oid, fdwacl VARCHAR[], fdwoptions VARCHAR[]"},
    {"EMPTY", "pg_foreign_server",
     "oid pg_oid, srvname pg_name, srvowner pg_oid, srvfdw pg_oid, srvtype VARCHAR, srvversion VARCHAR, srvacl VARCHAR[], srvoptions VARCHAR[]"},
    {"EMPTY", "pg_foreign_table",
     "ftrelid pg_oid, ftserver pg_oid, ftoptions VARCHAR[]"},
    {"EMPTY", "pg_group",
     "groname pg_name, grosysid pg_oid, grolist pg_oid[]"},
    {"EMPTY", "pg_hba_file_rules",
     "line_number INTEGER, type VARCHAR, database VARCHAR[], user_name VARCHAR[], address VARCHAR, netmask VARCHAR, auth_method VARCHAR, options VARCHAR[], "
     "error VARCHAR"},
    {"EMPTY", "pg_ident_file_mappings",
     "line_number INTEGER, map_name VARCHAR, sys_name VARCHAR, pg_username VARCHAR, error VARCHAR"},
    {"EMPTY", "pg_inherits",
     "inhrelid pg_oid, inhparent pg_oid, inhseqno INTEGER, inhdetachpending BOOLEAN"},
    {"EMPTY", "pg_init_privs",
     "objoid pg_oid, classoid pg_oid, objsubid INTEGER, privtype pg_char, initprivs VARCHAR[]"},
    {"EMPTY", "pg_largeobject",
     "loid pg_oid, pageno INTEGER, data BLOB"},
    {"EMPTY", "pg_largeobject_metadata",
     "oid pg_oid, lomowner pg_oid, lomacl VARCHAR[]"},
    {"EMPTY", "pg_matviews",
     "schemaname pg_name, matviewname pg_name, matviewowner pg_name, tablespace pg_name, hasindexes BOOLEAN, ispopulated BOOLEAN, definition VARCHAR"},
    {"EMPTY", "pg_opclass",
     "oid pg_oid, opcmethod pg_oid, opcname pg_name, opcnamespace pg_oid, opcowner pg_oid, opcfamily pg_oid, opcintype pg_oid, opcdefault BOOLEAN, "
     "opckeytype pg_oid"},
    {"EMPTY", "pg_operator",
     "oid pg_oid, oprname pg_name, oprnamespace pg_oid, oprowner pg_oid, oprkind pg_char, oprcanmerge BOOLEAN, oprcanhash BOOLEAN, oprleft pg_oid, "
     "oprright pg_oid, oprresult pg_oid, oprcom pg_oid, oprnegate pg_oid, oprcode pg_regproc, oprrest pg_regproc, oprjoin pg_regproc"},
    {"EMPTY", "pg_opfamily",
     "oid pg_oid, opfmethod pg_oid, opfname pg_name, opfnamespace pg_oid, opfowner pg_oid"},
    {"EMPTY", "pg_parameter_acl",
     "oid pg_oid, parname VARCHAR, paracl VARCHAR[]"},
    {"EMPTY", "pg_partitioned_table",
     "partrelid pg_oid, partstrat pg_char, partnatts SMALLINT, partdefid pg_oid, partattrs pg_int2vector_item[], partclass pg_oidvector_item[], "
     "partcollation pg_oidvector_item[], partexprs VARCHAR"},
    {"EMPTY", "pg_policies",
     "schemaname pg_name, tablename pg_name, policyname pg_name, permissive VARCHAR, roles pg_name[], cmd VARCHAR, qual VARCHAR, with_check VARCHAR"},
    {"EMPTY", "pg_policy",
     "oid pg_oid, polname pg_name, polrelid pg_oid, polcmd pg_char, polpermissive BOOLEAN, polroles pg_oid[], polqual VARCHAR, polwithcheck VARCHAR"},
    {"EMPTY", "pg_prepared_xacts",
     "transaction BIGINT, gid VARCHAR, prepared TIMESTAMPTZ, owner pg_name, database pg_name"},
    {"EMPTY", "pg_publication",
     "oid pg_oid, pubname pg_name, pubowner pg_oid, puballtables BOOLEAN, pubinsert BOOLEAN, pubupdate BOOLEAN, pubdelete BOOLEAN, pubtruncate BOOLEAN, "
     "pubviaroot BOOLEAN"},
    {"EMPTY", "pg_publication_namespace",
     "oid pg_oid, pnpubid pg_oid, pnnspid pg_oid"},
    {"EMPTY", "pg_publication_rel",
     "oid pg_oid, prpubid pg_oid, prrelid pg_oid, prqual VARCHAR, prattrs pg_int2vector_item[]"},
    {"EMPTY", "pg_publication_tables",
     "pubname pg_name, schemaname pg_name, tablename pg_name, attnames pg_name[], rowfilter VARCHAR"},
    {"EMPTY", "pg_range",
     "rngtypid pg_oid, rngsubtype pg_oid, rngmultitypid pg_oid, rngcollation pg_oid, rngsubopc pg_oid, rngcanonical pg_regproc, rngsubdiff pg_regproc"},
    {"EMPTY", "pg_replication_origin",
     "roident pg_oid, roname VARCHAR"},
    {"EMPTY", "pg_replication_origin_status",
     "local_id pg_oid, external_id VARCHAR, remote_lsn VARCHAR, local_lsn VARCHAR"},
    {"EMPTY", "pg_replication_slots",
     "slot_name pg_name, plugin pg_name, slot_type VARCHAR, datoid pg_oid, database pg_name, temporary BOOLEAN, active BOOLEAN, active_pid INTEGER, "
     "xmin BIGINT, catalog_xmin BIGINT, restart_lsn VARCHAR, confirmed_flush_lsn VARCHAR, wal_status VARCHAR, safe_wal_size BIGINT, two_phase BOOLEAN"},
    {"EMPTY", "pg_rewrite",
     "oid pg_oid, rulename pg_name, ev_class pg_oid, ev_type pg_char, ev_enabled pg_char, is_instead BOOLEAN, ev_qual VARCHAR, ev_action VARCHAR"},
    {"EMPTY", "pg_rules",
     "schemaname pg_name, tablename pg_name, rulename pg_name, definition VARCHAR"},
    {"EMPTY", "pg_seclabel",
     "objoid pg_oid, classoid pg_oid, objsubid INTEGER, provider VARCHAR, label VARCHAR"},
    {"EMPTY", "pg_seclabels",
     "objoid pg_oid, classoid pg_oid, objsubid INTEGER, objtype VARCHAR, objnamespace pg_oid, objname VARCHAR, provider VARCHAR, label VARCHAR"},
    {"EMPTY", "pg_shdepend",
     "dbid pg_oid, classid pg_oid, objid pg_oid, objsubid INTEGER, refclassid pg_oid, refobjid pg_oid, deptype pg_char"},
    {"EMPTY", "pg_shdescription",
     "objoid pg_oid, classoid pg_oid, description VARCHAR"},
    {"EMPTY", "pg_shmem_allocations",
     "name VARCHAR, off BIGINT, size BIGINT, allocated_size BIGINT"},
    {"EMPTY", "pg_shseclabel",
     "objoid pg_oid, classoid pg_oid, provider VARCHAR, label VARCHAR"},
    {"EMPTY", "pg_stat_all_indexes",
     "relid pg_oid, indexrelid pg_oid, schemaname pg_name, relname pg_name, indexrelname pg_name, idx_scan BIGINT, idx_tup_read BIGINT, idx_tup_fetch BIGINT"},
    {"EMPTY", "pg_stat_archiver",
     "archived_count BIGINT, last_archived_wal VARCHAR, last_archived_time TIMESTAMPTZ, failed_count BIGINT, last_failed_wal VARCHAR, "
     "last_failed_time TIMESTAMPTZ, stats_reset TIMESTAMPTZ"},
    {"EMPTY", "pg_stat_bgwriter",
     "checkpoints_timed BIGINT, checkpoints_req BIGINT, checkpoint_write_time DOUBLE, checkpoint_sync_time DOUBLE, buffers_checkpoint BIGINT, "
     "buffers_clean BIGINT, maxwritten_clean BIGINT, buffers_backend BIGINT, buffers_backend_fsync BIGINT, buffers_alloc BIGINT, stats_reset TIMESTAMPTZ"},
    {"EMPTY", "pg_stat_database_conflicts",
     "datid pg_oid, datname pg_name, confl_tablespace BIGINT, confl_lock BIGINT, confl_snapshot BIGINT, confl_bufferpin BIGINT, confl_deadlock BIGINT"},
    {"EMPTY", "pg_stat_gssapi",
     "pid INTEGER, gss_authenticated BOOLEAN, principal VARCHAR, encrypted BOOLEAN"},
    {"EMPTY", "pg_stat_progress_analyze",
     "pid INTEGER, datid pg_oid, datname pg_name, relid pg_oid, phase VARCHAR, sample_blks_total BIGINT, sample_blks_scanned BIGINT, ext_stats_total BIGINT, "
     "ext_stats_computed BIGINT, child_tables_total BIGINT, child_tables_done BIGINT, current_child_table_relid pg_oid"},
    {"EMPTY", "pg_stat_progress_basebackup",
     "pid INTEGER, phase VARCHAR, backup_total BIGINT, backup_streamed BIGINT, tablespaces_total BIGINT, tablespaces_streamed BIGINT"},
    {"EMPTY", "pg_stat_progress_cluster",
     "pid INTEGER, datid pg_oid, datname pg_name, relid pg_oid, command VARCHAR, phase VARCHAR, cluster_index_relid pg_oid, heap_tuples_scanned BIGINT, "
     "heap_tuples_written BIGINT, heap_blks_total BIGINT, heap_blks_scanned BIGINT, index_rebuild_count BIGINT"},
    {"EMPTY", "pg_stat_progress_copy",
     "pid INTEGER, datid pg_oid, datname pg_name, relid pg_oid, command VARCHAR, type VARCHAR, bytes_processed BIGINT, bytes_total BIGINT, "
     "tuples_processed BIGINT, tuples_excluded BIGINT"},
    {"EMPTY", "pg_stat_progress_create_index",
     "pid INTEGER, datid pg_oid, datname pg_name, relid pg_oid, index_relid pg_oid, command VARCHAR, phase VARCHAR, lockers_total BIGINT, "
     "lockers_done BIGINT, current_locker_pid BIGINT, blocks_total BIGINT, blocks_done BIGINT, tuples_total BIGINT, tuples_done BIGINT, "
     "partitions_total BIGINT, partitions_done BIGINT"},
    {"EMPTY", "pg_stat_progress_vacuum",
     "pid INTEGER, datid pg_oid, datname pg_name, relid pg_oid, phase VARCHAR, heap_blks_total BIGINT, heap_blks_scanned BIGINT, heap_blks_vacuumed BIGINT, "
     "index_vacuum_count BIGINT, max_dead_tuples BIGINT, num_dead_tuples BIGINT"},
    {"EMPTY", "pg_stat_recovery_prefetch",
     "stats_reset TIMESTAMPTZ, prefetch BIGINT, hit BIGINT, skip_init BIGINT, skip_new BIGINT, skip_fpw BIGINT, skip_rep BIGINT, wal_distance INTEGER, "
     "block_distance INTEGER, io_depth INTEGER"},
    {"EMPTY", "pg_stat_replication",
     "pid INTEGER, usesysid pg_oid, usename pg_name, application_name VARCHAR, client_addr VARCHAR, client_hostname VARCHAR, client_port INTEGER, "
     "backend_start TIMESTAMPTZ, backend_xmin BIGINT, state VARCHAR, sent_lsn VARCHAR, write_lsn VARCHAR, flush_lsn VARCHAR, replay_lsn VARCHAR, "
     "write_lag INTERVAL, flush_lag INTERVAL, replay_lag INTERVAL, sync_priority INTEGER, sync_state VARCHAR, reply_time TIMESTAMPTZ"},
    {"EMPTY", "pg_stat_replication_slots",
     "slot_name VARCHAR, spill_txns BIGINT, spill_count BIGINT, spill_bytes BIGINT, stream_txns BIGINT, stream_count BIGINT, stream_bytes BIGINT, "
     "total_txns BIGINT, total_bytes BIGINT, stats_reset TIMESTAMPTZ"},
    {"EMPTY", "pg_stat_slru",
     "name VARCHAR, blks_zeroed BIGINT, blks_hit BIGINT, blks_read BIGINT, blks_written BIGINT, blks_exists BIGINT, flushes BIGINT, truncates BIGINT, "
     "stats_reset TIMESTAMPTZ"},
    {"EMPTY", "pg_stat_subscription",
     "subid pg_oid, subname pg_name, pid INTEGER, relid pg_oid, received_lsn VARCHAR, last_msg_send_time TIMESTAMPTZ, last_msg_receipt_time TIMESTAMPTZ, "
     "latest_end_lsn VARCHAR, latest_end_time TIMESTAMPTZ"},
    {"EMPTY", "pg_stat_subscription_stats",
     "subid pg_oid, subname pg_name, apply_error_count BIGINT, sync_error_count BIGINT, stats_reset TIMESTAMPTZ"},
    {"EMPTY", "pg_stat_sys_indexes",
     "relid pg_oid, indexrelid pg_oid, schemaname pg_name, relname pg_name, indexrelname pg_name, idx_scan BIGINT, idx_tup_read BIGINT, idx_tup_fetch BIGINT"},
    {"EMPTY", "pg_stat_sys_tables",
     "relid pg_oid, schemaname pg_name, relname pg_name, seq_scan BIGINT, seq_tup_read BIGINT, idx_scan BIGINT, idx_tup_fetch BIGINT, n_tup_ins BIGINT, "
     "n_tup_upd BIGINT, n_tup_del BIGINT, n_tup_hot_upd BIGINT, n_live_tup BIGINT, n_dead_tup BIGINT, n_mod_since_analyze BIGINT, n_ins_since_vacuum BIGINT, "
     "last_vacuum TIMESTAMPTZ, last_autovacuum TIMESTAMPTZ, last_analyze TIMESTAMPTZ, last_autoanalyze TIMESTAMPTZ, vacuum_count BIGINT, "
     "autovacuum_count BIGINT, analyze_count BIGINT, autoanalyze_count BIGINT"},
    {"EMPTY", "pg_stat_user_functions",
     "funcid pg_oid, schemaname pg_name, funcname pg_name, calls BIGINT, total_time DOUBLE, self_time DOUBLE"},
    {"EMPTY", "pg_stat_user_indexes",
     "relid pg_oid, indexrelid pg_oid, schemaname pg_name, relname pg_name, indexrelname pg_name, idx_scan BIGINT, idx_tup_read BIGINT, idx_tup_fetch BIGINT"},
    {"EMPTY", "pg_stat_wal",
     "wal_records BIGINT, wal_fpi BIGINT, wal_bytes DECIMAL, wal_buffers_full BIGINT, wal_write BIGINT, wal_sync BIGINT, wal_write_time DOUBLE, "
     "wal_sync_time DOUBLE, stats_reset TIMESTAMPTZ"},
    {"EMPTY", "pg_stat_wal_receiver",
     "pid INTEGER, status VARCHAR, receive_start_lsn VARCHAR, receive_start_tli INTEGER, written_lsn VARCHAR, flushed_lsn VARCHAR, received_tli INTEGER, "
     "last_msg_send_time TIMESTAMPTZ, last_msg_receipt_time TIMESTAMPTZ, latest_end_lsn VARCHAR, latest_end_time TIMESTAMPTZ, slot_name VARCHAR, "
     "sender_host VARCHAR, sender_port INTEGER, conninfo VARCHAR"},
    {"EMPTY", "pg_stat_xact_all_tables",
     "relid pg_oid, schemaname pg_name, relname pg_name, seq_scan BIGINT, seq_tup_read BIGINT, idx_scan BIGINT, idx_tup_fetch BIGINT, n_tup_ins BIGINT, "
     "n_tup_upd BIGINT, n_tup_del BIGINT, n_tup_hot_upd BIGINT"},
    {"EMPTY", "pg_stat_xact_sys_tables",
     "relid pg_oid, schemaname pg_name, relname pg_name, seq_scan BIGINT, seq_tup_read BIGINT, idx_scan BIGINT, idx_tup_fetch BIGINT, n_tup_ins BIGINT, "
     "n_tup_upd BIGINT, n_tup_del BIGINT, n_tup_hot_upd BIGINT"},
    {"EMPTY", "pg_stat_xact_user_functions",
     "funcid pg_oid, schemaname pg_name, funcname pg_name, calls BIGINT, total_time DOUBLE, self_time DOUBLE"},
    {"EMPTY", "pg_stat_xact_user_tables",
     "relid pg_oid, schemaname pg_name, relname pg_name, seq_scan BIGINT, seq_tup_read BIGINT, idx_scan BIGINT, idx_tup_fetch BIGINT, n_tup_ins BIGINT, "
     "n_tup_upd BIGINT, n_tup_del BIGINT, n_tup_hot_upd BIGINT"},
    {"EMPTY", "pg_statio_all_indexes",
     "relid pg_oid, indexrelid pg_oid, schemaname pg_name, relname pg_name, indexrelname pg_name, idx_blks_read BIGINT, idx_blks_hit BIGINT"},
    {"EMPTY", "pg_statio_all_sequences",
     "relid pg_oid, schemaname pg_name, relname pg_name, blks_read BIGINT, blks_hit BIGINT"},
    {"EMPTY", "pg_statio_all_tables",
     "relid pg_oid, schemaname pg_name, relname pg_name, heap_blks_read BIGINT, heap_blks_hit BIGINT, idx_blks_read BIGINT, idx_blks_hit BIGINT, "
     "toast_blks_read BIGINT, toast_blks_hit BIGINT, tidx_blks_read BIGINT, tidx_blks_hit BIGINT"},
    {"EMPTY", "pg_statio_sys_indexes",
     "relid pg_oid, indexrelid pg_oid, schemaname pg_name, relname pg_name, indexrelname pg_name, idx_blks_read BIGINT, idx_blks_hit BIGINT"},
    {"EMPTY", "pg_statio_sys_sequences",
     "relid pg_oid, schemaname pg_name, relname pg_name, blks_read BIGINT, blks_hit BIGINT"},
    {"EMPTY", "pg_statio_sys_tables",
     "relid pg_oid, schemaname pg_name, relname pg_name, heap_blks_read BIGINT, heap_blks_hit BIGINT, idx_blks_read BIGINT, idx_blks_hit BIGINT, "
     "toast_blks_read BIGINT, toast_blks_hit BIGINT, tidx_blks_read BIGINT, tidx_blks_hit BIGINT"},
    {"EMPTY", "pg_statio_user_indexes",
     "relid pg_oid, indexrelid pg_oid, schemaname pg_name, relname pg_name, indexrelname pg_name, idx_blks_read BIGINT, idx_blks_hit BIGINT"},
    {"EMPTY", "pg_statio_user_sequences",
     "relid pg_oid, schemaname pg_name, relname pg_name, blks_read BIGINT, blks_hit BIGINT"},
    {"EMPTY", "pg_statio_user_tables",
     "relid pg_oid, schemaname pg_name, relname pg_name, heap_blks_read BIGINT, heap_blks_hit BIGINT, idx_blks_read BIGINT, idx_blks_hit BIGINT, "
     "toast_blks_read BIGINT, toast_blks_hit BIGINT, tidx_blks_read BIGINT, tidx_blks_hit BIGINT"},
    {"EMPTY", "pg_statistic",
     "starelid pg_oid, staattnum SMALLINT, stainherit BOOLEAN, stanullfrac FLOAT, stawidth INTEGER, stadistinct FLOAT, stakind1 SMALLINT, stakind2 SMALLINT, "
     "stakind3 SMALLINT, stakind4 SMALLINT, stakind5 SMALLINT, staop1 pg_oid, staop2 pg_oid, staop3 pg_oid, staop4 pg_oid, staop5 pg_oid, stacoll1 pg_oid, "
     "stacoll2 pg_oid, stacoll3 pg_oid, stacoll4 pg_oid, stacoll5 pg_oid, stanumbers1 FLOAT[], stanumbers2 FLOAT[], stanumbers3 FLOAT[], stanumbers4 FLOAT[], "
     "stanumbers5 FLOAT[], stavalues1 VARCHAR, stavalues2 VARCHAR, stavalues3 VARCHAR, stavalues4 VARCHAR, stavalues5 VARCHAR"},
    {"EMPTY", "pg_statistic_ext",
     "oid pg_oid, stxrelid pg_oid, stxname pg_name, stxnamespace pg_oid, stxowner pg_oid, stxstattarget INTEGER, stxkeys pg_int2vector_item[], "
     "stxkind pg_char[], stxexprs VARCHAR"},
    {"EMPTY", "pg_statistic_ext_data",
     "stxoid pg_oid, stxdinherit BOOLEAN, stxdndistinct VARCHAR, stxddependencies VARCHAR, stxdmcv VARCHAR, stxdexpr VARCHAR[]"},
    {"EMPTY", "pg_stats",
     "schemaname pg_name, tablename pg_name, attname pg_name, inherited BOOLEAN, null_frac FLOAT, avg_width INTEGER, n_distinct FLOAT, "
     "most_common_vals VARCHAR, most_common_freqs FLOAT[], histogram_bounds VARCHAR, correlation FLOAT, most_common_elems VARCHAR, "
     "most_common_elem_freqs FLOAT[], elem_count_histogram FLOAT[]"},
    {"EMPTY", "pg_stats_ext",
     "schemaname pg_name, tablename pg_name, statistics_schemaname pg_name, statistics_name pg_name, statistics_owner pg_name, attnames pg_name[], "
     "exprs VARCHAR[], kinds pg_char[], inherited BOOLEAN, n_distinct VARCHAR, dependencies VARCHAR, most_common_vals VARCHAR[], "
     "most_common_val_nulls BOOLEAN[], most_common_freqs DOUBLE[], most_common_base_freqs DOUBLE[]"},
    {"EMPTY", "pg_stats_ext_exprs",
     "schemaname pg_name, tablename pg_name, statistics_schemaname pg_name, statistics_name pg_name, statistics_owner pg_name, expr VARCHAR, "
     "inherited BOOLEAN, null_frac FLOAT, avg_width INTEGER, n_distinct FLOAT, most_common_vals VARCHAR, most_common_freqs FLOAT[], histogram_bounds VARCHAR, "
     "correlation FLOAT, most_common_elems VARCHAR, most_common_elem_freqs FLOAT[], elem_count_histogram FLOAT[]"},
    {"EMPTY", "pg_subscription",
     "oid pg_oid, subdbid pg_oid, subskiplsn VARCHAR, subname pg_name, subowner pg_oid, subenabled BOOLEAN, subbinary BOOLEAN, substream BOOLEAN, "
     "subtwophasestate pg_char, subdisableonerr BOOLEAN, subconninfo VARCHAR, subslotname pg_name, subsynccommit VARCHAR, subpublications VARCHAR[]"},
    {"EMPTY", "pg_subscription_rel",
     "srsubid pg_oid, srrelid pg_oid, srsubstate pg_char, srsublsn VARCHAR"},
    {"EMPTY", "pg_timezone_abbrevs",
     "abbrev VARCHAR, utc_offset INTERVAL, is_dst BOOLEAN"},
    {"EMPTY", "pg_timezone_names",
     "name VARCHAR, abbrev VARCHAR, utc_offset INTERVAL, is_dst BOOLEAN"},
    {"EMPTY", "pg_transform",
     "oid pg_oid, trftype pg_oid, trflang pg_oid, trffromsql pg_regproc, trftosql pg_regproc"},
    {"EMPTY", "pg_trigger",
     "oid pg_oid, tgrelid pg_oid, tgparentid pg_oid, tgname pg_name, tgfoid pg_oid, tgtype SMALLINT, tgenabled pg_char, tgisinternal BOOLEAN, "
     "tgconstrrelid pg_oid, tgconstrindid pg_oid, tgconstraint pg_oid, tgdeferrable BOOLEAN, tginitdeferred BOOLEAN, tgnargs SMALLINT, "
     "tgattr pg_int2vector_item[], tgargs BLOB, tgqual VARCHAR, tgoldtable pg_name, tgnewtable pg_name"},
    {"EMPTY", "pg_ts_config",
     "oid pg_oid, cfgname pg_name, cfgnamespace pg_oid, cfgowner pg_oid, cfgparser pg_oid"},
    {"EMPTY", "pg_ts_config_map",
     "mapcfg pg_oid, maptokentype INTEGER, mapseqno INTEGER, mapdict pg_oid"},
    {"EMPTY", "pg_ts_dict",
     "oid pg_oid, dictname pg_name, dictnamespace pg_oid, dictowner pg_oid, dicttemplate pg_oid, dictinitoption VARCHAR"},
    {"EMPTY", "pg_ts_parser",
     "oid pg_oid, prsname pg_name, prsnamespace pg_oid, prsstart pg_regproc, prstoken pg_regproc, prsend pg_regproc, prsheadline pg_regproc, "
     "prslextype pg_regproc"},
    {"EMPTY", "pg_ts_template",
     "oid pg_oid, tmplname pg_name, tmplnamespace pg_oid, tmplinit pg_regproc, tmpllexize pg_regproc"},
    {"EMPTY", "pg_user_mapping",
     "oid pg_oid, umuser pg_oid, umserver pg_oid, umoptions VARCHAR[]"},
    {"EMPTY", "pg_user_mappings",
     "umid pg_oid, srvid pg_oid, srvname pg_name, umuser pg_oid, usename pg_name, umoptions VARCHAR[]"},
    /* clang-format on */
};

const size_t sql_empty_count = ARRAY_LEN(sql_empty_items);

const CatalogItem sql_empty_information_items[] = {
    /* clang-format off */
    {"EMPTY", "administrable_role_authorizations",
     "grantee pg_name, role_name pg_name, is_grantable VARCHAR"},
    {"EMPTY", "applicable_roles",
     "grantee pg_name, role_name pg_name, is_grantable VARCHAR"},
    {"EMPTY", "attributes",
     "udt_catalog pg_name, udt_schema pg_name, udt_name pg_name, attribute_name pg_name, ordinal_position INTEGER, attribute_default VARCHAR, "
     "is_nullable VARCHAR, data_type VARCHAR, character_maximum_length INTEGER, character_octet_length INTEGER, character_set_catalog pg_name, "
     "character_set_schema pg_name, character_set_name pg_name, collation_catalog pg_name, collation_schema pg_name, collation_name pg_name, "
     "numeric_precision INTEGER, numeric_precision_radix INTEGER, numeric_scale INTEGER, datetime_precision INTEGER, interval_type VARCHAR, "
     "interval_precision INTEGER, attribute_udt_catalog pg_name, attribute_udt_schema pg_name, attribute_udt_name pg_name, scope_catalog pg_name, "
     "scope_schema pg_name, scope_name pg_name, maximum_cardinality INTEGER, dtd_identifier pg_name, is_derived_reference_attribute VARCHAR"},
    {"EMPTY", "check_constraint_routine_usage",
     "constraint_catalog pg_name, constraint_schema pg_name, constraint_name pg_name, specific_catalog pg_name, specific_schema pg_name, "
     "specific_name pg_name"},
    {"EMPTY", "collation_character_set_applicability",
     "collation_catalog pg_name, collation_schema pg_name, collation_name pg_name, character_set_catalog pg_name, character_set_schema pg_name, "
     "character_set_name pg_name"},
    {"EMPTY", "collations",
     "collation_catalog pg_name, collation_schema pg_name, collation_name pg_name, pad_attribute VARCHAR"},
    {"EMPTY", "column_column_usage",
     "table_catalog pg_name, table_schema pg_name, table_name pg_name, column_name pg_name, dependent_column pg_name"},
    {"EMPTY", "column_domain_usage",
     "domain_catalog pg_name, domain_schema pg_name, domain_name pg_name, table_catalog pg_name, table_schema pg_name, table_name pg_name, "
     "column_name pg_name"},
    {"EMPTY", "column_options",
     "table_catalog pg_name, table_schema pg_name, table_name pg_name, column_name pg_name, option_name pg_name, option_value VARCHAR"},
    {"EMPTY", "column_udt_usage",
     "udt_catalog pg_name, udt_schema pg_name, udt_name pg_name, table_catalog pg_name, table_schema pg_name, table_name pg_name, column_name pg_name"},
    {"EMPTY", "data_type_privileges",
     "object_catalog pg_name, object_schema pg_name, object_name pg_name, object_type VARCHAR, dtd_identifier pg_name"},
    {"EMPTY", "domain_constraints",
     "constraint_catalog pg_name, constraint_schema pg_name, constraint_name pg_name, domain_catalog pg_name, domain_schema pg_name, domain_name pg_name, "
     "is_deferrable VARCHAR, initially_deferred VARCHAR"},
    {"EMPTY", "domain_udt_usage",
     "udt_catalog pg_name, udt_schema pg_name, udt_name pg_name, domain_catalog pg_name, domain_schema pg_name, domain_name pg_name"},
    {"EMPTY", "domains",
     "domain_catalog pg_name, domain_schema pg_name, domain_name pg_name, data_type VARCHAR, character_maximum_length INTEGER, "
     "character_octet_length INTEGER, character_set_catalog pg_name, character_set_schema pg_name, character_set_name pg_name, collation_catalog pg_name, "
     "collation_schema pg_name, collation_name pg_name, numeric_precision INTEGER, numeric_precision_radix INTEGER, numeric_scale INTEGER, "
     "datetime_precision INTEGER, interval_type VARCHAR, interval_precision INTEGER, domain_default VARCHAR, udt_catalog pg_name, udt_schema pg_name, "
     "udt_name pg_name, scope_catalog pg_name, scope_schema pg_name, scope_name pg_name, maximum_cardinality INTEGER, dtd_identifier pg_name"},
    {"EMPTY", "foreign_data_wrapper_options",
     "foreign_data_wrapper_catalog pg_name, foreign_data_wrapper_name pg_name, option_name pg_name, option_value VARCHAR"},
    {"EMPTY", "foreign_data_wrappers",
     "foreign_data_wrapper_catalog pg_name, foreign_data_wrapper_name pg_name, authorization_identifier pg_name, library_name VARCHAR, "
     "foreign_data_wrapper_language VARCHAR"},
    {"EMPTY", "foreign_server_options",
     "foreign_server_catalog pg_name, foreign_server_name pg_name, option_name pg_name, option_value VARCHAR"},
    {"EMPTY", "foreign_servers",
     "foreign_server_catalog pg_name, foreign_server_name pg_name, foreign_data_wrapper_catalog pg_name, foreign_data_wrapper_name pg_name, "
     "foreign_server_type VARCHAR, foreign_server_version VARCHAR, authorization_identifier pg_name"},
    {"EMPTY", "foreign_table_options",
     "foreign_table_catalog pg_name, foreign_table_schema pg_name, foreign_table_name pg_name, option_name pg_name, option_value VARCHAR"},
    {"EMPTY", "foreign_tables",
     "foreign_table_catalog pg_name, foreign_table_schema pg_name, foreign_table_name pg_name, foreign_server_catalog pg_name, foreign_server_name pg_name"},
    {"EMPTY", "parameters",
     "specific_catalog pg_name, specific_schema pg_name, specific_name pg_name, ordinal_position INTEGER, parameter_mode VARCHAR, is_result VARCHAR, "
     "as_locator VARCHAR, parameter_name pg_name, data_type VARCHAR, character_maximum_length INTEGER, character_octet_length INTEGER, "
     "character_set_catalog pg_name, character_set_schema pg_name, character_set_name pg_name, collation_catalog pg_name, collation_schema pg_name, "
     "collation_name pg_name, numeric_precision INTEGER, numeric_precision_radix INTEGER, numeric_scale INTEGER, datetime_precision INTEGER, "
     "interval_type VARCHAR, interval_precision INTEGER, udt_catalog pg_name, udt_schema pg_name, udt_name pg_name, scope_catalog pg_name, "
     "scope_schema pg_name, scope_name pg_name, maximum_cardinality INTEGER, dtd_identifier pg_name, parameter_default VARCHAR"},
    {"EMPTY", "role_routine_grants",
     "grantor pg_name, grantee pg_name, specific_catalog pg_name, specific_schema pg_name, specific_name pg_name, routine_catalog pg_name, "
     "routine_schema pg_name, routine_name pg_name, privilege_type VARCHAR, is_grantable VARCHAR"},
    {"EMPTY", "role_udt_grants",
     "grantor pg_name, grantee pg_name, udt_catalog pg_name, udt_schema pg_name, udt_name pg_name, privilege_type VARCHAR, is_grantable VARCHAR"},
    {"EMPTY", "role_usage_grants",
     "grantor pg_name, grantee pg_name, object_catalog pg_name, object_schema pg_name, object_name pg_name, object_type VARCHAR, privilege_type VARCHAR, "
     "is_grantable VARCHAR"},
    {"EMPTY", "routine_column_usage",
     "specific_catalog pg_name, specific_schema pg_name, specific_name pg_name, routine_catalog pg_name, routine_schema pg_name, routine_name pg_name, "
     "table_catalog pg_name, table_schema pg_name, table_name pg_name, column_name pg_name"},
    {"EMPTY", "routine_privileges",
     "grantor pg_name, grantee pg_name, specific_catalog pg_name, specific_schema pg_name, specific_name pg_name, routine_catalog pg_name, "
     "routine_schema pg_name, routine_name pg_name, privilege_type VARCHAR, is_grantable VARCHAR"},
    {"EMPTY", "routine_routine_usage",
     "specific_catalog pg_name, specific_schema pg_name, specific_name pg_name, routine_catalog pg_name, routine_schema pg_name, routine_name pg_name"},
    {"EMPTY", "routine_sequence_usage",
     "specific_catalog pg_name, specific_schema pg_name, specific_name pg_name, routine_catalog pg_name, routine_schema pg_name, routine_name pg_name, "
     "sequence_catalog pg_name, sequence_schema pg_name, sequence_name pg_name"},
    {"EMPTY", "routine_table_usage",
     "specific_catalog pg_name, specific_schema pg_name, specific_name pg_name, routine_catalog pg_name, routine_schema pg_name, routine_name pg_name, "
     "table_catalog pg_name, table_schema pg_name, table_name pg_name"},
    {"EMPTY", "sql_features",
     "feature_id VARCHAR, feature_name VARCHAR, sub_feature_id VARCHAR, sub_feature_name VARCHAR, is_supported VARCHAR, is_verified_by VARCHAR, "
     "comments VARCHAR"},
    {"EMPTY", "sql_implementation_info",
     "implementation_info_id VARCHAR, implementation_info_name VARCHAR, integer_value INTEGER, character_value VARCHAR, comments VARCHAR"},
    {"EMPTY", "sql_parts",
     "feature_id VARCHAR, feature_name VARCHAR, is_supported VARCHAR, is_verified_by VARCHAR, comments VARCHAR"},
    {"EMPTY", "sql_sizing",
     "sizing_id INTEGER, sizing_name VARCHAR, supported_value INTEGER, comments VARCHAR"},
    {"EMPTY", "transforms",
     "udt_catalog pg_name, udt_schema pg_name, udt_name pg_name, specific_catalog pg_name, specific_schema pg_name, specific_name pg_name, "
     "group_name pg_name, transform_type VARCHAR"},
    {"EMPTY", "triggered_update_columns",
     "trigger_catalog pg_name, trigger_schema pg_name, trigger_name pg_name, event_object_catalog pg_name, event_object_schema pg_name, "
     "event_object_table pg_name, event_object_column pg_name"},
    {"EMPTY", "triggers",
     "trigger_catalog pg_name, trigger_schema pg_name, trigger_name pg_name, event_manipulation VARCHAR, event_object_catalog pg_name, "
     "event_object_schema pg_name, event_object_table pg_name, action_order INTEGER, action_condition VARCHAR, action_statement VARCHAR, "
     "action_orientation VARCHAR, action_timing VARCHAR, action_reference_old_table pg_name, action_reference_new_table pg_name, "
     "action_reference_old_row pg_name, action_reference_new_row pg_name, created TIMESTAMPTZ"},
    {"EMPTY", "udt_privileges",
     "grantor pg_name, grantee pg_name, udt_catalog pg_name, udt_schema pg_name, udt_name pg_name, privilege_type VARCHAR, is_grantable VARCHAR"},
    {"EMPTY", "usage_privileges",
     "grantor pg_name, grantee pg_name, object_catalog pg_name, object_schema pg_name, object_name pg_name, object_type VARCHAR, privilege_type VARCHAR, "
     "is_grantable VARCHAR"},
    {"EMPTY", "user_defined_types",
     "user_defined_type_catalog pg_name, user_defined_type_schema pg_name, user_defined_type_name pg_name, user_defined_type_category VARCHAR, "
     "is_instantiable VARCHAR, is_final VARCHAR, ordering_form VARCHAR, ordering_category VARCHAR, ordering_routine_catalog pg_name, "
     "ordering_routine_schema pg_name, ordering_routine_name pg_name, reference_type VARCHAR, data_type VARCHAR, character_maximum_length INTEGER, "
     "character_octet_length INTEGER, character_set_catalog pg_name, character_set_schema pg_name, character_set_name pg_name, collation_catalog pg_name, "
     "collation_schema pg_name, collation_name pg_name, numeric_precision INTEGER, numeric_precision_radix INTEGER, numeric_scale INTEGER, "
     "datetime_precision INTEGER, interval_type VARCHAR, interval_precision INTEGER, source_dtd_identifier pg_name, ref_dtd_identifier pg_name"},
    {"EMPTY", "user_mapping_options",
     "authorization_identifier pg_name, foreign_server_catalog pg_name, foreign_server_name pg_name, option_name pg_name, option_value VARCHAR"},
    {"EMPTY", "user_mappings",
     "authorization_identifier pg_name, foreign_server_catalog pg_name, foreign_server_name pg_name"},
    {"EMPTY", "view_column_usage",
     "view_catalog pg_name, view_schema pg_name, view_name pg_name, table_catalog pg_name, table_schema pg_name, table_name pg_name, column_name pg_name"},
    {"EMPTY", "view_routine_usage",
     "table_catalog pg_name, table_schema pg_name, table_name pg_name, specific_catalog pg_name, specific_schema pg_name, specific_name pg_name"},
    {"EMPTY", "view_table_usage",
     "view_catalog pg_name, view_schema pg_name, view_name pg_name, table_catalog pg_name, table_schema pg_name, table_name pg_name"},
    /* clang-format on */
};

const size_t sql_empty_information_count = ARRAY_LEN(sql_empty_information_items);

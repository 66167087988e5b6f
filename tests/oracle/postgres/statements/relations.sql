-- file: tables as arguments: regclass and sizes

-- setup
create table of_size (id int primary key, v text);
create schema beside;
create table beside."Od d" (a int);

-- lines
select pg_total_relation_size('of_size'::regclass) is null
select pg_relation_size('of_size') is null, pg_relation_size('public.of_size'::regclass) is null, pg_table_size('OF_SIZE') is null, pg_indexes_size('of_size'::pg_catalog.regclass) is null
select pg_relation_size('of_size'::regclass, 'main') is null, pg_relation_size('of_size', 'main') is null
select pg_catalog.pg_total_relation_size(c.oid::regclass) is null, pg_relation_size(c.oid) is null from pg_class c where relname = 'of_size'
select tablename, pg_total_relation_size(quote_ident(schemaname) || '.' || quote_ident(tablename)) is null from pg_tables where schemaname = 'beside'
select tablename, pg_total_relation_size((quote_ident(schemaname) || '.' || quote_ident(tablename))::regclass) is null from pg_tables where schemaname = 'beside'
select tablename, pg_table_size(format('%I.%I', schemaname, tablename)::regclass) is null from pg_tables where schemaname in ('public', 'beside') order by tablename
select table_name, pg_relation_size('"' || table_schema || '"."' || table_name || '"') is null from information_schema.tables where table_name = 'of_size'
select pg_relation_size(relid) is null, pg_relation_size(relname::regclass) is null from pg_stat_user_tables where relname = 'of_size'
select pg_size_pretty(pg_total_relation_size('of_size'::regclass)) is null, pg_size_pretty(sum(pg_relation_size(oid))) is null from pg_class where relname = 'of_size'
select pg_total_relation_size('nope')
select pg_total_relation_size('nope'::regclass)
select pg_total_relation_size(99999999)
select pg_total_relation_size(null)
select 'nope'::regclass
select cast('nope' as regclass)
select 'public.nope'::regclass::oid
select to_regclass('nope') is null, to_regclass('public.nope') is null, to_regclass('beside."Od d"') is null, to_regclass('beside.of_size') is null
select '1259'::regclass::oid, 'pg_class'::regclass::oid, 'pg_catalog.pg_class'::regclass::oid, '99999999'::regclass::oid
select 'beside."Od d"'::regclass::text, 'BESIDE . "Od d"'::regclass::text, 'OF_size'::regclass::text, '"of_size"'::regclass::text
select 'Od d'::regclass
select '"OF_SIZE"'::regclass
select ''::regclass
select '"open'::regclass
select 'a..b'::regclass
select '"Od d"'::regclass
select null::regclass
select conrelid::regclass::text from pg_constraint where conrelid = 'of_size'::regclass

-- file: several statements of one session: prepared statements, cursors, locks, savepoints, settings, comments

-- setup
create table sc_t (id int primary key, name text, n numeric(10,2));
insert into sc_t values (1, 'a', 1.50), (2, 'b', 2.50), (3, 'c', null);
create view sc_v as select id, name from sc_t;

-- each
create temp table sc_own (a int, b text);

prepare p as select 1 as one;
execute p;
execute p;
deallocate p;
execute p;

prepare p (int) as select name from sc_t where id = $1;
execute p (2);
execute p (9);
execute p (1 + 1);
deallocate prepare p;

prepare p (text, int) as select $1 as t, $2 as n;
execute p ('x', 5);
execute p ('x');
execute p ('x', 5, 6);

prepare p as select id from sc_t where name = $1 order by id;
execute p ('b');
execute p (null);

prepare p as insert into sc_own values ($1, $2);
execute p (1, 'x');
execute p (2, null);
select * from sc_own order by a;

prepare p as update sc_own set b = $1 where a = $2;
insert into sc_own values (1, 'old');
execute p ('new', 1);
select * from sc_own;

prepare p as delete from sc_own;
insert into sc_own values (1, 'x'), (2, 'y');
execute p;
select count(*) from sc_own;

prepare p as select 1;
prepare p as select 2;

prepare p as select nope;

deallocate nope;

deallocate all;

prepare a as select 1;
prepare b as select 2;
deallocate all;
execute b;

prepare p (int) as select $1 * 2 as twice;
begin;
execute p (21);
rollback;
execute p (4);

prepare p as select 1;
select name, from_sql from pg_prepared_statements;
discard all;
select name from pg_prepared_statements;

begin;
declare c cursor for select id from sc_t order by id;
fetch c;
fetch next from c;
fetch forward 5 from c;
fetch c;
close c;
commit;

begin;
declare c scroll cursor for select id from sc_t order by id;
fetch last from c;
fetch prior from c;
fetch first from c;
fetch absolute 3 from c;
fetch relative -2 from c;
fetch backward all from c;
commit;

begin;
declare c cursor for select id, name from sc_t order by id;
fetch all from c;
fetch all in c;
commit;

begin;
declare c cursor for select id from sc_t order by id;
move 2 from c;
fetch 1 from c;
move forward all in c;
commit;

begin;
declare c scroll cursor for select id from sc_t order by id;
move absolute 2 in c;
fetch c;
move backward 1 in c;
fetch 0 from c;
commit;

begin;
declare c no scroll cursor for select id from sc_t order by id;
fetch 2 from c;
fetch prior from c;
rollback;

begin;
declare c cursor with hold for select id from sc_t order by id;
commit;
fetch 2 from c;
close c;
fetch c;

declare c cursor for select 1;

begin;
declare c cursor for select 1;
declare c cursor for select 2;
rollback;

begin;
fetch nope;
rollback;

close nope;

close all;

begin;
declare c cursor for select 1;
commit;
fetch c;

begin;
declare a cursor for select id from sc_t;
declare b scroll cursor for select id from sc_t;
select name, is_holdable, is_scrollable from pg_cursors where name <> '' order by name;
close all;
select name from pg_cursors where name <> '';
commit;

begin;
declare c insensitive cursor for select count(*) from sc_own;
insert into sc_own values (1, 'x');
fetch c;
commit;

begin;
declare c cursor for select nope from sc_t;
rollback;

-- differs: division
begin;
declare c cursor for select 1/0::float8 as x;
rollback;

begin;
lock table sc_t;
lock sc_t in share mode;
lock table only sc_t, sc_v in access exclusive mode nowait;
commit;

lock table sc_t;

begin;
lock table nope;
rollback;

begin;
lock table sc_t in nonsense mode;
rollback;

begin;
savepoint a;
savepoint b;
release savepoint a;
rollback to savepoint b;
rollback;

begin;
savepoint a;
select nope;
rollback to a;
release a;
select 1 as after;
commit;

begin;
savepoint a;
savepoint a;
rollback to a;
release a;
rollback to a;
release a;
release a;
rollback;

begin;
savepoint a;
select nope;
savepoint b;
release a;
rollback;

savepoint x;

release savepoint x;

rollback to x;

begin;
set local application_name = 'inner';
show application_name;
rollback;
show application_name;

set application_name to 'kept';
begin;
set application_name to 'lost';
rollback;
show application_name;

set work_mem = '8MB';
show work_mem;
reset work_mem;
show work_mem;

-- differs: settings
set statement_timeout = '1min';
show statement_timeout;
set statement_timeout = default;
show statement_timeout;

set statement_timeout = -5;

set statement_timeout = 'soon';

set datestyle = 'nonsense';

-- differs: settings
set client_min_messages = 'loud';

set timezone = 'Nowhere/Land';

set timezone = 'Europe/Berlin';
select '2020-07-01 12:00:00+00'::timestamptz;
set local timezone = 'UTC';
show timezone;

begin;
set local timezone = 'Asia/Tokyo';
select timestamptz '2020-01-01 00:00:00+00';
commit;
show timezone;

-- differs: settings
set search_path = pg_catalog, public;
show search_path;
select current_schemas(false);

set session statement_timeout = 100;
show statement_timeout;

set my.setting = 'x';
show my.setting;
select current_setting('my.setting');

select current_setting('nope.nope');

select current_setting('nope.nope', true) is null as missing;

select set_config('application_name', 'by call', false);
show application_name;

begin;
select set_config('application_name', 'local', true);
commit;
select current_setting('application_name') = 'local' as kept;

set transaction read only;

begin;
set transaction read only;
insert into sc_t values (9, 'z', 0);
rollback;

begin read only;
create table sc_no (a int);
rollback;

begin isolation level serializable read only deferrable;
show transaction_read_only;
commit;

set default_transaction_read_only = on;
insert into sc_t values (9, 'z', 0);

reset nope_setting;

discard sequences;

discard temp;
select * from sc_own;

begin;
discard all;
rollback;

set application_name = 'gone';
discard all;
select current_setting('application_name') = 'gone' as kept;

select pg_try_advisory_lock(42);
select pg_try_advisory_lock(42);
select pg_advisory_unlock(42);
select pg_advisory_unlock(42);
select pg_advisory_unlock(42);

select pg_advisory_lock(1, 2);
select pg_advisory_unlock(1, 2);

select pg_advisory_lock_shared(7), pg_try_advisory_lock_shared(7);
select pg_advisory_unlock_shared(7);
select pg_advisory_unlock_all();

begin;
select pg_advisory_xact_lock(5);
select count(*) from pg_locks where locktype = 'advisory';
commit;
select count(*) from pg_locks where locktype = 'advisory';

begin;
select pg_try_advisory_xact_lock(5, 6);
select pg_advisory_unlock(5, 6);
rollback;

select pg_advisory_lock('x');

comment on table sc_t is 'of the table';
select obj_description('sc_t'::regclass, 'pg_class');
comment on table sc_t is null;
select obj_description('sc_t'::regclass, 'pg_class');

comment on column sc_t.name is 'it''s a name';
select col_description('sc_t'::regclass, 2);
comment on column sc_t.name is null;

comment on view sc_v is 'of the view';
select obj_description('sc_v'::regclass);
comment on view sc_v is null;

comment on table nope is 'x';

comment on column sc_t.nope is 'x';

insert into sc_own values (1, 'x'), (2, 'y');
truncate sc_own;
select count(*) from sc_own;

insert into sc_own values (1, 'x');
truncate table only sc_own restart identity cascade;
select count(*) from sc_own;

insert into sc_own values (1, 'x');
begin;
truncate sc_own;
rollback;
select count(*) from sc_own;

create temp table sc_second (a int);
insert into sc_second values (1);
insert into sc_own values (1, 'x');
truncate sc_own, sc_second;
select (select count(*) from sc_own) + (select count(*) from sc_second) as n;

truncate nope;

truncate sc_v;

-- any: QUERY PLAN
-- differs: commands
explain select * from sc_t;

-- differs: commands
explain (costs off) select 1;

explain select nope from sc_t;

-- differs: commands
begin;
explain select 1;
commit;

-- differs: commands
do $$ begin null; end $$;

call nope();

analyze sc_t;

vacuum sc_t;

-- differs: commands
begin;
vacuum sc_t;
rollback;

checkpoint;

-- differs: commands
reindex table sc_t;

-- differs: commands
cluster sc_t;

-- differs: commands
listen channel;

unlisten *;

-- differs: settings
show all;

-- differs: commands
show nope.nope;

set role none;

set session authorization default;

reset role;

set constraints all deferred;

begin;
set constraints all immediate;
commit;

abort;

begin;
commit and chain;
rollback and no chain;

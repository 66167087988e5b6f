-- file: transactions, savepoints, settings

begin;
select 1;
commit;

begin;
begin;
commit;

commit;

rollback;

start transaction;
end;

begin transaction isolation level serializable;
rollback;

begin read only;
commit;

begin isolation level repeatable read, read only;
commit work;

begin work;
rollback work;

begin;
select nope;
select 1;
commit;

-- differs: division
begin;
select 1/0::numeric;
rollback;

begin;
selec 1;
select 1;
rollback;
select 1;

abort;

savepoint s;

begin;
savepoint s;
release savepoint s;
commit;

begin;
savepoint s;
select 1;
rollback to savepoint s;
select 2;
commit;

begin;
savepoint s;
select nope;
rollback to s;
select 2;
commit;

begin;
savepoint a;
savepoint b;
rollback to a;
release a;
release b;
rollback;

begin;
release nope;
rollback;

begin;
rollback to savepoint nope;
rollback;

begin;
create temp table tx1 (a int);
insert into tx1 values (1);
savepoint s;
select * from tx1;
rollback to s;
select count(*) from tx1;
rollback;
select * from tx1;

begin;
create table tx2 (a int);
rollback;
select * from tx2;

create table tx3 (a int);
begin;
insert into tx3 values (1);
commit;
select * from tx3;
drop table tx3;

-- differs: settings
begin; 
set local statement_timeout = 1000;
show statement_timeout;
commit;
show statement_timeout;

-- differs: settings
set statement_timeout = 0;
set statement_timeout to '5s';
show statement_timeout;
reset statement_timeout;
show statement_timeout;

set application_name = 'x';
show application_name;

set search_path to public;
show search_path;

set timezone = 'America/New_York';
show timezone;
select timestamptz '2020-01-01 00:00+00';
reset timezone;
show timezone;

set time zone 'UTC';
show time zone;

set datestyle to 'ISO, MDY';
show datestyle;

set client_encoding to 'UTF8';
show client_encoding;

set nope_setting = 1;

show nope_setting;

set extra_float_digits = 3;
show extra_float_digits;
select 0.1::float8;

set standard_conforming_strings = on;
show standard_conforming_strings;

set client_min_messages to warning;
show client_min_messages;

set session characteristics as transaction isolation level read committed;

set transaction isolation level read committed;

-- differs: settings
show transaction_isolation;

-- differs: settings
show transaction isolation level;

-- differs: settings
show server_version_num;

show server_encoding;

show integer_datetimes;

show max_identifier_length;

-- differs: settings
show default_transaction_isolation;

show is_superuser;

show lc_collate;

show IntervalStyle;

show default_transaction_read_only;

set names 'utf8';

reset all;

discard all;

discard temp;

discard plans;

select txid_current() is not null;

select pg_is_in_recovery();

select version() like 'PostgreSQL 15%';

select 1\; select 2

select 1\; select nope\; select 3

create temp table m1 (a int)\; insert into m1 values (1)\; select * from m1

;

-- only a comment
select 1 -- trailing

/* block /* nested */ */ select 1

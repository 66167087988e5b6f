-- file: SQLSTATEs and positions

-- each
create temp table t (a int, b text);

-- lines
selec 1
select  -- differs: DuckDB refuses less
select 1 +
select (1
select 1)
select * form t
select from where
insert t values (1)
update set a = 1
delete t
select 'abc
select "abc
select 1 from t where
select a b c from t
select * from t where a =
select nope
select nope from t
select t.nope from t
select x.a from t
select * from nope
select * from nope.t
select * from nope.nope.t
select nope()
select nope(1)
select nope.f(1)  -- differs: DuckDB refuses less
select upper(1, 2)
select upper()
select length(1)
select sum('a')  -- differs: DuckDB refuses less
select abs('x')  -- differs: DuckDB refuses less
select abs(true)
select count(a, b) from t
select a from t group by b
select a, count(*) from t
select count(*) from t where count(*) > 1
select sum(sum(a)) from t
select a from t having a > 1
select a from t order by nope
select a from t order by 5
select a from t group by 5
select a, a from t group by 1, 2
select a from t, t  -- differs: DuckDB refuses less
select a from t x, t y
select * from t as x(a, b, c)
select (select a, b from t)
select 1 in (select 1, 2)
select a from t union select a, b from t
select 1 union select true  -- differs: DuckDB refuses less
select case when 1 then 2 end  -- differs: DuckDB refuses less
select case when true then 1 else 'a' end  -- differs: DuckDB refuses less
select coalesce(1, 'a')  -- differs: DuckDB refuses less
select 1 = 'a'
select 1 + 'a'  -- differs: DuckDB refuses less
select 1 + true
select true + true
select 'a' + 'b'
select not 1  -- differs: DuckDB refuses less
select - 'a'
select 1 and 2  -- differs: DuckDB refuses less
select * from t where a  -- differs: DuckDB refuses less
select * from t where 1  -- differs: DuckDB refuses less
select * from t limit 'a'
select * from t limit -1
select * from t offset -1  -- differs: settings
select * from t limit a  -- differs: DuckDB refuses less
select cast('x' as int)
select cast(1 as nope)
select 1::nope
select date 'x'
select interval 'x'
select '{'::json
select 'x'::uuid
select array[1,'x']
select array[1, array[2]]
select (1,2) = (1,2,3)
select row(1) = 1  -- differs: records
select 1 like 2
select 1 ~ 'a'
select 'a' ~ '('
select 'a' like 'a\'
select 'abc' similar to '('
select substring('abc', 1, -1)  -- differs: functions
select repeat('x', -5)
select lpad('x', 2000000000) is null
select chr(-1)
select to_number('x', '9')
select power(0, -1)  -- differs: DuckDB refuses less
select sqrt(-1.0)
select ln(0.0)
select log(-1.0)
select acos(2)
select 1::int / 0  -- differs: division
select 1 % 0  -- differs: division
select 2147483647::int + 1::int
select (-2147483648)::int - 1
select 9223372036854775807 * 2
select 32767::int2 + 1::int2
select 1e308::float8 * 10  -- differs: DuckDB refuses less
select 10::numeric ^ 1000
select factorial(-1)
select '9999999999'::int
select '99999999999999999999'::int8
select 3000000000::int
select 1000.5::numeric(3,1)
select 'abc'::char(2)::int
insert into t values (1, 'a', 2)
insert into t (a, a) values (1, 2)
insert into t (nope) values (1)
insert into t values ('x', 'y')
insert into t select 1
update t set nope = 1
update t set a = 'x'  -- differs: settings
update t set a = (select 1, 2)
update nope set a = 1
delete from nope
delete from t where nope
create table t (a int)
create table x (a)
create table x (a int primary key, b int primary key)
create table x (a int default nope)
create table x (a int references nope)
create view v as select 1, 1  -- differs: DuckDB refuses less
create view t as select 1
drop table nope
drop view nope
drop view t
drop schema nope
drop index nope
drop sequence nope
drop type nope
drop function nope  -- differs: DuckDB refuses less
alter table nope add a int
alter table t drop nope
alter table t rename nope to x
alter table t alter a type nope
create index on nope (a)
create index on t (nope)
create schema public  -- differs: commands
create sequence t  -- differs: commands
truncate nope
comment on table nope is 'x'
select nextval('nope')
select currval('nope')
set nope to 1
set statement_timeout = 'x'
show nope
reset nope
begin nope
copy nope to stdout
copy nope from stdin
explain nope
explain select nope
vacuum nope
analyze nope
grant select on nope to nope  -- differs: commands
with x as (select 1) select * from y
with x as (select nope) select * from x
with x as (select 1), x as (select 2) select 1
with recursive x as (select * from x) select * from x
select * from t join t t2 on nope = 1
select * from t join t t2 using (nope)
select * from t natural join nope
select sum(a) over (partition by nope) from t
select row_number() from t  -- differs: DuckDB refuses less
select rank() over w from t
select sum(a) filter (where nope) from t
select a from t where a = any(1)  -- differs: DuckDB refuses less
select a from t where a in ()
select distinct on (b) a from t order by a  -- differs: DuckDB refuses less
select * from generate_series(1)  -- differs: DuckDB refuses less
select * from unnest(1)
select unnest(1)
select max(a, b) from t
select string_agg(b) from t  -- differs: DuckDB refuses less
select * from (select 1)  -- differs: DuckDB refuses less
select * from (values (1), (2, 3)) v
values (1), (2, 3)
values (1), ('a')
table nope
select 1 as a, 2 as a
select * from (select 1 as a, 2 as a) x where a = 1  -- differs: DuckDB refuses less
select $1
select $1::int
select :x
select @x
select a..b from t
select "a"."b"."c"."d"."e"  -- differs: DuckDB refuses less
select 1 limit 1 limit 2
select 1 where 1 = 1 where 2 = 2
select 1 group by 1 group by 2
select extract(foo from now())
select 'a'::date + 1
select 1 /* open  -- differs: literals
select e'\xZZ'
select U&'\00G0'
select 0b102  -- differs: literals
select 1a  -- differs: literals
select 'a' 'b'
select x'gg'  -- differs: literals
select b'12'  -- differs: literals

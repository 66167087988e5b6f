-- file: nextval and its kin, columns that count

-- setup
create sequence counted;
create schema apart;
create sequence apart.counted;
create table serials (id serial, "Id 2" bigserial, n int);

-- lines
select pg_get_serial_sequence('serials', 'id'), pg_get_serial_sequence('public.SERIALS', 'Id 2'), pg_get_serial_sequence('"serials"', 'n')
select pg_get_serial_sequence('nope', 'id')
select pg_get_serial_sequence('serials', 'nope')
select column_name, column_default from information_schema.columns where table_name = 'serials' order by 1
select nextval('nope')
select nextval('nope'::regclass)
select setval('counted', 0)
select setval('counted', null)
select currval('apart.counted')

create temp sequence s;
select nextval('s'), nextval('s'::regclass), nextval('S'::text), nextval('pg_temp.s'::regclass), currval(cast('s' as regclass));
select setval('s', 50);
select nextval('s');
select setval('s'::regclass, 70, false);
select nextval('"s"'::regclass), currval('s');
select pg_catalog.setval('s', 80, true);
select setval('s', (select 90));
select setval('s', coalesce(max(x) + 10, 1), max(x) is not null) from (values (100), (200)) v(x);
select nextval('s');

create table x (id int default nextval('counted'::regclass), a int);
insert into x (a) values (1), (2);
alter table x alter column id set default nextval('public.counted'::regclass);
alter table only public.x alter column id set default nextval('public.counted'::pg_catalog.regclass);
insert into x (a) values (3) returning *;
select pg_get_expr(adbin, adrelid) from pg_attrdef where adrelid = 'x'::regclass;
drop table x;

create table made (id serial primary key, a int);
insert into made (a) values (1), (2);
select currval(pg_get_serial_sequence('made', 'id'));
insert into made values (10, 3);
select setval(pg_get_serial_sequence('made', 'id'), coalesce(max(id), 1)) from made;
insert into made (a) values (4) returning id;
select setval(pg_get_serial_sequence('"made"', 'id'), coalesce(max("id"), 1), max("id") is not null) from "made";
select nextval(pg_get_serial_sequence('public.made', 'id'));
drop table made;

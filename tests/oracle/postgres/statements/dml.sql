-- file: INSERT, UPDATE, DELETE, MERGE, TRUNCATE: tags, RETURNING, violations

-- each
create temp table item (id int primary key, name text not null, price numeric(10,2) default 1.50, qty int check (qty >= 0), made timestamp default '2020-01-01 00:00:00', ok bool default true);
insert into item (id, name, qty) values (1, 'a', 10), (2, 'b', 20);
create temp table part (id serial, item int, note varchar(10));

-- lines
insert into item (id, name) values (3, 'c')
insert into item (id, name) values (3, 'c'), (4, 'd')
insert into item (id, name) values (3, 'c') returning id
insert into item (id, name) values (3, 'c') returning *
insert into item (id, name) values (3, 'c') returning id as new_id, name || '!', price
insert into item (id, name) select id + 10, name from item
insert into item values (3, 'c', 2.5, 1, default, default) returning *
insert into item (id, name, price) values (3, 'c', default) returning price
insert into item (id, name) values (1, 'dup')
insert into item (id, name) values (3, null)
insert into item (id) values (3)
insert into item (id, name, qty) values (3, 'c', -1)
insert into item (id, nope) values (3, 'c')
insert into item (id, name) values (3)
insert into item (id, name) values (3, 'c', 1)
insert into nope values (1)
insert into item (id, name, qty) values (3, 'c', 'x')
insert into item (id, name) values (1, 'x') on conflict do nothing
insert into item (id, name) values (1, 'x') on conflict (id) do nothing
insert into item (id, name) values (1, 'x') on conflict (id) do update set name = excluded.name
insert into item (id, name) values (1, 'x') on conflict (id) do update set name = excluded.name returning *
insert into item (id, name) values (1, 'x') on conflict (id) do update set qty = item.qty + 1 returning qty
update item set name = 'z' where id = 1
update item set name = 'z'
update item set name = 'z' where false
update item set name = 'z', qty = qty + 1 where id = 1 returning *
update item set qty = qty * 2 returning id, qty
update item set (name, qty) = ('q', 5) where id = 1 returning name, qty
update item set name = null where id = 1
update item set qty = -5 where id = 1
update item set nope = 1
update item i set name = v.n from (values (1, 'one')) v(id, n) where i.id = v.id returning i.name
update item set price = default where id = 1
delete from item where id = 1
delete from item
delete from item where id = 1 returning *
delete from item where id = 1 returning id, name
delete from item using (values (2)) v(k) where item.id = v.k
delete from item where nope = 1
delete from nope
truncate item
truncate table item
with x as (insert into item (id, name) values (9, 'n') returning id) select * from x  -- differs: commands
with d as (delete from item where id = 1 returning id) select count(*) from d  -- differs: commands
insert into part (item, note) values (1, 'x') returning id
insert into part (item, note) values (1, 'x'), (2, 'y') returning id, item
insert into part (note) values ('longer than ten characters')  -- differs: lengths
insert into part default values returning id
insert into item (id, name, price) values (5, 'p', 12345678901.23)
insert into item (id, name, price) values (5, 'p', 1.999) returning price
merge into item using (values (1, 'm')) v(id, n) on item.id = v.id when matched then update set name = v.n when not matched then insert (id, name) values (v.id, v.n)
select * from item order by id
select * from item where id = 1 for update
select * from item where id = 1 for share nowait
create temp table copied as select * from item
select * into temp item2 from item  -- differs: commands
create temp table t2 as select 1 as a, 'x' as b

insert into item (id, name) values (3, 'c');
select count(*) from item;
delete from item where id = 3;
select count(*) from item;

update item set qty = 0;
select id, qty from item order by id;

insert into part (item) values (5);
insert into part (item) values (6);
select * from part order by id;
select currval('part_id_seq') is not null;

begin;
insert into item (id, name) values (3, 'c');
rollback;
select count(*) from item;

insert into item (id, name) values (3, 'c')\; select count(*) from item\; delete from item where id = 3

-- file: aggregates, windows, set operations, CTEs, joins, subqueries

-- each
create temp table emp (id int, name text, dept text, salary numeric(10,2), hired date, boss int);
insert into emp values (1, 'ann', 'it', 100.00, '2020-01-01', null), (2, 'bob', 'it', 80.50, '2020-06-01', 1), (3, 'cid', 'hr', 70.00, '2021-01-01', 1), (4, 'dee', 'hr', null, null, 3), (5, 'eve', null, 60.25, '2019-05-05', 3);

-- lines
select * from emp order by id
select id, name from emp where dept = 'it' order by id
select e.* from emp e where e.id = 1
select emp.id, emp.name n from emp order by n desc limit 2
select count(*), count(salary), count(distinct dept) from emp
select sum(salary), min(salary), max(salary) from emp
select avg(salary) from emp
select sum(id), avg(id) from emp
select dept, count(*) from emp group by dept order by dept
select dept, count(*) from emp group by dept order by dept nulls first
select dept, count(*) from emp group by 1 having count(*) > 1 order by 1
select coalesce(dept, 'none') d, sum(salary) s from emp group by d order by s desc
select dept from emp order by salary, id
select dept from emp order by salary desc  -- differs: order of NULLs
select name from emp order by dept, name
select name from emp order by dept desc nulls last, name
select distinct dept from emp order by 1
select distinct on (dept) dept, name from emp order by dept, id
select count(*) filter (where dept = 'it'), sum(salary) filter (where dept = 'hr') from emp
select bool_and(salary > 50), bool_or(salary > 90), every(id > 0) from emp
select string_agg(name, ',' order by id desc), array_agg(id order by id) from emp
select string_agg(distinct dept, ',' order by dept) from emp
select stddev(id), variance(id) from emp
select stddev(salary::float8), stddev_pop(salary::float8), var_samp(salary::float8), var_pop(salary::float8) from emp
select corr(id, salary::float8), covar_pop(id, id), covar_samp(id, id), regr_slope(id, id), regr_intercept(id, id), regr_count(id, id), regr_r2(id, id) from emp
select percentile_cont(0.5) within group (order by salary) from emp  -- differs: functions
select percentile_cont(0.5) within group (order by id) from emp
select percentile_disc(0.5) within group (order by id) from emp
select percentile_cont(array[0.25,0.75]) within group (order by id) from emp
select mode() within group (order by dept) from emp
select bit_and(id), bit_or(id), bit_xor(id) from emp
select json_agg(name order by id) from emp
select json_object_agg(name, id order by id) from emp where id < 3  -- differs: json functions
select any_value(dept) from emp where id = 1  -- differs: functions
select dept, name, count(*) from emp group by rollup (dept, name) order by 1, 2, 3
select dept, count(*) from emp group by cube (dept) order by 1, 2
select dept, grouping(dept), count(*) from emp group by grouping sets ((dept), ()) order by 2, 1
select max(name), min(hired) from emp
select count(*) from emp where false
select sum(id) from emp where false
select id, row_number() over (order by id desc) from emp order by id
select id, rank() over (order by dept), dense_rank() over (order by dept) from emp order by id
select id, sum(id) over (order by id) from emp order by id
select id, sum(salary) over (partition by dept order by id) from emp order by id
select id, lag(id) over (order by id), lead(id) over (order by id), lag(id, 2, 0) over (order by id) from emp order by id
select id, first_value(name) over (order by id), last_value(name) over (order by id), nth_value(name, 2) over (order by id) from emp order by id
select id, ntile(2) over (order by id), percent_rank() over (order by id), cume_dist() over (order by id) from emp order by id
select id, avg(id) over (order by id rows between 1 preceding and 1 following) from emp order by id
select id, count(*) over () from emp order by id
select id, sum(id) over w from emp window w as (order by id) order by id
select id, max(id) over (order by id range between unbounded preceding and current row) from emp order by id
select id, sum(id) over (order by id rows between unbounded preceding and unbounded following) from emp order by id
select 1 union select 2 order by 1
select 1 union all select 1
select 1 as x union select 2 as y order by x
select 1 intersect select 1
select 1 except select 2
select 1 union select 1.5 order by 1
select 'a' union select 'b' order by 1
select null union select 1 order by 1
(select 1 union select 2) except select 2  -- differs: names
select 1 union select 'a'  -- differs: DuckDB refuses less
select 1, 2 union select 1
select id from emp union select boss from emp order by 1
with q as (select 1 as a union all select 2) select * from q order by a desc limit 1
with q(a, b) as (values (1, 'x'), (2, 'y')) select b from q where a = 2
with recursive t(n) as (values (1) union all select n + 1 from t where n < 5) select sum(n) from t
with recursive t(n) as (select 1 union all select n + 1 from t where n < 3) select n from t order by n
with recursive tree as (select id, name, 1 as level from emp where boss is null union all select e.id, e.name, t.level + 1 from emp e join tree t on e.boss = t.id) select * from tree order by id
with a as (select 1 as x), b as (select x + 1 as y from a) select * from a, b
with q as materialized (select 1) select * from q  -- differs: names
with q as not materialized (select 1 as x) select x from q
select e.name, b.name as boss from emp e join emp b on e.boss = b.id order by e.id
select e.name, b.name from emp e left join emp b on e.boss = b.id order by e.id
select count(*) from emp a cross join emp b
select count(*) from emp a, emp b where a.id = b.boss
select e.name from emp e inner join emp b using (id) order by 1
select * from (select id, name from emp) x natural join (select id, dept from emp) y order by id
select a.id, b.id from (values (1),(2)) a(id) full join (values (2),(3)) b(id) on a.id = b.id order by 1, 2
select e.name, x.n from emp e cross join lateral (select count(*) as n from emp b where b.boss = e.id) x order by e.id
select e.name, x.* from emp e left join lateral (select id as sub from emp b where b.boss = e.id order by id limit 1) x on true order by e.id
select name from emp where id in (select boss from emp) order by 1
select name from emp where exists (select 1 from emp b where b.boss = emp.id) order by 1
select name from emp where id not in (select boss from emp where boss is not null) order by 1
select name from emp where salary > (select avg(salary) from emp) order by 1
select name from emp where salary = any (select max(salary) from emp)
select name from emp where id >= all (select id from emp)
select (select count(*) from emp), (select name from emp where id = 1), exists (select 1), exists (select 1 where false)
select (select id from emp)
select case when salary > 75 then 'high' when salary is null then 'none' else 'low' end as band, count(*) from emp group by 1 order by 1
select id from emp order by id limit 2 offset 1
select id from emp order by id offset 3 rows fetch next 1 rows only
select id from emp order by id limit all
select id from emp order by id fetch first 2 rows with ties  -- differs: operators
select id, name from emp where (id, name) in ((1, 'ann'), (2, 'x')) order by id
select id from emp where name like 'a%' or name ilike 'B%' order by id
select id from emp where hired between '2020-01-01' and '2020-12-31' order by id
select id from emp where hired >= date '2020-01-01' and hired < date '2020-01-01' + interval '1 year' order by id
select date_trunc('year', hired) y, count(*) from emp group by y order by y  -- differs: dates are not instants
select extract(year from hired) y, count(*) from emp group by 1 order by 1
select e::text from emp e where id = 1  -- differs: records
select emp::text from emp where id = 1  -- differs: records
select id as "Id", name as "Full Name" from emp where id = 1
select id id2, name "select" from emp where id = 1
select id+1, id*2 as twice, -id, id::text, name || '!', upper(name), coalesce(dept, 'x'), salary + 1 from emp where id = 1
select salary, salary * 2, salary / 2, salary::float8, salary::int, round(salary, 1) from emp where id = 2
select t.* from (select 1 as a, 2 as b) t
select * from emp, (values (1)) v(k) where id = k
select "id", "emp"."name" from "emp" where "emp"."id" = 1
select id from emp where id = '1'
select id from emp where id = 1.0
select id from emp where name = 1  -- differs: DuckDB refuses less
select count(*) from (select 1 union all select 2) x
select x from (values (1),(2),(3)) v(x) where x % 2 = 1 order by x desc
select * from emp tablesample system (100) order by id limit 1
select id from only emp order by id limit 1
select name from emp where dept is not distinct from null
select max(id) as m, min(id) from emp group by dept order by m
select dept, array_agg(name order by name) as names from emp where dept is not null group by dept order by dept
select sum(case when dept = 'it' then 1 else 0 end), sum(id * 2), count(*) * 2, sum(salary) / count(*) from emp
select 100.0 * count(*) / (select count(*) from emp) from emp where dept = 'it'
select cast(count(*) as int), count(*)::int, sum(id)::int, avg(id)::float8, sum(salary)::float8, avg(salary)::numeric(10,2), round(avg(salary), 2), round(avg(id), 2), sum(id)::int8 from emp
select lower(name), count(*) from emp group by lower(name) order by lower(name) limit 2
select name from emp where id = (select max(id) from emp)
select a from (select 1) x
select x.a from (select 1 as a) as x
select generate_series(1,2), 'x'
select unnest(array[1,2]), id from emp where id = 1
select * from pg_typeof(1)  -- differs: functions
select count(*) as "count(*)", 1 as "?column?"

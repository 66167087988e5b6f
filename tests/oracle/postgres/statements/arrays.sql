-- file: arrays

-- lines
select array[1,2,3]
select array['a','b']
select '{1,2}'::int[]
select array_length(array[1,2], 1)
select (array[5,6])[1]
select (array[5,6])[3]
select (array[5,6])[0]
select array_length('{}'::int[], 1)
select cardinality(array[1,2,3])  -- differs: lists
select array_ndims(array[1,2])
select array_upper(array[1,2], 1)
select array_lower(array[1,2], 1)
select array_dims(array[1,2])
select array[1,2] || 3  -- differs: lists
select 0 || array[1,2]  -- differs: lists
select array[1] || array[2,3]
select array_append(array[1], 2)
select array_prepend(0, array[1])
select array_cat(array[1], array[2])
select array_remove(array[1,2,1], 1)
select array_replace(array[1,2,1], 1, 9)
select array_position(array['a','b'], 'b')
select array_position(array['a','b'], 'z')
select array_positions(array[1,2,1], 1)
select array[1,2] = array[1,2]
select array[1,2] <> array[1,3]
select array[1,2] < array[1,3]
select array[1,2,3] @> array[2]
select array[2] <@ array[1,2]
select array[1,2] && array[2,3]
select 1 = any(array[1,2])
select 3 = all(array[3,3])
select 1 = any('{1,2}'::int[])
select 5 > all(array[1,2])
select 1 <> all(array[2,3])
select (array[1,2,3,4])[2:3]
select (array[1,2,3,4])[:2]
select (array[1,2,3,4])[3:]
select array_fill(7, array[3])
select array_fill('x'::text, array[2])
select trim_array(array[1,2,3], 1)
select array_to_string(array[1,2], ',')
select string_to_array('1,2', ',')::int[]
select array[1,null,2]
select array[true,false]
select array[1.5,2.5]
select array[date '2020-01-01']
select array[null]::int[]
select array['a,b','c"d','e\f',' g','']
select unnest(array[1,2,3])
select unnest(array['a','b']) as x
select * from unnest(array[1,2]) as x
select * from unnest(array[1,2], array['a','b','c']) as t(n, s)
select * from unnest(array['a','b']) with ordinality as t(x, n)
select x, n from unnest(array[10,20]) with ordinality as u(x, n) order by n desc
select generate_series(1, 3)
select * from generate_series(1, 3)
select * from generate_series(1, 10, 3) as x
select * from generate_series(3, 1, -1) as x
select * from generate_series(1, 0)
select generate_subscripts(array['a','b'], 1)
select array(select 1 union all select 2 order by 1)
select array(select x from generate_series(1,3) x)
select array_agg(x order by x desc) from generate_series(1,3) x
select array_agg(x) from (values ('a'),(null)) v(x)
select array_agg(x) from generate_series(1,0) x
select array_agg(distinct x order by x) from (values (2),(1),(2)) v(x)
select x from unnest(array[3,1,2]) x order by x
select sum(x) from unnest(array[1,2,3]) x
select array[[1,2],[3,4]]  -- differs: lists of lists
select (array[[1,2],[3,4]])[2][1]
select array_length(array[[1,2],[3,4]], 2)  -- differs: lists of lists
select '{{1,2},{3,4}}'::int[]  -- differs: lists of lists
select array_dims(array[[1,2]])  -- differs: lists of lists
select '[2:3]={1,2}'::int[]  -- differs: lists of lists
select array[1,'a']
select array[1] || 'x'  -- differs: lists
select array[1,2]::text[]
select array[1,2]::float8[]
select array['2020-01-01']::date[]
select '{a,b}'::varchar[]
select '{t,f}'::bool[]
select '{1.5}'::numeric[]
select count(*) from unnest(array[1,2,null])
select row(1,2) = row(1,2)
select (1,2) < (1,3)
select (1,'a') = (1,'a')
select row(1,null) is null
select (1,2) in ((1,2),(3,4))
select array_sort(array[2,1])  -- differs: lists
select array_shuffle(array[1])

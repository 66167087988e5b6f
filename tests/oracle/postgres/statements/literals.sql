-- file: literals and how they are typed

-- lines
select 1
select 2147483647
select 2147483648
select -2147483648
select 9223372036854775807
select 9223372036854775808
select 1.5
select 0.1
select 100.00
select .5
select 5.
select 1e3
select 1.5e-3
select 'text'
select 'it''s'
select E'a\nb\tc\\d\'e'
select E'\x41\u00e9\101'  -- differs: literals
select $$dollar $1 ' text$$, $tag$ $$ $tag$
select U&'\0041\00e9'  -- differs: literals
select ''
select null
select true
select false
select 't'::bool
select 'f'::bool
select 'yes'::bool
select 'no'::bool
select 'on'::bool
select 'off'::bool
select '1'::bool
select '0'::bool
select date '2020-02-29'
select time '10:11:12'
select time '10:11:12.123456'
select timestamp '2020-02-29 10:11:12.5'
select timestamptz '2020-02-29 10:11:12+02'
select timestamp with time zone '2020-02-29 10:11:12Z'
select timestamp without time zone '2020-02-29 10:11:12'
select interval '1 day'
select interval '1 year 2 months 3 days 4 hours 5 minutes 6.5 seconds'
select interval '1' day  -- differs: precision of times
select interval '2' hour  -- differs: precision of times
select interval '3' month  -- differs: precision of times
select b'101'
select x'1f'
select array[1,2,3]
select array['a','b',null]
select array[[1,2],[3,4]]  -- differs: lists of lists
select array[]::int[]
select '{}'::int[]
select '{1,null,3}'::int[]
select '{a,"b c",NULL,"NULL"}'::text[]
select row(1,'a')  -- differs: records
select (1,2)  -- differs: records
select 'x' 'y'
select 'a' as "A b"
select 1 as one
select 1 "quoted"
select 1::int2
select 1::int4
select 1::int8
select 1::float4
select 1::float8
select 1::numeric
select 1::text
select 1::bool
select 1.0::float8
select 1e20::float8
select 1e-7::float8
select 'NaN'::float8
select 'Infinity'::float8
select '-Infinity'::float8
select 0.1::float4
select 1e10::float4
select 3.4e38::float4
select 1.17549435e-38::float4
select 123456789012345678::float8
select 1e15::float8
select 1e14::float8
select 0.0001::float8
select 0.00001::float8
select -0.0::float8
select 'abc'::varchar
select 'abc'::varchar(2)  -- differs: lengths
select 'abc'::char(5)  -- differs: lengths
select 'abc'::char  -- differs: lengths
select 'abc'::bpchar
select '\xdeadbeef'::bytea
select ''::bytea
select 'abc'::bytea
select '550e8400-e29b-41d4-a716-446655440000'::uuid
select '{"a": 1}'::json
select '{"a": 1}'::jsonb
select '[1, 2]'::json
select 'a'::name
select 1::oid
select '12:00:00+02'::timetz
select 'infinity'::timestamp
select '-infinity'::date
select 'infinity'::timestamptz
select '0044-03-15 BC'::date
select '12345-01-01'::date
select 'epoch'::timestamp
select 'epoch'::date
select 'allballs'::time
select '2020-01-01'::timestamp
select '20200101'::date
select 'Jan 2, 2020'::date
select '2 January 2020'::date
select '2020-01-01T10:00:00'::timestamp
select '2020-01-01 10:00'::timestamp
select '2020-01-01 10:00:00 PM'::timestamp
select '1 day'::interval
select '01:02:03'::interval
select 'P1Y2M3DT4H5M6S'::interval
select '1-2'::interval
select '3 4:05:06'::interval
select interval '-1 day'
select interval '-1 day +02:03'
select interval '1 mon -1 day'
select interval '100 hours'
select interval '1.5 days'
select interval '0'
select interval '0 days'
select interval '1 week'
select interval '1 decade'
select interval '1 century'
select 1 where false
select null::int
select null::text
select null::date
select null::bool
select null::numeric
select null::timestamptz
select null::json
select null::int[]
select 0x1F  -- differs: literals
select 1_000  -- differs: literals
select 010
select +1
select -1
select - -1
select +(-1)
select '1'::int + 1
select '1' || 1
select 1 = 1
select 1 <> 2
select 1 != 2
select 1 < 2
select 1 <= 2
select 1 > 2
select 1 >= 2
select 'é'
select '日本'
select length('日本')
select octet_length('日本')
select bit_length('é')
values (1, 'a'), (2, 'b')
values (1), (2.5)
values (null), ('a')
select * from (values (1,'a'),(2,'b')) v(n,t) order by n
select * from (values (1,'a'),(2,'b')) v order by 1  -- differs: names
table (select 1)
select  -- differs: DuckDB refuses less
select 1;
select distinct 1
select all 1
select 1 limit 0
select 1 offset 1
select 1 fetch first 1 row only
select 'a' collate "C"
select current_date is not null
select current_time is not null
select current_timestamp is not null
select localtime is not null
select localtimestamp is not null
select current_user
select session_user
select user
select current_role
select current_catalog
select current_database()
select current_schema
select current_schema()

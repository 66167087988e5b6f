-- file: casts between types, and what cannot be cast

-- lines
select cast(1 as text)
select cast('1' as int)
select cast(1.5 as int)
select cast(2.5 as int)
select cast(-1.5 as int)
select cast(0.5 as int)
select 1.5::int
select 2.5::int
select 3.5::int
select -2.5::int
select 1.5::float8::int
select 2.5::float8::int
select 2.5::float4::int8
select 'abc'::int
select '1.5'::int  -- differs: DuckDB refuses less
select ''::int
select ' 12 '::int
select '1e3'::numeric
select '1e3'::float8
select '1_000'::text
select '1.50'::numeric
select '1.50'::numeric(10,1)
select 1.55::numeric(10,1)
select 1.45::numeric(10,1)
select 12345.678::numeric(10,2)
select 12345.678::numeric(5)
select 1::numeric(10,2)
select 0.005::numeric(10,2)
select 99999::numeric(4,2)
select 99999999999::int
select 40000::int2
select 1e40::float4
select 1e400::float8  -- differs: DuckDB refuses less
select 1e20::int8
select true::int
select false::int
select 1::bool
select 0::bool
select 5::bool
select 1.5::bool  -- differs: DuckDB refuses less
select true::text
select false::text
select 'true'::bool::int
select 'maybe'::bool
select 1::text
select 1.50::text
select 1e10::float8::text  -- differs: texts of values
select null::text
select 'a'::text
select date '2020-01-02'::text
select timestamp '2020-01-02 03:04:05'::text
select timestamptz '2020-01-02 03:04:05+00'::text
select interval '1 day 2 hours'::text
select array[1,2]::text  -- differs: texts of values
select array['a b','c']::text  -- differs: texts of values
select '{1,2}'::int[]::text  -- differs: texts of values
select array[true,false]::text  -- differs: texts of values
select array[null,1]::text  -- differs: texts of values
select '2020-01-02 03:04:05'::timestamp::date
select '2020-01-02'::date::timestamp
select '2020-01-02 03:04:05'::timestamp::time
select '2020-01-02 03:04:05+02'::timestamptz::timestamp
select '2020-01-02 03:04:05'::timestamp::timestamptz
select '2020-01-02'::date::timestamptz
select '2020-13-01'::date
select '2020-02-30'::date
select 'nonsense'::date
select '25:00:00'::time
select 'nonsense'::timestamp
select 'nonsense'::interval
select '10:00'::time::interval  -- differs: casts of times
select interval '10:00'::time  -- differs: casts of times
select 1::numeric::int
select 1::numeric::float8
select 1.0::float8::numeric
select 1.1::float8::numeric
select 0.1::float4::numeric
select 123.456::float8::int8
select 1e10::float8::int8
select (-0.5)::float8::int
select array[1,2]::text[]
select array['1','2']::int[]
select array[1.5,2.5]::int[]
select '{1,x}'::int[]
select '{1,2'::int[]
select 'a'::char(3) || 'b'
select length('a '::char(3))  -- differs: lengths
select 'a '::char(3) = 'a'::char(3)  -- differs: lengths
select 'abc'::varchar(2)::text  -- differs: texts of values
select cast('abcdef' as varchar(3))  -- differs: lengths
select cast('abcdef' as char(3))  -- differs: lengths
select cast(12345 as varchar(3))  -- differs: lengths
select 'abc'::"char"  -- differs: lengths
select 'abc'::name::text
select 'x'::regclass
select 'int4'::regtype
select 'integer'::regtype
select 'varchar'::regtype
select 'timestamptz'::regtype
select 'int4'::regtype::oid
select 23::regtype
select 23::regtype::text
select 'pg_class'::regclass
select 'pg_class'::regclass::oid
select 1259::regclass
select 'pg_catalog.pg_class'::regclass::text
select 'pg_catalog'::regnamespace
select 'public'::regnamespace::text
select '550e8400e29b41d4a716446655440000'::uuid
select '{550E8400-E29B-41D4-A716-446655440000}'::uuid
select 'nope'::uuid
select '{"a":1}'::json::text
select '{"a": 1, "a": 2}'::jsonb::text  -- differs: texts of values
select '"x"'::jsonb::text
select '{bad'::json
select '{bad'::jsonb
select '1'::jsonb::int
select '1.5'::jsonb::numeric
select 'true'::jsonb::bool
select 'abc'::bytea::text  -- differs: texts of values
select '\x00ff'::bytea
select 'a\\b'::bytea
select '\xzz'::bytea
select '101'::bit(3)
select '101'::varbit
select 5::bit(8)  -- differs: other types
select '11'::bit(2)::int
select '12.34'::money  -- differs: other types
select '192.168.0.1'::inet
select '10.0.0.0/8'::cidr  -- differs: other types
select 1::int8::int4
select 1::int4::int2
select 300::int2::int8
select text '1'
select int4 '5'
select float8 '1.5'
select numeric '2.50'
select bool 'true'
select date '2020-01-01'
select uuid '550e8400-e29b-41d4-a716-446655440000'
select double precision '1.5'
select character varying 'abc'
select bit varying '101'  -- differs: DuckDB refuses less
select int '1'
select integer '2'
select bigint '3'
select smallint '4'
select real '1.5'
select 1::float
select 1::float(10)
select 1::float(30)
select 1::double precision
select 1::real
select 1::decimal
select 1::decimal(5,2)
select 1::dec
select 'a'::character varying
select 'a'::character(2)  -- differs: lengths
select 'a'::character
select 'a'::character varying(5)
select '2020-01-01'::timestamp(0)  -- differs: precision of times
select '2020-01-01 00:00:00.123456'::timestamp(3)  -- differs: precision of times
select '10:11:12.987654'::time(2)  -- differs: precision of times
select '2020-01-01 00:00:00.5+00'::timestamptz(0)  -- differs: precision of times
select '1 day'::interval day  -- differs: precision of times
select '1 year'::interval year  -- differs: precision of times
select '1.123456 s'::interval(2)  -- differs: precision of times
select 1::text::int::text
select (1+1)::text
select -1::text
select -1::int2
select (-32768)::int2
select -32768::int2
select cast(null as int)
select cast('2020-01-01' as date)
select cast('1' as numeric(5,2))
select cast(1 as double precision)
select cast('{1}' as int[])
select int4(1.5)
select int8('5')
select float8(1)
select text(1)  -- differs: functions
select date('2020-01-01')
select bool('t')
select numeric('1.5')
select to_json(1)::text::int
select 'a'::text::varchar::char(2)::text
select 65::char  -- differs: lengths
select 'A'::"char"::int  -- differs: lengths
select now()::date = current_date
select '5'::int4 + '6'::int8
select '5'::float4 + 1
select 1::int2 + 1::int2
select 1::int2 + 1::int4
select 1::int4 + 1::int8
select 1 + 1.5
select 1.5::float8 + 1
select 1::float4 + 1.5
select 1::int8 * 1::int2
select 1::numeric * 2
select 1::numeric + 1::float8
select 1::float4 * 1::float4

-- file: arithmetic and numeric functions

-- lines
select 7 / 2  -- differs: division
select -7 / 2  -- differs: division
select 7 % 2
select -7 % 2
select 7 % -2
select 7 / 2.0
select 7.0 / 2
select 1 / 3.0
select 2 / 3.0
select 10 / 4.0
select 1.0 / 3.0
select 100.00 / 3
select 1 / 7.0
select 7::numeric / 2
select 7::float8 / 2
select 7::int8 / 2::int2  -- differs: division
select 1/0  -- differs: division
select 1.0/0  -- differs: division
select 1::float8/0  -- differs: division
select 1 % 0  -- differs: division
select 5 + 3
select 5 - 3
select 5 * 3
select 2 ^ 10
select 2 ^ 0.5
select 2.0 ^ 3
select 1.5 + 2.25
select 1.5 - 2.25
select 1.5 * 2.25
select 1.10 + 1.1
select 1.10 * 1.1
select 5 & 3
select 5 | 3
select 5 # 3  -- differs: operators
select ~5
select 1 << 4
select 256 >> 4
select |/ 16.0  -- differs: operators
select ||/ 27.0  -- differs: division
select @ -5
select @ -5.5
select 2147483647 + 1
select 9223372036854775807 + 1
select 2147483647::int8 + 1
select 32767::int2 + 1  -- differs: DuckDB refuses less
select 2147483647 * 2
select abs(-3)
select abs(-3.5)
select abs(-3::int8)
select abs(-3.5::float8)
select ceil(1.2)
select ceiling(-1.2)
select floor(1.8)
select floor(-1.8)
select ceil(1.2::float8)
select floor(-1.8::float8)
select ceil(5)
select floor(5)
select round(2.5)
select round(-2.5)
select round(3.5)
select round(2.567, 2)
select round(1234.567, -2)
select round(2.5::float8)  -- differs: functions
select round(3.5::float8)
select round(5)
select trunc(2.567, 2)
select trunc(2.9)
select trunc(-2.9)
select trunc(1234.567, -2)
select trunc(2.9::float8)
select trunc(5)
select mod(7, 3)
select mod(-7, 3)
select mod(7.5, 2)
select mod(7::int8, 3)
select 7.5 % 2
select power(2, 3)
select power(2, 0.5)
select power(2.0, 3)
select power(2::float8, 3)
select pow(2, 3)
select sqrt(16)
select sqrt(2)
select sqrt(2.0)
select sqrt(2::float8)
select cbrt(27)
select sqrt(-1)
select exp(1)
select exp(1.0)
select exp(0)
select ln(2)
select ln(2.718281828)
select log(100)
select log(2, 8)
select log10(1000)
select ln(0)
select ln(-1)
select sign(-5)
select sign(0)
select sign(5.5)
select sign(-1.5::float8)
select sin(1)
select cos(1)
select tan(1)
select asin(1)
select acos(1)
select atan(1)
select atan2(1, 2)
select cot(1)
select sinh(1)
select cosh(1)
select tanh(1)
select asinh(1)
select acosh(1)
select atanh(0.5)
select sind(30)
select cosd(60)
select tand(45)
select degrees(pi())
select radians(180)
select pi()
select div(7, 2)
select div(-7, 2)
select div(7.5, 2)
select gcd(12, 18)
select lcm(4, 6)
select factorial(5)
select greatest(1, 3, 2)
select least(3, 1, 2)
select greatest(1, null, 2)
select least(null, 1)
select greatest(null, null)
select greatest(1, 2.5)
select least('a', 'b')
select greatest(date '2020-01-01', date '2021-01-01')
select width_bucket(5.35, 0.024, 10.06, 5)
select width_bucket(-1, 0, 10, 5)
select width_bucket(11, 0, 10, 5)
select width_bucket(5, array[1,3,6])
select scale(8.4100)
select min_scale(8.4100)
select trim_scale(8.4100)
select scale(5)
select to_hex(255)
select to_hex(-1)
select to_hex(4294967296)
select random() between 0 and 1
select setseed(0.5) is not null  -- differs: functions
select 1 = 1.0
select 1 < 1.5
select 'NaN'::float8 = 'NaN'::float8
select 'NaN'::float8 > 1
select 'NaN'::numeric  -- differs: other types
select 0.1 + 0.2
select 0.1::float8 + 0.2::float8
select 0.1::float4 + 0.2::float4
select 1.23456789012345678901234567890
select 12345678901234567890123456789012345678
select 1234567890.123456789 * 1234567890.123456789
select 1e-10
select 1e10
select 123e2
select 1.5e1
select sum(x), avg(x), min(x), max(x), count(x) from (values (1),(2),(4)) v(x)
select sum(x), avg(x) from (values (1.5),(2.25)) v(x)
select sum(x), avg(x) from (values (1::int8),(2)) v(x)
select sum(x), avg(x) from (values (1::int2),(2::int2)) v(x)
select sum(x), avg(x) from (values (1.5::float8),(2)) v(x)
select sum(x), avg(x) from (values (1.5::float4),(2)) v(x)
select sum(x), avg(x) from (values (interval '1 day'),(interval '2 hours')) v(x)  -- differs: sum of intervals
select sum(x), avg(x), count(*), count(x) from (values (null::int)) v(x)
select numeric '1.10' = 1.1
select numeric '1.10' || ''
select (1.10)::text
select round(1.005, 2)
select round(-1.005, 2)
select round(0.5)
select round(1.5)
select round(1e10::numeric / 3, 4)
select 3 between 1 and 5
select 3 not between 1 and 5
select 3 between symmetric 5 and 1  -- differs: operators
select 3 in (1,2,3)
select 3 not in (1,2)
select 3 in (1, null)
select null in (1)
select 1 is null
select 1 is not null
select null is null
select null isnull
select 1 notnull
select 1 is distinct from 2
select null is distinct from null
select 1 is not distinct from 1
select (1 = 1) is true
select (1 = 2) is not true
select null::bool is unknown
select null::bool is not unknown
select true is false
select true and null
select false and null
select true or null
select false or null
select not null::bool
select bool 't' = true
select true > false
select true::int + 1
select case when 1 = 1 then 'y' else 'n' end
select case 2 when 1 then 'a' when 2 then 'b' end
select case when false then 1 end
select coalesce(null, 2)
select coalesce(null, null, 'x')
select nullif(1, 1)
select nullif(1, 2)
select coalesce(1, 2.5)
select num_nonnulls(1, null, 2)
select num_nulls(1, null, 2)
select 10::numeric(10,2) / 3, 10::numeric(10,2) * 3, 10::numeric(10,2) + 1, sum(x) from (values (1.25::numeric(10,2)), (2)) v(x)
select ceil(1.5::numeric(10,2))
select round(1.555::numeric(10,3), 2)
select abs(-1.5::numeric(10,2))
select -(1.5::numeric(10,2))
select 5 / 2 * 2.0  -- differs: division
select 5 * 1.0 / 2
select 5::float8 / 2
select (5 / 2)::float8  -- differs: division
select 3 !~ 4
select - 5 ^ 2
select (-5) ^ 2
select 2 ^ 3 ^ 2
select 5 % 3 * 2
select 1 + 2 * 3
select (1 + 2) * 3
select 10 - 5 - 2

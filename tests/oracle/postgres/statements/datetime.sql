-- file: dates, times, intervals

-- lines
select date '2020-02-29' + 1
select date '2020-03-01' - 1
select date '2020-03-01' - date '2020-02-01'
select date '2020-01-01' + interval '1 day'
select date '2020-01-31' + interval '1 month'
select date '2020-01-01' + time '10:00'
select timestamp '2020-01-01 10:00:00' + interval '1 day 2 hours'
select timestamp '2020-01-02' - timestamp '2020-01-01'
select timestamp '2020-01-02 03:00' - timestamp '2020-01-01'
select timestamp '2020-01-02' - interval '1 hour'
select timestamptz '2020-01-02 00:00+00' - timestamptz '2020-01-01 12:00+00'
select time '10:00' + interval '1 hour'
select time '10:00' - time '09:00'  -- differs: casts of times
select time '10:00' - interval '11 hours'
select interval '1 day' + interval '2 hours'
select interval '1 day' - interval '2 hours'
select interval '1 day' * 2
select interval '1 day' / 2
select 2 * interval '1 hour'
select interval '1 month' * 1.5
select -interval '1 day'
select interval '1 hour' * 0.5
select age(timestamp '2020-01-02', timestamp '2020-01-01')
select age(timestamp '2001-04-10', timestamp '1957-06-13')
select age(date '2020-03-01', date '2020-01-31')
select age(timestamp '2020-01-01', timestamp '2020-01-02 12:00')
select extract(year from date '2020-05-06')
select extract(month from timestamp '2020-05-06 10:11:12')
select extract(day from date '2020-05-06')
select extract(hour from timestamp '2020-05-06 10:11:12')
select extract(minute from timestamp '2020-05-06 10:11:12')
select extract(second from timestamp '2020-05-06 10:11:12.5')
select extract(dow from date '2020-05-06')
select extract(isodow from date '2020-05-10')
select extract(doy from date '2020-05-06')
select extract(week from date '2020-05-06')
select extract(quarter from date '2020-05-06')
select extract(epoch from timestamp '2020-05-06 10:11:12.5')
select extract(epoch from timestamptz '2020-05-06 10:11:12+00')
select extract(epoch from interval '1 day 2 hours')
select extract(epoch from date '2020-01-01')
select extract(century from date '2020-05-06')
select extract(decade from date '2020-05-06')
select extract(millennium from date '2020-05-06')
select extract(isoyear from date '2021-01-01')
select extract(milliseconds from time '10:11:12.5')
select extract(microseconds from time '10:11:12.5')
select extract(julian from date '2020-01-01')
select extract(timezone from timestamptz '2020-01-01 00:00+00')
select extract(day from interval '40 days 5 hours')
select extract(hour from interval '40 hours')
select extract(month from interval '14 months')
select extract(year from interval '14 months')
select date_part('year', date '2020-05-06')
select date_part('month', timestamp '2020-05-06')
select date_part('epoch', timestamp '2020-05-06 10:11:12.5')
select date_part('second', time '10:11:12.5')
select date_part('dow', date '2020-05-06')
select date_part('day', interval '5 days')
select date_part('hour', timestamp '2020-05-06 10:11:12')
select date_part('quarter', timestamp '2020-05-06')
select date_part('week', date '2020-05-06')
select extract(nope from date '2020-01-01')
select date_part('nope', date '2020-01-01')
select date_trunc('month', timestamp '2020-05-06 10:11:12')
select date_trunc('year', date '2020-05-06')  -- differs: dates are not instants
select date_trunc('week', timestamp '2020-05-06 10:11:12')
select date_trunc('hour', timestamptz '2020-05-06 10:11:12+00')
select date_trunc('day', date '2020-05-06')  -- differs: dates are not instants
select date_trunc('quarter', timestamp '2020-05-06')
select date_trunc('minute', timestamp '2020-05-06 10:11:12')
select date_trunc('second', timestamp '2020-05-06 10:11:12.5')
select date_trunc('day', interval '1 day 2 hours')
select date_trunc('decade', timestamp '2025-05-06')
select date_trunc('century', timestamp '2025-05-06')  -- differs: dates are not instants
select date_trunc('milliseconds', timestamp '2020-05-06 10:11:12.123456')
select date_trunc('MONTH', timestamp '2020-05-06')
select date_trunc('day', timestamptz '2020-05-06 23:00+00', 'America/New_York')
select date_trunc('nope', timestamp '2020-01-01')
select date_bin('15 minutes', timestamp '2020-02-11 15:44:17', timestamp '2001-01-01')
select date_bin('1 hour', timestamptz '2020-02-11 15:44:17+00', timestamptz '2001-01-01+00')  -- differs: texts of dates
select make_date(2020, 1, 2)
select make_time(8, 15, 23.5)
select make_timestamp(2013, 7, 15, 8, 15, 23.5)
select make_interval(days => 10)
select make_interval(1, 2, 3, 4, 5, 6, 7.5)
select make_timestamptz(2013, 7, 15, 8, 15, 23.5)
select make_interval(hours => 2, mins => 30)
select make_date(2020, 13, 2)
select justify_hours(interval '27 hours')
select justify_days(interval '35 days')
select justify_interval(interval '1 mon -1 hour')  -- differs: functions
select isfinite(date '2020-01-01')
select isfinite(timestamp 'infinity')
select timestamp '2020-01-01 10:00' at time zone 'UTC'
select timestamptz '2020-01-01 10:00+02' at time zone 'UTC'
select timestamptz '2020-01-01 10:00+00' at time zone 'America/New_York'
select timestamp '2020-07-01 10:00' at time zone 'Europe/Berlin'
select timezone('UTC', timestamp '2020-01-01 10:00')
select timestamptz '2020-01-01 10:00+00' at time zone interval '-5 hours'  -- differs: texts of dates
select timestamptz '2020-01-01 10:00+00' at time zone '+03'  -- differs: texts of dates
select timestamp '2020-01-01' at time zone 'Nowhere/Nope'  -- differs: DuckDB refuses less
select date '2020-01-01' < date '2020-01-02'
select timestamp '2020-01-01' = date '2020-01-01'
select date '2020-01-01' between '2019-01-01' and '2021-01-01'
select interval '1 day' = interval '24 hours'
select interval '1 month' > interval '29 days'
select date '2020-01-01' = '2020-01-01'
select timestamp '2020-01-01' < '2020-01-02'
select timestamptz '2020-01-01 00:00+00' = timestamp '2020-01-01'
select (date '2020-01-01', date '2020-02-01') overlaps (date '2020-01-15', date '2020-03-01')  -- differs: functions
select (timestamp '2020-01-01', interval '1 day') overlaps (timestamp '2020-01-03', interval '1 day')  -- differs: functions
select '2020-01-01'::date + '1 day'::interval
select now() - interval '1 day' < now()
select current_date - 7 < current_date
select current_date + interval '1 day' > current_date
select now() at time zone 'UTC' is not null
select date_trunc('day', now()) <= now()
select localtimestamp <= now()
select clock_timestamp() >= now()
select statement_timestamp() is not null
select transaction_timestamp() = now()
select timeofday() is not null
select generate_series(date '2020-01-01', date '2020-01-03', interval '1 day')  -- differs: dates are not instants
select generate_series(timestamp '2020-01-01', timestamp '2020-01-02', interval '12 hours')
select d::date from generate_series(date '2020-01-01', date '2020-03-01', interval '1 month') d
select * from generate_series(timestamptz '2020-01-01 00:00+00', timestamptz '2020-01-01 02:00+00', interval '1 hour') as t(x)
select interval '1 year 2 months 3 days 04:05:06'
select interval '-1 day'
select interval '90 minutes'
select interval '1 day -2 hours'
select interval '1.5 hours'
select interval '2 weeks'
select interval '1 mon'
select interval '3 years -2 months'
select interval '100 days'
select interval '1 microsecond'
select interval '1 millisecond'
select interval '0.000001 second'
select interval '12:34'
select interval '1 day 12:34:56.789'
select interval '5' minute  -- differs: precision of times
select interval '1-2' year to month  -- differs: precision of times
select interval '1 2:03:04' day to second  -- differs: precision of times
select interval '1 day'::text
select (interval '1 day 2 hours')::text
select '2 days'::interval * 3
select interval '1 day' > interval '23 hours'
select extract(day from interval '3 days')
select to_char(interval '3 days', 'DD')
select min(d), max(d), count(d) from (values (date '2020-01-01'), (date '2021-01-01'), (null)) v(d)
select sum(i) from (values (interval '1 hour'), (interval '2 hours')) v(i)  -- differs: sum of intervals
select avg(i) from (values (interval '1 hour'), (interval '2 hours')) v(i)
select max(x) - min(x) from (values (timestamp '2020-01-01'), (timestamp '2020-01-03')) v(x)
select date '2020-01-01' + 'x'
select timestamp '2020-01-01' + timestamp '2020-01-01'
select date '2020-01-01' + 1.5
select '2020-01-01 10:00:00'::timestamp::date + 5
select ('2020-01-05'::date - '2020-01-01'::date) * 2
select date '2020-01-01' + 30 * interval '1 day'
select date(timestamp '2020-01-02 10:00')
select time '10:11:12'::interval  -- differs: casts of times
select timestamp '2020-01-02 10:11:12'::time
select extract(epoch from now()) > 0
select (date '2020-12-31')::text
select current_timestamp(0) is not null  -- differs: precision of times
select current_time(0) is not null  -- differs: precision of times
select localtime is not null
select time '24:00:00'
select time '00:00:00'
select time '23:59:59.999999'
select timetz '10:00+02'
select time with time zone '10:00:00-05:30'
select '10:00 PM'::time
select '040506'::time
select '04:05'::time
select timestamp '1900-01-01'
select timestamp '9999-12-31 23:59:59.999999'
select timestamp '0001-01-01'
select date '4713-01-01 BC'
select timestamp '2020-12-31 23:59:60'  -- differs: texts of dates
select timestamp '1969-12-31 23:59:59.5'
select date '1582-10-15'
select timestamp '294276-12-31 23:59:59'  -- differs: texts of dates
select date 'today' = current_date
select date 'tomorrow' - current_date
select date 'yesterday' - current_date
select timestamp 'now' is not null
select 'today'::date = current_date
select now()::text is not null
select pg_typeof(now())
select pg_typeof(current_date)
select pg_typeof(interval '1 day')
select pg_typeof(1)
select pg_typeof('a'::text)
select pg_typeof(1.5)
select pg_typeof(array[1])
select pg_typeof(null::int)
select pg_typeof(true)

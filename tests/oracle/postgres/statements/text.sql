-- file: text functions and operators

-- lines
select 'a' || 'b'
select 'a' || null
select 'a' || 1
select 1 || 'a'
select 'a'::text || 1.5
select 'a' || true
select length('abc')
select char_length('abc')
select character_length('é')
select octet_length('é')
select bit_length('a')
select length('')
select length(null)  -- differs: functions
select upper('abc')
select lower('ABC')
select initcap('hello world')
select initcap('o''neil mc-donald x1y')
select upper('é')
select substring('hello' from 2 for 3)
select substring('hello' from 2)
select substring('hello' for 2)
select substring('hello', 2, 3)
select substr('hello', 2)
select substr('hello', 0, 3)
select substr('hello', -1, 3)  -- differs: functions
select substring('foobar' from 'o.b')
select substring('foobar' from 'o(.)b')
select substring('foobar' from 'x')
select position('l' in 'hello')
select position('z' in 'hello')
select strpos('hello', 'l')
select trim('  x ')
select trim(both 'x' from 'xxaxx')
select trim(leading 'x' from 'xxaxx')
select trim(trailing from 'a  ')
select ltrim('  a')
select rtrim('a  ')
select btrim('  a ')
select btrim('xyaxy', 'xy')
select ltrim('xxa', 'x')
select rtrim('axx', 'x')
select replace('abcabc', 'b', 'x')
select translate('12345', '143', 'ax')
select reverse('abc')
select repeat('ab', 3)
select repeat('x', 0)
select repeat('x', -1)
select left('abcde', 2)
select left('abcde', -2)
select right('abcde', 2)
select right('abcde', -2)
select left('abc', 10)
select right('é日本', 2)
select lpad('hi', 5, 'xy')
select rpad('hi', 5, 'xy')
select lpad('hi', 5)
select rpad('hi', 5)
select lpad('hello', 3, 'x')
select rpad('hello', 3)
select split_part('a,b,c', ',', 2)
select split_part('a,b,c', ',', 5)
select split_part('a,b,c', ',', -1)
select split_part('abc', '', 1)
select split_part('a,b', ',', 0)
select concat('a', 1, null, 'b')
select concat_ws('-', 'a', null, 'b', 2)
select concat()
select concat(null)
select concat(true, 1.5)  -- differs: texts of values
select ascii('a')
select ascii('é')
select ascii('')
select chr(65)
select chr(233)
select chr(8364)
select chr(0)  -- differs: DuckDB refuses less
select md5('a')
select md5('')
select sha256('a'::bytea)
select encode(sha256('a'), 'hex')
select encode('\xdeadbeef'::bytea, 'hex')
select encode('abc'::bytea, 'base64')
select encode('a\000b'::bytea, 'escape')  -- differs: bytes
select decode('deadbeef', 'hex')
select decode('YWJj', 'base64')
select decode('a\000b', 'escape')  -- differs: bytes
select decode('xyz', 'hex')
select encode('a', 'nope')
select overlay('Txxxxas' placing 'hom' from 2 for 4)
select overlay('abcdef' placing 'XY' from 3)
select overlay('abcdef', 'Z', 2, 0)
select starts_with('alphabet', 'alph')
select 'alphabet' ^@ 'alph'
select 'a' < 'b'
select 'a' = 'A'
select 'Z' < 'a'
select 'abc' like 'a%'
select 'abc' like '_b_'
select 'abc' not like 'x%'
select 'abc' ilike 'A%'
select 'a%c' like 'a\%c'
select 'a_c' like 'a#_c' escape '#'
select 'abc' ~~ 'a%'
select 'abc' !~~ 'b%'
select 'abc' ~~* 'A%'
select 'abc' !~~* 'A%'
select 'abc' ~ 'b'
select 'abc' ~* 'B'
select 'abc' !~ 'z'
select 'abc' !~* 'B'
select 'abc' ~ '^a'
select 'abc' ~ 'c$'
select 'a1' ~ '\d'
select 'abc' ~ '^(a|b)'
select 'abc' similar to 'a.c'  -- differs: regular expressions
select 'abc' similar to 'a%'
select 'abc' similar to '(a|b)%'
select 'abc' not similar to 'x%'
select 'abc' similar to 'a_c'
select regexp_replace('foobarbaz', 'b..', 'X')
select regexp_replace('foobarbaz', 'b..', 'X', 'g')
select regexp_replace('foobarbaz', 'b(..)', 'X\1Y', 'g')
select regexp_replace('Foo', 'f', 'x', 'i')
select regexp_match('foobarbequebaz', 'bar.*que')
select regexp_match('foobarbequebaz', '(bar)(beque)')
select regexp_match('abc', 'x')
select regexp_match('abc', 'B', 'i')
select regexp_matches('foobarbequebazilbarfbonk', '(b[^b]+)(b[^b]+)', 'g')  -- differs: regular expressions
select regexp_matches('abc', 'b')  -- differs: regular expressions
select regexp_matches('abc', 'x')  -- differs: regular expressions
select regexp_split_to_array('hello world foo', '\s+')
select regexp_split_to_array('abc', '')
select regexp_split_to_table('hello world', '\s+')
select * from regexp_split_to_table('a,b,c', ',') as t(x)
select string_to_array('a,b,c', ',')
select string_to_array('a,b,', ',', '')
select string_to_array('abc', null)
select string_to_array('', ',')
select array_to_string(array['a','b',null], ',')
select array_to_string(array['a',null,'b'], ',', '*')
select array_to_string(array[1,2,3], '-')
select * from string_to_table('a,b', ',') t(x)
select regexp_count('abcabc', 'b')
select regexp_instr('abcabc', 'c')
select regexp_like('abc', 'B', 'i')
select regexp_substr('abcabc', 'b.')
select quote_ident('a b')
select quote_ident('abc')
select quote_ident('Abc')
select quote_ident('select')
select quote_literal('it''s')
select quote_literal(5)
select quote_literal('a\b')
select quote_nullable(null)
select quote_nullable('x')
select quote_literal(null)
select format('Hello %s', 'World')
select format('%s, %I, %L', 'a', 'b c', 'd''e')
select format('%1$s %2$s %1$s', 'a', 'b')
select format('%%')
select format('%5s|%-5s|', 'a', 'b')
select format('%L', null)
select format('%s', null)
select format('%s')
select format('%d', 1)
select to_hex(10)
select to_ascii('abc')  -- differs: functions
select normalize('é')
select unistr('\0041')  -- differs: functions
select 'abc' collate "C" < 'abd'
select lower('ABC') = 'abc'
select 'a ' = 'a'
select 'a' > ''
select string_agg(x, ',' order by x) from (values ('b'),('a'),(null)) v(x)
select string_agg(distinct x, ',' order by x) from (values ('b'),('a'),('b')) v(x)
select string_agg(x, '' order by x desc) from (values ('b'),('a')) v(x)
select string_agg(x::text, ',' order by x) from generate_series(1,3) x
select min(x), max(x), count(distinct x) from (values ('b'),('a'),('b')) v(x)
select upper(null)
select length(null::text)
select null || 'a'
select substring(null from 1)
select replace('a', null, 'b')
select 'a' in ('a','b')
select 'c' not in ('a','b')
select 'a' between 'a' and 'b'
select ('abc')[1]  -- differs: literals
select text 'a' || text 'b'
select 'a'::varchar || 'b'::char(3) || 'c'
select parse_ident('a.b')  -- differs: functions
select parse_ident('"A".b')  -- differs: functions
select casefold('A')
select octet_length('\x0102'::bytea)
select length('\x0102'::bytea)
select '\x01'::bytea || '\x02'::bytea
select substring('\x010203'::bytea from 2 for 1)  -- differs: bytes
select get_byte('\x0102'::bytea, 1)
select position('\x02'::bytea in '\x0102'::bytea)  -- differs: bytes
select 'abc' = any(array['abc','d'])
select 'abc' like any(array['a%','b%'])  -- differs: operators
select 'x' <> all(array['a','b'])
select b'101' & b'110'
select b'101' | b'010'
select b'101' # b'111'  -- differs: operators
select ~b'101'
select b'1' || b'0'  -- differs: other types
select length(b'101')
select get_bit(b'101', 0)
select b'101'::int
select bit_count(b'101')
select b'1000' >> 2
select convert_from('abc'::bytea, 'UTF8')
select convert_to('abc', 'UTF8')
select pg_client_encoding()
select ascii('x')

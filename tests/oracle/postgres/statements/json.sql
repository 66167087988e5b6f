-- file: json and jsonb

-- lines
select '{"a":1}'::json->'a'
select '{"a":1}'::json->>'a'
select '{"a":{"b":2}}'::json->'a'->>'b'
select '[1,2,3]'::json->1
select '[1,2,3]'::json->>1
select '[1,2,3]'::json->-1  -- differs: json functions
select '{"a":"x"}'::json->'a'
select '{"a":"x"}'::json->>'a'
select '{"a":null}'::json->>'a'
select '{"a":null}'::json->'a'
select '{"a":1}'::json->'b'
select '{"a":[1,{"b":2}]}'::json#>'{a,1,b}'
select '{"a":[1,{"b":2}]}'::json#>>'{a,1,b}'
select '{"a":1}'::jsonb->'a'
select '{"a":1}'::jsonb->>'a'
select '{"a": [1, 2]}'::jsonb
select '{"b":1,"a":2}'::jsonb
select '{"a":1}'::jsonb @> '{"a":1}'  -- differs: json functions
select '{"a":1}'::jsonb <@ '{"a":1,"b":2}'  -- differs: json functions
select '{"a":1}'::jsonb ? 'a'  -- differs: json functions
select '{"a":1}'::jsonb ?| array['a','b']  -- differs: json functions
select '{"a":1}'::jsonb ?& array['a','b']  -- differs: json functions
select '{"a":1}'::jsonb || '{"b":2}'  -- differs: json functions
select '{"a":1,"b":2}'::jsonb - 'a'  -- differs: json functions
select '[1,2]'::jsonb - 0  -- differs: json functions
select '{"a":{"b":1}}'::jsonb #- '{a,b}'  -- differs: json functions
select '{"a":1}'::jsonb = '{"a":1}'
select '{"a":{"b":2}}'::jsonb#>>'{a,b}'
select to_json(1)
select to_json('a'::text)
select to_json(array[1,2])
select to_jsonb('a'::text)
select to_jsonb(1.5)
select to_json(true)
select to_json(null::int)
select to_json(date '2020-01-01')
select to_json(timestamp '2020-01-01 10:00')  -- differs: texts of values
select row_to_json(row(1,'a'))  -- differs: records
select array_to_json(array[1,2])
select to_jsonb(array['a','b'])
select json_build_object('a', 1, 'b', 'x')
select json_build_array(1, 'a', null)
select jsonb_build_object('a', 1)
select jsonb_build_array(1, 2)
select json_build_object()
select json_object('{a,1,b,2}')  -- differs: json functions
select json_object(array['a','b'], array['1','2'])  -- differs: json functions
select jsonb_build_object('a', array[1,2])
select json_agg(x order by x) from generate_series(1,3) x
select jsonb_agg(x order by x) from generate_series(1,3) x
select json_object_agg(k, v) from (values ('a', 1), ('b', 2)) t(k, v)
select jsonb_object_agg(k, v) from (values ('a', 1), ('b', 2)) t(k, v)
select json_agg(t) from (values (1, 'a')) t(n, s)
select row_to_json(t) from (values (1, 'a')) t(n, s)
select to_json(t) from (select 1 as n, 'a' as s) t
select json_array_length('[1,2,3]')
select jsonb_array_length('[1,2]')
select json_typeof('{}')
select json_typeof('[]')
select json_typeof('1')
select json_typeof('"a"')
select json_typeof('true')
select json_typeof('null')
select jsonb_typeof('{"a":1}')
select jsonb_typeof('1.5')
select * from json_array_elements('[1,"a",null]')
select * from json_array_elements_text('[1,"a",null]')
select value from jsonb_array_elements('[1,2]'::jsonb)
select * from json_each('{"a":1,"b":"x"}') order by key  -- differs: json functions
select * from json_each_text('{"a":1,"b":"x"}') order by key
select * from jsonb_each('{"a":1}')
select key, value from jsonb_each_text('{"a":1,"b":null}') order by key
select * from json_object_keys('{"a":1,"b":2}') order by 1
select jsonb_object_keys('{"a":1}')
select json_extract_path('{"a":{"b":1}}', 'a', 'b')
select json_extract_path_text('{"a":{"b":"x"}}', 'a', 'b')
select jsonb_extract_path_text('{"a":{"b":1}}', 'a', 'b')
select jsonb_set('{"a":1}', '{a}', '2')
select jsonb_set('{"a":1}', '{b}', '2')
select jsonb_insert('[1,3]', '{1}', '2')  -- differs: json functions
select jsonb_pretty('{"a":[1,2]}')
select jsonb_strip_nulls('{"a":null,"b":1}')
select json_strip_nulls('{"a":null,"b":1}')
select ('{"a":5}'::json->>'a')::int + 1
select ('{"a":5}'::jsonb->'a')::int
select (('{"a":{"b":"c"}}'::json->'a')->>'b') = 'c'
select '{"a":1}'::json->'a'->'b'
select '5'::json
select '"x"'::json
select 'null'::json
select 'true'::jsonb
select '1.50'::jsonb
select '  {"a" : 1}  '::json
select '{"é":"日"}'::jsonb
select '{"a":"\u0041"}'::jsonb
select '"a\"b"'::jsonb->>0  -- differs: json functions
select jsonb_path_query_first('{"a":[1,2]}', '$.a[1]')  -- differs: json functions
select jsonb_path_exists('{"a":1}', '$.a')  -- differs: json functions
select jsonb_path_query_array('{"a":[1,2]}', '$.a[*]')  -- differs: json functions
select * from json_to_record('{"a":1,"b":"x"}') as t(a int, b text)  -- differs: json functions
select * from json_to_recordset('[{"a":1},{"a":2}]') as t(a int)  -- differs: json functions
select * from jsonb_to_recordset('[{"a":1,"b":"x"}]') as t(a int, b text)  -- differs: json functions
select t.x, j.value from (values (1, '[1,2]'::json)) t(x, js), lateral json_array_elements(t.js) j order by 2  -- differs: json functions
select json '{"a":1}' ->> 'a'
select jsonb '{"a":1}' -> 'a'  -- differs: json functions
select cast('{"a":1}' as json) -> 'a'
select json_valid('{}')  -- differs: json functions

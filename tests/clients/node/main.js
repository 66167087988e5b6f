// What node-postgres, pg-cursor, pg-query-stream and pg-copy-streams do against a server.
'use strict';
const { Readable } = require('node:stream');
const { pipeline } = require('node:stream/promises');
const pg = require('pg');
const Cursor = require('pg-cursor');
const QueryStream = require('pg-query-stream');
const { from: copyFrom, to: copyTo } = require('pg-copy-streams');
const { assert, check, fails, pond, run, withClient } = require('./check');

const LONG = 'select count(*) from generate_series(1, 100000000) a, generate_series(1, 1000000) b where a + b < 0';

// type of the column, parameter, what comes back
const values = [
  ['smallint', 32767, 32767],
  ['int', 2147483647, 2147483647],
  ['bigint', '9223372036854775807', '9223372036854775807'],
  ['real', 1.5, 1.5],
  ['double precision', 0.1, 0.1],
  ['double precision', NaN, NaN],
  ['double precision', -Infinity, -Infinity],
  ['numeric(10,2)', '-12345678.90', '-12345678.90'],
  ['numeric(38,10)', '1234567890123456789012345678.0123456789', '1234567890123456789012345678.0123456789'],
  ['text', 'Grüße, 世界 😀 \'q\' "d" back\\slash\ttab\nline', undefined],
  ['text', '', ''],
  ['varchar(20)', 'äöü', 'äöü'],
  ['bytea', Buffer.from([0, 1, 127, 128, 255, 39, 92]), undefined],
  ['boolean', true, true],
  ['boolean', false, false],
  ['date', '2024-02-29', new Date(2024, 1, 29)],
  ['time', '23:59:59.123456', '23:59:59.123456'],
  ['timestamp', '2024-05-06 07:08:09.5', new Date(2024, 4, 6, 7, 8, 9, 500)],
  ['timestamptz', new Date('2024-05-06T07:08:09.123Z'), undefined],
  ['uuid', '00112233-4455-6677-8899-aabbccddeeff', undefined],
  ['json', { a: [1, 'ü', null] }, undefined],
  ['jsonb', { b: true }, undefined],
  ['int[]', [1, null, -3], undefined],
  ['text[]', ['a', 'with "quotes"', 'comma, {brace}', null, '', 'NULL', 'back\\slash'], undefined],
  ['timestamptz[]', [new Date('2024-05-06T07:08:09.000Z')], undefined],
  ['bigint[]', ['1', '9223372036854775807'], undefined],
];

withClient('connects by SCRAM, and the server says who it is', async (c) => {
  const { rows } = await c.query('select version(), current_user as name, 1 as one');
  assert.match(rows[0].version, /^PostgreSQL 15/);
  assert.equal(rows[0].name, process.env.PGUSER);
  assert.equal(rows[0].one, 1);
});

check('a wrong password is 28P01', () => fails('28P01', new pg.Client({ password: 'wrong' }).connect()));

for (const binary of [false, true]) {
  withClient(
    `types, ${binary ? 'binary' : 'text'}`,
    async (c) => {
      for (const [type, given, back] of values) {
        await c.query('drop table if exists node_value');
        await c.query(`create table node_value (n int, v ${type})`);
        for (let n = 0; n < 2; n++) await c.query('insert into node_value values ($1, $2)', [n, given]);
        if (binary && !/^(text|varchar|boolean)(\(|$)/.test(type)) continue; // others the client itself reads wrongly
        const { rows } = await c.query({ text: 'select v from node_value where n = $1', values: [1], binary });
        assert.deepEqual(rows[0].v, back === undefined ? given : back, type);
      }
    }
  );
}

withClient('NULL of every type', async (c) => {
  for (const [type] of values) {
    await c.query('drop table if exists node_value');
    await c.query(`create table node_value (v ${type})`);
    await c.query('insert into node_value values ($1)', [null]);
    assert.equal((await c.query('select v from node_value')).rows[0].v, null, type);
  }
});

withClient('an interval is an object', async (c) => {
  const { rows } = await c.query("select interval '1 year 2 mons 3 days 04:05:06.7' as i");
  assert.deepEqual({ ...rows[0].i }, { years: 1, months: 2, days: 3, hours: 4, minutes: 5, seconds: 6, milliseconds: 700 });
});

withClient('several statements in one text give several results', async (c) => {
  const results = await c.query('select 1 as a; select 2 as b; drop table if exists node_none');
  assert.deepEqual(results.map((r) => r.command), ['SELECT', 'SELECT', 'DROP']);
  assert.equal(results[1].rows[0].b, 2);
});

withClient('fields, row counts, commands', async (c) => {
  await c.query('drop table if exists node_rows');
  await c.query('create table node_rows (id int, name text)');
  let r = await c.query("insert into node_rows values (1, 'a'), (2, 'b'), (3, 'c') returning id");
  assert.deepEqual([r.command, r.rowCount, r.rows.length], ['INSERT', 3, 3]);
  r = await c.query('update node_rows set name = $1 where id > $2', ['x', 1]);
  assert.deepEqual([r.command, r.rowCount], ['UPDATE', 2]);
  r = await c.query('delete from node_rows where id = $1', [1]);
  assert.deepEqual([r.command, r.rowCount], ['DELETE', 1]);
  r = await c.query({ text: 'select id, name from node_rows order by id', rowMode: 'array' });
  assert.deepEqual(r.rows, [[2, 'x'], [3, 'x']]);
  assert.deepEqual(r.fields.map((f) => [f.name, f.dataTypeID]), [['id', 23], ['name', 25]]);
});

withClient('a named statement is planned once', async (c) => {
  for (let n = 0; n < 5; n++) {
    const { rows } = await c.query({ name: 'add', text: 'select $1::int + 1 as n', values: [n] });
    assert.equal(rows[0].n, n + 1);
  }
  const r = await c.query("select count(*) as n from pg_prepared_statements where name = 'add'").catch((e) => e);
  if (!pond) assert.equal(r.rows[0].n, '1');
});

withClient('a table that changes under a named statement is 0A000', async (c) => {
  await c.query('drop table if exists node_changed');
  await c.query('create table node_changed (a int)');
  await c.query('insert into node_changed values (1)');
  const all = { name: 'all', text: 'select * from node_changed where a > $1', values: [0] };
  assert.deepEqual((await c.query(all)).rows, [{ a: 1 }]);
  await c.query("alter table node_changed add column b text default 'new'");
  const error = await fails('0A000', c.query(all));
  assert.match(error.message, /cached plan must not change result type/);
  assert.deepEqual((await c.query({ ...all, name: 'again' })).rows, [{ a: 1, b: 'new' }]);
});

withClient('errors have SQLSTATE, position and severity', async (c) => {
  const error = await fails('42P01', c.query('select * from nowhere'));
  assert.equal(error.severity, 'ERROR');
  assert.equal(error.position, '15');
  await fails('42703', c.query('select nothing from (select 1 as a) t'));
  await fails('42601', c.query('selec 1'));
  await fails('22P02', c.query('select $1::int', ['x']));
  await fails('22P02', c.query("select 'x'::int"));
  await fails('42883', c.query('select no_such_function(1)'));
  await fails('08P01', c.query('select $1::int', [1, 2])).catch((e) => assert.match(String(e), /bind message/));
  assert.equal((await c.query('select 1 as a')).rows[0].a, 1);
});

withClient('a transaction that fails', async (c) => {
  await c.query('drop table if exists node_tx');
  await c.query('create table node_tx (n int)');
  await c.query('begin');
  await c.query('insert into node_tx values ($1)', [1]);
  await fails('42P01', c.query('select * from nowhere'));
  await fails('25P02', c.query('select 1'));
  assert.equal((await c.query('commit')).command, 'ROLLBACK');
  assert.equal((await c.query('select count(*)::int as n from node_tx')).rows[0].n, 0);
  await c.query('begin');
  await c.query('insert into node_tx values ($1)', [1]);
  await c.query('commit');
  assert.equal((await c.query('select count(*)::int as n from node_tx')).rows[0].n, 1);
});

withClient('a notice', async (c) => {
  const notices = [];
  c.on('notice', (n) => notices.push(n.code));
  await c.query('rollback');
  assert.deepEqual(notices, ['25P01']);
});

check('a cancel request', async () => {
  const busy = new pg.Client();
  await busy.connect();
  const query = new pg.Query(LONG);
  let ended = false;
  const result = new Promise((resolve) => {
    query.on('error', resolve);
    query.on('end', () => resolve(null));
  }).finally(() => (ended = true));
  busy.query(query);
  while (!ended) { // what comes before it runs does nothing
    const canceller = new pg.Client();
    canceller.on('error', () => {});
    const closed = new Promise((resolve) => canceller.connection.stream.on('close', resolve));
    canceller.cancel(busy, query);
    await closed;
  }
  assert.equal((await result).code, '57014');
  assert.equal((await busy.query('select 1 as a')).rows[0].a, 1);
  await busy.end();
});

withClient('statement_timeout', (c) => fails('57014', c.query(LONG)), { statement_timeout: 300 });

withClient('pg-cursor', async (c) => {
  await c.query('begin');
  const cursor = c.query(new Cursor('select i::int as i, $1::text as t from generate_series(1, 250) s(i) order by i', ['x']));
  let n = 0;
  for (let rows = await cursor.read(100); rows.length; rows = await cursor.read(100)) for (const row of rows) assert.equal(row.i, ++n);
  assert.equal(n, 250);
  await cursor.close();
  const half = c.query(new Cursor('select i from generate_series(1, 100000) s(i)'));
  assert.equal((await half.read(10)).length, 10);
  await half.close();
  assert.equal((await c.query('select 1 as a')).rows[0].a, 1);
  await c.query('commit');
});

withClient('pg-query-stream: 1,000,000 rows', async (c) => {
  const stream = c.query(new QueryStream("select i::int as i, 'row ' || i as t from generate_series(1, 1000000) s(i)", [], { batchSize: 10000, highWaterMark: 10000 }));
  let n = 0;
  let sum = 0;
  for await (const row of stream) {
    n++;
    sum += row.i;
  }
  assert.deepEqual([n, sum], [1000000, 500000500000]);
});

withClient('pg-query-stream that is destroyed', async (c) => {
  const stream = c.query(new QueryStream('select i::int as i from generate_series(1, 1000000) s(i)'));
  for await (const row of stream) if (row.i === 10) break;
  assert.equal((await c.query('select 1 as a')).rows[0].a, 1);
});

withClient('pg-copy-streams, in and out', async (c) => {
  await c.query('drop table if exists node_copy');
  await c.query('create table node_copy (n int, t text)');
  const lines = Array.from({ length: 20000 }, (_, i) => `${i}\t${i % 7 ? 'text ' + i : '\\N'}\n`);
  const into = c.query(copyFrom('copy node_copy from stdin'));
  await pipeline(Readable.from(lines), into);
  assert.equal(into.rowCount, 20000);
  const out = c.query(copyTo('copy (select * from node_copy order by n) to stdout'));
  const parts = [];
  for await (const part of out) parts.push(part);
  assert.equal(Buffer.concat(parts).toString(), lines.join(''));
  const csv = c.query(copyTo('copy (select * from node_copy where n < 2 order by n) to stdout with csv header'));
  const text = [];
  for await (const part of csv) text.push(part);
  assert.equal(Buffer.concat(text).toString(), 'n,t\n0,\n1,text 1\n');
});

withClient('COPY with a wrong line stores nothing', async (c) => {
  await c.query('drop table if exists node_copy');
  await c.query('create table node_copy (n int)');
  await fails('22P02', pipeline(Readable.from(['1\n', 'x\n']), c.query(copyFrom('copy node_copy from stdin'))));
  assert.equal((await c.query('select count(*)::int as n from node_copy')).rows[0].n, 0);
});

check('a pool: 10 connections, 100 queries', async () => {
  const pool = new pg.Pool({ max: 10 });
  const results = await Promise.all(Array.from({ length: 100 }, (_, i) => pool.query('select $1::int * 2 as n', [i])));
  results.forEach((r, i) => assert.equal(r.rows[0].n, 2 * i));
  await fails('22P02', pool.query("select 'x'::int"));
  await pool.end();
});

withClient('queries that wait for each other', async (c) => {
  const results = await Promise.allSettled([c.query('select 1 as a'), c.query('select * from nowhere'), c.query('select $1::int as a', [3])]);
  assert.deepEqual(results.map((r) => r.status), ['fulfilled', 'rejected', 'fulfilled']);
  assert.equal(results[2].value.rows[0].a, 3);
});

withClient('parameters of expressions that say no type', async (c) => {
  const { rows } = await c.query('select $1 as t, coalesce($2, $3) as c, $4::text is null as n', ['a', null, 'b', null]);
  assert.deepEqual(rows, [{ t: 'a', c: 'b', n: true }]);
  const any = await c.query('select i::int as i from generate_series(1, 5) s(i) where i = any($1) order by i', [[2, 4]]);
  assert.deepEqual(any.rows, [{ i: 2 }, { i: 4 }]);
  const like = await c.query("select 'a_b' like $1 as yes, 'axb' like $1 as no", ['a\\_b']);
  assert.deepEqual(like.rows, [{ yes: true, no: false }]);
  const limit = await c.query('select i::int as i from generate_series(1, 10) s(i) order by i limit $1 offset $2', [2, 3]);
  assert.deepEqual(limit.rows, [{ i: 4 }, { i: 5 }]);
});

run();

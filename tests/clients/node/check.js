// One line of output for each check.
'use strict';
const assert = require('node:assert/strict');
const { Client } = require('pg');

const pond = process.env.SERVER === 'pond';
const checks = [];
let failed = 0;

const check = (name, work) => checks.push([name, work]);

// A check with a connection of its own.
const withClient = (name, work, options = {}) =>
  check(name, async () => {
    const client = new Client(options);
    await client.connect();
    try {
      await work(client);
    } finally {
      await client.end();
    }
  });

async function fails(code, promise) {
  try {
    await promise;
  } catch (error) {
    assert.equal(error.code, code, `${error.code}: ${error.message}`);
    return error;
  }
  assert.fail(`expected ${code}, but it worked`);
}

async function run() {
  let number = 0;
  for (const [name, work] of checks) {
    number++;
    try {
      await work();
      console.log(`ok ${number} - ${name}`);
    } catch (error) {
      failed++;
      const where = (error.stack || '').split('\n').find((line) => line.includes('main.js')) || '';
      console.log(`not ok ${number} - ${name}: ${String(error.message).replace(/\s+/g, ' ')} ${error.code || ''} ${where.trim()}`);
    }
  }
  console.log(`1..${number}`);
  process.exit(failed ? 1 : 0);
}

module.exports = { assert, check, fails, pond, run, withClient };

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Receipts } from '../../../stack/web/static/js/receipts.js';

/** Reports twice at once, and looks away during the first call if `away`. */
async function reportedTwice(away) {
  let seen = true;
  let calls = 0;
  const told = [];
  const service = {
    markRead: async () => {
      calls += 1;
      await null;
      seen = !away;
    },
  };
  const tell = { read: (id) => told.push(id), failed: assert.fail, succeeded: () => {} };
  const receipts = new Receipts(service, tell);
  await Promise.all([receipts.read('one', () => seen), receipts.read('one', () => seen)]);
  return { calls, told };
}

test('A report that had to wait is made if all is still seen, and the count is asked for again.', async () => {
  assert.deepEqual(await reportedTwice(false), { calls: 2, told: ['one', 'one'] });
});

test('A report that had to wait is not made when something unseen has come meanwhile; the count is asked for.', async () => {
  assert.deepEqual(await reportedTwice(true), { calls: 1, told: ['one', 'one'] });
});

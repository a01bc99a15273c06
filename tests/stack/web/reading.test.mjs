import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Conversations } from '../../../stack/web/static/js/conversations.js';
import { Reading } from '../../../stack/web/static/js/reading.js';
import { Receipts } from '../../../stack/web/static/js/receipts.js';

/** Lets everything run that waits for no answer. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

function row(seq) {
  return { id: `m${seq}`, chat_id: 'c', sender_id: 'bo', seq, status: 'sent', created_at: '2025-10-01T09:00:00Z', deleted_at: null };
}

/** Somebody who looks at an open chat with one message; its first report as read is under way, and unanswered. */
async function reading() {
  const sight = { newest: 1, isSeen: true };
  const calls = [];
  const chat = { id: 'c', name: 'c', type: 'direct', participants: [], last_message_at: null, last: [row(1)] };
  const service = {
    markRead: () => new Promise((resolve) => calls.push(resolve)),
    conversations: async () => [chat],
    unreadCount: async () => 0,
  };
  const reports = { failed: assert.fail, succeeded() {} };
  const conversations = new Conversations(service, 'ana', { nameOf: (id) => id }, { ...reports, changed() {} });
  await conversations.load();
  const receipts = new Receipts(service, { ...reports, read() {} });
  const opened = new Reading('c', { receipts, conversations }, { newest: () => sight.newest, isInSight: () => sight.isSeen });
  const inserted = (seq, { shown }) => {
    conversations.inserted(row(seq));
    if (shown) sight.newest = seq;
    opened.report();
  };
  opened.report();
  return { opened, sight, calls, inserted };
}

/** How many reports there were in the end, when all are answered. */
async function answered(calls) {
  for (let done = 0; done < calls.length; done += 1) {
    calls[done]();
    await settled();
  }
  return calls.length;
}

test('What is seen while a report is under way is reported by one more.', async () => {
  const { calls, inserted } = await reading();
  inserted(2, { shown: true });
  inserted(3, { shown: true });
  assert.equal(await answered(calls), 2);
});

test('What was seen before the chat was left is reported, although its turn comes later.', async () => {
  const { opened, calls, inserted } = await reading();
  inserted(2, { shown: true });
  opened.stop();
  assert.equal(await answered(calls), 2);
});

test('A report that waits is not made when something came after the chat was left.', async () => {
  const { opened, calls, inserted } = await reading();
  inserted(2, { shown: true });
  opened.stop();
  inserted(3, { shown: false });
  assert.equal(await answered(calls), 1);
});

test('A report that waits is not made when the list has told of a message that the chat does not show yet.', async () => {
  const { sight, calls, inserted } = await reading();
  inserted(2, { shown: true });
  sight.isSeen = false;
  inserted(4, { shown: false });
  assert.equal(await answered(calls), 1);
});

test('Nothing is read in a chat that was left, nor out of sight, nor reported twice unless it may have been lost.', async () => {
  const { opened, sight, calls } = await reading();
  opened.report();
  assert.deepEqual([opened.isRead, await answered(calls)], [true, 1]);
  opened.forget();
  opened.report();
  assert.equal(await answered(calls), 2);
  sight.isSeen = false;
  assert.equal(opened.isRead, false);
  sight.isSeen = true;
  opened.stop();
  assert.equal(opened.isRead, false);
});

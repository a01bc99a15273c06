import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServiceError } from '../../../stack/web/static/js/errors.js';
import { History } from '../../../stack/web/static/js/history.js';
import { PendingQueue } from '../../../stack/web/static/js/pendingQueue.js';

const FLAGS = { keysetPagination: true, strictSeqOrdering: true };

/** Lets everything run that waits for no answer. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

function row(seq, more = {}) {
  return { id: `m${seq}`, chat_id: 'c', sender_id: 'bo', message_text: `text ${seq}`, seq, client_generated_id: null, status: 'sent', deleted_at: null, ...more };
}

/** A history, and the requests it has made: each is answered by the test, when the test says so. */
function begun(flags = {}) {
  const requests = [];
  const told = [];
  const asked = (name) => (...given) => new Promise((resolve, reject) => requests.push({ name, given, resolve, reject }));
  const service = { messagesBefore: asked('before'), messagesAfter: asked('after'), messagesById: asked('byId') };
  const alerts = { clear() {}, failed: (doing) => told.push(`failed ${doing}`) };
  const tell = Object.fromEntries(['loaded', 'older', 'caughtUp', 'changed'].map((name) => [name, () => told.push(name)]));
  const history = new History('c', { service, flags: { ...FLAGS, ...flags }, alerts }, tell);
  return { history, requests, told, seqs: () => history.store.entries().map((entry) => entry.seq) };
}

test('What is stored between the first read and the subscription is read after both.', async () => {
  const { history, requests, seqs } = begun();
  void history.load();
  void history.catchUp();
  await settled();
  assert.equal(requests.length, 1, 'it waits for what is being read');
  requests[0].resolve([row(1)]);
  await settled();
  assert.deepEqual([requests.length, requests[1]?.name], [2, 'after']);
  requests[1].resolve([row(1, { status: 'read' }), row(2)]);
  await settled();
  assert.deepEqual([seqs(), history.store.get('m1').status], [[1, 2], 'read']);
});

test('What could not be read at first is read when the network is back, once.', async () => {
  const { history, requests, told, seqs } = begun();
  void history.load();
  requests[0].reject(new ServiceError('no answer', { status: 0, passing: true }));
  await settled();
  assert.deepEqual(told, ['failed loading messages']);
  void history.catchUp();
  await settled();
  assert.equal(requests.length, 2);
  void history.load();
  assert.deepEqual(requests.map((request) => request.name), ['before', 'before'], 'a click reads nothing again');
  requests[1].resolve([row(1)]);
  await settled();
  assert.deepEqual([seqs(), told.filter((one) => one === 'loaded').length], [[1], 1]);
});

test('A first read that fails while the subscription begins is made once more.', async () => {
  const { history, requests, seqs } = begun();
  void history.load();
  void history.catchUp();
  await settled();
  requests[0].reject(new ServiceError('no answer', { status: 0, passing: true }));
  await settled();
  assert.equal(requests.length, 2);
  requests[1].resolve([row(1)]);
  await settled();
  assert.deepEqual([seqs(), requests.length], [[1], 2]);
});

test('A chat that was left while it was being read is not read again.', async () => {
  const { history, requests } = begun();
  void history.load();
  void history.catchUp();
  history.stop();
  requests[0].resolve([row(1)]);
  await settled();
  assert.equal(requests.length, 1);
});

test('A quoted message stays deleted when an older version of it comes later.', async () => {
  const { history, requests } = begun();
  assert.equal(history.quoted('m7'), null);
  await settled();
  history.updated(row(7, { deleted_at: '2025-10-02T00:00:00Z' }));
  requests[0].resolve([row(7), row(8)]);
  await settled();
  assert.equal(history.quoted('m7').deleted_at, '2025-10-02T00:00:00Z');
  assert.equal(history.quoted('m8').deleted_at, null);
  history.updated(row(7));
  assert.equal(history.quoted('m7').deleted_at, '2025-10-02T00:00:00Z');
});

/** What stands in the open chat of somebody who sends "a" and "b" while message 2 has not arrived. */
async function sending(flags) {
  const { history, requests } = begun(flags);
  void history.load();
  requests[0].resolve([row(1)]);
  await settled();
  const answers = [];
  const storage = { getItem: () => null, setItem() {} };
  const queue = new PendingQueue('ana', storage, (pending) => new Promise((resolve) => answers.push(() => resolve(pending))), {
    changed: () => history.store.setPending(queue.of('c')),
    sent: (pending) => void history.inserted(row(2 + answers.length, { sender_id: 'ana', client_generated_id: pending.clientId })),
    failed: assert.fail,
  });
  for (const clientId of ['a', 'b']) {
    queue.add({ clientId, chatId: 'c', senderId: 'ana', text: clientId, replyTo: null, createdAt: '2025-10-01T09:00:00Z' });
  }
  await settled();
  answers[0]();
  await settled();
  const shown = () => history.store.entries().map((entry) => entry.clientId ?? entry.seq);
  return { history, requests, answers, shown };
}

test('What one has sent stays in sight, once and in its place, while a gap before it is being read.', async () => {
  const { history, requests, answers, shown } = await sending();
  assert.equal(requests.length, 2);
  assert.deepEqual(shown(), [1, 'a', 'b']);
  answers[1]();
  await settled();
  assert.deepEqual(shown(), [1, 'a', 'b']);
  for (let at = 1; at < requests.length; at += 1) {
    requests[at].resolve([row(2)]);
    await settled();
  }
  assert.deepEqual(shown(), [1, 2, 'a', 'b']);
  history.store.setPending([]);
  assert.deepEqual(history.store.entries().map((entry) => entry.seq), [1, 2, 3, 4]);
});

test('It is there at once, as sent, where messages need not wait for those before them.', async () => {
  const { shown, history } = await sending({ strictSeqOrdering: false });
  assert.deepEqual(shown(), [1, 'a', 'b']);
  assert.deepEqual(history.store.entries().map((entry) => entry.status), ['sent', 'sent', 'sending']);
});

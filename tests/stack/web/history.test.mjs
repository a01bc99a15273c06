import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServiceError } from '../../../stack/web/static/js/errors.js';
import { History } from '../../../stack/web/static/js/history.js';

const FLAGS = { keysetPagination: true, strictSeqOrdering: true };

/** Lets everything run that waits for no answer. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

function row(seq, more = {}) {
  return { id: `m${seq}`, chat_id: 'c', sender_id: 'bo', message_text: `text ${seq}`, seq, client_generated_id: null, status: 'sent', deleted_at: null, ...more };
}

/** A history, and the requests it has made: each is answered by the test, when the test says so. */
function begun() {
  const requests = [];
  const told = [];
  const asked = (name) => (...given) => new Promise((resolve, reject) => requests.push({ name, given, resolve, reject }));
  const service = { messagesBefore: asked('before'), messagesAfter: asked('after'), messagesById: asked('byId') };
  const alerts = { clear() {}, failed: (doing) => told.push(`failed ${doing}`) };
  const tell = Object.fromEntries(['loaded', 'older', 'caughtUp', 'changed'].map((name) => [name, () => told.push(name)]));
  const history = new History('c', { service, flags: FLAGS, alerts }, tell);
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

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MessageStore } from '../../../stack/web/static/js/messageStore.js';

const ME = 'me';

function row(seq, more = {}) {
  return {
    id: `m${seq}`,
    chat_id: 'c',
    sender_id: 'other',
    message_text: `text ${seq}`,
    message_type: 'text',
    reply_to_message_id: null,
    seq,
    client_generated_id: null,
    status: 'sent',
    created_at: '2025-10-01T09:00:00Z',
    deleted_at: null,
    ...more,
  };
}

function pending(clientId) {
  return { clientId, chatId: 'c', senderId: ME, text: clientId, replyTo: null, createdAt: '2025-10-01T09:00:00Z', state: 'sending' };
}

function storeOf(...rows) {
  const store = new MessageStore();
  store.merge(rows);
  return store;
}

const seqs = (store) => store.entries().map((entry) => entry.seq);

test('Messages are in seq order, whatever order they came in and whatever their time says.', () => {
  const store = storeOf(row(3), row(1, { created_at: '2026-01-01T00:00:00Z' }));
  store.merge([row(2, { created_at: '2001-01-01T00:00:00Z' })]);
  assert.deepEqual(seqs(store), [1, 2, 3]);
});

test('A message that comes twice is there once.', () => {
  const store = storeOf(row(1), row(1));
  store.merge([row(1)]);
  assert.deepEqual(seqs(store), [1]);
});

test('A pending message is last, and becomes the stored one under the same key.', () => {
  const store = storeOf(row(1));
  store.setPending([pending('a')]);
  const before = store.entries().at(-1);
  assert.deepEqual([before.seq, before.status], [null, 'sending']);
  store.merge([row(2, { sender_id: ME, client_generated_id: 'a' })]);
  assert.deepEqual(seqs(store), [1, 2]);
  assert.equal(store.entries().at(-1).key, before.key);
});

test('A message that was stored before the queue knows is not shown as pending again.', () => {
  const store = storeOf(row(1, { sender_id: ME, client_generated_id: 'a' }));
  store.setPending([pending('a'), pending('b')]);
  assert.deepEqual(store.entries().map((entry) => entry.clientId), ['a', 'b']);
});

test('The client id of somebody else does not end a pending message.', () => {
  const store = storeOf();
  store.setPending([pending('a')]);
  store.merge([row(1, { client_generated_id: 'a' })]);
  assert.equal(store.entries().length, 2);
});

test('A status never goes back, and a deletion is never taken back.', () => {
  const store = storeOf(row(1, { status: 'read' }), row(2, { deleted_at: '2025-10-02T00:00:00Z' }));
  store.merge([row(1), row(2)]);
  store.update(row(1, { status: 'delivered' }));
  assert.deepEqual(store.entries().map((entry) => [entry.seq, entry.status]), [[1, 'read']]);
});

test('An update of a message that is not loaded loads nothing, and is remembered until it is.', () => {
  const store = storeOf(row(50), row(51));
  store.update(row(7, { deleted_at: '2025-10-02T00:00:00Z' }));
  store.update(row(8, { status: 'read' }));
  assert.equal(store.oldestSeq, 50);
  store.merge([row(7), row(8)]);
  assert.deepEqual(store.entries().map((entry) => [entry.seq, entry.status]), [[8, 'read'], [50, 'sent'], [51, 'sent']]);
});

test('A deleted message counts for what has been loaded.', () => {
  const store = storeOf(row(4, { deleted_at: '2025-10-02T00:00:00Z' }), row(5), row(6, { deleted_at: '2025-10-02T00:00:00Z' }));
  assert.deepEqual([store.oldestSeq, store.newestSeq], [4, 6]);
});

test('A chat without messages has no seq.', () => {
  assert.deepEqual([storeOf().oldestSeq, storeOf().newestSeq], [0, 0]);
});

test('The latest version of a message is told whether it is loaded or not.', () => {
  const store = storeOf(row(1, { status: 'read' }));
  store.update(row(2, { status: 'delivered' }));
  assert.deepEqual([1, 2, 3].map((seq) => store.latest(row(seq)).status), ['read', 'delivered', 'sent']);
});

test('A bubble that is kept for its stored message goes with it, and only its own.', () => {
  const store = storeOf(row(1));
  store.setPending([pending('a'), pending('b')]);
  store.hold(row(3, { sender_id: ME, client_generated_id: 'a' }));
  store.hold(row(4, { sender_id: 'other', client_generated_id: 'b' }));
  store.hold(row(5));
  store.setPending([]);
  assert.deepEqual(store.entries().map((entry) => entry.clientId), [null, 'a']);
  store.merge([row(3, { sender_id: ME, client_generated_id: 'a' })]);
  store.setPending([]);
  assert.deepEqual(seqs(store), [1, 3]);
});

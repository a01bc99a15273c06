import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServiceError } from '../../../stack/web/static/js/errors.js';
import { PendingQueue } from '../../../stack/web/static/js/pendingQueue.js';

const AWAY = new ServiceError('no answer', { status: 0, passing: true });
const REFUSED = new ServiceError('not allowed', { status: 403, code: '42501' });

function storage() {
  const kept = new Map();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
}

function message(clientId) {
  return { clientId, chatId: 'c', senderId: 'me', text: clientId, replyTo: null, createdAt: '2025-10-01T09:00:00Z' };
}

/** A queue whose sending gives these outcomes in turn, an Error or nothing; afterwards it succeeds. */
function queueOf(outcomes, kept = storage()) {
  const tried = [];
  const failed = [];
  const send = async (pending) => {
    tried.push(pending.clientId);
    const outcome = outcomes.shift();
    if (outcome) throw outcome;
    return { client_generated_id: pending.clientId };
  };
  const queue = new PendingQueue('me', kept, send, { changed() {}, sent() {}, failed: (error) => failed.push(error) });
  return { queue, tried, failed, kept };
}

test('Messages are sent one after the other in the order of writing.', async () => {
  const { queue, tried } = queueOf([]);
  for (const clientId of ['a', 'b', 'c']) queue.add(message(clientId));
  await queue.wake();
  assert.deepEqual([tried, queue.of('c')], [['a', 'b', 'c'], []]);
});

test('One that cannot be sent now waits, and those behind it do not overtake it.', async () => {
  const { queue, tried, failed } = queueOf([AWAY]);
  queue.add(message('a'));
  queue.add(message('b'));
  await queue.wake();
  assert.deepEqual([tried, queue.of('c').length, failed], [['a', 'a', 'b'], 0, []]);
});

test('While nothing can be sent, all wait.', async () => {
  const { queue } = queueOf([AWAY, AWAY]);
  queue.add(message('a'));
  queue.add(message('b'));
  await queue.wake();
  queue.stop();
  assert.equal(queue.of('c')[0].state, 'waiting');
  assert.equal(queue.countWaiting(), 2);
});

test('One that is refused is told, kept for the user to decide, and does not hold up the others.', async () => {
  const { queue, tried, failed } = queueOf([REFUSED]);
  queue.add(message('a'));
  queue.add(message('b'));
  await queue.wake();
  assert.deepEqual(queue.of('c').map((one) => [one.clientId, one.state]), [['a', 'failed']]);
  assert.deepEqual([tried, failed], [['a', 'b'], [REFUSED]]);
  queue.retry('a');
  await queue.wake();
  assert.deepEqual(queue.of('c'), []);
});

test('What waits survives a reload under the same client id.', async () => {
  const first = queueOf([AWAY, AWAY]);
  first.queue.add(message('a'));
  await first.queue.wake();
  first.queue.stop();
  const { queue, tried } = queueOf([], first.kept);
  await queue.wake();
  assert.deepEqual([tried, queue.of('c')], [['a'], []]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coalesced } from '../../../stack/web/static/js/coalesce.js';
import { DEFAULTS, readFlags } from '../../../stack/web/static/js/featureFlags.js';
import { withRetry } from '../../../stack/web/static/js/withRetry.js';

async function retried(...statuses) {
  const waits = [];
  let calls = 0;
  const call = async () => ({ status: statuses[Math.min(calls++, statuses.length - 1)] });
  const { status } = await withRetry(call, { random: () => 1, wait: async (ms) => waits.push(ms) });
  return { status, calls, waits };
}

test('A call is repeated while there is no answer or 503, and waits twice as long each time.', async () => {
  assert.deepEqual(await retried(0, 503, 201), { status: 201, calls: 3, waits: [150, 300] });
});

test('A call that was answered is not repeated.', async () => {
  for (const status of [200, 400, 401, 403, 404, 409, 500]) assert.equal((await retried(status)).calls, 1);
});

test('A call is given up after four attempts.', async () => {
  assert.deepEqual(await retried(0), { status: 0, calls: 4, waits: [150, 300, 600] });
});

test('However often it is asked for, an action runs once at a time and once more afterwards.', async () => {
  let running = 0;
  let runs = 0;
  const run = coalesced(async () => {
    running += 1;
    runs += 1;
    assert.equal(running, 1);
    await null;
    running -= 1;
  });
  await Promise.all([run(), run(), run(), run()]);
  assert.equal(runs, 2);
});

test('An action that is asked for just when it ends still runs once at a time, and once more.', async () => {
  for (let after = 0; after < 12; after += 1) {
    let running = 0;
    let runs = 0;
    let end;
    const run = coalesced(async () => {
      running += 1;
      runs += 1;
      assert.equal(running, 1, `two at once, ${after} steps after the first ended`);
      if (runs === 1) await new Promise((resolve) => (end = resolve));
      else for (let step = 0; step < 9; step += 1) await null;
      running -= 1;
    });
    const first = [run(), run()];
    end();
    for (let step = 0; step < after; step += 1) await null;
    await Promise.all([...first, run()]);
    assert.ok(runs <= 3, `${runs} runs`);
  }
});

test('An action that failed runs again for whoever asked meanwhile, and for whoever asks later.', async () => {
  let runs = 0;
  const run = coalesced(async () => {
    runs += 1;
    await null;
    if (runs === 1) throw new Error('no space left');
  });
  const [first, second] = await Promise.allSettled([run(), run()]);
  assert.deepEqual([first.status, second.status, runs], ['rejected', 'fulfilled', 2]);
  await Promise.all([run(), run()]);
  assert.equal(runs, 4);
});

test('The query parameter wins over the configuration, which wins over the defaults.', () => {
  const { flags, problems } = readFlags({ deliveryTicks: false, keysetPagination: false }, 'deliveryTicks:on,realtimeDebugLog:on');
  assert.deepEqual(flags, { ...DEFAULTS, deliveryTicks: true, keysetPagination: false, realtimeDebugLog: true });
  assert.deepEqual(problems, []);
});

test('A flag that is none, or neither on nor off, is told and changes nothing.', () => {
  const { flags, problems } = readFlags(undefined, 'ticks:on,deliveryTicks:maybe,toString:on');
  assert.deepEqual(flags, DEFAULTS);
  assert.equal(problems.length, 3);
});

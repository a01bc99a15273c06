import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Feed } from '../../../stack/web/static/js/feed.js';

/** Lets everything run that waits for no answer. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A feed that has sent its first join, with the token "first"; a renewed one is called "renewed". */
async function joined(t) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const session = { access_token: 'first' };
  const renewals = [];
  const channels = [];
  const auth = {
    getSession: async () => ({ data: { session: { ...session } }, error: null }),
    refreshSession: async () => {
      renewals.push(session.access_token);
      session.access_token = 'renewed';
      return auth.getSession();
    },
  };
  const channel = () => {
    const one = { token: session.access_token, told: {}, removed: false, on: (type, _, heard) => (one.told[type] = heard), subscribe: (heard) => (one.told.state = heard) };
    channels.push(one);
    return one;
  };
  const realtime = { setAuth: async () => {}, connect() {} };
  const client = { auth, channel, realtime, removeChannel: async (one) => (one.removed = true) };
  const states = [];
  const tell = { live() {}, state: (state) => states.push(state), signedOut: assert.fail, log() {} };
  const feed = new Feed(client, 'chat:c', [], tell);
  feed.start();
  await settled();
  const later = async () => {
    t.mock.timers.tick(60_000);
    await settled();
  };
  return { feed, channels, renewals, states, later };
}

test('A join that is refused since its token ran out is made again with a new one.', async (t) => {
  const { channels, renewals, states, later } = await joined(t);
  channels[0].told.state('CHANNEL_ERROR', new Error('"InvalidJWTToken: Token has expired 12 seconds ago"'));
  assert.deepEqual([states.at(-1), channels[0].removed], ['reconnecting', true]);
  await later();
  assert.deepEqual([renewals, channels.map((channel) => channel.token)], [['first'], ['first', 'renewed']]);
  channels[1].told.system({ extension: 'postgres_changes', status: 'ok', message: 'Subscribed to PostgreSQL' });
  assert.equal(states.at(-1), 'live');
});

test('A channel whose token runs out while it is open is joined again with a new one.', async (t) => {
  const { channels, renewals, later } = await joined(t);
  channels[0].told.system({ extension: 'system', status: 'error', message: 'Token has expired 12 seconds ago' });
  await later();
  assert.deepEqual([renewals, channels.length], [['first'], 2]);
});

test('After another error, or without one, the client joins again by itself, with the token that it has.', async (t) => {
  for (const error of [new Error('socket closed: 1006'), undefined]) {
    const { channels, renewals, states, later } = await joined(t);
    channels[0].told.state('CHANNEL_ERROR', error);
    await later();
    assert.deepEqual([renewals, channels.length, channels[0].removed, states.at(-1)], [[], 1, false, 'reconnecting']);
    t.mock.timers.reset();
  }
});

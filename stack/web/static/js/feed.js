/**
 * One realtime subscription to changes of the database, kept alive. Its events are hints: what was missed while it was
 * away is read by whoever listens, each time it says that it is live.
 *
 * @import { RealtimeChannel, RealtimePostgresChangesPayload, RealtimePostgresChangesFilter } from '@supabase/supabase-js'
 * @import { Client, FeedState } from '../../types/page'
 */

/**
 * @typedef {{
 *   event: 'INSERT' | 'UPDATE' | 'DELETE',
 *   table: string,
 *   filter?: string,
 *   received: (row: any) => void,
 * }} Binding
 */

const DELAYS = [1000, 2000, 5000, 10_000];
/** In what the server says of a token that has run out, when it refuses a join and when it ends a channel. */
const EXPIRED = /token has expired/i;

export class Feed {
  /** @type {RealtimeChannel | null} */
  #channel = null;
  /** Counts the attempts to join, so that a late answer to an old one is not taken for the new one's. */
  #attempt = 0;
  #failures = 0;
  #timer = 0;
  /** The token of which the server last said that it has run out. */
  #spent = '';
  /** @type {FeedState} */
  #state = 'stopped';
  #client;
  #topic;
  #bindings;
  #tell;

  /**
   * @param {Client} client
   * @param {string} topic
   * @param {Binding[]} bindings
   * @param {{ live: () => void, state: (state: FeedState) => void, signedOut: () => void,
   *   log: (...what: unknown[]) => void }} tell live: changes flow from now on, for the first time or again
   */
  constructor(client, topic, bindings, tell) {
    this.#client = client;
    this.#topic = topic;
    this.#bindings = bindings;
    this.#tell = tell;
  }

  start() {
    this.#set('connecting');
    void this.#join();
  }

  stop() {
    this.#set('stopped');
    this.#leave();
  }

  /** The network is back: do not wait for the client's next attempt. */
  hurry() {
    if (this.#state === 'reconnecting') this.#client.realtime.connect();
  }

  async #join() {
    this.#leave();
    const attempt = this.#attempt;
    // Without these two a stored session's token is not sent with the join, and only anon's changes arrive.
    const { data, error } = await this.#session();
    if (attempt !== this.#attempt) return;
    if (!data.session) {
      // Without a network there may be a session that could not be renewed; it is tried again.
      if (error?.name === 'AuthRetryableFetchError') this.#again('the session could not be renewed');
      else this.#tell.signedOut();
      return;
    }
    const { access_token: token } = data.session;
    await this.#client.realtime.setAuth();
    if (attempt !== this.#attempt) return;

    const channel = this.#client.channel(this.#topic);
    this.#channel = channel;
    for (const { event, table, filter, received } of this.#bindings) {
      /** @type {RealtimePostgresChangesFilter<any>} */
      const wanted = { event, schema: 'public', table, ...(filter && { filter }) };
      channel.on('postgres_changes', wanted, (/** @type {RealtimePostgresChangesPayload<any>} */ change) => {
        this.#tell.log(this.#topic, change.eventType, change.new, change.errors);
        // A row the server could not send in full is read with the next catch-up.
        if (change.errors) this.#tell.live();
        else received(change.new);
      });
    }
    channel.on('system', {}, ({ extension, status, message }) => {
      this.#tell.log(this.#topic, 'system', status, message);
      if (attempt !== this.#attempt) return;
      if (EXPIRED.test(message)) this.#spent = token;
      if (status !== 'ok') this.#again(message);
      else if (extension === 'postgres_changes') this.#live();
    });
    channel.subscribe((status, error) => {
      this.#tell.log(this.#topic, status, error);
      if (attempt !== this.#attempt) return;
      // SUBSCRIBED comes before changes flow, so it says nothing. After an error the client joins again by itself;
      // a channel that the server closed, as it does when a token has run out, stays closed.
      if (status === 'CLOSED') this.#again('the server closed the channel');
      else if (error && EXPIRED.test(error.message)) {
        // The client would join again with the same token.
        this.#spent = token;
        this.#again(error.message);
      } else if (status !== 'SUBSCRIBED') this.#set('reconnecting');
    });
  }

  /** The session. The client renews a token by its own clock, so one that the server calls expired is renewed here. */
  async #session() {
    const { auth } = this.#client;
    const known = await auth.getSession();
    return known.data.session?.access_token === this.#spent ? auth.refreshSession() : known;
  }

  #live() {
    this.#failures = 0;
    this.#set('live');
    this.#tell.live();
  }

  /** @param {string} reason */
  #again(reason) {
    this.#tell.log(this.#topic, 'joins again', reason);
    this.#leave();
    this.#set('reconnecting');
    this.#timer = setTimeout(() => void this.#join(), DELAYS[Math.min(this.#failures, DELAYS.length - 1)]);
    this.#failures += 1;
  }

  #leave() {
    this.#attempt += 1;
    clearTimeout(this.#timer);
    if (this.#channel) void this.#client.removeChannel(this.#channel);
    this.#channel = null;
  }

  /** @param {FeedState} state */
  #set(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.#tell.state(state);
  }
}

/**
 * What the user wrote and the database has not confirmed: sent one after the other, in the order of writing, and kept
 * when the tab is reloaded. A message whose sending fails for a passing reason waits, and so do those behind it.
 *
 * @import { Message, Pending } from '../../types/page'
 */

import { coalesced } from './coalesce.js';
import { ServiceError } from './errors.js';

const DELAYS = [2000, 4000, 8000, 15_000];
/** Milliseconds that sending may take before the page says that a message waits. */
export const EXPECTED = 700;

export class PendingQueue {
  /** @type {Pending[]} */
  #waiting;
  #storage;
  #key;
  #send;
  #tell;
  #failures = 0;
  #timer = 0;
  #stopped = false;
  #drain = coalesced(() => this.#sendAll());

  /**
   * @param {string} userId
   * @param {Pick<Storage, 'getItem' | 'setItem'>} storage
   * @param {(pending: Pending) => Promise<Message>} send
   * @param {{ changed: () => void, sent: (row: Message) => void, failed: (error: unknown) => void }} tell
   */
  constructor(userId, storage, send, tell) {
    this.#storage = storage;
    this.#key = `connect.pending.${userId}`;
    this.#send = send;
    this.#tell = tell;
    this.#waiting = JSON.parse(storage.getItem(this.#key) ?? '[]');
    for (const pending of this.#waiting) pending.state = 'waiting';
  }

  /** @param {string} chatId */
  of(chatId) {
    return this.#waiting.filter((pending) => pending.chatId === chatId);
  }

  /**
   * How many wait for their turn, or for an answer that takes longer than a person expects.
   * @param {number} [now]
   */
  countWaiting(now = Date.now()) {
    const isSlow = (/** @type {Pending} */ one) => now - Date.parse(one.createdAt) >= EXPECTED;
    return this.#waiting.filter((one) => one.state === 'waiting' || (one.state === 'sending' && isSlow(one))).length;
  }

  /** @param {Omit<Pending, 'state'>} message */
  add(message) {
    this.#waiting.push({ ...message, state: 'sending' });
    this.#changed();
    void this.wake();
  }

  /** Try again now. */
  wake() {
    return this.#drain();
  }

  /**
   * Try again to send one that failed.
   * @param {string} clientId
   */
  retry(clientId) {
    this.#set(clientId, 'waiting');
    void this.wake();
  }

  /** @param {string} clientId */
  discard(clientId) {
    this.#waiting = this.#waiting.filter((pending) => pending.clientId !== clientId);
    this.#changed();
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #sendAll() {
    clearTimeout(this.#timer);
    for (;;) {
      const pending = this.#waiting.find((one) => one.state !== 'failed');
      if (!pending || this.#stopped) return;
      this.#set(pending.clientId, 'sending');
      try {
        const row = await this.#send(pending);
        if (this.#stopped) return;
        this.#failures = 0;
        this.#tell.sent(row);
        this.discard(pending.clientId);
      } catch (error) {
        if (this.#stopped) return;
        const passing = error instanceof ServiceError && error.passing;
        if (!passing) this.#tell.failed(error);
        this.#set(pending.clientId, passing ? 'waiting' : 'failed');
        if (passing) {
          this.#timer = setTimeout(() => void this.#drain(), DELAYS[Math.min(this.#failures, DELAYS.length - 1)]);
          this.#failures += 1;
          return;
        }
      }
    }
  }

  /**
   * @param {string} clientId
   * @param {Pending['state']} state
   */
  #set(clientId, state) {
    this.#waiting = this.#waiting.map((one) => (one.clientId === clientId ? { ...one, state } : one));
    this.#changed();
  }

  #changed() {
    this.#storage.setItem(this.#key, JSON.stringify(this.#waiting));
    this.#tell.changed();
  }
}

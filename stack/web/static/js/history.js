/**
 * What is known of one chat's messages: reads them, older ones on demand, and whatever was missed. Knows no DOM.
 *
 * @import { Flags, Message } from '../../types/page'
 * @import { Alerts } from './alerts.js'
 * @import { ChatService } from './service.js'
 */

import { coalesced } from './coalesce.js';
import { MessageStore } from './messageStore.js';
import { PAGE } from './service.js';

export class History {
  store = new MessageStore();
  isLoaded = false;
  hasOlder = false;
  /** Messages that are quoted and not loaded. @type {Map<string, Message>} */
  #quoted = new Map();
  /** Those of them that have been asked for. @type {Set<string>} */
  #asked = new Set();
  /** Those to be asked for together. @type {string[]} */
  #wanted = [];
  /** The first read, while it is under way. @type {Promise<void> | null} */
  #loading = null;
  #loadingOlder = false;
  #stopped = false;
  #id;
  #service;
  #flags;
  #alerts;
  #tell;

  /** Reads whatever was stored, marked or deleted while realtime was away. */
  catchUp = coalesced(() => this.#readMissed());

  /**
   * @param {string} id of the chat
   * @param {{ service: ChatService, flags: Flags, alerts: Alerts }} surroundings
   * @param {{ loaded: () => void, older: () => void, caughtUp: () => void, changed: () => void }} tell
   *   loaded: the chat, for the first time; older: older messages were asked for, whether any came or not
   */
  constructor(id, { service, flags, alerts }, tell) {
    this.#id = id;
    this.#service = service;
    this.#flags = flags;
    this.#alerts = alerts;
    this.#tell = tell;
  }

  stop() {
    this.#stopped = true;
  }

  /** Reads the newest messages; what is asked for while they are being read is answered by the same read. */
  load() {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  async loadOlder() {
    if (!this.hasOlder || this.#loadingOlder) return;
    this.#loadingOlder = true;
    try {
      const rows = await this.#service.messagesBefore(this.#id, this.store.oldestSeq);
      this.#alerts.clear('loading older messages');
      this.store.merge(rows);
      this.hasOlder = rows.length === PAGE;
    } catch (error) {
      this.hasOlder = false;
      this.#failed('loading older messages', 'Older messages could not be loaded', error, () => {
        this.hasOlder = true;
        this.#tell.older();
      });
    } finally {
      this.#loadingOlder = false;
    }
    if (!this.#stopped) this.#tell.older();
  }

  /**
   * A message was stored.
   * @param {Message} row
   */
  async inserted(row) {
    if (this.isLoaded && row.seq > this.store.newestSeq + 1) {
      if (this.#flags.strictSeqOrdering) this.store.hold(row);
      else this.#add(row);
      await this.catchUp();
    }
    if (!this.#stopped) this.#add(row);
  }

  /**
   * A message was marked, edited or deleted.
   * @param {Message} row
   */
  updated(row) {
    this.store.update(row);
    if (this.#quoted.has(row.id)) this.#quoted.set(row.id, this.store.latest(row));
    this.#tell.changed();
  }

  /**
   * A message that another one quotes; null while it is not known, in which case it is asked for.
   * @param {string} id
   */
  quoted(id) {
    const known = this.store.get(id) ?? this.#quoted.get(id) ?? null;
    if (!known && !this.#asked.has(id)) {
      this.#asked.add(id);
      if (this.#wanted.push(id) === 1) queueMicrotask(() => void this.#readQuoted());
    }
    return known;
  }

  /** @param {Message} row */
  #add(row) {
    this.store.merge([row]);
    this.#tell.changed();
  }

  async #load() {
    const paged = this.#flags.keysetPagination;
    try {
      const rows = await (paged ? this.#service.messagesBefore(this.#id) : this.#service.messagesAfter(this.#id, 0));
      if (this.#stopped) return;
      this.#alerts.clear('loading messages');
      this.store.merge(rows);
      this.isLoaded = true;
      this.hasOlder = paged && rows.length === PAGE;
      this.#tell.loaded();
    } catch (error) {
      this.#failed('loading messages', 'The messages could not be loaded', error, () => void this.load());
    }
  }

  async #readMissed() {
    // What was stored after the first read and before changes flowed is in neither of them.
    await this.#loading;
    if (this.#stopped) return;
    if (!this.isLoaded) return this.load();
    try {
      const rows = await this.#service.messagesAfter(this.#id, this.store.oldestSeq - 1);
      if (this.#stopped) return;
      this.#alerts.clear('catching up');
      this.store.merge(rows);
      this.#tell.caughtUp();
    } catch (error) {
      this.#failed('catching up', 'What was written meanwhile could not be loaded', error, () => void this.catchUp());
    }
  }

  async #readQuoted() {
    const wanted = this.#wanted.splice(0);
    try {
      for (const row of await this.#service.messagesById(wanted)) this.#quoted.set(row.id, this.store.latest(row));
      if (!this.#stopped) this.#tell.changed();
    } catch (error) {
      this.#failed('loading quoted messages', 'Quoted messages could not be loaded', error, () => {
        for (const id of wanted) this.#asked.delete(id);
        this.#tell.changed();
      });
    }
  }

  /**
   * @param {string} doing
   * @param {string} sentence
   * @param {unknown} error
   * @param {() => void} again
   */
  #failed(doing, sentence, error, again) {
    if (!this.#stopped) this.#alerts.failed(doing, sentence, error, again);
  }
}

/**
 * The user's chats, kept up to date by what realtime says: order, last message, unread count.
 *
 * @import { Conversation, Message } from '../../types/page'
 * @import { People } from './people.js'
 * @import { ChatService } from './service.js'
 */

import { coalesced } from './coalesce.js';

export class Conversations {
  /** @type {Map<string, Conversation>} */
  #byId = new Map();
  /** @type {Map<string, () => Promise<void>>} */
  #counting = new Map();
  /** What came while the list was being read, and may be newer than what was read. @type {(() => void)[] | null} */
  #meanwhile = null;
  #service;
  #me;
  #people;
  #tell;

  /** Reads the list. Resolves when the list is there; the counts may follow. */
  load = coalesced(() => this.#load());

  /**
   * @param {ChatService} service
   * @param {string} me
   * @param {People} people
   * @param {{ changed: () => void, failed: (doing: string, sentence: string, error: unknown, again: () => void) => void,
   *   succeeded: (doing: string) => void }} tell
   */
  constructor(service, me, people, tell) {
    this.#service = service;
    this.#me = me;
    this.#people = people;
    this.#tell = tell;
  }

  /** Newest message first; chats without any last. */
  list() {
    const when = (/** @type {Conversation} */ chat) => (chat.lastMessageAt ? Date.parse(chat.lastMessageAt) : -Infinity);
    return [...this.#byId.values()].sort((a, b) => when(b) - when(a) || a.name.localeCompare(b.name));
  }

  /** @param {string} id */
  get(id) {
    return this.#byId.get(id) ?? null;
  }

  /**
   * A message was stored.
   * @param {Message} row
   */
  inserted(row) {
    this.#meanwhile?.push(() => this.inserted(row));
    const chat = this.#byId.get(row.chat_id);
    if (!chat) return void this.load();
    if (!chat.lastMessageAt || Date.parse(row.created_at) > Date.parse(chat.lastMessageAt)) chat.lastMessageAt = row.created_at;
    if (!row.deleted_at && row.seq > (chat.last?.seq ?? 0)) chat.last = row;
    this.#tell.changed();
  }

  /**
   * A message was marked, edited or deleted.
   * @param {Message} row
   */
  updated(row) {
    this.#meanwhile?.push(() => this.updated(row));
    const chat = this.#byId.get(row.chat_id);
    if (!chat || chat.last?.id !== row.id) return;
    // What is now the last message has to be asked for.
    if (row.deleted_at) return void this.load();
    chat.last = row;
    this.#tell.changed();
  }

  /**
   * Ask again how many messages of a chat are unread.
   * @param {string} id
   */
  count(id) {
    const counting = this.#counting.get(id) ?? coalesced(() => this.#count(id));
    this.#counting.set(id, counting);
    return counting();
  }

  async #load() {
    /** @type {(() => void)[]} */
    const meanwhile = [];
    this.#meanwhile = meanwhile;
    try {
      const rows = await this.#service.conversations();
      this.#byId = new Map(rows.map((row) => [row.id, this.#conversation(row)]));
      this.#tell.succeeded('loading conversations');
      this.#tell.changed();
    } catch (error) {
      this.#tell.failed('loading conversations', 'Your conversations could not be loaded', error, () => void this.load());
      return;
    } finally {
      this.#meanwhile = null;
    }
    for (const apply of meanwhile) apply();
    for (const id of this.#byId.keys()) void this.count(id);
  }

  /** @param {string} id */
  async #count(id) {
    try {
      const unread = await this.#service.unreadCount(id);
      this.#tell.succeeded('loading unread counts');
      const chat = this.#byId.get(id);
      if (!chat || chat.unread === unread) return;
      chat.unread = unread;
      this.#tell.changed();
    } catch (error) {
      const again = () => void Promise.all([...this.#byId.keys()].map((each) => this.count(each)));
      this.#tell.failed('loading unread counts', 'Unread messages could not be counted', error, again);
    }
  }

  /**
   * @param {Awaited<ReturnType<ChatService['conversations']>>[number]} row
   * @returns {Conversation}
   */
  #conversation(row) {
    const members = row.participants.map((participant) => participant.user_id);
    const others = members.filter((id) => id !== this.#me);
    const name = row.name ?? (others.map((id) => this.#people.nameOf(id)).join(', ') || 'Only you');
    const known = this.#byId.get(row.id);
    return {
      id: row.id,
      type: row.type,
      name,
      picture: (row.type === 'direct' && others[0]) || row.id,
      members,
      lastMessageAt: row.last_message_at,
      last: row.last[0] ?? null,
      unread: known?.unread ?? null,
    };
  }
}

/**
 * The messages of one chat: each once, in seq order, and after them what is still to be sent. Knows no DOM and no network.
 *
 * @import { Entry, Message, Pending } from '../../types/page'
 */

const STATUSES = ['sent', 'delivered', 'read'];

export class MessageStore {
  /** The loaded part of the chat, by id. @type {Map<string, Message>} */
  #loaded = new Map();
  /** Updates of messages that are not loaded (yet), by id. @type {Map<string, Message>} */
  #ahead = new Map();
  /** By client id. @type {Map<string, Pending>} */
  #pending = new Map();
  /** The keys of messages that are stored and not loaded yet. @type {Set<string>} */
  #held = new Set();

  /** 0 when nothing is loaded. */
  get oldestSeq() {
    return this.#loaded.size ? Math.min(...this.#seqs()) : 0;
  }

  /** 0 when nothing is loaded. */
  get newestSeq() {
    return Math.max(0, ...this.#seqs());
  }

  /**
   * Rows that were read, or inserted: they belong to the loaded part. A pending message that is among them is
   * pending no longer.
   * @param {readonly Message[]} rows
   */
  merge(rows) {
    for (const row of rows) {
      this.#loaded.set(row.id, this.latest(row));
      this.#ahead.delete(row.id);
      this.#held.delete(clientKey(row.sender_id, row.client_generated_id));
      const pending = row.client_generated_id && this.#pending.get(row.client_generated_id);
      if (pending && pending.senderId === row.sender_id) this.#pending.delete(pending.clientId);
    }
  }

  /**
   * A row that was updated. Where it is not loaded it does not become so, since its neighbours are not; what is known
   * of it is kept until it is.
   * @param {Message} row
   */
  update(row) {
    const known = this.#loaded.get(row.id);
    if (known) this.#loaded.set(row.id, newer(known, row));
    else this.#ahead.set(row.id, newer(this.#ahead.get(row.id) ?? row, row));
  }

  /**
   * A row that was read, joined with what is known of it, which may be newer.
   * @param {Message} row
   */
  latest(row) {
    const known = this.#loaded.get(row.id) ?? this.#ahead.get(row.id);
    return known ? newer(known, row) : row;
  }

  /** @param {string} id */
  get(id) {
    return this.#loaded.get(id) ?? null;
  }

  /**
   * A row that was stored and will be merged later. If it is among what is pending, it stays there until then.
   * @param {Message} row
   */
  hold(row) {
    this.#held.add(clientKey(row.sender_id, row.client_generated_id));
  }

  /**
   * Replaces what is pending.
   * @param {readonly Pending[]} pending in the order in which they will be sent
   */
  setPending(pending) {
    const sent = new Set([...this.#loaded.values()].map((row) => clientKey(row.sender_id, row.client_generated_id)));
    const unsent = pending.filter((one) => !sent.has(clientKey(one.senderId, one.clientId)));
    const held = [...this.#pending.values()].filter((one) => this.#held.has(clientKey(one.senderId, one.clientId)));
    this.#pending = new Map([...held, ...unsent].map((one) => [one.clientId, one]));
  }

  /** What is to be shown. @returns {Entry[]} */
  entries() {
    const shown = [...this.#loaded.values()].filter((row) => row.deleted_at === null).sort((a, b) => a.seq - b.seq);
    return [...shown.map(stored), ...[...this.#pending.values()].map(unsent)];
  }

  *#seqs() {
    for (const row of this.#loaded.values()) yield row.seq;
  }
}

/**
 * Joins two versions of one message, of which the older may arrive last: a status or a deletion is never taken back.
 * @param {Message} known
 * @param {Message} row
 * @returns {Message}
 */
function newer(known, row) {
  const status = STATUSES.indexOf(row.status) < STATUSES.indexOf(known.status) ? known.status : row.status;
  return { ...known, ...row, status, deleted_at: row.deleted_at ?? known.deleted_at };
}

/**
 * Only its sender can have generated a client id, so the same id of somebody else is another message.
 * @param {string} senderId
 * @param {string | null} clientId
 */
function clientKey(senderId, clientId) {
  return `${senderId}/${clientId}`;
}

/**
 * @param {Message} row
 * @returns {Entry}
 */
function stored(row) {
  return {
    key: row.client_generated_id ? clientKey(row.sender_id, row.client_generated_id) : row.id,
    id: row.id,
    clientId: row.client_generated_id,
    seq: row.seq,
    senderId: row.sender_id,
    text: row.message_text ?? '',
    kind: row.message_type,
    replyTo: row.reply_to_message_id,
    createdAt: row.created_at,
    status: row.status,
  };
}

/**
 * @param {Pending} pending
 * @returns {Entry}
 */
function unsent(pending) {
  return {
    key: clientKey(pending.senderId, pending.clientId),
    id: null,
    clientId: pending.clientId,
    seq: null,
    senderId: pending.senderId,
    text: pending.text,
    kind: 'text',
    replyTo: pending.replyTo,
    createdAt: pending.createdAt,
    status: pending.state,
  };
}

/**
 * Whether the person reads what arrives in one open chat, and reporting it as read. Knows no DOM.
 *
 * @import { Conversations } from './conversations.js'
 * @import { Receipts } from './receipts.js'
 */

export class Reading {
  /** The newest message when the person last read to the end. */
  #readTo = 0;
  #left = false;
  #id;
  #with;
  #chat;

  /**
   * @param {string} id of the chat
   * @param {{ receipts: Receipts, conversations: Conversations }} surroundings
   * @param {{ newest: () => number, isInSight: () => boolean }} chat newest: the seq of the newest message it shows;
   *   isInSight: whether the person would see another at once
   */
  constructor(id, surroundings, chat) {
    this.#id = id;
    this.#with = surroundings;
    this.#chat = chat;
  }

  /** Whether the person sees what arrives at once, so that it counts as read. */
  get isRead() {
    return !this.#left && this.#chat.isInSight();
  }

  /** Reports all that is shown, if the person sees it and it has not been reported. */
  report() {
    const newest = this.#chat.newest();
    if (!this.isRead || newest === this.#readTo) return;
    this.#readTo = newest;
    void this.#with.receipts.read(this.#id, () => this.isRead || this.#newestKnown() <= newest);
  }

  /** The last report may have been lost. */
  forget() {
    this.#readTo = 0;
  }

  /** The chat was left. */
  stop() {
    this.#left = true;
  }

  /** A chat that was left hears of nothing more, and one with a gap shows it later: the list knows. */
  #newestKnown() {
    return Math.max(this.#chat.newest(), this.#with.conversations.get(this.#id)?.last?.seq ?? 0);
  }
}

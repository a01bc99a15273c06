/**
 * Tells the database what the user has received and read, for each chat at most one call at a time.
 *
 * @import { ChatService } from './service.js'
 */

import { coalesced } from './coalesce.js';

export class Receipts {
  /** @type {Map<string, () => Promise<void>>} */
  #calls = new Map();
  /** @type {Map<string, () => boolean>} */
  #isSeen = new Map();
  #service;
  #tell;

  /**
   * @param {ChatService} service
   * @param {{ read: (chatId: string) => void, failed: (doing: string, sentence: string, error: unknown) => void,
   *   succeeded: (doing: string) => void }} tell
   */
  constructor(service, tell) {
    this.#service = service;
    this.#tell = tell;
  }

  /** @param {string} chatId */
  delivered(chatId) {
    const doing = 'marking messages as delivered';
    const sentence = 'Messages could not be marked as delivered';
    return this.#call(doing, sentence, chatId, () => this.#service.markDelivered(chatId));
  }

  /**
   * @param {string} chatId
   * @param {() => boolean} isSeen whether the user has seen all that is there, asked when the call's turn has come: it
   *   marks whatever has arrived until then
   */
  read(chatId, isSeen) {
    this.#isSeen.set(chatId, isSeen);
    return this.#call('marking messages as read', 'Messages could not be marked as read', chatId, async () => {
      try {
        if (this.#isSeen.get(chatId)?.()) await this.#service.markRead(chatId);
      } finally {
        this.#tell.read(chatId);
      }
    });
  }

  /**
   * @param {string} doing
   * @param {string} sentence
   * @param {string} chatId
   * @param {() => Promise<unknown>} action
   */
  #call(doing, sentence, chatId, action) {
    const key = `${doing}/${chatId}`;
    const call = this.#calls.get(key) ?? coalesced(() => this.#reported(doing, sentence, action));
    this.#calls.set(key, call);
    return call();
  }

  /**
   * @param {string} doing
   * @param {string} sentence
   * @param {() => Promise<unknown>} action
   */
  async #reported(doing, sentence, action) {
    try {
      await action();
      this.#tell.succeeded(doing);
    } catch (error) {
      this.#tell.failed(doing, sentence, error);
    }
  }
}

/**
 * Where a message is written. Enter sends, Shift and Enter begin a new line, Escape gives up a reply. What is not sent
 * is kept for the person who wrote it.
 *
 * @import { Entry } from '../../types/page'
 */

import { find } from './dom.js';
import { draftOf, keepDraft } from './drafts.js';

export class Composer {
  #form;
  #input;
  #banner;
  #draft;
  #submit;
  /** @type {string | null} */
  #replyTo = null;

  /**
   * @param {HTMLElement} root holds .composer
   * @param {string} userId
   * @param {string} chatId
   * @param {(text: string, replyTo: string | null) => boolean} submit false if it is not taken, and stays here
   */
  constructor(root, userId, chatId, submit) {
    this.#form = find(root, '.composer', HTMLFormElement);
    this.#input = find(this.#form, 'textarea', HTMLTextAreaElement);
    this.#banner = find(this.#form, '.replying', HTMLElement);
    this.#draft = `${userId}/${chatId}`;
    this.#submit = submit;
    this.#input.value = draftOf(this.#draft);
    this.#input.addEventListener('input', () => keepDraft(this.#draft, this.#input.value));
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#form.addEventListener('keydown', (event) => this.#key(event));
    find(this.#banner, 'button', HTMLButtonElement).addEventListener('click', () => this.cancelReply());
  }

  focus() {
    this.#input.focus();
  }

  /**
   * @param {Entry} entry
   * @param {string} author
   */
  reply(entry, author) {
    this.#replyTo = entry.id;
    find(this.#banner, '.replying-to', HTMLElement).textContent = `Replying to ${author}`;
    find(this.#banner, '.replying-text', HTMLElement).textContent = entry.text;
    this.#banner.hidden = false;
    this.focus();
  }

  cancelReply() {
    this.#replyTo = null;
    this.#banner.hidden = true;
    this.focus();
  }

  #send() {
    const text = this.#input.value.trim();
    if (!text) return;
    if (!this.#submit(text, this.#replyTo)) return;
    this.#input.value = '';
    keepDraft(this.#draft, '');
    this.cancelReply();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    // While a word is being composed, as in Japanese, Enter belongs to the input method.
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.target === this.#input) {
      event.preventDefault();
      this.#send();
    } else if (event.key === 'Escape' && this.#replyTo) {
      event.preventDefault();
      this.cancelReply();
    }
  }
}

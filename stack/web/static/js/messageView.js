/**
 * One message on the page. It is changed in place, so that a screen reader announces it once.
 *
 * @import { Entry } from '../../types/page'
 * @import { Quote, Shown } from './timeline.js'
 */

import { el, icon } from './dom.js';
import { fullTimeOf, isEmojiOnly, kindOf, timeOf } from './format.js';
import { avatar } from './people.js';

/**
 * @typedef {{
 *   reply: (entry: Entry) => void,
 *   remove: (entry: Entry) => void,
 *   retry: (entry: Entry) => void,
 *   discard: (entry: Entry) => void,
 *   jumpTo: (id: string) => void,
 * }} Actions
 */

/** @type {Record<Entry['status'], [icon: string, name: string]>} */
const TICKS = {
  sending: ['clock', 'Sending'],
  waiting: ['clock', 'Waiting to be sent'],
  failed: ['alert', 'Not sent'],
  sent: ['check', 'Sent'],
  delivered: ['checks', 'Delivered'],
  read: ['checks', 'Read'],
};

export class MessageView {
  element;
  #author;
  #text = el('span', { class: 'message-text', dir: 'auto', 'data-testid': 'message-text' });
  #time = el('time', { 'data-testid': 'message-time' });
  #meta;
  #bubble;
  #actions = el('div', { class: 'message-actions' });
  #ticks;
  #handlers;
  /** @type {Shown} */
  #shown;

  /**
   * @param {Shown} shown
   * @param {Actions} handlers
   * @param {boolean} withTicks
   */
  constructor(shown, handlers, withTicks) {
    const { entry, own } = shown;
    this.#shown = shown;
    this.#handlers = handlers;
    this.#author = el('span', { class: 'message-author', 'data-testid': 'message-author', dir: 'auto' }, own ? 'You' : shown.author);
    this.#ticks = own && withTicks ? el('span', { class: 'ticks', role: 'img', 'data-testid': 'message-ticks' }) : null;
    this.#meta = el('span', { class: 'message-meta' }, this.#time, this.#ticks);
    const kind = kindOf(entry.kind);
    const body = el(
      'p',
      { class: 'message-body' },
      kind ? el('span', { class: 'message-kind' }, icon(entry.kind), kind) : null,
      this.#text,
    );
    this.#bubble = el('div', { class: 'bubble' }, this.#author, body, this.#meta);
    this.element = el(
      'li',
      {
        class: `message ${own ? 'own' : 'other'}${entry.kind === 'system' ? ' system' : ''}`,
        tabindex: -1,
        'data-testid': 'message',
        'data-own': String(own),
        'data-client-id': entry.clientId,
      },
      own || entry.kind === 'system' ? null : avatar(entry.senderId, shown.author),
      this.#bubble,
      this.#actions,
    );
    this.#build(null);
  }

  /** @param {Shown} shown */
  update(shown) {
    const before = this.#shown;
    this.#shown = shown;
    this.#build(before);
  }

  /** @param {Shown | null} before */
  #build(before) {
    const { entry, first, last, quote } = this.#shown;
    const { element } = this;
    element.classList.toggle('first', first);
    element.classList.toggle('last', last);
    element.dataset.status = entry.status;
    if (entry.id) element.dataset.messageId = entry.id;
    if (entry.seq !== null) element.dataset.seq = String(entry.seq);
    if (before?.entry.text !== entry.text) {
      this.#text.textContent = entry.text;
      element.classList.toggle('emoji', isEmojiOnly(entry.text) && !entry.replyTo);
    }
    if (before?.entry.createdAt !== entry.createdAt) {
      this.#time.dateTime = entry.createdAt;
      this.#time.title = fullTimeOf(entry.createdAt);
      this.#time.textContent = timeOf(entry.createdAt);
    }
    if (quote && JSON.stringify(before?.quote) !== JSON.stringify(quote)) this.#setQuote(quote);
    if (before?.entry.status !== entry.status) this.#setStatus(entry);
    // A tick that changes leaves the buttons alone: one of them may have the focus.
    const failed = entry.status === 'failed';
    if (!before || before.entry.id !== entry.id || (before.entry.status === 'failed') !== failed) this.#setActions(entry);
  }

  /** @param {Quote} quote */
  #setQuote(quote) {
    const element = el(
      'button',
      { type: 'button', class: 'quote', tabindex: -1, 'data-testid': 'message-quote', onclick: () => this.#handlers.jumpTo(quote.id) },
      el('span', { class: 'visually-hidden' }, 'In reply to '),
      el('strong', { dir: 'auto' }, quote.author),
      el('span', { class: 'quote-text', dir: 'auto' }, quote.text),
    );
    const old = this.#bubble.querySelector('.quote');
    if (!old) return this.#author.after(element);
    // The button itself stays: it may have the focus.
    old.replaceChildren(...element.childNodes);
  }

  /** @param {Entry} entry */
  #setStatus(entry) {
    const [symbol, name] = TICKS[entry.status];
    if (this.#ticks) {
      this.#ticks.setAttribute('aria-label', name);
      this.#ticks.replaceChildren(icon(symbol));
    }
  }

  /** @param {Entry} entry */
  #setActions(entry) {
    const { reply, remove, retry, discard } = this.#handlers;
    /** @type {HTMLElement[]} */
    let buttons = [];
    if (entry.status === 'failed') {
      buttons = [
        el('span', { class: 'message-failed' }, 'Not sent'),
        el('button', { type: 'button', class: 'quiet', onclick: () => retry(this.#shown.entry) }, 'Try again'),
        el('button', { type: 'button', class: 'quiet', onclick: () => discard(this.#shown.entry) }, 'Discard'),
      ];
    } else if (entry.id && entry.kind !== 'system') {
      buttons.push(this.#button('reply', 'Reply', reply));
      if (this.#shown.own) buttons.push(this.#button('trash', 'Delete', remove, 'delete-button'));
    }
    const hadFocus = this.#actions.contains(document.activeElement);
    this.#actions.replaceChildren(...buttons);
    if (hadFocus) this.element.focus({ preventScroll: true });
  }

  /**
   * @param {string} symbol
   * @param {string} name
   * @param {(entry: Entry) => void} action
   * @param {string} [testid]
   */
  #button(symbol, name, action, testid = `${symbol}-button`) {
    const click = () => action(this.#shown.entry);
    return el(
      'button',
      { type: 'button', class: 'round', tabindex: -1, title: name, 'aria-label': name, 'data-testid': testid, onclick: click },
      icon(symbol),
    );
  }
}

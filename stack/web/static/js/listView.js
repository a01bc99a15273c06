/**
 * The list of conversations on the page.
 *
 * @import { Conversation } from '../../types/page'
 */

import { arrange, el, find, moveFocus } from './dom.js';
import { previewOf, shortTimeOf } from './format.js';
import { avatar } from './people.js';
import { addressOf } from './route.js';

export class ListView {
  /** @type {Map<string, HTMLElement>} */
  #items = new Map();
  #list;
  #empty;
  #me;
  #open;

  /**
   * @param {HTMLElement} root holds .conversations and .no-conversations
   * @param {string} me
   * @param {(chatId: string) => void} open
   */
  constructor(root, me, open) {
    this.#list = find(root, '.conversations', HTMLElement);
    this.#empty = find(root, '.no-conversations', HTMLElement);
    this.#me = me;
    this.#open = open;
    this.#list.addEventListener('keydown', (event) => {
      moveFocus(event, /** @type {HTMLElement[]} */ ([...this.#list.querySelectorAll('.conversation')]));
    });
  }

  /**
   * @param {readonly Conversation[]} conversations
   * @param {string | null} openId
   */
  render(conversations, openId) {
    const elements = conversations.map((conversation) => {
      const item = this.#items.get(conversation.id) ?? this.#build(conversation);
      this.#items.set(conversation.id, item);
      this.#update(item, conversation, conversation.id === openId);
      return item;
    });
    arrange(this.#list, elements);
    this.#list.removeAttribute('aria-busy');
    this.#empty.hidden = conversations.length > 0;
  }

  /** @param {string} chatId */
  focus(chatId) {
    const link = this.#items.get(chatId)?.querySelector('a');
    link?.focus();
  }

  /** @param {Conversation} conversation */
  #build({ id, name, picture }) {
    const link = el(
      'a',
      { class: 'conversation', href: addressOf(id), 'data-testid': 'conversation', 'data-chat-id': id },
      avatar(picture, name),
      el('span', { class: 'conversation-name', dir: 'auto', 'data-testid': 'conversation-name' }),
      el('time', { class: 'conversation-time' }),
      el('span', { class: 'conversation-preview', 'data-testid': 'conversation-preview' }),
    );
    link.addEventListener('click', (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.#open(id);
    });
    return el('li', {}, link);
  }

  /**
   * @param {HTMLElement} item
   * @param {Conversation} conversation
   * @param {boolean} isOpen
   */
  #update(item, { name, last, lastMessageAt, unread }, isOpen) {
    const link = find(item, 'a', HTMLAnchorElement);
    if (isOpen) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
    find(link, '.conversation-name', HTMLElement).textContent = name;
    const time = find(link, 'time', HTMLTimeElement);
    time.dateTime = lastMessageAt ?? '';
    time.textContent = lastMessageAt ? shortTimeOf(lastMessageAt) : '';
    const preview = find(link, '.conversation-preview', HTMLElement);
    const text = el('bdi', {}, last ? previewOf(last) : 'No messages yet');
    preview.replaceChildren(...(last?.sender_id === this.#me ? ['You: ', text] : [text]));
    link.querySelector('.badge')?.remove();
    link.classList.toggle('unread', Boolean(unread));
    if (unread) {
      const label = unread === 1 ? '1 unread message' : `${unread} unread messages`;
      link.append(el('span', { class: 'badge', role: 'img', 'aria-label': label, 'data-testid': 'unread-badge' }, String(unread)));
    }
  }
}

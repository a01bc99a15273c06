/**
 * One open conversation: its messages, its realtime subscription, and its part of the page.
 *
 * @import { Client, Conversation, Entry, FeedState, Flags, Message } from '../../types/page'
 * @import { Alerts } from './alerts.js'
 * @import { Conversations } from './conversations.js'
 * @import { People } from './people.js'
 * @import { PendingQueue } from './pendingQueue.js'
 * @import { Receipts } from './receipts.js'
 * @import { ChatService } from './service.js'
 */

import { ChatView } from './chatView.js';
import { Composer } from './composer.js';
import { find, fromTemplate } from './dom.js';
import { Feed } from './feed.js';
import { History } from './history.js';
import { avatar } from './people.js';
import { Reading } from './reading.js';
import { timeline } from './timeline.js';

/** Characters of a message. A browser needs seconds to lay out a million. */
const LONGEST = 100_000;

/**
 * @typedef {{ client: Client, userId: string, service: ChatService, people: People, flags: Flags, alerts: Alerts,
 *   queue: PendingQueue, receipts: Receipts, conversations: Conversations, log: (...what: unknown[]) => void }} Surroundings
 */

export class OpenChat {
  element = fromTemplate('chat-template');
  id;
  name;
  #with;
  #history;
  #view;
  #composer;
  #feed;
  #reading;

  /**
   * @param {Conversation} conversation
   * @param {Surroundings} surroundings
   * @param {{ back: () => void, state: (state: FeedState) => void, signedOut: () => void }} tell
   */
  constructor(conversation, surroundings, tell) {
    const { id, name } = conversation;
    const { client, flags, queue, userId, people, log } = surroundings;
    this.id = id;
    this.name = name;
    this.#with = surroundings;
    this.#fillHead(conversation);
    find(this.element, '.back', HTMLButtonElement).addEventListener('click', tell.back);
    this.#history = new History(id, surroundings, {
      loaded: () => this.#loaded(),
      older: () => this.#older(),
      caughtUp: () => this.#caughtUp(),
      changed: () => this.#changed(),
    });
    this.#composer = new Composer(this.element, userId, id, (text, replyTo) => this.#send(text, replyTo));
    this.#view = new ChatView(
      this.element,
      {
        reply: (entry) => this.#composer.reply(entry, entry.senderId === userId ? 'yourself' : people.nameOf(entry.senderId)),
        remove: (entry) => void this.#remove(entry),
        retry: (entry) => entry.clientId && queue.retry(entry.clientId),
        discard: (entry) => entry.clientId && queue.discard(entry.clientId),
        jumpTo: (messageId) => this.#view.focusMessage(messageId),
      },
      flags.deliveryTicks,
      { older: () => void this.#history.loadOlder(), reachedEnd: () => this.#reading.report() },
    );
    this.#reading = new Reading(id, surroundings, {
      newest: () => this.#history.store.newestSeq,
      isInSight: () => this.#isInSight(),
    });
    const rows = { table: 'chat_messages', filter: `chat_id=eq.${id}` };
    this.#feed = new Feed(
      client,
      `chat:${id}`,
      [
        { event: 'INSERT', ...rows, received: (row) => void this.#history.inserted(row) },
        { event: 'UPDATE', ...rows, received: (row) => this.#history.updated(row) },
      ],
      { live: () => void this.#history.catchUp(), state: tell.state, signedOut: tell.signedOut, log },
    );
  }

  /** Whether the person sees what arrives at once, so that it counts as read. */
  get isRead() {
    return this.#reading.isRead;
  }

  start() {
    this.pendingChanged();
    this.#feed.start();
    void this.#history.load();
  }

  stop() {
    this.#history.stop();
    this.#feed.stop();
    this.#view.stop();
    this.#reading.stop();
    this.element.remove();
  }

  focus() {
    // On a touch screen the keyboard would cover half of what was opened.
    if (matchMedia('(pointer: fine)').matches) this.#composer.focus();
    else find(this.element, 'h2', HTMLElement).focus();
  }

  /** The network, or the person, is back. */
  wake() {
    this.#feed.hurry();
    void this.#history.catchUp();
  }

  pendingChanged() {
    this.#history.store.setPending(this.#with.queue.of(this.id));
    this.#render();
  }

  /** @param {Message} row that the queue has sent */
  sent(row) {
    void this.#history.inserted(row);
  }

  /** @param {Conversation} conversation */
  #fillHead({ id, name, picture, type, members }) {
    const { userId, people } = this.#with;
    const others = members.filter((member) => member !== userId).map((member) => people.nameOf(member));
    find(this.element, 'h2', HTMLElement).textContent = name;
    find(this.element, '.chat-picture', HTMLElement).replaceChildren(avatar(picture, name));
    find(this.element, '.chat-members', HTMLElement).textContent = type === 'group' ? ['You', ...others].join(', ') : '';
    this.element.classList.toggle('group', type === 'group');
    this.element.dataset.chatId = id;
  }

  #loaded() {
    find(this.element, '.log', HTMLElement).removeAttribute('aria-busy');
    this.#render({ announce: false });
    this.#view.toEnd();
    this.#view.setOlder(this.#history.hasOlder);
    this.#reading.report();
  }

  #older() {
    this.#render({ announce: false });
    this.#view.setOlder(this.#history.hasOlder);
  }

  #caughtUp() {
    // The last report may have been lost with the connection.
    this.#reading.forget();
    this.#changed();
  }

  #changed() {
    this.#render();
    this.#reading.report();
  }

  #isInSight() {
    return this.#history.isLoaded && this.#view.atEnd && document.visibilityState === 'visible';
  }

  /**
   * @param {string} text
   * @param {string | null} replyTo
   */
  #send(text, replyTo) {
    const { alerts, queue, userId } = this.#with;
    if (text.length > LONGEST) {
      const [length, longest] = [text.length, LONGEST].map((number) => number.toLocaleString('en'));
      alerts.show('sending', `The message has ${length} characters; the limit is ${longest}. Send it in parts.`);
      return false;
    }
    alerts.clear('sending');
    this.#view.toEnd();
    queue.add({
      clientId: crypto.randomUUID(),
      chatId: this.id,
      senderId: userId,
      text,
      replyTo,
      createdAt: new Date().toISOString(),
    });
    return true;
  }

  /** @param {Entry} entry */
  async #remove(entry) {
    const { alerts, service } = this.#with;
    if (!entry.id) return;
    try {
      this.#history.updated(await service.remove(entry.id));
      alerts.clear('deleting a message');
      this.#composer.focus();
    } catch (error) {
      alerts.failed('deleting a message', 'The message could not be deleted', error);
    }
  }

  #render({ announce = this.#history.isLoaded } = {}) {
    const { userId, people } = this.#with;
    const entries = this.#history.store.entries();
    const items = timeline(entries, {
      me: userId,
      nameOf: (id) => (id === userId ? 'You' : people.nameOf(id)),
      quoted: (id) => this.#history.quoted(id),
    });
    find(this.element, '.no-messages', HTMLElement).hidden = !this.#history.isLoaded || entries.length > 0;
    this.#view.render(items, { announce });
  }
}

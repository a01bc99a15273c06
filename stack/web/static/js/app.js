/**
 * The page of somebody who is signed in: the list, the open chat, and what connects them.
 *
 * @import { User } from '@supabase/supabase-js'
 * @import { Client, Config, Flags, Message } from '../../types/page'
 * @import { Alerts } from './alerts.js'
 * @import { Session } from './session.js'
 */

import { ConnectionStatus } from './connectionStatus.js';
import { Conversations } from './conversations.js';
import { find, fromTemplate } from './dom.js';
import { Feed } from './feed.js';
import { ListView } from './listView.js';
import { OpenChat } from './openChat.js';
import { EXPECTED, PendingQueue } from './pendingQueue.js';
import { People, avatar } from './people.js';
import { Receipts } from './receipts.js';
import { goTo, openChatId } from './route.js';
import { ChatService } from './service.js';

export class App {
  /** @type {OpenChat | null} */
  #chat = null;
  #element = fromTemplate('app-template');
  #status = new ConnectionStatus(find(this.#element, '.status', HTMLElement));
  #slow = 0;
  /** Ends all listeners of window and document at once. */
  #listening = new AbortController();
  #client;
  #flags;
  #alerts;
  #me;
  #people;
  #service;
  #conversations;
  #list;
  #feed;
  #queue;
  #receipts;
  #signedOut;

  /**
   * @param {Client} client
   * @param {User} user
   * @param {{ config: Config, flags: Flags, alerts: Alerts, session: Session }} given
   */
  constructor(client, user, { config, flags, alerts, session }) {
    this.#client = client;
    this.#flags = flags;
    this.#alerts = alerts;
    this.#me = user.id;
    this.#signedOut = () => session.lost();
    this.#people = new People(config.people);
    this.#service = new ChatService(client, user.id, () => session.renew());
    const reports = {
      failed: alerts.failed.bind(alerts),
      succeeded: alerts.clear.bind(alerts),
    };
    this.#conversations = new Conversations(this.#service, user.id, this.#people, { ...reports, changed: () => this.#changed() });
    this.#receipts = new Receipts(this.#service, { ...reports, read: (id) => void this.#conversations.count(id) });
    this.#queue = new PendingQueue(user.id, sessionStorage, (pending) => this.#service.send(pending), {
      changed: () => this.#pendingChanged(),
      sent: (row) => this.#sent(row),
      failed: (error) => alerts.failed('sending a message', 'A message could not be sent', error),
    });
    this.#list = new ListView(this.#element, user.id, (chatId) => this.#open(chatId));
    const mine = { table: 'chat_participants', filter: `user_id=eq.${user.id}` };
    this.#feed = new Feed(
      client,
      `list:${user.id}`,
      [
        { event: 'INSERT', table: 'chat_messages', received: (row) => this.#inserted(row) },
        { event: 'UPDATE', table: 'chat_messages', received: (row) => this.#updated(row) },
        { event: 'INSERT', ...mine, received: () => void this.#conversations.load() },
        // Read in another window of this person, which changes no message where somebody else had read it before.
        { event: 'UPDATE', ...mine, received: (row) => void this.#conversations.count(row.chat_id) },
        // Of a row that is gone only its key is told, so that it may have been any chat.
        { event: 'DELETE', ...mine, received: () => void this.#conversations.load() },
      ],
      { live: () => void this.#catchUp(), state: (state) => this.#status.set('list', state), signedOut: this.#signedOut, log: this.#log },
    );
    const name = this.#people.nameOf(user.id);
    find(this.#element, '.me', HTMLElement).append(avatar(user.id, name), name);
    find(this.#element, '.sign-out', HTMLButtonElement).addEventListener('click', () => void session.signOut());
  }

  /** @param {HTMLElement} root */
  start(root) {
    root.replaceChildren(this.#element);
    const { signal } = this.#listening;
    addEventListener('popstate', () => this.#follow(), { signal });
    addEventListener('online', () => this.#wake(), { signal });
    addEventListener('offline', () => this.#status.show(), { signal });
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.#wake(), { signal });
    this.#feed.start();
    void this.#catchUp();
    void this.#queue.wake();
    this.#follow();
    this.#pendingChanged();
  }

  stop() {
    this.#listening.abort();
    this.#feed.stop();
    this.#queue.stop();
    clearTimeout(this.#slow);
    this.#close();
    this.#alerts.clearAll();
    this.#element.remove();
  }

  async #catchUp() {
    void this.#queue.wake();
    await this.#conversations.load();
    if (this.#listening.signal.aborted) return;
    if (!this.#flags.deliveryTicks) return;
    for (const { id, last } of this.#conversations.list()) {
      if (last && last.sender_id !== this.#me && last.status === 'sent') void this.#receipts.delivered(id);
    }
  }

  #wake() {
    this.#status.show();
    this.#feed.hurry();
    this.#chat?.wake();
    void this.#catchUp();
  }

  /** @param {Message} row */
  #inserted(row) {
    this.#conversations.inserted(row);
    if (row.sender_id === this.#me) return;
    // The open chat reports what it shows as read, and then the count is asked for anyway.
    if (this.#chat?.id === row.chat_id && this.#chat.isRead) return;
    void this.#conversations.count(row.chat_id);
    if (this.#flags.deliveryTicks) void this.#receipts.delivered(row.chat_id);
  }

  /** @param {Message} row */
  #updated(row) {
    this.#conversations.updated(row);
    // Read or deleted, perhaps in another window of this person.
    if (row.sender_id !== this.#me && (row.deleted_at || row.status === 'read')) void this.#conversations.count(row.chat_id);
  }

  /** @param {Message} row */
  #sent(row) {
    this.#alerts.clear('sending a message');
    this.#conversations.inserted(row);
    if (this.#chat?.id === row.chat_id) this.#chat.sent(row);
  }

  #pendingChanged() {
    this.#chat?.pendingChanged();
    this.#showWaiting();
    clearTimeout(this.#slow);
    this.#slow = setTimeout(() => this.#showWaiting(), EXPECTED);
  }

  #showWaiting() {
    const waiting = this.#queue.countWaiting();
    const indicator = find(this.#element, '.pending', HTMLElement);
    indicator.hidden = !this.#flags.pendingQueueIndicator || waiting === 0;
    indicator.textContent = waiting === 1 ? '1 message is waiting to be sent' : `${waiting} messages are waiting to be sent`;
  }

  #changed() {
    if (this.#listening.signal.aborted) return;
    const wanted = openChatId();
    if (wanted && !this.#conversations.get(wanted)) {
      const lost = this.#chat?.id === wanted ? `You are no longer part of “${this.#chat.name}”.` : null;
      this.#alerts.show('opening a conversation', lost ?? 'This conversation does not exist, or you are not part of it.');
      // Not a step to go back to: there is nothing to be seen any more.
      goTo(null, { instead: true });
    }
    this.#list.render(this.#conversations.list(), openChatId());
    if (openChatId() !== (this.#chat?.id ?? null)) this.#follow();
  }

  /** @param {string | null} chatId */
  #open(chatId) {
    const left = this.#chat?.id;
    goTo(chatId);
    this.#follow();
    if (chatId) this.#chat?.focus();
    else if (left) this.#list.focus(left);
  }

  /** Show what the address says. */
  #follow() {
    const wanted = openChatId();
    const conversation = wanted ? this.#conversations.get(wanted) : null;
    this.#element.dataset.view = wanted ? 'chat' : 'list';
    if (this.#chat && this.#chat.id !== wanted) this.#close();
    if (conversation && !this.#chat) this.#show(new OpenChat(conversation, this.#surroundings(), {
      back: () => this.#open(null),
      state: (state) => this.#status.set('chat', state),
      signedOut: this.#signedOut,
    }));
    this.#element.classList.toggle('has-chat', this.#chat !== null);
    document.title = conversation ? `${conversation.name} · Connect` : 'Connect';
    this.#list.render(this.#conversations.list(), wanted);
  }

  /** @param {OpenChat} chat */
  #show(chat) {
    this.#chat = chat;
    find(this.#element, '.pane', HTMLElement).prepend(chat.element);
    chat.start();
  }

  #close() {
    this.#chat?.stop();
    this.#chat = null;
    this.#status.set('chat', null);
  }

  #surroundings() {
    return {
      client: this.#client,
      userId: this.#me,
      service: this.#service,
      people: this.#people,
      flags: this.#flags,
      alerts: this.#alerts,
      queue: this.#queue,
      receipts: this.#receipts,
      conversations: this.#conversations,
      log: this.#log,
    };
  }

  #log = (/** @type {unknown[]} */ ...what) => {
    if (this.#flags.realtimeDebugLog) console.debug('[realtime]', ...what);
  };
}

/**
 * The messages of the open chat as a scrolling log. It stays at the end while the reader is there; otherwise it stays
 * where the reader is, whatever is inserted before or after.
 *
 * @import { Actions } from './messageView.js'
 * @import { Day, Shown } from './timeline.js'
 */

import { arrange, el, find, moveFocus } from './dom.js';
import { MessageView } from './messageView.js';

const NEAR_END = 48;

export class ChatView {
  /** @type {Map<string, MessageView>} */
  #messages = new Map();
  /** @type {Map<string, HTMLElement>} */
  #days = new Map();
  #log;
  #list;
  #older;
  #newer;
  #actions;
  #withTicks;
  #atEnd = true;
  #unseen = 0;
  #resized;
  #sighted;

  /**
   * @param {HTMLElement} root holds .log, .messages, .older and .newer
   * @param {Actions} actions
   * @param {boolean} withTicks
   * @param {{ older: () => void, reachedEnd: () => void }} tell
   */
  constructor(root, actions, withTicks, tell) {
    this.#log = find(root, '.log', HTMLElement);
    this.#list = find(root, '.messages', HTMLElement);
    this.#older = find(root, '.older', HTMLElement);
    this.#newer = find(root, '.newer', HTMLElement);
    this.#actions = actions;
    this.#withTicks = withTicks;
    this.#log.addEventListener('scroll', () => {
      this.#atEnd = this.#isNearEnd();
      if (!this.#atEnd) return;
      this.#count(0);
      // Also if this knew of no way up: whoever asked meanwhile has heard that the reader is not at the end.
      tell.reachedEnd();
    });
    this.#newer.addEventListener('click', () => this.toEnd());
    this.#older.addEventListener('click', tell.older);
    this.#list.addEventListener('keydown', (event) => this.#walk(event));
    this.#list.addEventListener('focusin', (event) => this.#activate(event));
    this.#resized = new ResizeObserver(() => this.#atEnd && this.toEnd());
    this.#resized.observe(this.#log);
    this.#sighted = new IntersectionObserver(([entry]) => entry?.isIntersecting && tell.older(), {
      root: this.#log,
      rootMargin: '300px 0px 0px 0px',
    });
  }

  /** Measured too, since the event of a scroll that has just begun is still to come. */
  get atEnd() {
    return this.#atEnd && this.#isNearEnd();
  }

  /**
   * @param {readonly (Day | Shown)[]} items
   * @param {{ announce: boolean }} how announce: what is new is news to a screen reader
   */
  render(items, { announce }) {
    this.#log.setAttribute('aria-live', announce ? 'polite' : 'off');
    // Measured anew, for the same reason.
    const wasAtEnd = this.#isNearEnd();
    const known = new Set(this.#messages.keys());
    this.#inPlace(() => {
      arrange(this.#list, items.map((item) => this.#elementOf(item)));
      this.#forget(items);
    });
    if (wasAtEnd) this.toEnd();
    else if (announce) {
      const arrived = items.filter((item) => item.type === 'message' && !item.own && !known.has(item.key));
      this.#count(this.#unseen + arrived.length);
    }
    const active = this.#list.querySelector('.message[tabindex="0"]') ?? this.#list.lastElementChild;
    if (active instanceof HTMLElement) active.tabIndex = 0;
  }

  /**
   * Whether there are older messages to be loaded on scrolling up.
   * @param {boolean} more
   */
  setOlder(more) {
    this.#sighted.disconnect();
    this.#inPlace(() => {
      this.#older.hidden = !more;
    });
    // Observing it anew reports at once if it is still in sight.
    if (more) this.#sighted.observe(this.#older);
  }

  toEnd() {
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#atEnd = true;
    this.#count(0);
  }

  /** @param {string} id */
  focusMessage(id) {
    const element = this.#list.querySelector(`[data-message-id="${CSS.escape(id)}"]`);
    if (!(element instanceof HTMLElement)) return false;
    element.scrollIntoView({ block: 'center' });
    element.focus({ preventScroll: true });
    return true;
  }

  stop() {
    this.#resized.disconnect();
    this.#sighted.disconnect();
  }

  /** @param {Day | Shown} item */
  #elementOf(item) {
    if (item.type === 'day') {
      const day = this.#days.get(item.key) ?? el('li', { class: 'day' }, el('h3', {}));
      const heading = find(day, 'h3', HTMLElement);
      if (heading.textContent !== item.label) heading.textContent = item.label;
      this.#days.set(item.key, day);
      return day;
    }
    const known = this.#messages.get(item.key);
    if (known) known.update(item);
    const view = known ?? new MessageView(item, this.#actions, this.#withTicks);
    this.#messages.set(item.key, view);
    return view.element;
  }

  /** @param {readonly (Day | Shown)[]} items */
  #forget(items) {
    const kept = new Set(items.map((item) => item.key));
    for (const views of [this.#messages, this.#days]) for (const key of views.keys()) if (!kept.has(key)) views.delete(key);
  }

  #isNearEnd() {
    return this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < NEAR_END;
  }

  /**
   * Change what is shown, and keep what the reader looks at where it is.
   * @param {() => void} change
   */
  #inPlace(change) {
    const anchor = this.#firstVisible();
    const top = anchor?.getBoundingClientRect().top ?? 0;
    change();
    if (anchor?.isConnected) this.#log.scrollTop += anchor.getBoundingClientRect().top - top;
  }

  #firstVisible() {
    const edge = this.#log.getBoundingClientRect().top;
    // Not a day: that of the first message moves up when older ones come.
    return [...this.#list.querySelectorAll('.message')].find((one) => one.getBoundingClientRect().bottom > edge) ?? null;
  }

  /** @param {number} unseen */
  #count(unseen) {
    this.#unseen = unseen;
    this.#newer.hidden = unseen === 0;
    find(this.#newer, 'span', HTMLElement).textContent = unseen === 1 ? '1 new message' : `${unseen} new messages`;
  }

  /** @param {KeyboardEvent} event */
  #walk(event) {
    const messages = /** @type {HTMLElement[]} */ ([...this.#list.querySelectorAll('.message')]);
    if (event.target instanceof HTMLElement && event.target.matches('.message')) moveFocus(event, messages);
  }

  /**
   * One message at a time is in the tab order, and its buttons after it.
   * @param {FocusEvent} event
   */
  #activate(event) {
    const chosen = event.target instanceof Element ? event.target.closest('.message') : null;
    if (!chosen) return;
    for (const focusable of this.#list.querySelectorAll('[tabindex]')) {
      if (focusable instanceof HTMLElement) focusable.tabIndex = chosen.contains(focusable) ? 0 : -1;
    }
  }
}

/**
 * The one line that says whether what is on the page is live: the worst of all feeds, or that there is no network.
 *
 * @import { FeedState } from '../../types/page'
 */

/** @type {Record<FeedState | 'offline', string>} */
const TEXTS = {
  reconnecting: 'Reconnecting…',
  connecting: 'Connecting…',
  stopped: 'Connecting…',
  live: 'Live',
  offline: 'Offline',
};
/** @type {FeedState[]} */
const WORST_FIRST = ['reconnecting', 'connecting', 'stopped', 'live'];

export class ConnectionStatus {
  /** @type {Map<string, FeedState>} */
  #feeds = new Map();
  #element;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.#element = element;
  }

  /**
   * @param {string} feed
   * @param {FeedState | null} state null when this feed has ended
   */
  set(feed, state) {
    if (state) this.#feeds.set(feed, state);
    else this.#feeds.delete(feed);
    this.show();
  }

  show() {
    const states = [...this.#feeds.values()];
    const worst = WORST_FIRST.find((state) => states.includes(state)) ?? 'stopped';
    const state = navigator.onLine ? worst : 'offline';
    if (this.#element.dataset.state === state) return;
    this.#element.dataset.state = state;
    this.#element.textContent = TEXTS[state];
  }
}

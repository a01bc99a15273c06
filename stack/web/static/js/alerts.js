/** What went wrong, until it is right again or dismissed: one line for each kind. */

import { el, icon } from './dom.js';
import { explain } from './errors.js';

export class Alerts {
  /** @type {Map<string, HTMLElement>} */
  #shown = new Map();
  #place;

  /** @param {HTMLElement} place */
  constructor(place) {
    this.#place = place;
  }

  /**
   * @param {string} kind a later one of the same kind takes its place
   * @param {string} text
   * @param {(() => void) | null} [again] what "Try again" does
   */
  show(kind, text, again = null) {
    this.clear(kind);
    const retry = () => {
      this.clear(kind);
      again?.();
    };
    const alert = el(
      'div',
      { class: 'alert', role: 'alert', 'data-testid': 'alert', 'data-kind': kind, 'data-text': text },
      icon('alert'),
      el('p', {}, `${text} `, again && el('button', { type: 'button', class: 'quiet', onclick: retry }, 'Try again')),
      el('button', { type: 'button', class: 'round', 'aria-label': 'Dismiss', onclick: () => this.clear(kind) }, icon('close')),
    );
    this.#shown.set(kind, alert);
    this.#place.append(alert);
  }

  /**
   * A call failed: tell the person, and the console; not again while it stands there.
   * @param {string} doing as "loading conversations"; also the kind
   * @param {string} failed the beginning of the sentence, as "Your conversations could not be loaded"
   * @param {unknown} error
   * @param {(() => void) | null} [again]
   */
  failed(doing, failed, error, again = null) {
    const text = `${failed}: ${explain(error)}`;
    if (this.#shown.get(doing)?.dataset.text === text) return;
    console.error(`Error ${doing}:`, error);
    this.show(doing, text, again);
  }

  /** @param {string} kind */
  clear(kind) {
    this.#shown.get(kind)?.remove();
    this.#shown.delete(kind);
  }

  clearAll() {
    for (const kind of [...this.#shown.keys()]) this.clear(kind);
  }
}

/**
 * Who is who. The schema has no table of names, so they come from config.json.
 *
 * @import { Person } from '../../types/page'
 */

import { el } from './dom.js';
import { hueOf, initialsOf } from './format.js';

export class People {
  #byId;

  /** @param {readonly Person[]} people */
  constructor(people) {
    this.#byId = new Map(people.map((person) => [person.id, person]));
  }

  /** @param {string} id */
  nameOf(id) {
    return this.#byId.get(id)?.name ?? `Person ${id.slice(0, 4)}`;
  }
}

/**
 * A round picture of initials, hidden from screen readers.
 * @param {string} id what its colour comes from
 * @param {string} name
 */
export function avatar(id, name) {
  const element = el('span', { class: 'avatar', 'aria-hidden': 'true' }, initialsOf(name));
  element.style.setProperty('--hue', String(hueOf(id)));
  return element;
}

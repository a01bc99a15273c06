/**
 * What the chat view shows, in order: days, and messages grouped by author. Knows no DOM.
 *
 * @import { Entry, Message } from '../../types/page'
 */

import { dayOf, previewOf } from './format.js';

/**
 * @typedef {{ type: 'day', key: string, label: string }} Day
 * @typedef {{ id: string, author: string, text: string }} Quote
 * @typedef {{ type: 'message', key: string, entry: Entry, own: boolean, author: string, first: boolean, last: boolean,
 *   quote: Quote | null }} Shown first, last: of a group by one author
 */

const GROUP_MS = 10 * 60 * 1000;

/**
 * @param {readonly Entry[]} entries
 * @param {{ me: string, nameOf: (id: string) => string, quoted: (id: string) => Message | null }} about
 * @returns {(Day | Shown)[]}
 */
export function timeline(entries, { me, nameOf, quoted }) {
  /** @type {(Day | Shown)[]} */
  const items = [];
  let day = '';
  /** @type {Shown | null} */
  let before = null;
  for (const entry of entries) {
    const label = dayOf(entry.createdAt);
    if (label !== day) {
      items.push({ type: 'day', key: `day/${entry.key}`, label });
      day = label;
      before = null;
    }
    const first = !before || !together(before.entry, entry);
    if (!first && before) before.last = false;
    const quote = entry.replyTo ? quoteOf(entry.replyTo, quoted, nameOf) : null;
    /** @type {Shown} */
    const shown = { type: 'message', key: entry.key, entry, own: entry.senderId === me, author: nameOf(entry.senderId), first, last: true, quote };
    items.push(shown);
    before = shown;
  }
  return items;
}

/**
 * @param {Entry} earlier
 * @param {Entry} later
 */
function together(earlier, later) {
  const apart = Math.abs(Date.parse(later.createdAt) - Date.parse(earlier.createdAt));
  return earlier.senderId === later.senderId && earlier.kind !== 'system' && later.kind !== 'system' && apart < GROUP_MS;
}

/**
 * @param {string} id
 * @param {(id: string) => Message | null} quoted
 * @param {(id: string) => string} nameOf
 * @returns {Quote}
 */
function quoteOf(id, quoted, nameOf) {
  const message = quoted(id);
  return message ? { id, author: nameOf(message.sender_id), text: previewOf(message) } : { id, author: '', text: '…' };
}

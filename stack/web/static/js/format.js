/**
 * Times, names and messages as texts.
 *
 * @import { Message } from '../../types/page'
 */

const LANGUAGE = 'en';
const TIME = new Intl.DateTimeFormat(LANGUAGE, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const DAY = new Intl.DateTimeFormat(LANGUAGE, { weekday: 'long', day: 'numeric', month: 'long' });
const DAY_AND_YEAR = new Intl.DateTimeFormat(LANGUAGE, { day: 'numeric', month: 'long', year: 'numeric' });
const SHORT = new Intl.DateTimeFormat(LANGUAGE, { day: 'numeric', month: 'short' });
const FULL = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'full', timeStyle: 'short', hourCycle: 'h23' });
const GRAPHEMES = new Intl.Segmenter(LANGUAGE, { granularity: 'grapheme' });
const DAY_MS = 24 * 60 * 60 * 1000;
const KINDS = { text: '', system: '', image: 'Photo', file: 'File' };

/** @param {string} stamp */
export function timeOf(stamp) {
  return TIME.format(new Date(stamp));
}

/** @param {string} stamp */
export function fullTimeOf(stamp) {
  return FULL.format(new Date(stamp));
}

/**
 * @param {string} stamp
 * @param {Date} [now]
 */
export function dayOf(stamp, now = new Date()) {
  const date = new Date(stamp);
  const days = daysBetween(date, now);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return (date.getFullYear() === now.getFullYear() ? DAY : DAY_AND_YEAR).format(date);
}

/**
 * The time of today's, the date of older ones.
 * @param {string} stamp
 * @param {Date} [now]
 */
export function shortTimeOf(stamp, now = new Date()) {
  const date = new Date(stamp);
  const days = daysBetween(date, now);
  if (days === 0) return TIME.format(date);
  return days === 1 ? 'Yesterday' : SHORT.format(date);
}

/**
 * @param {Date} date
 * @param {Date} now
 */
function daysBetween(date, now) {
  const midnight = (/** @type {Date} */ d) => new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime();
  return Math.round((midnight(now) - midnight(date)) / DAY_MS);
}

/** @param {Message['message_type']} kind */
export function kindOf(kind) {
  return KINDS[kind];
}

/** @param {Pick<Message, 'message_text' | 'message_type' | 'deleted_at'>} message */
export function previewOf(message) {
  if (message.deleted_at) return 'Deleted message';
  const kind = kindOf(message.message_type);
  return [kind, message.message_text].filter(Boolean).join(': ');
}

/**
 * One to three emoji and nothing else.
 * @param {string} text
 */
export function isEmojiOnly(text) {
  if (text.length > 60) return false;
  const graphemes = [...GRAPHEMES.segment(text.trim())].map((part) => part.segment);
  return graphemes.length >= 1 && graphemes.length <= 3 && graphemes.every((one) => /\p{Extended_Pictographic}/u.test(one));
}

/** @param {string} name */
export function initialsOf(name) {
  const words = name.split(/\s+/).filter((word) => /^\p{L}/u.test(word));
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : words;
  return chosen.map((word) => [...(word ?? '')][0]?.toLocaleUpperCase() ?? '').join('') || '#';
}

/**
 * A hue from an id, the same everywhere.
 * @param {string} id
 */
export function hueOf(id) {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + character.charCodeAt(0)) % 3600;
  return sum / 10;
}

/**
 * What is written and not sent: for each person and chat one text, kept while other chats are open and when the tab is
 * reloaded.
 */

/** Characters. A browser keeps a few million of one site, and throws beyond. */
const LONGEST = 200_000;

/** By person and chat, also what is too long to be stored. @type {Map<string, string>} */
const written = new Map();

/** @param {string} name of the person and the chat */
const key = (name) => `connect.draft.${name}`;

/** @param {string} name */
export function draftOf(name) {
  return written.get(name) ?? sessionStorage.getItem(key(name)) ?? '';
}

/**
 * @param {string} name
 * @param {string} text
 */
export function keepDraft(name, text) {
  written.set(name, text);
  if (text && text.length <= LONGEST) sessionStorage.setItem(key(name), text);
  else sessionStorage.removeItem(key(name));
}

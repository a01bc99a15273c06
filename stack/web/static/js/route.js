/** The address of the page: `?c=` names the open chat, so that a reload, a bookmark and the back button keep it. */

export function openChatId() {
  return query().get('c');
}

export function askedFlags() {
  return query().get('flags');
}

/** @param {string | null} chatId */
export function addressOf(chatId) {
  const parameters = query();
  if (chatId) parameters.set('c', chatId);
  else parameters.delete('c');
  const text = parameters.toString();
  return `${location.pathname}${text && `?${text}`}`;
}

/**
 * @param {string | null} chatId
 * @param {{ instead?: boolean }} [how] instead: of the address that is shown now, which is forgotten
 */
export function goTo(chatId, { instead = false } = {}) {
  if (chatId === openChatId()) return;
  if (instead) history.replaceState(null, '', addressOf(chatId));
  else history.pushState(null, '', addressOf(chatId));
}

function query() {
  return new URLSearchParams(location.search);
}

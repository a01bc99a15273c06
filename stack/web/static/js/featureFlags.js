/**
 * The feature flags. config.json may set them, and the query parameter wins: `?flags=deliveryTicks:off,…`.
 * Off never means wrong: every message is still shown once and in seq order, live and after a reload.
 *
 * @import { Flags } from '../../types/page'
 */

/** @type {Readonly<Flags>} */
export const DEFAULTS = Object.freeze({
  // Own messages show sent, delivered, read, and what arrives is reported as delivered. Off: neither.
  // Reading is reported either way, because the unread count depends on it.
  deliveryTicks: true,
  // A chat opens with its newest 50 messages and reads older ones on scrolling up, by seq below the oldest.
  // Off: it reads the whole conversation when it opens.
  keysetPagination: true,
  // A line over the composer counts the messages that wait to be sent. Off: only their bubbles tell.
  pendingQueueIndicator: true,
  // Every realtime event and state is written to the console with console.debug.
  realtimeDebugLog: false,
  // A live message whose seq leaves a gap is held back until the gap has been read.
  // Off: it is shown at once, in its place by seq, and what belongs before it appears there when it has been read.
  strictSeqOrdering: true,
});

/**
 * @param {Partial<Flags> | undefined} configured
 * @param {string | null} asked the query parameter
 * @returns {{ flags: Flags, problems: string[] }} problems: one sentence for each thing that was not understood
 */
export function readFlags(configured, asked) {
  const flags = { ...DEFAULTS };
  /** @type {string[]} */
  const problems = [];
  const wanted = [...Object.entries(configured ?? {}), ...(asked ?? '').split(',').filter(Boolean).map(parse)];
  for (const [name, value] of wanted) {
    if (!isFlag(name)) problems.push(`There is no feature flag “${name}”; the flags are ${Object.keys(DEFAULTS).join(', ')}.`);
    else if (typeof value !== 'boolean') problems.push(`The feature flag ${name} is either on or off, not “${value}”.`);
    else flags[name] = value;
  }
  return { flags, problems };
}

/**
 * @param {string} part
 * @returns {[string, boolean | string]}
 */
function parse(part) {
  const [name = '', value = ''] = part.split(':');
  return [name, value === 'on' ? true : value === 'off' ? false : value];
}

/**
 * @param {string} name
 * @returns {name is keyof Flags}
 */
function isFlag(name) {
  return Object.hasOwn(DEFAULTS, name);
}

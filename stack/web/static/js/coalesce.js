/**
 * Runs an action at most once at a time; however often it is asked for meanwhile, it runs once more afterwards.
 * @param {() => Promise<void>} action handles its own errors; one that fails all the same is told to whoever began it
 * @returns {() => Promise<void>} resolves after a run that began no earlier than the call
 */
export function coalesced(action) {
  /** @type {Promise<void> | null} */
  let running = null;
  /** @type {Promise<void> | null} */
  let next = null;

  function start() {
    running = action().finally(() => {
      running = null;
    });
    return running;
  }

  function again() {
    next = null;
    return start();
  }

  return () => {
    // Asked first: between two runs neither is under way, and the second is already to come.
    if (next) return next;
    if (!running) return start();
    next = running.then(again, again);
    return next;
  };
}

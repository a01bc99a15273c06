/**
 * Runs an action at most once at a time; however often it is asked for meanwhile, it runs once more afterwards.
 * @param {() => Promise<void>} action handles its own errors
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

  return () => {
    if (!running) return start();
    next ??= running.then(() => {
      next = null;
      return start();
    });
    return next;
  };
}

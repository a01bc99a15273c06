/**
 * Calls again what failed for a passing reason.
 *
 * @import { PostgrestSingleResponse } from '@supabase/supabase-js'
 */

const ATTEMPTS = 4;
const FIRST_DELAY = 150;

/**
 * Whether the same call may succeed a moment later: no answer at all, or 503.
 * @param {{ status: number }} result
 */
export function isPassing(result) {
  return result.status === 0 || result.status === 503;
}

/**
 * The result of the first call that succeeds or fails for good, or of the last attempt. The wait doubles each time,
 * and half of it is random, so that many pages do not come back at the same moment.
 *
 * @template T
 * @param {() => PromiseLike<PostgrestSingleResponse<T>>} call
 * @param {{ random?: () => number, wait?: (ms: number) => Promise<void> }} [options]
 * @returns {Promise<PostgrestSingleResponse<T>>}
 */
export async function withRetry(call, { random = Math.random, wait = sleep } = {}) {
  for (let attempt = 0; ; attempt += 1) {
    const result = await call();
    if (!isPassing(result) || attempt + 1 >= ATTEMPTS) return result;
    await wait(FIRST_DELAY * 2 ** attempt * (0.5 + random() / 2));
  }
}

/** @param {number} ms */
function sleep(ms) {
  return /** @type {Promise<void>} */ (new Promise((resolve) => setTimeout(resolve, ms)));
}

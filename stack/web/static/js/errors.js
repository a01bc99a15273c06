/** What went wrong, in words for a person. */

/** A call of the service that failed. passing: the same call may succeed later. */
export class ServiceError extends Error {
  /**
   * @param {string} message
   * @param {{ code?: string, status: number, passing?: boolean, cause?: unknown }} facts
   */
  constructor(message, { code = '', status, passing = false, cause }) {
    super(message, { cause });
    this.name = 'ServiceError';
    this.code = code;
    this.status = status;
    this.passing = passing;
  }
}

/**
 * Why a call failed, and what to do: the end of a sentence that begins with what failed.
 * @param {unknown} error
 */
export function explain(error) {
  if (!(error instanceof ServiceError)) return error instanceof Error ? error.message : String(error);
  if (error.status === 0) return 'the server cannot be reached. Check that it runs and that you are online.';
  if (error.status === 503) return 'the server is not ready. Try again in a moment.';
  if (error.status === 401) return 'you are no longer signed in. Sign in again.';
  if (error.code === 'PGRST202' || error.code === '42883') {
    return `the database lacks a function that this page needs. Apply the migration. (${error.message})`;
  }
  if (error.code === '42501') return `you are not allowed to do that. (${error.message})`;
  return `${error.message || 'the server gave no reason'}${error.code ? ` (${error.code})` : ''}`;
}

/** Something did not end within its time limit. It may still end later; nobody waits for it. */
export class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError';
}

/**
 * Waits for a promise, but not longer than a time limit.
 * @param limitMs milliseconds
 * @param complaint the message of the error, such as "the queue does not answer"
 * @throws TimeLimitError after the limit, or what the promise rejects with before
 */
export async function withTimeout<T>(work: Promise<T>, limitMs: number, complaint: string): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new TimeLimitError(complaint)), limitMs);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { MAX_WAIT_S } from '@loci/contracts';

/**
 * Pauses between two reads, in ms. They grow with the wait: an answer is late by a tenth of its time at most.
 */
const SHORTEST_MS = 25;
const LONGEST_MS = 500;

/**
 * Reads repeatedly until `ended` holds, `seconds` have passed or the signal aborts. It holds no transaction
 * and no connection between two reads.
 * @returns the last value read
 */
export async function waitFor<T>(
  read: () => Promise<T>,
  ended: (value: T) => boolean,
  seconds: number,
  signal: AbortSignal,
): Promise<T> {
  const start = performance.now();
  for (;;) {
    const value = await read();
    const waited = performance.now() - start;
    const left = seconds * 1000 - waited;
    if (ended(value) || left <= 0 || signal.aborted) return value;
    const pause = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, waited / 10));
    await delay(Math.min(pause, left), undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}

/** The seconds of `Prefer: wait=N` (RFC 7240), at most 60; null when the client does not ask for it. */
export function preferredWait(prefer: string | null): number | null {
  const match = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,9})"?\s*(?:$|[,;])/i.exec(prefer ?? '');
  return match?.[1] === undefined ? null : Math.min(Number(match[1]), MAX_WAIT_S);
}

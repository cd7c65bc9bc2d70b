import { setTimeout as delay } from 'node:timers/promises';
import { MAX_WAIT_S } from '@loci/contracts';

/** Nothing heard for so long, it is read all the same: news may be lost with the database's connection. */
const LOOK_MS = 500;

export interface Wait<T> {
  read: () => Promise<T>;
  ended: (value: T) => boolean;
  /** Calls back when there may be something new to read; returns what ends that. */
  hear: (listener: () => void) => () => void;
  seconds: number;
  signal: AbortSignal;
}

/**
 * Reads whenever there is news, until `ended` holds, `seconds` have passed or the signal aborts. It holds no
 * transaction and no connection between two reads.
 * @returns the last value read
 */
export async function waitFor<T>({ read, ended, hear, seconds, signal }: Wait<T>): Promise<T> {
  const start = performance.now();
  let news = new AbortController();
  const end = hear(() => news.abort());
  try {
    for (;;) {
      news = new AbortController();
      const value = await read();
      const left = seconds * 1000 - (performance.now() - start);
      if (ended(value) || left <= 0 || signal.aborted) return value;
      const either = AbortSignal.any([news.signal, signal]);
      await delay(Math.min(LOOK_MS, left), undefined, { signal: either }).catch((error: unknown) => {
        if (!either.aborted) throw error;
      });
    }
  } finally {
    end();
  }
}

/** The seconds of `Prefer: wait=N` (RFC 7240), at most 60; null when the client does not ask for it. */
export function preferredWait(prefer: string | null): number | null {
  const match = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,9})"?\s*(?:$|[,;])/i.exec(prefer ?? '');
  return match?.[1] === undefined ? null : Math.min(Number(match[1]), MAX_WAIT_S);
}

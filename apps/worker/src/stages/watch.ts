import { AbortedError } from '@loci/contracts';

const POLL_MS = 500;
/** A look that is no older than this need not be repeated, in ms. */
const FRESH_MS = 100;

/** While a piece of work runs: its abort signal, and why it was told to stop. */
export interface Watch {
  signal: AbortSignal;
  /** True once nobody wants the work's result any more (its jobs were canceled). */
  unwanted(): boolean;
  /** Asks now, rather than at the next look, unless it was asked a moment ago. @throws AbortedError when the work should stop */
  check(): Promise<void>;
  stop(): void;
}

/**
 * Looks now and then whether the work is still wanted and aborts it when it is not; also aborts when `outer` does.
 * A look that fails (the database is away) says nothing: the work's own queries will meet the same.
 */
export function watchWanted(wanted: () => Promise<boolean>, outer: AbortSignal): Watch {
  const inner = new AbortController();
  const signal = AbortSignal.any([inner.signal, outer]);
  let unwanted = false;
  let timer: NodeJS.Timeout | undefined;
  let lookedAt = -Infinity;

  const look = async (): Promise<void> => {
    const now = performance.now();
    if (await wanted()) {
      lookedAt = now;
      return;
    }
    unwanted = true;
    inner.abort(new AbortedError('nobody wants this memory any more'));
  };
  const schedule = (): void => {
    timer = setTimeout(() => {
      look().then(again, again);
    }, POLL_MS);
    timer.unref();
  };
  const again = (): void => {
    if (timer !== undefined && !signal.aborted) schedule();
  };
  schedule();

  return {
    signal,
    unwanted: () => unwanted,
    check: async () => {
      if (!signal.aborted && performance.now() - lookedAt > FRESH_MS) await look();
      throwIfAborted(signal);
    },
    stop: () => {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

/** @throws AbortedError when the signal has been given */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new AbortedError('told to stop', { cause: signal.reason });
}

/**
 * Waits for a call that cannot be interrupted (a graph runs to its end), but not longer than the signal allows.
 * @throws AbortedError as soon as the signal is given; the call's outcome is then dropped
 */
export async function unlessAborted<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
  throwIfAborted(signal);
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(new AbortedError('told to stop', { cause: signal.reason }));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([call(), promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

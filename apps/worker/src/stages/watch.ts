import { AbortedError } from '@loci/contracts';

/** Milliseconds between two queries whether the work is still wanted. */
const POLL_MS = 500;
/** `check` does not query again within this time, in ms. */
const FRESH_MS = 100;

/** The abort signal of running work, and the reason why it was aborted. */
export interface Watch {
  signal: AbortSignal;
  /** True once nobody wants the work's result, because its jobs were canceled. */
  unwanted(): boolean;
  /**
   * Queries now, unless a query was made a moment ago.
   * @throws AbortedError when the work has to stop
   */
  check(): Promise<void>;
  stop(): void;
}

/**
 * Queries at intervals whether work is still wanted, and aborts it when it is not, or when `outer` aborts. A
 * query that fails is ignored: the work's own queries will meet the same fault.
 */
export function watchWanted(wanted: () => Promise<boolean>, outer: AbortSignal): Watch {
  const inner = new AbortController();
  const signal = AbortSignal.any([inner.signal, outer]);
  let unwanted = false;
  let timer: NodeJS.Timeout | undefined;
  let queriedAt = -Infinity;

  const query = async (): Promise<void> => {
    const now = performance.now();
    if (await wanted()) {
      queriedAt = now;
      return;
    }
    unwanted = true;
    inner.abort(new AbortedError('nobody wants this memory any more'));
  };
  const schedule = (): void => {
    timer = setTimeout(() => {
      query().then(again, again);
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
      if (!signal.aborted && performance.now() - queriedAt > FRESH_MS) await query();
      throwIfAborted(signal);
    },
    stop: () => {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

/**
 * As Promise.all, but when one call fails, it waits for the others too: nothing is written afterwards.
 */
export async function allEnded<T extends readonly unknown[] | []>(
  calls: T,
): Promise<{ -readonly [P in keyof T]: Awaited<T[P]> }> {
  await Promise.allSettled(calls);
  return Promise.all(calls);
}

/** @throws AbortedError when the signal is aborted */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new AbortedError('told to stop', { cause: signal.reason });
}

/**
 * Waits for a call that cannot be interrupted, such as a graph, until the signal aborts.
 * @throws AbortedError as soon as the signal aborts; the call goes on, and its outcome is dropped
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

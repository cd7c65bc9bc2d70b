import { AbortedError } from '@loci/contracts';

/** Milliseconds between two queries whether a memory is still wanted. */
const POLL_MS = 500;

/** The abort signal of running work, and the reason why it was aborted. */
export interface Watch {
  signal: AbortSignal;
  /** True once nobody wants the work's result, because its jobs were canceled. */
  unwanted(): boolean;
  /** @throws AbortedError when the work has to stop */
  check(): void;
  stop(): void;
}

/** The work that goes on for one memory. */
interface Poll {
  /** Each aborts one piece of work. */
  abort: Set<() => void>;
  timer?: NodeJS.Timeout;
}

/**
 * Queries at intervals whether the memories that work goes on for are still wanted: one query for all work on
 * the same memory. Work that ends before costs none. A query that fails is ignored: the work's own queries
 * will meet the same fault.
 */
export class WantedMemories {
  readonly #polls = new Map<string, Poll>();

  constructor(private readonly wanted: (memoryId: string) => Promise<boolean>) {}

  /**
   * Watches over work that was wanted when it began. Its signal aborts when nobody wants the memory any more,
   * or when `outer` aborts.
   * @param memoryId null when the work is wanted in any case
   */
  watch(memoryId: string | null, outer: AbortSignal): Watch {
    const inner = new AbortController();
    const signal = AbortSignal.any([inner.signal, outer]);
    const abort = (): void => inner.abort(new AbortedError('nobody wants this memory any more'));
    const stop = memoryId === null ? () => undefined : this.#join(memoryId, abort);
    return { signal, unwanted: () => inner.signal.aborted, check: () => throwIfAborted(signal), stop };
  }

  /** Returns what ends the membership. */
  #join(memoryId: string, abort: () => void): () => void {
    const poll = this.#polls.get(memoryId) ?? { abort: new Set() };
    poll.abort.add(abort);
    if (!this.#polls.has(memoryId)) {
      this.#polls.set(memoryId, poll);
      this.#queryLater(memoryId, poll);
    }
    return () => {
      poll.abort.delete(abort);
      if (poll.abort.size > 0) return;
      clearTimeout(poll.timer);
      this.#polls.delete(memoryId);
    };
  }

  #queryLater(memoryId: string, poll: Poll): void {
    const again = (): void => {
      if (this.#polls.get(memoryId) === poll) this.#queryLater(memoryId, poll);
    };
    poll.timer = setTimeout(() => {
      this.#query(memoryId, poll).then(again, again);
    }, POLL_MS);
    poll.timer.unref();
  }

  async #query(memoryId: string, poll: Poll): Promise<void> {
    if (await this.wanted(memoryId)) return;
    for (const abort of poll.abort) abort();
  }
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

/** There is no room: too much is at work and in line, or the wait was too long. It was not begun. */
export class GateClosedError extends Error {
  override readonly name = 'GateClosedError';
}

export interface GateLimits {
  /** Pieces of work that run at once. */
  atOnce: number;
  /** Pieces of work that may wait in line. */
  inLine: number;
  /** How long one may wait in line, in ms. */
  waitMs: number;
}

/** Lets a bounded number of pieces of work run at once. Others wait in a bounded line, in order. */
export class Gate {
  private running = 0;
  private readonly line = new Set<() => void>();

  constructor(private readonly limits: GateLimits) {}

  /**
   * Runs `work` when its turn has come.
   * @param signal leaves the line when it aborts
   * @throws GateClosedError, or what `work` throws, or the reason of the signal
   */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.running >= this.limits.atOnce) await this.turn(signal);
    else this.running += 1;
    try {
      return await work();
    } finally {
      const [next] = this.line;
      if (next === undefined) this.running -= 1;
      else next();
    }
  }

  /** Resolves when a place has become free, which is then taken. */
  private async turn(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (this.line.size >= this.limits.inLine) throw new GateClosedError('the line is full');
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const quit = (reason: unknown) => {
      this.line.delete(enter);
      reject(reason);
    };
    const enter = () => {
      this.line.delete(enter);
      resolve(undefined);
    };
    const leave = () => quit(signal?.reason);
    const timer = setTimeout(() => quit(new GateClosedError('the wait was too long')), this.limits.waitMs);
    signal?.addEventListener('abort', leave, { once: true });
    this.line.add(enter);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', leave);
    }
  }
}

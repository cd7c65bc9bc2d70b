import { TimeLimitError, withTimeout } from '@loci/service';

/** The handler calls of a consumer that have not ended yet. */
export class InFlight {
  private readonly running = new Set<Promise<unknown>>();

  get count(): number {
    return this.running.size;
  }

  /** Counts a call until it has ended, well or badly. */
  async track<T>(call: Promise<T>): Promise<T> {
    this.running.add(call);
    try {
      return await call;
    } finally {
      this.running.delete(call);
    }
  }

  /** Resolves when no call is running. */
  async empty(): Promise<void> {
    while (this.running.size > 0) await Promise.allSettled(this.running);
  }

  /** Whether every call has ended within a time limit, in ms. */
  async emptyWithin(limitMs: number): Promise<boolean> {
    if (this.running.size === 0) return true;
    try {
      await withTimeout(this.empty(), limitMs, 'work is still in flight');
      return true;
    } catch (error) {
      if (error instanceof TimeLimitError) return false;
      throw error;
    }
  }
}

/** The pieces of work that are being done. */
export class InFlight {
  private readonly running = new Set<Promise<unknown>>();

  /** Counts the work until it has ended, well or badly. */
  async track<T>(work: Promise<T>): Promise<T> {
    this.running.add(work);
    try {
      return await work;
    } finally {
      this.running.delete(work);
    }
  }

  /** Resolves when nothing is being done. */
  async empty(): Promise<void> {
    while (this.running.size > 0) await Promise.allSettled(this.running);
  }

  /** Whether all of it ended within a time, in ms. */
  async emptyWithin(ms: number): Promise<boolean> {
    if (this.running.size === 0) return true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), ms);
    });
    try {
      return await Promise.race([this.empty().then(() => true), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

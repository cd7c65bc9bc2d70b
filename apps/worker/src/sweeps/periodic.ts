/** Work that is done in rounds, at once and then at intervals, until it is stopped. */
export class Periodic {
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void>;

  /**
   * @param round one round; it ends early when its signal aborts
   * @param everyMs from the end of a round to the next, ± 20 %, so that many workers do not sweep in step
   * @param onError hears why a round was cut short; the next one goes on
   */
  constructor(
    private readonly round: (stop: AbortSignal) => Promise<void>,
    private readonly everyMs: number,
    private readonly onError: (error: unknown) => void,
  ) {
    this.#running = this.#run();
  }

  /** Resolves when no round is running. */
  async stop(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      await this.round(this.#stop.signal);
    } catch (error) {
      this.onError(error);
    }
    if (this.#stop.signal.aborted) return;
    this.#timer = setTimeout(
      () => {
        this.#running = this.#run();
      },
      this.everyMs * (0.8 + 0.4 * Math.random()),
    );
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import type { OnError, StageWorker } from './backend.js';

/**
 * A worker that starts as soon as its store can be reached. BullMQ keeps a connection that failed at its first try
 * for good, so a worker that could not start is thrown away and made anew.
 */
export class PatientWorker {
  private worker: StageWorker;
  private readonly ended = new AbortController();
  private readonly running: Promise<void>;

  constructor(
    private readonly make: () => StageWorker,
    private readonly retryMs: number,
    private readonly onError: OnError,
  ) {
    this.worker = make();
    this.running = this.run();
  }

  /** Takes nothing more; what is in flight goes on. */
  async pause(): Promise<void> {
    await this.worker.pause(true);
  }

  /** Aborts the signals of what is in flight. */
  cancelAllJobs(): void {
    this.worker.cancelAllJobs();
  }

  /** To be called when nothing is in flight. */
  async close(): Promise<void> {
    this.ended.abort();
    await this.worker.close();
    await this.running;
  }

  private isOver(): boolean {
    return this.ended.signal.aborted;
  }

  private async run(): Promise<void> {
    while (!this.isOver()) {
      try {
        await this.worker.waitUntilReady();
        await this.worker.run();
        return;
      } catch (error) {
        if (this.isOver()) return;
        this.onError(error instanceof Error ? error : new Error(String(error)));
        await this.worker.close(true);
        await delay(this.retryMs, undefined, { signal: this.ended.signal }).catch(() => undefined);
        if (!this.isOver()) this.worker = this.make();
      }
    }
  }
}

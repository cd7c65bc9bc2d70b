import { setTimeout as delay } from 'node:timers/promises';
import { withTimeout } from '@loci/service';
import type { OnError, StageWorker } from './backend.js';

/** BullMQ waits for ever for a connection that it closes between two tries of ioredis to open it. */
const CLOSE_LIMIT_MS = 5_000;

/**
 * A worker that starts as soon as its store can be reached. A BullMQ worker never recovers when its first
 * connection fails, so a worker that could not start is closed and replaced by a new one.
 */
export class ReconnectingWorker {
  private worker: StageWorker;
  private readonly closing = new AbortController();
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

  /** Says how many jobs are handled at once from now on. */
  handleAtOnce(jobs: number): void {
    this.worker.concurrency = jobs;
  }

  /** Aborts the signals of what is in flight. */
  cancelAllJobs(): void {
    this.worker.cancelAllJobs();
  }

  /** Call it when nothing is in flight. A connection that does not close is left to the process's end. */
  async close(): Promise<void> {
    this.closing.abort();
    const closed = Promise.all([this.worker.close(), this.running]);
    await withTimeout(closed, CLOSE_LIMIT_MS, 'a connection to the queue does not close').catch(this.report);
  }

  private readonly report = (error: unknown): void =>
    this.onError(error instanceof Error ? error : new Error(String(error)));

  private isClosed(): boolean {
    return this.closing.signal.aborted;
  }

  private async run(): Promise<void> {
    while (!this.isClosed()) {
      try {
        await this.worker.waitUntilReady();
        await this.worker.run();
        return;
      } catch (error) {
        if (this.isClosed()) return;
        this.report(error);
        await this.worker.close(true);
        await delay(this.retryMs, undefined, { signal: this.closing.signal }).catch(() => undefined);
        if (!this.isClosed()) this.worker = this.make();
      }
    }
  }
}

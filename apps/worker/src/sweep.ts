import { Dispatcher } from '@loci/queue';
import { Inject, Injectable } from '@nestjs/common';
import { CONNECTIONS, type Connections } from './connections.js';
import { AttemptRefunds } from './stages/attempt-refunds.js';

/** Memories read at a time. */
const PAGE = 100;

/**
 * Plans all unfinished memories from Postgres at intervals. It queues again what the queue has lost, and what
 * a worker could not queue before it died. Adding a delivery that is queued already changes nothing.
 */
@Injectable()
export class Sweep {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private stopped = true;

  constructor(
    @Inject(CONNECTIONS) private readonly connections: Connections,
    @Inject(AttemptRefunds) private readonly refunds: AttemptRefunds,
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
  ) {}

  /** Sweeps at once, then every SWEEP_MS ± 20 %, so that many workers do not sweep in step. */
  start(): void {
    this.stopped = false;
    this.round = this.sweep();
  }

  /** Resolves when no round is running. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.round;
  }

  private async sweep(): Promise<void> {
    const { logger, config } = this.connections;
    try {
      await this.refunds.retryOwed();
      await this.dispatchAll();
    } catch (error) {
      logger.warn({ err: error }, 'the sweep was cut short; the next one goes on');
    }
    if (this.stopped) return;
    this.timer = setTimeout(
      () => {
        this.round = this.sweep();
      },
      config.sweepMs * (0.8 + 0.4 * Math.random()),
    );
  }

  private async dispatchAll(): Promise<void> {
    let last = '';
    for (;;) {
      const page = await this.connections.database.memories.unfinished(PAGE, last);
      for (const memoryId of page) {
        if (this.stopped) return;
        await this.dispatcher.dispatch(memoryId);
        last = memoryId;
      }
      if (page.length < PAGE) return;
    }
  }
}

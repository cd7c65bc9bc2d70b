import { Inject, Injectable } from '@nestjs/common';
import { PARTS, type Parts } from './parts.js';
import { replan } from './replan.js';
import { AttemptRefunds } from './stages/attempt-refunds.js';

/** Memories that are asked for at a time. */
const PAGE = 100;

/**
 * Replans from Postgres every so often: whatever the queue lost, whatever a worker could not queue before it died, is
 * found in the rows and queued again. Adding what stands in the queue already changes nothing.
 */
@Injectable()
export class Sweep {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private stopped = true;

  constructor(
    @Inject(PARTS) private readonly parts: Parts,
    @Inject(AttemptRefunds) private readonly refunds: AttemptRefunds,
  ) {}

  /** Sweeps at once, then every SWEEP_MS ± 20 %, so that many workers do not sweep in step. */
  start(): void {
    this.stopped = false;
    this.round = this.once();
  }

  /** Resolves when no round is under way any more. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.round;
  }

  private async once(): Promise<void> {
    const { logger, config } = this.parts;
    try {
      await this.refunds.settle();
      await this.replanAll();
    } catch (error) {
      logger.warn({ err: error }, 'the sweep was cut short; the next one goes on');
    }
    if (this.stopped) return;
    this.timer = setTimeout(
      () => {
        this.round = this.once();
      },
      config.sweepMs * (0.8 + 0.4 * Math.random()),
    );
  }

  private async replanAll(): Promise<void> {
    let last = '';
    for (;;) {
      const page = await this.parts.database.memories.unfinished(PAGE, last);
      for (const memoryId of page) {
        if (this.stopped) return;
        await replan(this.parts, memoryId);
        last = memoryId;
      }
      if (page.length < PAGE) return;
    }
  }
}

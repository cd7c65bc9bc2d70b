import { Dispatcher } from '@loci/queue';
import { Inject, Injectable } from '@nestjs/common';
import { CONNECTIONS, type Connections } from '../connections.js';
import { AttemptRefunds } from '../stages/attempt-refunds.js';
import { DeletionSweep } from './deletion-sweep.js';
import { OrphanSweep } from './orphan-sweep.js';
import { Periodic } from './periodic.js';

/** Memories read at a time. */
const PAGE = 100;
/** All objects of the store are listed for it. */
const ORPHANS_EVERY_MS = 3_600_000;

/**
 * Finishes from Postgres, at intervals, what died half-way:
 * - All unfinished memories are planned anew: what the queue has lost is queued again, and what a worker
 *   could not queue before it died. Adding a delivery that is queued already changes nothing.
 * - Space of the database that building memories has left is taken up.
 * - The objects of deleted videos are removed, and now and then those that nobody owns.
 */
@Injectable()
export class Sweep {
  private sweeps: Periodic[] = [];
  /** Whether the last round has found memories that are being built. */
  private building = false;

  constructor(
    @Inject(CONNECTIONS) private readonly connections: Connections,
    @Inject(AttemptRefunds) private readonly refunds: AttemptRefunds,
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(DeletionSweep) private readonly deletions: DeletionSweep,
    @Inject(OrphanSweep) private readonly orphans: OrphanSweep,
  ) {}

  start(): void {
    const { config, logger } = this.connections;
    const every = (ms: number, round: (stop: AbortSignal) => Promise<void>): Periodic =>
      new Periodic(round, ms, (error) =>
        logger.warn({ err: error }, 'a sweep was cut short; the next one goes on'),
      );
    this.sweeps = [
      every(config.sweepMs, (stop) => this.planAll(stop)),
      every(config.sweepMs, (stop) => this.deletions.finishAll(stop)),
      every(ORPHANS_EVERY_MS, (stop) => this.orphans.removeAll(stop)),
    ];
  }

  /** Resolves when no round is running. */
  async stop(): Promise<void> {
    await Promise.all(this.sweeps.map((sweep) => sweep.stop()));
  }

  private async planAll(stop: AbortSignal): Promise<void> {
    await this.refunds.retryOwed();
    let last = '';
    for (;;) {
      const page = await this.connections.database.memories.unfinished(PAGE, last);
      for (const memoryId of page) {
        if (stop.aborted) return;
        await this.dispatcher.dispatch(memoryId);
        last = memoryId;
      }
      if (page.length < PAGE) break;
    }
    // once more after the last of them is complete
    if (this.building || last !== '') await this.connections.database.memories.reclaim();
    this.building = last !== '';
  }
}

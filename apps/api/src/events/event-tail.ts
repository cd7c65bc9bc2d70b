import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { JobEvent } from '@loci/contracts';
import type { Database } from '@loci/database';
import { DATABASE } from '../connections/tokens.js';
import { Closing } from '../http/closing.js';

const POLL_MS = 150;
/** How many events one look takes over all jobs; what is left comes with the next look, at once. */
const BATCH = 500;

/** One reader of a job's events. */
interface Subscription {
  readonly jobId: string;
  /** The last event that it has seen. */
  seen: number;
  readonly deliver: (event: JobEvent) => void;
  /** The job was deleted, and its events with it: nothing more will come. */
  readonly gone: () => void;
}

/**
 * Follows the event rows of every job that somebody listens to: one loop and one query for all of them, however many
 * streams are open. It runs while there are subscriptions, and holds no connection between its looks.
 */
@Injectable()
export class EventTail {
  private readonly logger = new Logger('EventTail');
  private readonly subscriptions = new Set<Subscription>();
  private running = false;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(Closing) private readonly closing: Closing,
  ) {}

  /** Calls `deliver` with every event after `seen`, in order. The returned function ends the subscription. */
  subscribe(reader: Readonly<Subscription>): () => void {
    const subscription = { ...reader };
    this.subscriptions.add(subscription);
    if (!this.running) void this.follow();
    return () => this.subscriptions.delete(subscription);
  }

  private async follow(): Promise<void> {
    this.running = true;
    while (this.subscriptions.size > 0 && !this.closing.signal.aborted) {
      const delivered = await this.look();
      if (delivered < BATCH) await delay(POLL_MS);
    }
    this.running = false;
  }

  /** One look at all jobs. A database that cannot be reached is looked at again later: the events do not go away. */
  private async look(): Promise<number> {
    const after = new Map<string, number>();
    for (const { jobId, seen } of this.subscriptions)
      after.set(jobId, Math.min(seen, after.get(jobId) ?? Infinity));
    try {
      const { events, gone } = await this.database.jobs.eventsOfMany(
        [...after].map(([jobId, afterSeq]) => ({ jobId, afterSeq })),
        BATCH,
      );
      for (const { jobId, event } of events) this.hand(jobId, event);
      for (const { jobId, gone: tell } of this.subscriptions) if (gone.includes(jobId)) tell();
      return events.length;
    } catch (error) {
      this.logger.warn({ err: error }, 'events could not be read');
      return 0;
    }
  }

  private hand(jobId: string, event: JobEvent): void {
    for (const subscription of this.subscriptions) {
      if (subscription.jobId !== jobId || event.id <= subscription.seen) continue;
      subscription.seen = event.id;
      subscription.deliver(event);
    }
  }
}

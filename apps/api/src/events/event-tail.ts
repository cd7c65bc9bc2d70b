import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { JobEvent } from '@loci/contracts';
import type { Database } from '@loci/database';
import { DATABASE } from '../connections/tokens.js';
import { Closing } from '../http/closing.js';

/** Nothing heard for so long, events are read all the same: news may be lost with a connection. */
const LOOK_MS = 500;
/** Most events that one query reads over all jobs. The next query follows at once when there are more. */
const BATCH = 500;

/** One reader of a job's events. */
interface Subscription {
  readonly jobId: string;
  /** The id of the last event that it has seen. */
  seen: number;
  readonly deliver: (event: JobEvent) => void;
  /** Called when the job was deleted with its events: no more will come. */
  readonly gone: () => void;
}

/**
 * Follows the event rows of every subscribed job, with one loop and one query for all of them. It runs while
 * there are subscriptions, and holds no database connection between two queries.
 */
@Injectable()
export class EventTail {
  private readonly logger = new Logger('EventTail');
  private readonly subscriptions = new Set<Subscription>();
  private running = false;
  /** Ends the pause between two queries. */
  private wake = (): void => undefined;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(Closing) private readonly closing: Closing,
  ) {}

  /**
   * Calls `deliver` with every event after `seen`, in order. Returns a function that ends the subscription.
   */
  subscribe(reader: Readonly<Subscription>): () => void {
    const subscription = { ...reader };
    this.subscriptions.add(subscription);
    const deafen = this.database.news.hear(reader.jobId, () => this.wake());
    if (!this.running) void this.follow();
    return () => {
      deafen();
      this.subscriptions.delete(subscription);
    };
  }

  private async follow(): Promise<void> {
    this.running = true;
    while (this.subscriptions.size > 0 && !this.closing.signal.aborted) {
      const news = new AbortController();
      this.wake = () => news.abort();
      const delivered = await this.poll();
      // a pause that news has ended
      if (delivered < BATCH) await delay(LOOK_MS, undefined, { signal: news.signal }).catch(() => undefined);
    }
    this.running = false;
  }

  /**
   * Reads the new events of all jobs, and returns their number. An unreachable database is polled again
   * later.
   */
  private async poll(): Promise<number> {
    const after = new Map<string, number>();
    for (const { jobId, seen } of this.subscriptions)
      after.set(jobId, Math.min(seen, after.get(jobId) ?? Infinity));
    try {
      const { events, gone } = await this.database.jobs.eventsOfMany(
        [...after].map(([jobId, afterSeq]) => ({ jobId, afterSeq })),
        BATCH,
      );
      for (const { jobId, event } of events) this.deliver(jobId, event);
      for (const { jobId, gone: onGone } of this.subscriptions) if (gone.includes(jobId)) onGone();
      return events.length;
    } catch (error) {
      this.logger.warn({ err: error }, 'events could not be read');
      return 0;
    }
  }

  private deliver(jobId: string, event: JobEvent): void {
    for (const subscription of this.subscriptions) {
      if (subscription.jobId !== jobId || event.id <= subscription.seen) continue;
      subscription.seen = event.id;
      subscription.deliver(event);
    }
  }
}

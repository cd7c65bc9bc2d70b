import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Database } from '@loci/database';
import { dispatch } from '@loci/pipeline';
import type { Queues } from '@loci/queue';
import { DATABASE, QUEUES } from '../connections/tokens.js';

const LIMIT_MS = 5_000;

/** Brings what was committed to the queue. */
@Injectable()
export class Dispatcher {
  private readonly logger = new Logger('Dispatcher');

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(QUEUES) private readonly queues: Queues,
  ) {}

  /**
   * Plans a memory's work and adds it to the queue. Never fails: what was asked for stands in Postgres, and when the queue
   * is down (or silent for 5 s) the workers' sweep brings it there later.
   */
  async deliver(memoryId: string): Promise<void> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error('the queue does not answer')), LIMIT_MS);
    const ports = {
      rows: (id: string) => this.database.memories.facts(id),
      add: (deliveries: Parameters<Queues['add']>[0]) => this.queues.add(deliveries),
    };
    try {
      await Promise.race([dispatch(ports, memoryId), late]);
    } catch (error) {
      this.logger.warn({ memoryId, err: error }, 'not delivered to the queue; the sweep will');
    } finally {
      clearTimeout(timer);
    }
  }
}

import { Inject, Injectable, Logger } from '@nestjs/common';
import { LociError } from '@loci/contracts';
import type { Database } from '@loci/database';
import type { Queues } from '@loci/queue';
import type { ObjectStore } from '@loci/storage';
import { DATABASE, QUEUES, STORE } from '../connections/tokens.js';

const LIMIT_MS = 3_000;

/** Rejects when the promise has not settled within the limit. */
async function within(promise: Promise<unknown>): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${LIMIT_MS} ms`)), LIMIT_MS);
  try {
    await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether what the API depends on can be reached. */
@Injectable()
export class Readiness {
  private readonly logger = new Logger('Readiness');

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(QUEUES) private readonly queues: Queues,
    @Inject(STORE) private readonly store: ObjectStore,
  ) {}

  /** Throws `unavailable` that names what cannot be reached. */
  async check(): Promise<void> {
    const checks = { database: this.database.check(), queue: this.queues.check(), store: this.store.check() };
    const results = await Promise.allSettled(Object.values(checks).map(within));
    const names = Object.keys(checks).filter((_, index) => results[index]?.status === 'rejected');
    for (const result of results) if (result.status === 'rejected') this.logger.warn(result.reason);
    if (names.length > 0) throw new LociError('unavailable', `Cannot be reached: ${names.join(', ')}`);
  }
}

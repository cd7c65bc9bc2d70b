import type { Database } from '@loci/database';
import type { Queues } from '@loci/queue';
import type { ObjectStore } from '@loci/storage';
import type { WorkerConfig } from './config.js';
import type { Logger } from './logger.js';
import type { Metrics } from './metrics.js';
import type { Models } from './models.js';

/** Injection token of {@link Parts}. */
export const PARTS = Symbol('Parts');

/** Everything outside of this process, and what is said about it; each opened once, closed by the drain. */
export interface Parts {
  config: WorkerConfig;
  logger: Logger;
  metrics: Metrics;
  database: Database;
  queues: Queues;
  store: ObjectStore;
  models: Models;
}

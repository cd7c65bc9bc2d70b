import { openDatabase } from '@loci/database';
import { openQueues } from '@loci/queue';
import { openStore } from '@loci/storage';
import { setFfmpegPath } from '@loci/video';
import type { WorkerConfig } from './config.js';
import type { Logger } from './logger.js';
import { Metrics } from './metrics.js';
import { Models } from './models.js';
import type { Parts } from './parts.js';

/**
 * Opens everything that a worker needs: database (migrated), queue, store, and its models, warm.
 * @param onCrash told when an inference thread dies
 * @throws whatever of it cannot be opened
 */
export async function openParts(
  config: WorkerConfig,
  logger: Logger,
  onCrash: (error: Error) => void,
): Promise<Parts> {
  if (config.ffmpegPath !== null) setFfmpegPath(config.ffmpegPath);
  const store = await openStore(config.objectStoreUrl);
  const database = await openDatabase(config.databaseUrl);
  await database.migrate();
  const queues = await openQueues(config.queueUrl, {
    onError: (error) => logger.warn({ err: error }, 'the queue has trouble'),
  });
  const models = await Models.open(config, onCrash);
  return { config, logger, metrics: new Metrics(), database, queues, store, models };
}

/** Closes it all; what cannot be closed is logged and left to the process's end. */
export async function closeParts({ models, queues, database, store, logger }: Parts): Promise<void> {
  const closing = { models, queues, database, store };
  for (const [name, part] of Object.entries(closing)) {
    try {
      await part.close();
    } catch (error) {
      logger.warn({ err: error, part: name }, 'could not be closed');
    }
  }
}

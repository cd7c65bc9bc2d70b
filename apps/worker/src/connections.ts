import { openDatabase, type Database } from '@loci/database';
import { openQueues, type Queues } from '@loci/queue';
import { openStore, type ObjectStore } from '@loci/storage';
import { opening } from '@loci/service';
import { checkFfmpeg, setFfmpegPath } from '@loci/video';
import type { Config } from './config.js';
import type { Logger } from './logger.js';
import { Metrics } from './metrics.js';
import { Models } from './models.js';

/** Injection token of {@link Connections}. */
export const CONNECTIONS = Symbol('connections');

/** What a worker depends on, and where it reports. Each is opened once and closed by the drain. */
export interface Connections {
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly database: Database;
  readonly queues: Queues;
  readonly store: ObjectStore;
  readonly models: Models;
  /** Closes them all. What cannot be closed is logged and left to the end of the process. */
  close(): Promise<void>;
}

/**
 * Opens everything that a worker needs: the store, the database (migrated), the queues, and its models, warm.
 * @param onCrash hears of an inference thread that died
 * @throws whatever of it cannot be opened
 */
export async function openConnections(
  config: Config,
  logger: Logger,
  onCrash: (error: Error) => void,
): Promise<Connections> {
  setFfmpegPath(config.ffmpegPath);
  await opening('FFMPEG_PATH', checkFfmpeg);
  const store = await opening('OBJECT_STORE_URL', () => openStore(config.objectStoreUrl));
  await opening('OBJECT_STORE_URL', () => store.check());
  const database = await opening('DATABASE_URL', () => openDatabase(config.databaseUrl));
  await database.migrate();
  const onError = (error: Error): void => logger.warn({ err: error }, 'the queue has trouble');
  const queues = await opening('QUEUE_URL', () => openQueues(config.queueUrl, { onError }));
  const models = await Models.open(config, onCrash);
  const close = () => closeAll({ models, queues, database, store }, logger);
  return { config, logger, metrics: new Metrics(), database, queues, store, models, close };
}

async function closeAll(open: Record<string, { close(): Promise<void> }>, logger: Logger): Promise<void> {
  for (const [name, connection] of Object.entries(open)) {
    try {
      await connection.close();
    } catch (error) {
      logger.warn({ err: error, part: name }, 'could not be closed');
    }
  }
}

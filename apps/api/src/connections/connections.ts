import type { Logger } from 'pino';
import { LociError } from '@loci/contracts';
import { openDatabase, type Database } from '@loci/database';
import { listBundles, type Bundle } from '@loci/inference';
import { openQueues, type Queues } from '@loci/queue';
import { openStore, type ObjectStore } from '@loci/storage';
import { hashKey } from '../auth/keys.js';
import type { Config } from '../config.js';

/** What the API depends on. */
export interface Connections {
  readonly bundles: readonly Bundle[];
  readonly database: Database;
  readonly queues: Queues;
  readonly store: ObjectStore;
  /** Closes them all; rejects with the first fault when one could not be closed. */
  close(): Promise<void>;
}

/**
 * Opens the model bundles, the database (whose schema is brought up to date, and in which the configured keys become the
 * valid ones), the queues and the object store. What was opened is closed again when one of them cannot be.
 */
export async function openConnections(config: Config, logger: Logger): Promise<Connections> {
  const opened: { close(): Promise<void> }[] = [];
  const closeAll = async () => {
    const closings = await Promise.allSettled(
      opened
        .splice(0)
        .reverse()
        .map((connection) => connection.close()),
    );
    for (const closing of closings) if (closing.status === 'rejected') throw closing.reason;
  };
  const keep = <T extends { close(): Promise<void> }>(connection: T): T => {
    opened.push(connection);
    return connection;
  };
  try {
    const bundles = await listBundles(config.MODEL_DIR);
    if (bundles.length === 0)
      throw new LociError('bundle-invalid', `MODEL_DIR holds no bundle: ${config.MODEL_DIR}`);
    const store = keep(await openStore(config.OBJECT_STORE_URL));
    const database = keep(await openDatabase(config.DATABASE_URL));
    await database.migrate();
    await database.keys.replaceAll(
      config.API_KEYS.map(({ tenant, key }) => ({ tenant, hash: hashKey(key) })),
    );
    const queues = keep(
      await openQueues(config.QUEUE_URL, {
        onError: (error) => logger.warn({ err: error }, 'the queue has a fault'),
      }),
    );
    return { bundles, database, queues, store, close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

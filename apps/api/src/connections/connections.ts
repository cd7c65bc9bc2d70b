import type { Logger } from 'pino';
import { LociError } from '@loci/contracts';
import { openDatabase, type Database } from '@loci/database';
import { listBundles, type Bundle } from '@loci/inference';
import { openQueues, type Queues } from '@loci/queue';
import { opening } from '@loci/service';
import { openStore, type ObjectStore } from '@loci/storage';
import { checkFfmpeg } from '@loci/video';
import { hashKey } from '../auth/keys.js';
import type { Config } from '../config.js';
import { WRITE_CONNECTIONS } from '../http/gates.js';

/**
 * How long a request may wait for a connection to Postgres, and for its answer to one statement, in ms. Then
 * it is answered with 503.
 */
const DATABASE_LIMITS = { maxWaitMs: 5_000, statementMs: 10_000 };
/** Connections that serve reads alone, whatever is being written. */
const READ_CONNECTIONS = 8;

/** What the API depends on. */
export interface Connections {
  readonly bundles: readonly Bundle[];
  readonly database: Database;
  readonly queues: Queues;
  readonly store: ObjectStore;
  /** The version of the ffmpeg that probes clips. */
  readonly ffmpegVersion: string;
  /** Closes them all. Rejects with the first fault when one cannot be closed. */
  close(): Promise<void>;
}

/**
 * Opens the model bundles, the object store, the database and the queues. The database is migrated, and the
 * configured keys become the valid ones.
 * @throws whatever of it cannot be opened, after closing what was opened before
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
    const bundles = await listBundles(config.modelDir, config.modelPrecision);
    if (bundles.length === 0)
      throw new LociError('bundle-invalid', `MODEL_DIR holds no bundle: ${config.modelDir}`);
    const ffmpegVersion = await opening('FFMPEG_PATH', checkFfmpeg);
    const store = keep(await opening('OBJECT_STORE_URL', () => openStore(config.objectStoreUrl)));
    await opening('OBJECT_STORE_URL', () => store.check());
    const database = keep(
      await opening('DATABASE_URL', () =>
        openDatabase(config.databaseUrl, {
          poolSize: WRITE_CONNECTIONS,
          readPoolSize: READ_CONNECTIONS,
          keepOpen: true,
          ...DATABASE_LIMITS,
        }),
      ),
    );
    await database.migrate();
    await database.keys.replaceAll(
      [...config.apiKeys, ...config.adminKeys].map(({ tenant, key }) => ({ tenant, hash: hashKey(key) })),
    );
    const queues = keep(
      await opening('QUEUE_URL', () =>
        openQueues(config.queueUrl, {
          onError: (error) => logger.warn({ err: error }, 'the queue has a fault'),
        }),
      ),
    );
    return { bundles, database, queues, store, ffmpegVersion, close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

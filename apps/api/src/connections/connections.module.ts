import { Inject, Logger, Module, type DynamicModule, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { openDatabase, type Database } from '@loci/database';
import { listBundles } from '@loci/inference';
import { openQueues, type Queues } from '@loci/queue';
import { openStore, type ObjectStore } from '@loci/storage';
import { hashKey } from '../auth/keys.js';
import type { Config } from '../config.js';
import { Closing } from '../http/closing.js';
import { BUNDLES, CONFIG, DATABASE, QUEUES, STORE } from './tokens.js';

/** Opens the database, brings its schema up to date and makes the configured keys the valid ones. */
async function connectDatabase(config: Config): Promise<Database> {
  const database = await openDatabase(config.DATABASE_URL);
  try {
    await database.migrate();
    await database.keys.replaceAll(config.API_KEYS.map(({ tenant, key }) => ({ tenant, hash: hashKey(key) })));
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

/** Opens the queues; faults of their store pass by themselves and are only noted. */
function connectQueues(config: Config): Promise<Queues> {
  const logger = new Logger('Queues');
  return openQueues(config.QUEUE_URL, { onError: (error) => logger.warn({ err: error }, 'the queue has a fault') });
}

/** The services that the API depends on: opened once at the start, closed when the last answer has been sent. */
@Module({})
export class ConnectionsModule implements OnApplicationShutdown {
  private readonly logger = new Logger('Connections');

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(QUEUES) private readonly queues: Queues,
    @Inject(STORE) private readonly store: ObjectStore,
  ) {}

  static forRoot(config: Config): DynamicModule {
    const providers: Provider[] = [
      Closing,
      { provide: CONFIG, useValue: config },
      { provide: DATABASE, useFactory: () => connectDatabase(config) },
      // after the database, so that a queue kept in the same Postgres finds it reachable
      { provide: QUEUES, useFactory: () => connectQueues(config), inject: [DATABASE] },
      { provide: STORE, useFactory: () => openStore(config.OBJECT_STORE_URL) },
      { provide: BUNDLES, useFactory: () => listBundles(config.MODEL_DIR) },
    ];
    return { module: ConnectionsModule, global: true, providers, exports: [Closing, CONFIG, DATABASE, QUEUES, STORE, BUNDLES] };
  }

  async onApplicationShutdown(): Promise<void> {
    const closings = await Promise.allSettled([this.queues.close(), this.database.close(), this.store.close()]);
    for (const closing of closings) if (closing.status === 'rejected') this.logger.error(closing.reason);
  }
}

import {
  Inject,
  Logger,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common';
import { Dispatcher } from '@loci/queue';
import { AccessTokens } from '../auth/access-tokens.js';
import type { Config } from '../config.js';
import { Closing } from '../http/closing.js';
import { ProbeGate, WriteGate } from '../http/gates.js';
import type { Connections } from './connections.js';
import { BUNDLES, CONFIG, CONNECTIONS, DATABASE, FFMPEG_VERSION, QUEUES, STORE } from './tokens.js';

/** Provides the connections and the dispatcher over them, and closes them after the last answer. */
@Module({})
export class ConnectionsModule implements OnApplicationShutdown {
  constructor(
    @Inject(CONNECTIONS) private readonly connections: Connections,
    @Inject(Closing) private readonly closing: Closing,
  ) {}

  static around(config: Config, connections: Connections): DynamicModule {
    const { database, queues } = connections;
    const logger = new Logger('Dispatcher');
    const onUndelivered = (memoryId: string, error: unknown): void =>
      logger.warn({ memoryId, err: error }, 'not delivered to the queue; the sweep will');
    const dispatcher = new Dispatcher(database.memories, queues, onUndelivered, config.clipWorkers);
    const providers: Provider[] = [
      AccessTokens,
      Closing,
      WriteGate,
      ProbeGate,
      { provide: CONFIG, useValue: config },
      { provide: CONNECTIONS, useValue: connections },
      { provide: DATABASE, useValue: database },
      { provide: QUEUES, useValue: queues },
      { provide: STORE, useValue: connections.store },
      { provide: BUNDLES, useValue: connections.bundles },
      { provide: FFMPEG_VERSION, useValue: connections.ffmpegVersion },
      { provide: Dispatcher, useValue: dispatcher },
    ];
    return {
      module: ConnectionsModule,
      global: true,
      providers,
      exports: [
        AccessTokens,
        Closing,
        WriteGate,
        ProbeGate,
        CONFIG,
        DATABASE,
        QUEUES,
        STORE,
        BUNDLES,
        FFMPEG_VERSION,
        Dispatcher,
      ],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.closing.kept();
    await this.connections.close();
  }
}

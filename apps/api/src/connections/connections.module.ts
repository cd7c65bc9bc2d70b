import {
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common';
import type { Config } from '../config.js';
import { Closing } from '../http/closing.js';
import type { Connections } from './connections.js';
import { BUNDLES, CONFIG, CONNECTIONS, DATABASE, QUEUES, STORE } from './tokens.js';

/** Hands the connections to whoever injects them, and closes them when the last answer has been sent. */
@Module({})
export class ConnectionsModule implements OnApplicationShutdown {
  constructor(@Inject(CONNECTIONS) private readonly connections: Connections) {}

  static around(config: Config, connections: Connections): DynamicModule {
    const providers: Provider[] = [
      Closing,
      { provide: CONFIG, useValue: config },
      { provide: CONNECTIONS, useValue: connections },
      { provide: DATABASE, useValue: connections.database },
      { provide: QUEUES, useValue: connections.queues },
      { provide: STORE, useValue: connections.store },
      { provide: BUNDLES, useValue: connections.bundles },
    ];
    return {
      module: ConnectionsModule,
      global: true,
      providers,
      exports: [Closing, CONFIG, DATABASE, QUEUES, STORE, BUNDLES],
    };
  }

  onApplicationShutdown(): Promise<void> {
    return this.connections.close();
  }
}

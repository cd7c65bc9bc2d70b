import { Dispatcher } from '@loci/queue';
import { Module, type DynamicModule } from '@nestjs/common';
import { KeptFeatures } from './chunk/kept-features.js';
import { Consumers } from './consumers.js';
import { Health } from './health.js';
import { CONNECTIONS, type Connections } from './connections.js';
import { Answer } from './stages/answer.js';
import { AttemptRefunds } from './stages/attempt-refunds.js';
import { ClipDecoder } from './stages/clip-decoder.js';
import { OrphanCleaner } from './stages/orphan-cleaner.js';
import { Perceive } from './stages/perceive.js';
import { Remember } from './stages/remember.js';
import { StageRunner } from './stages/stage-runner.js';
import { DeletionSweep } from './sweeps/deletion-sweep.js';
import { OrphanSweep } from './sweeps/orphan-sweep.js';
import { Sweep } from './sweeps/sweep.js';

/** The worker's classes, over connections that were opened before. */
@Module({})
export class WorkerModule {
  static around(connections: Connections): DynamicModule {
    const { config, database, queues, logger } = connections;
    const onUndelivered = (memory: string, error: unknown): void =>
      logger.warn({ memory, err: error }, 'could not queue what comes next; the sweep will');
    const dispatcher = new Dispatcher(database.memories, queues, onUndelivered, config.clipWorkers);
    return {
      module: WorkerModule,
      providers: [
        { provide: CONNECTIONS, useValue: connections },
        { provide: Dispatcher, useValue: dispatcher },
        AttemptRefunds,
        ClipDecoder,
        KeptFeatures,
        OrphanCleaner,
        StageRunner,
        Perceive,
        Remember,
        Answer,
        Consumers,
        DeletionSweep,
        OrphanSweep,
        Sweep,
        Health,
      ],
    };
  }
}

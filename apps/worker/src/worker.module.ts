import { Module, type DynamicModule } from '@nestjs/common';
import { Consumers } from './consumers.js';
import { Health } from './health.js';
import { PARTS, type Parts } from './parts.js';
import { Answer } from './stages/answer.js';
import { AttemptRefunds } from './stages/attempt-refunds.js';
import { OrphanCleaner } from './stages/orphan-cleaner.js';
import { Perceive } from './stages/perceive.js';
import { Remember } from './stages/remember.js';
import { StageRunner } from './stages/stage-runner.js';
import { Sweep } from './sweep.js';

/** The worker's classes, around parts that were opened before. */
@Module({})
export class WorkerModule {
  static around(parts: Parts): DynamicModule {
    return {
      module: WorkerModule,
      providers: [
        { provide: PARTS, useValue: parts },
        AttemptRefunds,
        OrphanCleaner,
        StageRunner,
        Perceive,
        Remember,
        Answer,
        Consumers,
        Sweep,
        Health,
      ],
    };
  }
}

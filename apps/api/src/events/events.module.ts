import { Module, type DynamicModule } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.js';
import { EventTail } from './event-tail.js';
import { EventsController } from './events.controller.js';
import { EventsService, KEEP_ALIVE_MS } from './events.service.js';

@Module({})
export class EventsModule {
  static forRoot(keepAliveMs: number): DynamicModule {
    return {
      module: EventsModule,
      imports: [JobsModule],
      controllers: [EventsController],
      providers: [EventsService, EventTail, { provide: KEEP_ALIVE_MS, useValue: keepAliveMs }],
    };
  }
}

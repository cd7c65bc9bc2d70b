import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { LoggerModule } from 'nestjs-pino';
import type { Logger } from 'pino';
import { AuthGuard } from './auth/auth.guard.js';
import { KnownKeys } from './auth/known-keys.js';
import type { Config } from './config.js';
import type { Connections } from './connections/connections.js';
import { ConnectionsModule } from './connections/connections.module.js';
import { EventsModule } from './events/events.module.js';
import { HealthModule } from './health/health.module.js';
import { JobsModule } from './jobs/jobs.module.js';
import { MemoriesModule } from './memories/memories.module.js';
import { ModelsModule } from './models/models.module.js';
import { OpenApiModule } from './openapi/openapi.module.js';
import { ContractPipe } from './problems/contract.pipe.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { QuestionsModule } from './questions/questions.module.js';
import { QuizModule } from './quiz/quiz.module.js';
import { ReportModule } from './report/report.module.js';
import { SystemModule } from './system/system.module.js';
import { UploadsModule } from './uploads/uploads.module.js';
import { VideosModule } from './videos/videos.module.js';

/** Paths that are not logged: probes and scrapes come every few seconds. */
const QUIET = new Set(['/healthz', '/readyz', '/metrics']);

/** A request as the log has it: without the access token of its query. */
const withoutToken = (request: { url?: string; query?: Record<string, unknown> }) => ({
  ...request,
  url: request.url?.replace(/([?&]token=)[^&]*/g, '$1[Redacted]'),
  query: { ...request.query, ...('token' in (request.query ?? {}) ? { token: '[Redacted]' } : {}) },
});

@Module({})
export class AppModule {
  static around(
    config: Config,
    connections: Connections,
    logger: Logger,
    keepAliveMs: number,
  ): DynamicModule {
    return {
      module: AppModule,
      imports: [
        LoggerModule.forRoot({
          pinoHttp: {
            logger,
            serializers: { req: withoutToken },
            redact: ['req.headers.authorization', 'req.headers.cookie'],
            autoLogging: { ignore: (request) => QUIET.has(request.url ?? '') },
          },
        }),
        ConnectionsModule.around(config, connections),
        VideosModule,
        UploadsModule,
        JobsModule,
        EventsModule.forRoot(keepAliveMs),
        MemoriesModule,
        QuestionsModule,
        ModelsModule,
        QuizModule,
        ReportModule,
        SystemModule,
        HealthModule,
        OpenApiModule,
      ],
      providers: [
        KnownKeys,
        { provide: APP_GUARD, useClass: AuthGuard },
        { provide: APP_PIPE, useClass: ContractPipe },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}

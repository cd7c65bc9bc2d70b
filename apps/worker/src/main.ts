import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { readConfig, refuseRuntimeTelemetry } from './config.js';
import { openConnections } from './connections.js';
import { Consumers } from './consumers.js';
import { Health } from './health.js';
import { nestLogger, openLogger } from './logger.js';
import { AttemptRefunds } from './stages/attempt-refunds.js';
import { onStopSignals } from './stop.js';
import { Sweep } from './sweeps/sweep.js';
import { WorkerModule } from './worker.module.js';

/** The process ends at the latest this long after the first signal, in ms. */
const EXIT_LIMIT_MS = 24_000;

async function main(): Promise<void> {
  const stopSignals = onStopSignals(EXIT_LIMIT_MS);
  const config = readConfig();
  refuseRuntimeTelemetry();
  const logger = openLogger(config.logLevel);
  const connections = await openConnections(config, logger, (error) => {
    // a worker without its engine can do nothing; its supervisor starts another
    logger.fatal({ err: error }, 'the inference thread died');
    process.exit(1);
  });
  Logger.overrideLogger(nestLogger(logger));
  const app = await NestFactory.createApplicationContext(WorkerModule.around(connections));
  const health = app.get(Health);
  const consumers = app.get(Consumers);
  const sweep = app.get(Sweep);

  stopSignals.drainWith(async (signal) => {
    logger.info({ signal }, 'draining');
    health.drain();
    await consumers.drain(config.drainMs);
    await sweep.stop();
    await app.get(AttemptRefunds).retryOwed();
    await consumers.close();
    await app.close();
    health.close();
    await connections.close();
    logger.info('drained');
  });

  await connections.database.installation.showWorker();
  const port = await health.listen();
  consumers.start();
  sweep.start();
  logger.info({ stages: config.stages, models: connections.models.refs(), port }, 'ready');
}

main().catch((error: unknown) => {
  process.stderr.write(`loci worker: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});

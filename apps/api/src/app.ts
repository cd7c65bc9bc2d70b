import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as contextOptions from '@nestjs/common/interfaces/nest-application-context-options.interface.js';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { setFfmpegPath } from '@loci/video';
import { Logger as NestLogger } from 'nestjs-pino';
import { pino, type Logger } from 'pino';
import { AppModule } from './app.module.js';
import type { Config } from './config.js';
import { openConnections } from './connections/connections.js';
import { Metrics } from './health/metrics.js';
import { Closing } from './http/closing.js';
import { corsOptions } from './http/cors.js';
import { readsFirst } from './http/reads-first.js';
import { openApiDocument } from './openapi/document.js';
import { DOCS_ASSETS } from './openapi/openapi.controller.js';
import { OpenApiHolder } from './openapi/openapi-holder.js';
import { servePage } from './page/page.js';
import { allowedMethods } from './problems/allowed-methods.js';
import { jsonOnly } from './problems/json-only.js';
import { serveBoard } from './system/board.js';

/** Longer than a long poll, the keep-alive of an event stream and the probe of an upload; milliseconds. */
const IDLE_MS = 150_000;
/**
 * How long a connection is kept for the next request, milliseconds: for longer than the 60 s for which the
 * usual proxies keep theirs, so that none sends a request into a connection that is just being closed.
 */
const KEEP_ALIVE_MS = 72_000;
/** How long a request's headers may take, milliseconds; Node counts it from the end of the last answer. */
const HEADERS_MS = KEEP_ALIVE_MS + 5_000;
/** A JSON body may have this many bytes. */
const MAX_JSON_BYTES = 1024 * 1024;

export interface AppOptions {
  /** Milliseconds between keep-alives of an open event stream; 15,000 by default. */
  keepAliveMs?: number;
}

export interface Api {
  app: NestExpressApplication;
  logger: Logger;
}

/**
 * Creates the API with its connections open; it does not listen yet. `app.close()` closes the connections
 * too.
 */
export async function createApp(config: Config, { keepAliveMs = 15_000 }: AppOptions = {}): Promise<Api> {
  setFfmpegPath(config.ffmpegPath);
  const logger = pino({
    level: config.logLevel,
    base: { service: 'api', pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
  });
  const connections = await openConnections(config, logger);
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.around(config, connections, logger, keepAliveMs),
    Object.assign(new contextOptions.NestApplicationContextOptions(), {
      bodyParser: false,
      bufferLogs: true,
      abortOnError: false,
    }),
  );
  app.useLogger(app.get(NestLogger));
  app.disable('x-powered-by');
  app.disable('etag');
  if (config.corsOrigins.length > 0) app.enableCors(corsOptions(config.corsOrigins));
  const document = openApiDocument(app);
  app.get(OpenApiHolder).document = document;
  app.use(
    app.get(Metrics).measure,
    readsFirst(),
    app.get(Closing).retire,
    allowedMethods(document),
    jsonOnly,
  );
  app.useBodyParser('json', { limit: MAX_JSON_BYTES });
  app.useStaticAssets(dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json'))), {
    prefix: DOCS_ASSETS,
    index: false,
  });
  serveBoard(app, connections.queues, config);
  if (config.webDir !== undefined && !servePage(app, config.webDir, document))
    logger.warn({ folder: config.webDir }, 'WEB_DIR holds no page');
  await app.init();
  // an upload may take hours as long as bytes arrive; an idle connection is dropped
  const server = app.getHttpServer();
  server.requestTimeout = 0;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.headersTimeout = HEADERS_MS;
  server.setTimeout(IDLE_MS);
  return { app, logger };
}

import { createApp } from './app.js';
import { ConfigError, readConfig } from './config.js';

/** How long open answers may take when the API is told to stop; what is left then is cut off. */
const GRACE_MS = 10_000;

/** The one sentence in which a failed start is told. */
function startFailure(error: unknown, port: number | undefined): string {
  if (error instanceof ConfigError) return `Loci cannot start: ${error.message}.`;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return `Loci cannot start: port ${port} is in use; set PORT to a free one.`;
  if (code === 'EACCES') return `Loci cannot start: port ${port} may not be opened; set PORT to another one.`;
  const message = (error instanceof Error && error.message !== '' ? error.message : String(code ?? error))
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ');
  return `Loci cannot start: ${message.replace(/\.$/, '')}.`;
}

async function start(): Promise<void> {
  let port: number | undefined;
  try {
    const config = readConfig();
    port = config.PORT;
    const { app, logger } = await createApp(config);
    await app.listen(config.PORT, config.HOST);
    const url = await app.getUrl();
    if (config.API_KEYS.length === 0)
      logger.warn('API_KEYS is not set: the key "dev" is accepted, from this machine only');
    logger.info({ url }, 'ready');
    let stopping = false;
    const stop = (signal: NodeJS.Signals) => {
      if (stopping) return;
      stopping = true;
      logger.info({ signal }, 'stopping');
      const cut = setTimeout(() => app.getHttpServer().closeAllConnections(), GRACE_MS).unref();
      app.close().then(
        () => {
          clearTimeout(cut);
          logger.info('stopped');
          process.exit(0);
        },
        (error: unknown) => {
          logger.error({ err: error }, 'could not stop cleanly');
          process.exit(1);
        },
      );
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  } catch (error) {
    process.stderr.write(`${startFailure(error, port)}\n`);
    process.exit(1);
  }
}

await start();

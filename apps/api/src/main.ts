import { setTimeout as delay } from 'node:timers/promises';
import { ConfigError } from '@loci/service';
import { createApp, type Api } from './app.js';
import { readConfig } from './config.js';
import { Closing } from './http/closing.js';

/** How long open answers may take after a stop signal; then their connections are closed. Milliseconds. */
const GRACE_MS = 10_000;
/** Closing may wait for a store that is away: the process ends after so long in any case. Milliseconds. */
const EXIT_LIMIT_MS = 20_000;

/** One sentence that explains a failed start. */
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

/**
 * On SIGTERM or SIGINT: is not ready from now on, answers for `delayMs` what still comes in, then lets open
 * answers end, closes the API and exits. A second signal ends the delay, and cuts open answers off.
 */
function stopOnSignals({ app, logger }: Api, delayMs: number): void {
  const impatient = new AbortController();
  let stopping = false;
  const close = async (): Promise<void> => {
    app.get(Closing).drain();
    await delay(delayMs, undefined, { signal: impatient.signal }).catch(() => undefined);
    const cutOff = () => app.getHttpServer().closeAllConnections();
    const grace = setTimeout(cutOff, GRACE_MS).unref();
    impatient.signal.addEventListener('abort', cutOff);
    const closed = app.close();
    if (impatient.signal.aborted) cutOff();
    await closed;
    clearTimeout(grace);
  };
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) {
      impatient.abort();
      return;
    }
    stopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), delayMs + EXIT_LIMIT_MS).unref();
    close().then(
      () => {
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
}

async function start(): Promise<void> {
  let port: number | undefined;
  try {
    const config = readConfig();
    port = config.port;
    const api = await createApp(config);
    await api.app.listen(config.port, config.host);
    if (config.apiKeys.length === 0)
      api.logger.warn('API_KEYS is not set: the key "dev" is accepted, from this machine only');
    api.logger.info({ url: await api.app.getUrl() }, 'ready');
    stopOnSignals(api, config.shutdownDelayMs);
  } catch (error) {
    process.stderr.write(`${startFailure(error, port)}\n`);
    process.exit(1);
  }
}

await start();

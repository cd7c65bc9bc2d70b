import { CommandError } from './command-error.js';

/** Aborted when this process is asked to end: Ctrl-C, SIGTERM, a closed terminal, or the death of who started it. */
export function shutdownSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = () => controller.abort(new CommandError('Stopped while it was starting.'));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  // the channel to tools/bootstrap.mjs; there is none when we are started by hand
  process.on('disconnect', stop);
  return controller.signal;
}

/** Resolves when the signal is aborted. */
export const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

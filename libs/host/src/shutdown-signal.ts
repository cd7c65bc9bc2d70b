import { CommandError } from './command-error.js';

/**
 * A signal that aborts when this process has to end: on Ctrl-C, SIGTERM, a closed terminal, or the death of
 * the process that started it.
 * @param message of the CommandError that is its reason
 */
export function shutdownSignal(message = 'Stopped while it was starting.'): AbortSignal {
  const controller = new AbortController();
  const abort = () => controller.abort(new CommandError(message));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, abort);
  // the IPC channel to tools/bootstrap.mjs; a command that is started by hand has none
  process.on('disconnect', abort);
  return controller.signal;
}

/** Resolves when the signal is aborted. */
export const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

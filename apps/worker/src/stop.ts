/** Answers the signals that ask the process to stop. */
export interface StopSignals {
  /** From now on a signal drains before the process exits. Before, there is nothing to drain. */
  drainWith(drain: (signal: NodeJS.Signals) => Promise<void>): void;
}

/**
 * Answers SIGTERM and SIGINT. The first signal drains and exits 0, after `limitMs` in any case: other workers
 * then take over the rest, as after a kill. A second signal exits at once.
 */
export function onStopSignals(limitMs: number): StopSignals {
  let stopping = false;
  let drain: (signal: NodeJS.Signals) => Promise<void> = () => Promise.resolve();
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1);
    stopping = true;
    setTimeout(() => process.exit(0), limitMs).unref();
    drain(signal).then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(
          `loci worker: could not drain: ${error instanceof Error ? error.message : String(error)}\n`,
        );
        process.exit(0);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  return {
    drainWith: (given) => {
      drain = given;
    },
  };
}

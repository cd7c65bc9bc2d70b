import { setTimeout as delay } from 'node:timers/promises';
import { CommandError } from '@loci/host';
import { checkIdle } from './check-leaks.js';
import { checkObjects } from './check-objects.js';
import { keepEvidence } from './evidence.js';
import { faultsOn } from './faults.js';
import { injectFaults, type FaultCounts } from './injector.js';
import type { Accepted, Load } from './load.js';
import { Service } from './service.js';
import type { QueueBackend, Surroundings } from './surroundings.js';

const CLIENTS = 3;
/** Everything that was accepted has to end within this time, without faults and after them, in ms. */
const END_LIMIT_MS = 300_000;
/** Without faults, a job that has not ended after this time is late, in ms. */
const LATE_MS = 60_000;

export interface RunOptions {
  minutes: number;
  seed: number;
}

/** What a phase brought about. */
export interface Outcome {
  /** A job of each clip without faults. */
  calm: Accepted[];
  counts: FaultCounts;
  orphans: string[];
}

/**
 * Runs one service on one kind of queue, with faults for so long, until all jobs have ended.
 * @param stop ends it early, and it rejects with the reason
 */
export async function runPhase(
  backend: QueueBackend,
  { surroundings, load }: { surroundings: Surroundings; load: Load },
  options: RunOptions,
  stop: AbortSignal,
): Promise<Outcome> {
  const service = await Service.start(surroundings, backend, stop);
  const over = new AbortController();
  let injecting: Promise<FaultCounts> | undefined;
  const run = async (): Promise<Outcome> => {
    const calm = await Promise.race([load.calm(service), tooLong('The calm run does not end.')]);
    const running = load.run(service, CLIENTS, over.signal);
    injecting = injectFaults(faultsOn({ surroundings, service, load, backend }), options, stop);
    const counts = await injecting;
    over.abort();
    const ended = new AbortController();
    await Promise.race([running, tooLate(surroundings, service, ended.signal)]);
    ended.abort();
    if (load.calls.unfit.size > 0) await keep('an answer was unfit', surroundings, service);
    // while the service can still clean up
    const idle = await checkIdle(surroundings, backend);
    const objects = await checkObjects(surroundings, () => service.restartWorkers());
    return { calm, counts, orphans: [...idle, ...objects] };
  };
  try {
    return await unlessStopped(run(), stop);
  } finally {
    over.abort();
    load.calls.giveUp();
    await injecting;
    await service.stop();
  }
}

/** Waits for jobs as long as is allowed. Keeps what is known of the service once they are late. */
async function tooLate(surroundings: Surroundings, service: Service, ended: AbortSignal): Promise<void> {
  await delay(LATE_MS, undefined, { signal: ended });
  await keep('jobs are late', surroundings, service);
  await delay(END_LIMIT_MS - LATE_MS, undefined, { signal: ended });
}

async function keep(what: string, surroundings: Surroundings, service: Service): Promise<void> {
  console.error(`${what}; what is known lies in ${await keepEvidence(surroundings, service)}`);
}

async function tooLong(message: string): Promise<never> {
  await delay(END_LIMIT_MS, undefined, { ref: false });
  throw new CommandError(message);
}

/** Waits for work, or throws why it has to end before. */
async function unlessStopped<T>(work: Promise<T>, stop: AbortSignal): Promise<T> {
  const stopped = new Promise<never>((_resolve, reject) => {
    stop.addEventListener('abort', () => reject(stop.reason as Error), { once: true });
  });
  stop.throwIfAborted();
  return Promise.race([work, stopped]);
}

import { AbortedError, LociError, payloadSchemas, type Payloads, type Stage } from '@loci/contracts';
import { WaitingError, type Job } from 'bullmq';
import type { Backend, OnError, Processor, StageWorker } from './backend.js';
import { backoffMs } from './backoff.js';
import { InFlight } from './in-flight.js';
import { PatientWorker } from './patient-worker.js';

/**
 * Does one piece of work. It returns when there is no more to do. It throws AbortedError to hand the work back (only
 * after `signal`), LociError when it has failed for good and that was written down; whatever else it throws has it tried again
 * later. `attempt` counts from 1.
 */
export type Handler<S extends Stage> = (
  payload: Payloads[S],
  context: { signal: AbortSignal; attempt: number },
) => Promise<void>;

export interface ConsumeOptions {
  /** Pieces of work at the same time. */
  concurrency: number;
  /** For how long a job stays ours without a renewal (which comes twice as often), in ms. */
  lockMs?: number;
  /** How often jobs are looked for whose consumer is gone, in ms. */
  stalledMs?: number;
}

export interface Consumer {
  /**
   * Takes nothing more, waits up to `graceMs` for what is in flight, then aborts the rest, which goes back to its queue.
   * Resolves when nothing is in flight.
   */
  drain(graceMs: number): Promise<void>;
  /** Drains at once, and lets go of the connection. */
  close(): Promise<void>;
}

/** Stalled jobs are always delivered again: how often a piece of work may kill its worker is counted in Postgres. */
const NEVER_STALLED_OUT = 1_000_000;
/** How long a consumer waits before it tries again to reach a store that is away, in ms. */
const RETRY_MS = 500;

/** Starts a consumer of one stage. It goes on by itself when the store was away. */
export function consume<S extends Stage>(
  backend: Backend,
  stage: S,
  handler: Handler<S>,
  options: ConsumeOptions,
  onError: OnError,
): Consumer {
  const inFlight = new InFlight();
  let draining = false;

  const processor: Processor = async (job, token, signal) => {
    if (draining) return handBack(job, token);
    const payload = payloadSchemas[stage].safeParse(job.data);
    if (!payload.success) {
      onError(
        new Error(`the ${stage} queue holds ${job.id ?? 'a job'} with a payload that is not ours`, {
          cause: payload.error,
        }),
      );
      return;
    }
    try {
      await inFlight.track(
        handler(payload.data as Payloads[S], {
          signal: signal ?? new AbortController().signal,
          attempt: job.attemptsMade + 1,
        }),
      );
    } catch (error) {
      if (error instanceof AbortedError) return handBack(job, token);
      if (error instanceof LociError) return;
      throw error;
    }
  };

  const { concurrency, lockMs = 4_000, stalledMs = 2_000 } = options;
  const makeWorker = (): StageWorker =>
    backend.worker(
      stage,
      processor,
      {
        autorun: false,
        concurrency,
        lockDuration: lockMs,
        stalledInterval: stalledMs,
        maxStalledCount: NEVER_STALLED_OUT,
        runRetryDelay: RETRY_MS,
        settings: { backoffStrategy: (attemptsMade: number) => backoffMs(attemptsMade) },
      },
      onError,
    );
  const worker = new PatientWorker(makeWorker, RETRY_MS, onError);

  async function drain(graceMs: number): Promise<void> {
    draining = true;
    await worker.pause();
    if (!(await inFlight.emptyWithin(graceMs))) {
      worker.cancelAllJobs();
      await inFlight.empty();
    }
  }
  return {
    drain,
    async close() {
      await drain(0);
      await worker.close();
    },
  };
}

/** Puts the job back where it waited, without counting an attempt. */
async function handBack(job: Job<unknown, void>, token: string | undefined): Promise<never> {
  await job.moveToWait(token);
  throw new WaitingError();
}

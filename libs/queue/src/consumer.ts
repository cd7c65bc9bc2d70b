import {
  AbortedError,
  LociError,
  payloadSchemas,
  type Delivery,
  type Payloads,
  type Stage,
} from '@loci/contracts';
import { WaitingError, type Job } from 'bullmq';
import type { Backend, OnError, Processor, StageWorker } from './backend.js';
import { backoffMs } from './backoff.js';
import { InFlight } from './in-flight.js';
import { ReconnectingWorker } from './reconnecting-worker.js';

/** What a handler learns about its delivery besides the payload. */
export interface DeliveryContext {
  /** Aborts when the work has to stop. */
  signal: AbortSignal;
  /** How often the delivery was tried, this time included. A queue that is emptied begins anew. */
  attempt: number;
  /**
   * Has the rest of the work go on beside the queue: the handler may return, and the next delivery begins.
   * How the rest ends decides what becomes of it as if the handler ended so; what would have the delivery
   * tried again adds it anew.
   */
  goOn: (rest: Promise<void>) => void;
  /**
   * Whether the handler may go on with more of the same work, in the same delivery: not while the consumer
   * drains; nor, when it has had its turn, while other deliveries of the stage wait.
   */
  mayGoOn: (hadTurn: boolean) => Promise<boolean>;
}

/**
 * Does the work of one delivery. How it ends decides what becomes of the delivery:
 * - It returns: there is nothing more to do.
 * - It throws AbortedError, only after `signal`: the delivery goes back to the queue, and the attempt is not
 *   counted.
 * - It throws LociError: the work has failed for good, and the failure is written down.
 * - It throws anything else: the delivery is tried again later.
 */
export type Handler<S extends Stage> = (payload: Payloads[S], context: DeliveryContext) => Promise<void>;

export interface ConsumeOptions<S extends Stage> {
  /** Deliveries handled at the same time. */
  concurrency: number;
  /**
   * How many deliveries like this one are handled at the same time: from it on, until another says otherwise.
   * Without it, always `concurrency`.
   */
  atOnce?: (payload: Payloads[S]) => number;
  /** How long a delivery stays locked without a renewal, in ms. Renewals come twice as often. */
  lockMs?: number;
  /** How often the consumer looks for deliveries whose consumer is gone, in ms. */
  stalledMs?: number;
}

export interface Consumer {
  /**
   * Handles a delivery of its stage that is in no queue, when there is room for one more. What would keep it
   * in the queue, or have it tried again, puts it there.
   * @returns false when it is not taken
   */
  take(delivery: Delivery): boolean;
  /**
   * Takes nothing more and waits up to `graceMs` for what is in flight. Then it aborts the rest, which goes
   * back to its queue. Resolves when nothing is in flight.
   */
  drain(graceMs: number): Promise<void>;
  /** Drains at once and closes the connection. */
  close(): Promise<void>;
}

/** Stalled deliveries are always delivered again: Postgres counts how many workers a delivery has killed. */
const NEVER_STALLED_OUT = 1_000_000;
/** Pause between two tries to reach a store that is away, in ms. */
const RETRY_MS = 500;

/** Where a consumer gets deliveries from. */
interface ConsumerPorts<S extends Stage> {
  backend: Backend;
  stage: S;
  /** Adds to the stages' queues. */
  add: (deliveries: Delivery[]) => Promise<void>;
  /** How many deliveries of the stage wait. */
  waiting: () => Promise<number>;
  onError: OnError;
}

/** Starts a consumer of one stage. It goes on by itself after its store was away. */
export function consume<S extends Stage>(
  { backend, stage, add, waiting, onError }: ConsumerPorts<S>,
  handler: Handler<S>,
  { concurrency, atOnce, lockMs = 4_000, stalledMs = 2_000 }: ConsumeOptions<S>,
): Consumer {
  const inFlight = new InFlight();
  const stop = new AbortController();
  let draining = false;

  const processor: Processor = async (job, token, signal) => {
    if (draining) return putBack(job, token);
    const payload = payloadSchemas[stage].safeParse(job.data);
    if (!payload.success) {
      onError(invalidPayload(stage, job, payload.error));
      return;
    }
    if (atOnce !== undefined) worker.handleAtOnce(atOnce(payload.data as Payloads[S]));
    const delivery = { stage, id: job.id, payload: payload.data } as Delivery;
    const context = {
      signal: signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]),
      attempt: job.attemptsMade + 1,
      goOn: (rest: Promise<void>): void => beside(delivery, rest),
      mayGoOn,
    };
    try {
      await inFlight.track(handler(payload.data as Payloads[S], context));
    } catch (error) {
      if (error instanceof AbortedError) return putBack(job, token);
      if (error instanceof LociError) return;
      throw error;
    }
  };

  const workerOptions = {
    autorun: false,
    concurrency,
    lockDuration: lockMs,
    stalledInterval: stalledMs,
    maxStalledCount: NEVER_STALLED_OUT,
    runRetryDelay: RETRY_MS,
    settings: { backoffStrategy: (attemptsMade: number) => backoffMs(attemptsMade) },
  };
  const makeWorker = (): StageWorker => backend.worker(stage, processor, workerOptions, onError);
  const worker = new ReconnectingWorker(makeWorker, RETRY_MS, onError);

  /** Keeps track of work on a delivery that is in no queue. */
  function beside(delivery: Delivery, work: Promise<void>): void {
    const ended = work.catch(async (error: unknown) => {
      if (error instanceof LociError) return;
      // a queue that is away loses nothing: the sweep adds it
      await add([delivery]).catch(onError);
    });
    void inFlight.track(ended);
  }
  const mayGoOn = async (hadTurn: boolean): Promise<boolean> =>
    !draining && !(hadTurn && (await waiting()) > 0);
  async function drain(graceMs: number): Promise<void> {
    draining = true;
    await worker.pause();
    if (!(await inFlight.emptyWithin(graceMs))) {
      worker.cancelAllJobs();
      stop.abort();
      await inFlight.empty();
    }
  }
  return {
    take(delivery) {
      if (draining || inFlight.count >= concurrency) return false;
      const goOn = (rest: Promise<void>): void => beside(delivery, rest);
      const context = { signal: stop.signal, attempt: 1, goOn, mayGoOn };
      beside(delivery, handler(delivery.payload as Payloads[S], context));
      return true;
    },
    drain,
    async close() {
      await drain(0);
      await worker.close();
    },
  };
}

const invalidPayload = (stage: Stage, job: Job<unknown, void>, cause: Error): Error =>
  new Error(`the ${stage} queue holds ${job.id ?? 'a job'} with a payload that is not ours`, { cause });

/** Puts the job back where it waited, without counting an attempt. */
async function putBack(job: Job<unknown, void>, token: string | undefined): Promise<never> {
  await job.moveToWait(token);
  throw new WaitingError();
}
